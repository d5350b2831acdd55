import type { StoredResult } from "./object-rpc.ts";

const KEPT_MS = 24 * 60 * 60 * 1000;

/** Results by execId, for a day: the same command asked again is answered, not repeated. */
export class RunMemory {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
    sql.exec(`CREATE TABLE IF NOT EXISTS results (
      workspace TEXT NOT NULL, exec_id TEXT NOT NULL, at INTEGER NOT NULL, part INTEGER NOT NULL, json TEXT NOT NULL,
      PRIMARY KEY (workspace, exec_id, part)) WITHOUT ROWID`);
  }

  recall(workspace: string, execId: string): StoredResult | null {
    const rows = this.#sql.exec<{ json: string }>(
      "SELECT json FROM results WHERE workspace = ? AND exec_id = ? ORDER BY part",
      workspace,
      execId,
    );
    const json = [...rows].map((row) => row.json).join("");
    // SAFETY: the rows hold what `remember` wrote, a StoredResult as JSON.
    return json === "" ? null : (JSON.parse(json) as StoredResult);
  }

  remember(workspace: string, execId: string, result: StoredResult, now: number): void {
    const json = JSON.stringify(result);
    for (let part = 0, at = 0; at < json.length; part += 1) {
      const to = wholeUntil(json, at + PART_CHARS);
      const piece = json.slice(at, to);
      this.#sql.exec("INSERT OR REPLACE INTO results VALUES (?, ?, ?, ?, ?)", workspace, execId, now, part, piece);
      at = to;
    }
  }

  forgetOld(now: number): void {
    this.#sql.exec("DELETE FROM results WHERE at <= ?", now - KEPT_MS);
  }

  /** When the oldest one may go, ms since 1970; null where there is none. */
  nextDue(): number | null {
    const [row] = this.#sql.exec<{ at: number | null }>("SELECT min(at) AS at FROM results");
    return row?.at == null ? null : row.at + KEPT_MS;
  }

  destroy(workspace: string): void {
    this.#sql.exec("DELETE FROM results WHERE workspace = ?", workspace);
  }
}

/** UTF-16 units; three bytes each at most. */
const PART_CHARS = 500_000;

/** The place, or the one before it where it would halve a letter: half of one is no text that a row keeps. */
const wholeUntil = (text: string, at: number): number => (/[\udc00-\udfff]/.test(text[at] ?? "") ? at - 1 : at);
