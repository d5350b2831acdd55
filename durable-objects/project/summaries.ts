import type { WorkflowSummary } from "../../shared/protocol/object-rpc.ts";
import { FINISHED } from "../../shared/workflow/state.ts";

/** Projection of the workflows' logs: one row each, moved forward by version only. */
export class Summaries {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** False when a newer version is already here. */
  apply(summary: WorkflowSummary): boolean {
    const finished = FINISHED.some((status) => status === summary.status) ? 1 : 0;
    return (
      this.#sql.exec(
        `INSERT INTO summaries VALUES (?, ?, ?, ?, ?) ON CONFLICT (workflow_id) DO UPDATE
         SET version = excluded.version, finished = excluded.finished, summary = excluded.summary
         WHERE excluded.version > version`,
        summary.id,
        summary.version,
        summary.createdAt,
        finished,
        JSON.stringify(summary),
      ).rowsWritten > 0
    );
  }

  get(id: string): WorkflowSummary | null {
    const row = this.#sql
      .exec<{ summary: string }>("SELECT summary FROM summaries WHERE workflow_id = ?", id)
      .toArray()[0];
    return row ? parse(row) : null;
  }

  /** A workflow's row as derived from its log again, in place of the one that is here; null removes it. */
  replace(id: string, summary: WorkflowSummary | null): void {
    this.#sql.exec("DELETE FROM summaries WHERE workflow_id = ?", id);
    if (summary) this.apply(summary);
  }

  /** Newest first. */
  page(input: { limit: number; cursor: string | null }): { items: WorkflowSummary[]; nextCursor: string | null } {
    const [createdAt = "~", id = "~"] = input.cursor?.split("|") ?? [];
    const rows = this.#sql
      .exec<{ summary: string }>(
        `SELECT summary FROM summaries WHERE (created_at, workflow_id) < (?, ?)
         ORDER BY created_at DESC, workflow_id DESC LIMIT ?`,
        createdAt,
        id,
        input.limit + 1,
      )
      .toArray();
    const items = rows.slice(0, input.limit).map(parse);
    const last = items.at(-1);
    return { items, nextCursor: rows.length > input.limit && last ? `${last.createdAt}|${last.id}` : null };
  }

  /** A workflow that is about to be created: it is stopped and erased like the others before it has told anything. */
  begin(id: string): void {
    this.#sql.exec("INSERT INTO started VALUES (?) ON CONFLICT DO NOTHING", id);
  }

  /** Takes back {@link begin} of a workflow that was never created. */
  abandon(id: string): void {
    this.#sql.exec("DELETE FROM started WHERE workflow_id = ?", id);
  }

  knows(id: string): boolean {
    return this.#ids("WHERE workflow_id = ?", id).length > 0;
  }

  unfinished(): string[] {
    return this.#ids("WHERE workflow_id NOT IN (SELECT workflow_id FROM summaries WHERE finished = 1)");
  }

  all(): string[] {
    return this.#ids("");
  }

  clear(): void {
    this.#sql.exec("DELETE FROM started; DELETE FROM summaries;");
  }

  #ids(where: string, ...bindings: string[]): string[] {
    return this.#sql
      .exec<{ workflow_id: string }>(
        `SELECT workflow_id FROM (SELECT workflow_id FROM started UNION SELECT workflow_id FROM summaries) ${where}`,
        ...bindings,
      )
      .toArray()
      .map((row) => row.workflow_id);
  }
}

// SAFETY: written by apply from a WorkflowSummary.
const parse = (row: { summary: string }): WorkflowSummary => JSON.parse(row.summary) as WorkflowSummary;
