import { nameKey, sortKey } from "./names.ts";

export const TOP = 0;

export type FolderRow = {
  id: number;
  parent: number;
  name: string;
  sort_key: string;
  bin: string | null;
  files: number;
  folders: number;
  total_files: number;
  size: number;
  old_size: number;
  updated_at: string;
};

/** What changes in a folder, and so in every folder above it. */
export interface Load {
  readonly files: number;
  readonly size: number;
  readonly oldSize: number;
}

const COLUMNS = "id, parent, name, sort_key, bin, files, folders, total_files, size, old_size, updated_at";

/** The folders of a project and what they hold, counted as it changes. */
export class Tree {
  readonly #sql: SqlStorage;
  readonly #now: () => string;

  constructor(sql: SqlStorage, now: () => string) {
    this.#sql = sql;
    this.#now = now;
  }

  get(id: number): FolderRow | null {
    return this.#sql.exec<FolderRow>(`SELECT ${COLUMNS} FROM folders WHERE id = ?`, id).toArray()[0] ?? null;
  }

  child(parent: number, name: string): FolderRow | null {
    const query = `SELECT ${COLUMNS} FROM folders WHERE parent = ? AND name_key = ? AND bin IS NULL`;
    return this.#sql.exec<FolderRow>(query, parent, nameKey(name)).toArray()[0] ?? null;
  }

  /** The folder at a path; null when there is none. */
  find(names: readonly string[]): FolderRow | null {
    let folder = this.get(TOP);
    for (const name of names) folder = folder && this.child(folder.id, name);
    return folder;
  }

  /** The folder at a path, made with those above it where missing; null when a file stands in its way. */
  ensure(names: readonly string[]): FolderRow | null {
    let folder = this.get(TOP);
    for (const name of names) {
      if (!folder) return null;
      folder = this.child(folder.id, name) ?? (this.#isFile(folder.id, name) ? null : this.#create(folder.id, name));
    }
    return folder;
  }

  /** Whether a folder or a file has the name there. */
  isTaken(parent: number, name: string): boolean {
    return this.child(parent, name) !== null || this.#isFile(parent, name);
  }

  /** The folder itself first, the top not among them. */
  chain(id: number): FolderRow[] {
    const chain: FolderRow[] = [];
    for (let at = id; at !== TOP; ) {
      const folder = this.get(at);
      if (!folder) break;
      chain.push(folder);
      at = folder.parent;
    }
    return chain;
  }

  names(id: number): string[] {
    return this.chain(id)
      .map((folder) => folder.name)
      .reverse();
  }

  /** False for what lies in the bin, also by a folder above it. */
  isLive(id: number): boolean {
    return this.chain(id).every((folder) => folder.bin === null);
  }

  /** How many folders deep the folders below one go; 0 when it has none. */
  depthBelow(id: number): number {
    const query = `WITH RECURSIVE below (id, depth) AS (
        SELECT ?, 0 UNION ALL SELECT folders.id, depth + 1 FROM below JOIN folders ON folders.parent = below.id)
      SELECT MAX(depth) AS depth FROM below`;
    return this.#sql.exec<{ depth: number }>(query, id).one().depth;
  }

  /** Counts what came to a folder, or with negative numbers what left it. `direct`: files that lie in it itself. */
  load(id: number, change: Load, direct = change.files): void {
    const now = this.#now();
    const chain = this.chain(id);
    const inBin = chain.findIndex((folder) => folder.bin !== null);
    // What lies in the bin is counted there alone (T3).
    const above =
      inBin < 0 ? [...chain.map((folder) => folder.id), TOP] : chain.slice(0, inBin + 1).map((one) => one.id);
    for (const at of above) {
      const own = at === id ? direct : 0;
      this.#sql.exec(
        `UPDATE folders SET files = files + ?, total_files = total_files + ?, size = size + ?, old_size = old_size + ?,
           updated_at = iif(?, ?, updated_at) WHERE id = ?`,
        own,
        change.files,
        change.size,
        change.oldSize,
        at === id ? 1 : 0,
        now,
        at,
      );
    }
  }

  /** Takes a folder out of where it is; its row stays. */
  detach(folder: FolderRow): void {
    this.#sql.exec("UPDATE folders SET folders = folders - 1 WHERE id = ?", folder.parent);
    this.load(folder.parent, negative(folder), 0);
  }

  /** Puts a folder that was taken out under a parent. The caller has seen that the name is free there. */
  attach(folder: FolderRow, parent: number, name: string): void {
    this.#sql.exec(
      "UPDATE folders SET parent = ?, name = ?, name_key = ?, sort_key = ?, bin = NULL WHERE id = ?",
      parent,
      name,
      nameKey(name),
      sortKey(name),
      folder.id,
    );
    this.#sql.exec("UPDATE folders SET folders = folders + 1 WHERE id = ?", parent);
    this.load(parent, { files: folder.total_files, size: folder.size, oldSize: folder.old_size }, 0);
  }

  setBin(id: number, bin: string): void {
    this.#sql.exec("UPDATE folders SET bin = ? WHERE id = ?", bin, id);
  }

  #isFile(parent: number, name: string): boolean {
    const query = "SELECT 1 FROM items WHERE folder = ? AND name_key = ? AND bin IS NULL";
    return this.#sql.exec(query, parent, nameKey(name)).toArray().length > 0;
  }

  #create(parent: number, name: string): FolderRow {
    const row = this.#sql
      .exec<FolderRow>(
        `INSERT INTO folders (parent, name, name_key, sort_key, updated_at) VALUES (?, ?, ?, ?, ?) RETURNING ${COLUMNS}`,
        parent,
        name,
        nameKey(name),
        sortKey(name),
        this.#now(),
      )
      .one();
    this.#sql.exec("UPDATE folders SET folders = folders + 1 WHERE id = ?", parent);
    return row;
  }
}

const negative = (folder: FolderRow): Load => ({
  files: -folder.total_files,
  size: -folder.size,
  oldSize: -folder.old_size,
});
