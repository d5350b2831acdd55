import type { Chore } from "../project/chores.ts";
import type { Ground } from "./parts.ts";

/** Files whose rows go at once; R2 deletes at most 1000 objects in one call. */
const FILES_AT_ONCE = 200;
const KEYS_AT_ONCE = 1000;

type Doomed = { seq: number; id: string };

/** Takes away for good what was in the bin too long: rows, words for searching, and the sealed bytes. */
export class Eraser implements Chore {
  readonly name = "erase deleted files";
  readonly #ground: Ground;

  constructor(ground: Ground) {
    this.#ground = ground;
  }

  due(): number | null {
    const { sql } = this.#ground;
    if (sql.exec("SELECT 1 FROM unwanted LIMIT 1").toArray().length > 0) return 0;
    return sql.exec<{ at: number | null }>("SELECT MIN(erase_at) AS at FROM bin").one().at;
  }

  async run(): Promise<void> {
    const { ctx, sql, quota } = this.#ground;
    const now = Date.now();
    type Row = { id: string; folder: number | null; all_size: number; erasing: number };
    const row = sql
      .exec<Row>("SELECT id, folder, all_size, erasing FROM bin WHERE erase_at <= ? ORDER BY erase_at LIMIT 1", now)
      .toArray()[0];
    if (row) {
      if (row.erasing === 0)
        ctx.storage.transactionSync(() => {
          sql.exec("UPDATE bin SET erasing = 1, erase_at = 0 WHERE id = ?", row.id);
          quota.bin(-row.all_size);
        });
      const files = this.#next(row);
      await this.#forget(files);
      if (files.length === 0) this.#close(row);
    }
    await this.#deleteKeys();
  }

  #next(row: { id: string; folder: number | null }): Doomed[] {
    const { sql } = this.#ground;
    if (row.folder === null)
      return sql.exec<Doomed>("SELECT seq, id FROM items WHERE bin = ? LIMIT ?", row.id, FILES_AT_ONCE).toArray();
    const query = `${BELOW} SELECT seq, items.id FROM items JOIN below ON items.folder = below.id LIMIT ?`;
    return sql.exec<Doomed>(query, row.folder, FILES_AT_ONCE).toArray();
  }

  /** The directory first: once rows are gone nothing names what it would still have to forget. */
  async #forget(files: readonly Doomed[]): Promise<void> {
    if (files.length === 0) return;
    const { ctx, env, sql } = this.#ground;
    const ids = files.flatMap((file) => [
      file.id,
      ...sql
        .exec<{ id: string }>("SELECT id FROM versions WHERE file = ?", file.id)
        .toArray()
        .map((one) => one.id),
    ]);
    await env.DB.prepare("DELETE FROM file_index WHERE id IN (SELECT value FROM json_each(?))")
      .bind(JSON.stringify(ids))
      .run();
    ctx.storage.transactionSync(() => {
      for (const file of files) this.#drop(file);
    });
  }

  #drop({ seq, id }: Doomed): void {
    const { sql } = this.#ground;
    const known = "SELECT key, owned, derived FROM versions WHERE file = ?";
    for (const version of sql.exec<{ key: string; owned: number; derived: string }>(known, id).toArray()) {
      // SAFETY: written as NewFile["derived"].
      const derived = (JSON.parse(version.derived) as { key: string }[]).map((one) => one.key);
      const own = version.owned === 1 ? [version.key, ...derived] : derived.filter((key) => key !== version.key);
      for (const key of own) sql.exec("INSERT INTO unwanted VALUES (?) ON CONFLICT DO NOTHING", key);
    }
    this.#ground.forgetWords(seq);
    sql.exec("DELETE FROM reading WHERE version_id IN (SELECT id FROM versions WHERE file = ?)", id);
    sql.exec("DELETE FROM versions WHERE file = ?", id);
    sql.exec("DELETE FROM result_files WHERE file = ?", id);
    sql.exec("DELETE FROM items WHERE seq = ?", seq);
  }

  /** Nothing lies in it any more. */
  #close(row: { id: string; folder: number | null }): void {
    const { ctx, sql } = this.#ground;
    ctx.storage.transactionSync(() => {
      if (row.folder !== null) sql.exec(`${BELOW} DELETE FROM folders WHERE id IN (SELECT id FROM below)`, row.folder);
      sql.exec("DELETE FROM bin WHERE id = ?", row.id);
    });
  }

  async #deleteKeys(): Promise<void> {
    const { env, sql } = this.#ground;
    const keys = sql.exec<{ key: string }>("SELECT key FROM unwanted LIMIT ?", KEYS_AT_ONCE).toArray();
    if (keys.length === 0) return;
    await env.BUCKET.delete(keys.map((one) => one.key));
    for (const { key } of keys) sql.exec("DELETE FROM unwanted WHERE key = ?", key);
  }
}

const BELOW = `WITH RECURSIVE below (id) AS (
  SELECT ? UNION ALL SELECT folders.id FROM below JOIN folders ON folders.parent = below.id)`;
