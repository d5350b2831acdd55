import type { StoredEntry } from "./changes.ts";

/** A row of a Durable Object may hold 2 MB; pieces stay well below it. */
const CHUNK_BYTES = 1024 * 1024;

/**
 * The files of a project's workspaces as rows: entries by workspace and path, contents by workspace and hash. Contents
 * that no entry names any more are swept when no command runs, so that a running one can still read what it began with.
 */
export class FileStore {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
    sql.exec(`CREATE TABLE IF NOT EXISTS entries (
      workspace TEXT NOT NULL, path TEXT NOT NULL, kind TEXT NOT NULL, mode INTEGER NOT NULL, mtime INTEGER NOT NULL,
      size INTEGER NOT NULL, sha256 TEXT, target TEXT, version TEXT, PRIMARY KEY (workspace, path)) WITHOUT ROWID`);
    sql.exec("CREATE INDEX IF NOT EXISTS entries_by_content ON entries (workspace, sha256)");
    sql.exec(`CREATE TABLE IF NOT EXISTS contents (
      workspace TEXT NOT NULL, sha256 TEXT NOT NULL, idx INTEGER NOT NULL, bytes BLOB NOT NULL,
      PRIMARY KEY (workspace, sha256, idx))`);
  }

  entries(workspace: string): StoredEntry[] {
    const rows = this.#sql.exec(
      "SELECT path, kind, mode, mtime, size, sha256, target FROM entries WHERE workspace = ? AND kind <> 'gone' ORDER BY path",
      workspace,
    );
    return [...rows].map(entryOf);
  }

  /**
   * Versions of the manifest's files that are here as they were supplied, and the hashes of all files, by path.
   * `alsoGone`: those as well that a person has removed, or put something else in the place of.
   */
  versions(workspace: string, alsoGone: boolean): Map<string, { version: string | null; sha256: string | null }> {
    const rows = this.#sql.exec<{ path: string; version: string | null; sha256: string | null }>(
      "SELECT path, version, sha256 FROM entries WHERE workspace = ? AND (kind = 'file' OR (? AND version IS NOT NULL))",
      workspace,
      alsoGone ? 1 : 0,
    );
    return new Map([...rows].map(({ path, version, sha256 }) => [path, { version, sha256 }]));
  }

  setVersion(workspace: string, path: string, version: string | null): void {
    this.#sql.exec("UPDATE entries SET version = ? WHERE workspace = ? AND path = ?", version, workspace, path);
  }

  hasContent(workspace: string, sha256: string): boolean {
    return (
      [...this.#sql.exec("SELECT 1 FROM contents WHERE workspace = ? AND sha256 = ?", workspace, sha256)].length > 0
    );
  }

  putContent(workspace: string, sha256: string, bytes: Uint8Array): void {
    for (let idx = 0; idx === 0 || idx * CHUNK_BYTES < bytes.length; idx += 1) {
      const piece = bytes.slice(idx * CHUNK_BYTES, (idx + 1) * CHUNK_BYTES);
      this.#sql.exec("INSERT OR IGNORE INTO contents VALUES (?, ?, ?, ?)", workspace, sha256, idx, piece.buffer);
    }
  }

  /** Null: swept since. */
  content(workspace: string, sha256: string): Uint8Array | null {
    const rows = this.#sql.exec<{ bytes: ArrayBuffer }>(
      "SELECT bytes FROM contents WHERE workspace = ? AND sha256 = ? ORDER BY idx",
      workspace,
      sha256,
    );
    const pieces = [...rows].map(({ bytes }) => new Uint8Array(bytes));
    const [only] = pieces;
    if (only === undefined) return null;
    if (pieces.length === 1) return only;
    const whole = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
    let at = 0;
    for (const piece of pieces) {
      whole.set(piece, at);
      at += piece.length;
    }
    return whole;
  }

  /**
   * Bytes of the files go before, by {@link putContent}. The version of what changes is kept only where asked; of what
   * is removed, in a row that is no entry any more.
   */
  apply(workspace: string, put: readonly StoredEntry[], removed: readonly string[], keepVersion: boolean): void {
    for (const path of removed) {
      if (keepVersion) {
        const { rowsWritten } = this.#sql.exec(
          `UPDATE entries SET kind = 'gone', size = 0, sha256 = NULL, target = NULL
           WHERE workspace = ? AND path = ? AND version IS NOT NULL`,
          workspace,
          path,
        );
        if (rowsWritten > 0) continue;
      }
      this.#sql.exec("DELETE FROM entries WHERE workspace = ? AND path = ?", workspace, path);
    }
    for (const entry of put) {
      this.#sql.exec(
        `INSERT INTO entries VALUES (?, ?, ?, ?, ?, ?, ?, ?, NULL) ON CONFLICT DO UPDATE SET kind = excluded.kind,
         mode = excluded.mode, mtime = excluded.mtime, size = excluded.size, sha256 = excluded.sha256,
         target = excluded.target, version = CASE WHEN ? OR sha256 = excluded.sha256 THEN version END`,
        workspace,
        entry.path,
        entry.kind,
        entry.mode,
        Math.round(entry.mtimeMs),
        entry.kind === "file" ? entry.size : 0,
        entry.kind === "file" ? entry.sha256 : null,
        entry.kind === "link" ? entry.target : null,
        keepVersion ? 1 : 0,
      );
    }
  }

  /** Takes away what stands where a file is to be: folders of that name, and files or links in place of its folders. */
  makeRoom(workspace: string, path: string): void {
    const parts = path.split("/");
    for (let length = 2; length < parts.length; length += 1) {
      const folder = parts.slice(0, length).join("/");
      const gone = "DELETE FROM entries WHERE workspace = ? AND path = ? AND kind <> 'folder'";
      this.#sql.exec(gone, workspace, folder);
    }
    const below = "DELETE FROM entries WHERE workspace = ? AND path >= ? AND path < ?";
    this.#sql.exec(below, workspace, `${path}/`, `${path}0`);
  }

  /** Forgets contents that no file has any more. */
  sweep(workspace: string): void {
    this.#sql.exec(
      `DELETE FROM contents WHERE workspace = ?1 AND sha256 NOT IN
       (SELECT sha256 FROM entries WHERE workspace = ?1 AND sha256 IS NOT NULL)`,
      workspace,
    );
  }

  destroy(workspace: string): void {
    this.#sql.exec("DELETE FROM entries WHERE workspace = ?", workspace);
    this.#sql.exec("DELETE FROM contents WHERE workspace = ?", workspace);
  }
}

function entryOf(row: Record<string, SqlStorageValue>): StoredEntry {
  const meta = { path: String(row.path), mode: Number(row.mode), mtimeMs: Number(row.mtime) };
  switch (row.kind) {
    case "file":
      return { ...meta, kind: "file", size: Number(row.size), sha256: String(row.sha256) };
    case "link":
      return { ...meta, kind: "link", target: String(row.target) };
    default:
      return { ...meta, kind: "folder" };
  }
}
