/** A workspace nobody used for this long is erased; the next command gets its files from the caller again. */
const IDLE_MS = 7 * 24 * 60 * 60 * 1000;

/** When each workspace was last used. */
export class UseLog {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
    sql.exec("CREATE TABLE IF NOT EXISTS uses (workspace TEXT PRIMARY KEY, at INTEGER NOT NULL) WITHOUT ROWID");
  }

  used(workspace: string, now: number): void {
    this.#sql.exec("INSERT OR REPLACE INTO uses VALUES (?, ?)", workspace, now);
  }

  usedSince(since: number): string[] {
    const rows = this.#sql.exec<{ workspace: string }>("SELECT workspace FROM uses WHERE at >= ?", since);
    return [...rows].map(({ workspace }) => workspace);
  }

  idleAt(now: number): string[] {
    const rows = this.#sql.exec<{ workspace: string }>("SELECT workspace FROM uses WHERE at <= ?", now - IDLE_MS);
    return [...rows].map(({ workspace }) => workspace);
  }

  /** When something is due next: a workspace gone idle, or `other`, whichever is sooner. Ms since 1970. */
  nextDue(other: number | null): number | null {
    const [row] = this.#sql.exec<{ at: number | null }>("SELECT min(at) AS at FROM uses");
    const mine = row?.at == null ? null : row.at + IDLE_MS;
    return mine === null || other === null ? (mine ?? other) : Math.min(mine, other);
  }

  destroy(workspace: string): void {
    this.#sql.exec("DELETE FROM uses WHERE workspace = ?", workspace);
  }
}
