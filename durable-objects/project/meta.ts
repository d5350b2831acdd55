export interface Meta {
  readonly id: string;
  readonly name: string;
  readonly ownerId: string;
  readonly createdAt: string;
  readonly deletedAt: string | null;
}

type Row = { id: string; name: string; owner_id: string; created_at: string; deleted_at: string | null };

/** The project's own row, and whether D1 still lacks its latest form. */
export class ProjectMeta {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  get(): Meta | null {
    const row = this.#sql.exec<Row>("SELECT id, name, owner_id, created_at, deleted_at FROM meta").toArray()[0];
    if (!row) return null;
    return { id: row.id, name: row.name, ownerId: row.owner_id, createdAt: row.created_at, deletedAt: row.deleted_at };
  }

  insert(row: {
    id: string;
    name: string;
    ownerId: string;
    createdAt: string;
    keyVersion: number;
    wrapped: string;
    budgetMicros: number;
  }): void {
    this.#sql.exec(
      `INSERT INTO meta (one, id, name, owner_id, created_at, key_version, wrapped_key, budget_micros) VALUES (1, ?, ?, ?, ?, ?, ?, ?)`,
      row.id,
      row.name,
      row.ownerId,
      row.createdAt,
      row.keyVersion,
      row.wrapped,
      row.budgetMicros,
    );
  }

  rename(name: string): void {
    this.#sql.exec("UPDATE meta SET name = ?, directory_dirty = 1", name);
  }

  markDeleted(at: string): void {
    this.#sql.exec("UPDATE meta SET deleted_at = COALESCE(deleted_at, ?), directory_dirty = 1", at);
  }

  /** @throws when the project does not exist or its key was destroyed */
  key(): { keyVersion: number; wrapped: string } {
    const row = this.#sql
      .exec<{ key_version: number; wrapped_key: string }>("SELECT key_version, wrapped_key FROM meta")
      .one();
    if (row.wrapped_key === "") throw new Error("the project's key was destroyed");
    return { keyVersion: row.key_version, wrapped: row.wrapped_key };
  }

  isDirty(): boolean {
    return this.#sql.exec("SELECT 1 FROM meta WHERE directory_dirty = 1").toArray().length > 0;
  }

  markErased(at: string): void {
    this.#sql.exec("UPDATE meta SET erased_at = ?, wrapped_key = ''", at);
  }

  /** Deleted, and its content still here. */
  isErasing(): boolean {
    return this.#sql.exec("SELECT 1 FROM meta WHERE deleted_at IS NOT NULL AND erased_at IS NULL").toArray().length > 0;
  }

  /** Created and not deleted. */
  isOpen(): boolean {
    return this.get()?.deletedAt === null;
  }

  setDirty(dirty: boolean): void {
    this.#sql.exec("UPDATE meta SET directory_dirty = ?", dirty ? 1 : 0);
  }
}
