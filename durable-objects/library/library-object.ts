import { DurableObject } from "cloudflare:workers";
import { FileProfile, type FileView } from "../../shared/api/files.ts";
import type { LibraryRpc, NewFile } from "../../shared/protocol/object-rpc.ts";
import type { Env } from "../env.ts";

type FileRow = {
  id: string;
  project_id: string;
  name: string;
  size: number;
  media_type: string;
  profile: string | null;
  problem: string | null;
  key: string;
  header: string;
  derived: string;
  created_by: string;
  created_at: string;
};

/**
 * File metadata of one project. Apart from the ProjectObject, so that indexing never queues ahead of money.
 * The bytes are sealed in R2; `header` opens them with the project's data key.
 */
export class LibraryObject extends DurableObject<Env> implements LibraryRpc {
  readonly #sql: SqlStorage;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#sql = ctx.storage.sql;
    this.#sql.exec(`CREATE TABLE IF NOT EXISTS files (
      seq INTEGER PRIMARY KEY AUTOINCREMENT,
      id TEXT NOT NULL UNIQUE, project_id TEXT NOT NULL, name TEXT NOT NULL, size INTEGER NOT NULL, media_type TEXT NOT NULL,
      profile TEXT, problem TEXT, key TEXT NOT NULL, header TEXT NOT NULL, derived TEXT NOT NULL,
      created_by TEXT NOT NULL, created_at TEXT NOT NULL)`);
  }

  /** Adding the same id twice keeps the first row. */
  async addFile(file: NewFile): Promise<FileView> {
    this.#sql.exec(
      `INSERT INTO files (id, project_id, name, size, media_type, profile, problem, key, header, derived, created_by, created_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING`,
      file.id,
      file.key.split("/")[0] ?? "",
      file.name,
      file.size,
      file.mediaType,
      file.profile && JSON.stringify(file.profile),
      file.problem,
      file.key,
      file.header,
      JSON.stringify(file.derived),
      file.createdBy,
      new Date().toISOString(),
    );
    const row = this.#row(file.id);
    if (!row) throw new Error("the file's row was not written");
    return toView(row);
  }

  async file(fileId: string): Promise<(NewFile & { createdAt: string }) | null> {
    const row = this.#row(fileId);
    return row && toFile(row);
  }

  /** Newest first; the cursor is opaque. */
  async files(input: {
    limit: number;
    cursor: string | null;
  }): Promise<{ items: FileView[]; nextCursor: string | null }> {
    const before = input.cursor === null ? Number.MAX_SAFE_INTEGER : Number.parseInt(input.cursor, 36) || 0;
    const rows = this.#sql
      .exec<FileRow & { seq: number }>(
        "SELECT * FROM files WHERE seq < ? ORDER BY seq DESC LIMIT ?",
        before,
        input.limit + 1,
      )
      .toArray();
    const items = rows.slice(0, input.limit);
    const last = items.at(-1);
    return { items: items.map(toView), nextCursor: rows.length > input.limit && last ? last.seq.toString(36) : null };
  }

  /** Forgets everything and gives the R2 keys that must go too. */
  async destroy(): Promise<string[]> {
    const rows = this.#sql.exec<FileRow>("SELECT * FROM files").toArray();
    await this.ctx.storage.deleteAll();
    return rows.map(toFile).flatMap((file) => [file.key, ...file.derived.map((one) => one.key)]);
  }

  #row(id: string): FileRow | null {
    return this.#sql.exec<FileRow>("SELECT * FROM files WHERE id = ?", id).toArray()[0] ?? null;
  }
}

function toView(row: FileRow): FileView {
  return {
    id: row.id,
    projectId: row.project_id,
    name: row.name,
    size: row.size,
    mediaType: row.media_type,
    profile: row.profile === null ? null : FileProfile.parse(JSON.parse(row.profile)),
    problem: row.problem,
    createdAt: row.created_at,
  };
}

function toFile(row: FileRow): NewFile & { createdAt: string } {
  const { projectId: _project, ...view } = toView(row);
  // SAFETY: written by addFile as NewFile["derived"].
  const derived = JSON.parse(row.derived) as NewFile["derived"];
  return { ...view, key: row.key, header: row.header, derived, createdBy: row.created_by };
}
