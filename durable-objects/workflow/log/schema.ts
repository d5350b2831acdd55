/**
 * Tables of one workflow's object. `checkpoints` only ever grows: the triggers refuse changes, and refuse
 * `INSERT OR REPLACE`, which would bypass them. Long texts are cut into parts because a row holds 2 MB at most.
 */
const SCHEMA = `
CREATE TABLE IF NOT EXISTS checkpoints (
  version INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  schema_version INTEGER NOT NULL,
  epoch INTEGER NOT NULL,
  actor TEXT NOT NULL,
  event TEXT NOT NULL,
  previous_hash TEXT NOT NULL,
  cost INTEGER NOT NULL,
  at TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS parts (
  kind TEXT NOT NULL,
  version INTEGER NOT NULL,
  part INTEGER NOT NULL,
  text TEXT NOT NULL,
  PRIMARY KEY (kind, version, part)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS outbox (seq INTEGER PRIMARY KEY, kind TEXT NOT NULL, body TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS alarms (key TEXT PRIMARY KEY, due INTEGER NOT NULL) WITHOUT ROWID;
CREATE TRIGGER IF NOT EXISTS checkpoints_no_update BEFORE UPDATE ON checkpoints
  BEGIN SELECT RAISE(ABORT, 'checkpoints are append-only'); END;
CREATE TRIGGER IF NOT EXISTS checkpoints_no_delete BEFORE DELETE ON checkpoints
  BEGIN SELECT RAISE(ABORT, 'checkpoints are append-only'); END;
CREATE TRIGGER IF NOT EXISTS checkpoints_in_order BEFORE INSERT ON checkpoints
  WHEN NEW.version <> (SELECT COALESCE(MAX(version), 0) + 1 FROM checkpoints)
  BEGIN SELECT RAISE(ABORT, 'checkpoints follow each other without gaps'); END;
`;

/** Whether a workflow was ever created here. Asking about an id that is not one must leave nothing behind. */
export function hasSchema(sql: SqlStorage): boolean {
  return sql.exec("SELECT 1 FROM sqlite_master WHERE name = 'checkpoints'").toArray().length > 0;
}

export function createSchema(sql: SqlStorage): void {
  sql.exec(SCHEMA);
}
