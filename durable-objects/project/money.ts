import type { BudgetView } from "../../shared/api/projects.ts";
import { type Problem, problem } from "../../shared/errors/problem.ts";
import type { Lease, LedgerEntry } from "../../shared/protocol/object-rpc.ts";

/** Talking to the Director is cheap, capped and shown: at most this much per project and UTC day. */
export const DAILY_TALK_CAP_MICROS = 1_000_000;

/** A new project may spend this much in all until its owner changes it. */
export const DEFAULT_BUDGET_MICROS = 50_000_000;

/** Budget leases of the workflows, the ledger and its roll-ups. All amounts in micro-dollars. */
export class ProjectMoney {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /**
   * Grants up to what the budget has left. The same tranche asked for again, after an answer that was lost, gets the
   * same grant, whatever the second asking names.
   */
  lease(input: { workflowId: string; trancheId: string; micros: number }): Lease {
    const known = this.#sql
      .exec<{ micros: number; asked_micros: number | null }>(
        "SELECT micros, asked_micros FROM tranches WHERE workflow_id = ? AND tranche_id = ?",
        input.workflowId,
        input.trancheId,
      )
      .toArray()[0];
    if (known) return { granted: known.micros, asked: known.asked_micros ?? known.micros };
    const granted = Math.max(0, Math.min(input.micros, this.left()));
    this.#sql.exec(
      "INSERT INTO tranches (workflow_id, tranche_id, micros, asked_micros) VALUES (?, ?, ?, ?)",
      input.workflowId,
      input.trancheId,
      granted,
      input.micros,
    );
    this.#sql.exec("UPDATE purse SET leased_micros = leased_micros + ?", granted);
    return { granted, asked: input.micros };
  }

  /**
   * What a finished workflow did not use. A failed one that is retried finishes again, and returns again; the same
   * return said twice changes nothing.
   */
  release(input: { workflowId: string; returnId: string; micros: number }): void {
    const { rowsWritten } = this.#sql.exec(
      "INSERT INTO returns VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
      input.workflowId,
      input.returnId,
      input.micros,
    );
    if (rowsWritten > 0) this.#sql.exec("UPDATE purse SET returned_micros = returned_micros + ?", input.micros);
  }

  view(): BudgetView {
    const row = this.#sql
      .exec<{ budget: number; spent: number; simulated: number }>(
        `SELECT (SELECT budget_micros FROM meta) AS budget, COALESCE(SUM(cost_micros), 0) AS spent,
         COALESCE(SUM(cost_micros * simulated), 0) AS simulated FROM rollups`,
      )
      .one();
    const leftMicros = Math.max(0, this.left());
    return { budgetMicros: row.budget, leftMicros, spentMicros: row.spent, simulatedMicros: row.simulated };
  }

  /** Null when it was set: what is leased or talked away already cannot be taken back. */
  set(budgetMicros: number): Problem | null {
    const minMicros = this.view().budgetMicros - this.left();
    if (budgetMicros < minMicros) return problem("budget_too_low", { minMicros });
    this.#sql.exec("UPDATE meta SET budget_micros = ?", budgetMicros);
    return null;
  }

  /** Budget not yet leased or talked away. */
  left(): number {
    const row = this.#sql
      .exec<{ left: number }>(
        `SELECT (SELECT budget_micros FROM meta) - (SELECT leased_micros - returned_micros FROM purse)
         - (SELECT COALESCE(SUM(cost_micros), 0) FROM rollups WHERE operation = 'chat') AS left`,
      )
      .one();
    return row.left;
  }

  /** Spent on talking on a UTC day, YYYY-MM-DD, with what calls in flight have reserved. */
  talkSpent(day: string): number {
    const spent = this.#sql
      .exec<{ micros: number }>(
        "SELECT COALESCE(SUM(cost_micros), 0) AS micros FROM rollups WHERE day = ? AND operation = 'chat'",
        day,
      )
      .one();
    const reserved = this.#sql
      .exec<{ micros: number }>("SELECT COALESCE(SUM(reserved_micros), 0) AS micros FROM jobs WHERE status = 'running'")
      .one();
    return spent.micros + reserved.micros;
  }

  /** Books an entry once; the roll-ups move in the same transaction. */
  book(entry: LedgerEntry): void {
    if (!this.#write(entry)) return;
    this.#sql.exec(
      `INSERT INTO rollups VALUES (?, ?, ?, ?, 1, ?)
       ON CONFLICT DO UPDATE SET calls = calls + 1, cost_micros = cost_micros + excluded.cost_micros`,
      entry.at.slice(0, 10),
      entry.model,
      entry.operation,
      entry.simulated ? 1 : 0,
      entry.costMicros,
    );
  }

  /** A workflow's lines as derived from its log again, in place of those that are here; {@link recount} follows. */
  replaceLines(workflowId: string, lines: readonly LedgerEntry[]): void {
    this.#sql.exec("DELETE FROM ledger WHERE source IN (?, ?)", workflowId, `${workflowId}:unconfirmed`);
    for (const line of lines) this.#write(line);
  }

  /** Adds the roll-ups up again from the ledger, without lines that no workflow's log can have given. */
  recount(): void {
    this.#sql.exec(`
      DELETE FROM ledger WHERE workflow_id IS NOT NULL AND source NOT IN (workflow_id, workflow_id || ':unconfirmed');
      DELETE FROM rollups;
      INSERT INTO rollups SELECT substr(at, 1, 10) AS day, model, operation, simulated, COUNT(*), SUM(cost_micros)
        FROM ledger GROUP BY day, model, operation, simulated;`);
  }

  /** Workflows that have leased, or that the ledger names. */
  workflows(): string[] {
    return this.#sql
      .exec<{ id: string }>(
        "SELECT workflow_id AS id FROM tranches UNION SELECT workflow_id FROM ledger WHERE workflow_id IS NOT NULL",
      )
      .toArray()
      .map((row) => row.id);
  }

  /** False when it is there already. */
  #write(entry: LedgerEntry): boolean {
    const { usage } = entry;
    const written = this.#sql.exec(
      `INSERT INTO ledger VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
      entry.source,
      entry.sourceVersion,
      entry.workflowId,
      entry.model,
      entry.operation,
      usage.input,
      usage.output,
      usage.cacheRead,
      usage.cacheWrite5m,
      usage.cacheWrite1h,
      entry.costMicros,
      entry.simulated ? 1 : 0,
      entry.confirmed ? 1 : 0,
      entry.at,
    ).rowsWritten;
    return written > 0;
  }
}
