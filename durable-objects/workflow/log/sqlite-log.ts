import type { LogRow, LogStore, OutboxRow, Receiver } from "../ports.ts";

/** A row holds 2 MB; a UTF-16 unit takes at most 3 bytes in UTF-8. */
const PART_CHARS = 500_000;

/** A statement binds 100 values at most, a row has nine, and the first says its epoch twice. */
const ROWS_AT_ONCE = 8;
const ROW = "(?, ?, ?, ?, ?, ?, ?, ?, ?)";
/** SPEC R4: an epoch that a later run has left behind becomes NULL, which the table refuses, with all rows beside it. */
const FIRST_ROW = `(?, ?, ?,
  CASE WHEN COALESCE((SELECT value FROM meta WHERE name = 'epoch'), 0) <= ? THEN ? END, ?, ?, ?, ?, ?)`;
/** By the number of rows; the same text each time, so that the platform finds it prepared. */
const INSERTS = Array.from(
  { length: ROWS_AT_ONCE + 1 },
  (_, rows) =>
    `INSERT INTO checkpoints VALUES ${Array.from({ length: rows }, (_, at) => (at === 0 ? FIRST_ROW : ROW)).join(", ")}`,
);

type Row = {
  version: number;
  name: string;
  schema_version: number;
  epoch: number;
  actor: string;
  event: string;
  previous_hash: string;
  cost: number;
  at: string;
};

/** The log in the object's own SQLite database, whose tables exist (log/schema.ts). */
export class SqliteLog implements LogStore {
  readonly #storage: DurableObjectStorage;
  readonly #sql: SqlStorage;

  constructor(storage: DurableObjectStorage) {
    this.#storage = storage;
    this.#sql = storage.sql;
  }

  transaction<T>(work: () => T): T {
    return this.#storage.transactionSync(work);
  }

  last(): LogRow | null {
    const row = this.#sql.exec<Row>("SELECT * FROM checkpoints ORDER BY version DESC LIMIT 1").toArray()[0];
    return row ? this.#toLogRow(row) : null;
  }

  append(...rows: readonly LogRow[]): void {
    const long = rows.filter((row) => row.event.length > PART_CHARS);
    if (rows.length <= ROWS_AT_ONCE && long.length === 0) this.#insert(rows);
    else
      this.transaction(() => {
        for (let from = 0; from < rows.length; from += ROWS_AT_ONCE)
          this.#insert(rows.slice(from, from + ROWS_AT_ONCE));
        for (const row of long) this.#saveParts("event", row.version, row.event);
      });
  }

  /** One statement, and so all of its rows or none. */
  #insert(rows: readonly LogRow[]): void {
    const values: (string | number)[] = [];
    for (const row of rows) {
      values.push(row.version, row.name, row.schemaVersion);
      if (values.length === 3) values.push(row.epoch);
      values.push(
        row.epoch,
        row.actor,
        row.event.length > PART_CHARS ? "" : row.event,
        row.previousHash,
        row.cost,
        row.at,
      );
    }
    this.#sql.exec(INSERTS[rows.length] ?? "", ...values);
  }

  range(since: number, limit: number): LogRow[] {
    return this.#sql
      .exec<Row>("SELECT * FROM checkpoints WHERE version > ? ORDER BY version LIMIT ?", since, limit)
      .toArray()
      .map((row) => this.#toLogRow(row));
  }

  count(name: string): number {
    return this.#sql.exec<{ n: number }>("SELECT COUNT(*) AS n FROM checkpoints WHERE name = ?", name).one().n;
  }

  saveSnapshot(version: number, text: string): void {
    this.#sql.exec("DELETE FROM parts WHERE kind = 'snapshot'");
    this.#saveParts("snapshot", version, text);
  }

  snapshot(): { version: number; text: string } | null {
    const newest = this.#sql
      .exec<{ version: number }>("SELECT version FROM parts WHERE kind = 'snapshot' ORDER BY version DESC LIMIT 1")
      .toArray()[0];
    return newest ? { version: newest.version, text: this.#loadParts("snapshot", newest.version) } : null;
  }

  number(name: string): number {
    return this.#sql.exec<{ value: number }>("SELECT value FROM meta WHERE name = ?", name).toArray()[0]?.value ?? 0;
  }

  setNumber(name: string, value: number): void {
    this.#sql.exec("INSERT OR REPLACE INTO meta VALUES (?, ?)", name, value);
  }

  enqueue(kind: OutboxRow["kind"], body: string): void {
    this.#sql.exec("INSERT INTO outbox (kind, body) VALUES (?, ?)", kind, body);
  }

  outbox(limit: number, to: Receiver = "project"): OutboxRow[] {
    const query = "SELECT * FROM outbox WHERE (kind = 'result') = ? ORDER BY seq LIMIT ?";
    return this.#sql
      .exec<{ seq: number; kind: OutboxRow["kind"]; body: string }>(query, to === "library" ? 1 : 0, limit)
      .toArray();
  }

  dequeue(throughSeq: number, to: Receiver = "project"): void {
    this.#sql.exec("DELETE FROM outbox WHERE seq <= ? AND (kind = 'result') = ?", throughSeq, to === "library" ? 1 : 0);
  }

  #toLogRow(row: Row): LogRow {
    return {
      version: row.version,
      name: row.name,
      schemaVersion: row.schema_version,
      epoch: row.epoch,
      actor: row.actor,
      event: row.event === "" ? this.#loadParts("event", row.version) : row.event,
      previousHash: row.previous_hash,
      cost: row.cost,
      at: row.at,
    };
  }

  #saveParts(kind: string, version: number, text: string): void {
    let part = 0;
    for (let from = 0; from < text.length; ) {
      // Half a surrogate pair would come back as U+FFFD: SQLite stores UTF-8.
      const to = from + PART_CHARS + (isHighSurrogate(text.charCodeAt(from + PART_CHARS - 1)) ? 1 : 0);
      this.#sql.exec("INSERT INTO parts VALUES (?, ?, ?, ?)", kind, version, part++, text.slice(from, to));
      from = to;
    }
  }

  #loadParts(kind: string, version: number): string {
    return this.#sql
      .exec<{ text: string }>("SELECT text FROM parts WHERE kind = ? AND version = ? ORDER BY part", kind, version)
      .toArray()
      .map((row) => row.text)
      .join("");
  }
}

const isHighSurrogate = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdbff;
