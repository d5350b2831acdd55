import type { BinEntry, Restored } from "../../shared/api/files.ts";
import { BIN_DAYS } from "../../shared/api/limits.ts";
import { problem } from "../../shared/errors/problem.ts";
import { newId } from "../../shared/lib/ids.ts";
import { err, ok } from "../../shared/lib/result.ts";
import type { Answer } from "../../shared/protocol/object-rpc.ts";
import type { ItemRow } from "./items.ts";
import { freeName, parsePath } from "./names.ts";
import type { Ground } from "./parts.ts";
import { TOP } from "./tree.ts";

const DAY_MS = 86_400_000;

export type BinRow = {
  seq: number;
  id: string;
  folder: number | null;
  file: string | null;
  name: string;
  path: string;
  files: number;
  size: number;
  all_size: number;
  deleted_at: string;
  deleted_by: string;
  erase_at: number;
};

/**
 * What was deleted can be put back for 30 days. A folder goes in as one thing: its row alone is marked, whatever it
 * holds (T2). When its time is over, the eraser takes it away for good.
 */
export class Bin {
  readonly #ground: Ground;

  constructor(ground: Ground) {
    this.#ground = ground;
  }

  remove(fileId: string, by: string): Answer<BinEntry> {
    const { ctx, items } = this.#ground;
    return ctx.storage.transactionSync(() => {
      const item = items.live(fileId);
      return item ? ok(toEntry(this.put(item, by))) : err(problem("not_found"));
    });
  }

  /** Puts a file that is not there yet into the bin, within the caller's transaction. */
  put(item: ItemRow, by: string): BinRow {
    const { items } = this.#ground;
    const bin = this.#insert({
      file: item.id,
      folder: null,
      name: item.name,
      path: items.path(item),
      files: 1,
      size: item.size,
      allSize: item.size + item.old_size,
      by,
    });
    items.setBin(item, bin.id);
    return bin;
  }

  removeFolder(path: string, by: string): Answer<BinEntry> {
    const { ctx, tree } = this.#ground;
    const names = parsePath(path);
    if (names === null || names.length === 0) return err(problem("path_invalid"));
    return ctx.storage.transactionSync(() => {
      const folder = tree.find(names);
      if (!folder) return err(problem("not_found"));
      const bin = this.#insert({
        file: null,
        folder: folder.id,
        name: folder.name,
        path: tree.names(folder.id).join("/"),
        files: folder.total_files,
        size: folder.size,
        allSize: folder.size + folder.old_size,
        by,
      });
      tree.detach(folder);
      tree.setBin(folder.id, bin.id);
      return ok(toEntry(bin));
    });
  }

  row(id: string): BinRow | null {
    return this.#ground.sql.exec<BinRow>("SELECT * FROM bin WHERE id = ? AND erasing = 0", id).toArray()[0] ?? null;
  }

  /** Newest first. */
  page(input: { limit: number; cursor: string | null }): { items: BinEntry[]; nextCursor: string | null } {
    const before = input.cursor === null ? Number.MAX_SAFE_INTEGER : Number.parseInt(input.cursor, 36) || 0;
    const query = "SELECT * FROM bin WHERE seq < ? AND erasing = 0 ORDER BY seq DESC LIMIT ?";
    const rows = this.#ground.sql.exec<BinRow>(query, before, input.limit + 1).toArray();
    const items = rows.slice(0, input.limit);
    const last = items.at(-1);
    return { items: items.map(toEntry), nextCursor: rows.length > input.limit && last ? last.seq.toString(36) : null };
  }

  /** Back to where it was: folders that are gone are made again, and a name that was taken since gets a number. */
  restore(binId: string): Answer<Restored> {
    const { ctx, sql, tree, items, quota } = this.#ground;
    return ctx.storage.transactionSync(() => {
      const row = this.row(binId);
      const item = row?.file ? items.get(row.file) : null;
      const folder = row && row.folder !== null ? tree.get(row.folder) : null;
      if (!row || !(item || folder)) return err(problem("not_found"));
      const parent = this.#home(item ? item.folder : (folder?.parent ?? TOP), row.path);
      const name = freeName(row.name, (one) => tree.isTaken(parent, one));
      if (item) this.#ground.changed(items.move(item, parent, name));
      if (folder) tree.attach(folder, parent, name);
      sql.exec("DELETE FROM bin WHERE id = ?", binId);
      quota.bin(-row.all_size);
      const path = [...tree.names(parent), name].join("/");
      return ok({ kind: item ? "file" : "folder", name, path });
    });
  }

  /** One file, also out of a folder that is in the bin. */
  restoreFile(fileId: string): Answer<Restored> {
    const { ctx, sql, tree, items, quota } = this.#ground;
    const item = items.get(fileId);
    if (!item || items.isLive(item)) return err(problem("not_found"));
    if (item.bin !== null && this.row(item.bin)) return this.restore(item.bin);
    return ctx.storage.transactionSync(() => {
      const top = tree.chain(item.folder).find((folder) => folder.bin !== null);
      const row = top?.bin ? this.row(top.bin) : null;
      if (!row) return err(problem("not_found"));
      const parent = this.#home(item.folder, items.path(item));
      const name = freeName(item.name, (one) => tree.isTaken(parent, one));
      this.#ground.changed(items.move(item, parent, name));
      const all = item.size + item.old_size;
      sql.exec(
        "UPDATE bin SET files = files - 1, size = size - ?, all_size = all_size - ? WHERE id = ?",
        item.size,
        all,
        row.id,
      );
      quota.bin(-all);
      return ok({ kind: "file", name, path: [...tree.names(parent), name].join("/") });
    });
  }

  /** Gone from here on; the eraser takes away what is left of it. */
  erase(binId: string): Answer<null> {
    const { ctx, sql, quota } = this.#ground;
    return ctx.storage.transactionSync(() => {
      const row = this.row(binId);
      if (!row) return err(problem("not_found"));
      sql.exec("UPDATE bin SET erasing = 1, erase_at = 0 WHERE id = ?", binId);
      quota.bin(-row.all_size);
      return ok(null);
    });
  }

  /** The folder it came from, or that path made again; the top where a file is in the way. */
  #home(folder: number, path: string): number {
    const { tree } = this.#ground;
    if (folder === TOP || (tree.get(folder) && tree.isLive(folder))) return folder;
    return tree.ensure(parsePath(path)?.slice(0, -1) ?? [])?.id ?? TOP;
  }

  #insert(what: {
    file: string | null;
    folder: number | null;
    name: string;
    path: string;
    files: number;
    size: number;
    allSize: number;
    by: string;
  }): BinRow {
    const now = Date.now();
    this.#ground.quota.bin(what.allSize);
    return this.#ground.sql
      .exec<BinRow>(
        `INSERT INTO bin (id, folder, file, name, path, files, size, all_size, deleted_at, deleted_by, erase_at)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING *`,
        newId("bin"),
        what.folder,
        what.file,
        what.name,
        what.path,
        what.files,
        what.size,
        what.allSize,
        new Date(now).toISOString(),
        what.by,
        now + BIN_DAYS * DAY_MS,
      )
      .one();
  }
}

function toEntry(row: BinRow): BinEntry {
  return {
    id: row.id,
    kind: row.folder === null ? "file" : "folder",
    name: row.name,
    path: row.path,
    files: row.files,
    size: row.size,
    fileId: row.file,
    deletedAt: row.deleted_at,
    deletedBy: row.deleted_by,
    erasedAt: new Date(row.erase_at).toISOString(),
  };
}
