/** Tables of one project. `meta` has one row. */
export function createTables(sql: SqlStorage): void {
  sql.exec(`
    CREATE TABLE IF NOT EXISTS meta (
      one INTEGER PRIMARY KEY CHECK (one = 1), id TEXT NOT NULL, name TEXT NOT NULL, owner_id TEXT NOT NULL,
      created_at TEXT NOT NULL, deleted_at TEXT, erased_at TEXT, key_version INTEGER NOT NULL, wrapped_key TEXT NOT NULL,
      budget_micros INTEGER NOT NULL, directory_dirty INTEGER NOT NULL DEFAULT 1);
    CREATE TABLE IF NOT EXISTS members (
      user_id TEXT PRIMARY KEY, role TEXT NOT NULL, created_at TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS tranches (
      workflow_id TEXT NOT NULL, tranche_id TEXT NOT NULL, micros INTEGER NOT NULL, PRIMARY KEY (workflow_id, tranche_id));
    CREATE TABLE IF NOT EXISTS returns (
      workflow_id TEXT NOT NULL, return_id TEXT NOT NULL, micros INTEGER NOT NULL, PRIMARY KEY (workflow_id, return_id));
    CREATE TABLE IF NOT EXISTS ledger (
      source TEXT NOT NULL, source_version INTEGER NOT NULL, workflow_id TEXT, model TEXT NOT NULL, operation TEXT NOT NULL,
      input INTEGER NOT NULL, output INTEGER NOT NULL, cache_read INTEGER NOT NULL, cache_write_5m INTEGER NOT NULL,
      cache_write_1h INTEGER NOT NULL, cost_micros INTEGER NOT NULL, simulated INTEGER NOT NULL, confirmed INTEGER NOT NULL,
      at TEXT NOT NULL, PRIMARY KEY (source, source_version)) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS rollups (
      day TEXT NOT NULL, model TEXT NOT NULL, operation TEXT NOT NULL, simulated INTEGER NOT NULL, calls INTEGER NOT NULL,
      cost_micros INTEGER NOT NULL, PRIMARY KEY (day, model, operation, simulated)) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS summaries (
      workflow_id TEXT PRIMARY KEY, version INTEGER NOT NULL, created_at TEXT NOT NULL, finished INTEGER NOT NULL, summary TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS started (workflow_id TEXT PRIMARY KEY) WITHOUT ROWID;
    CREATE INDEX IF NOT EXISTS summaries_by_age ON summaries (created_at DESC, workflow_id DESC);
    CREATE TABLE IF NOT EXISTS messages (
      seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, role TEXT NOT NULL, status TEXT NOT NULL, message TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS jobs (
      id TEXT PRIMARY KEY, seq INTEGER NOT NULL, message_id TEXT NOT NULL, question_id TEXT NOT NULL, user_id TEXT NOT NULL,
      locale TEXT NOT NULL, status TEXT NOT NULL, attempt INTEGER NOT NULL, reserved_micros INTEGER NOT NULL, not_before INTEGER NOT NULL);
  `);
}
