import type { RepairCase, RepairFact } from "../../shared/protocol/projection.ts";

type Kind = { code: string; tool: string; action: string };

/** How failures of steps were mended in this project (FR-5.6): cases of all workflows, and totals per kind. */
export class Repairs {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** Applied in order of the workflow's versions; again, it changes nothing. */
  apply(fact: RepairFact): void {
    this.#close(fact, fact.nodeId, fact.kind === "closed" && fact.succeeded);
    if (fact.kind === "closed") return;
    this.#sql.exec(
      "INSERT INTO repairs VALUES (?, ?, ?, ?, ?, ?, NULL, NULL) ON CONFLICT DO NOTHING",
      fact.source,
      fact.sourceVersion,
      fact.nodeId,
      fact.code,
      fact.tool,
      fact.action,
    );
  }

  /** Cases of this kind that are closed, and how many of them succeeded. */
  similar({ code, tool, action }: RepairCase): { succeeded: number; total: number } {
    const row = this.#sql
      .exec<{ succeeded: number; total: number }>(
        "SELECT succeeded, total FROM repair_totals WHERE code = ? AND tool = ? AND action = ?",
        code,
        tool,
        action,
      )
      .toArray()[0];
    return row ?? { succeeded: 0, total: 0 };
  }

  clear(workflowId: string): void {
    this.#sql.exec("DELETE FROM repairs WHERE workflow_id = ?", workflowId);
  }

  /** Adds the totals up again from the cases. */
  recount(): void {
    this.#sql.exec(`DELETE FROM repair_totals;
      INSERT INTO repair_totals SELECT code, tool, action, SUM(succeeded), COUNT(*) FROM repairs
        WHERE closed_version IS NOT NULL GROUP BY code, tool, action;`);
  }

  #close({ source, sourceVersion }: RepairFact, nodeId: string | null, succeeded: boolean): void {
    const closed = this.#sql
      .exec<Kind>(
        `UPDATE repairs SET closed_version = ?1, succeeded = ?2
         WHERE workflow_id = ?3 AND opened_version < ?1 AND closed_version IS NULL AND (?4 IS NULL OR node_id = ?4)
         RETURNING code, tool, action`,
        sourceVersion,
        succeeded ? 1 : 0,
        source,
        nodeId,
      )
      .toArray();
    for (const { code, tool, action } of closed)
      this.#sql.exec(
        `INSERT INTO repair_totals VALUES (?, ?, ?, ?, 1)
         ON CONFLICT DO UPDATE SET succeeded = succeeded + excluded.succeeded, total = total + 1`,
        code,
        tool,
        action,
        succeeded ? 1 : 0,
      );
  }
}
