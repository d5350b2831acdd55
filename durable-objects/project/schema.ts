/**
 * Tables of one project. `meta` has one row. `audit` only ever grows: its triggers refuse changes, and refuse
 * `INSERT OR REPLACE`, which would bypass them. Only a chain that is derived from a workflow's log can be taken away, to
 * be derived again (`rederived` names it meanwhile); the project's own never.
 */
const SCHEMA = `
    CREATE TABLE IF NOT EXISTS meta (
      one INTEGER PRIMARY KEY CHECK (one = 1), id TEXT NOT NULL, name TEXT NOT NULL, owner_id TEXT NOT NULL,
      created_at TEXT NOT NULL, deleted_at TEXT, erased_at TEXT, key_version INTEGER NOT NULL, wrapped_key TEXT NOT NULL,
      budget_micros INTEGER NOT NULL, directory_dirty INTEGER NOT NULL DEFAULT 1);
    CREATE TABLE IF NOT EXISTS members (
      user_id TEXT PRIMARY KEY, role TEXT NOT NULL, created_at TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS role_changes (
      workflow_id TEXT NOT NULL, user_id TEXT NOT NULL, role TEXT, seq INTEGER NOT NULL, urgent INTEGER NOT NULL,
      attempts INTEGER NOT NULL, not_before INTEGER NOT NULL, PRIMARY KEY (workflow_id, user_id)) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS tranches (
      workflow_id TEXT NOT NULL, tranche_id TEXT NOT NULL, micros INTEGER NOT NULL, PRIMARY KEY (workflow_id, tranche_id));
    CREATE TABLE IF NOT EXISTS returns (
      workflow_id TEXT NOT NULL, return_id TEXT NOT NULL, micros INTEGER NOT NULL, PRIMARY KEY (workflow_id, return_id));
    CREATE TABLE IF NOT EXISTS purse (
      one INTEGER PRIMARY KEY CHECK (one = 1), leased_micros INTEGER NOT NULL, returned_micros INTEGER NOT NULL);
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
    CREATE TABLE IF NOT EXISTS promotions (
      seq INTEGER PRIMARY KEY AUTOINCREMENT, rehearsal_id TEXT NOT NULL, workflow_id TEXT NOT NULL);
    CREATE INDEX IF NOT EXISTS promotions_by_rehearsal ON promotions (rehearsal_id, seq);
    CREATE INDEX IF NOT EXISTS summaries_by_age ON summaries (created_at DESC, workflow_id DESC);
    CREATE TABLE IF NOT EXISTS messages (
      seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, role TEXT NOT NULL, status TEXT NOT NULL, message TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS jobs (
      id TEXT PRIMARY KEY, seq INTEGER NOT NULL, message_id TEXT NOT NULL, question_id TEXT NOT NULL, user_id TEXT NOT NULL,
      locale TEXT NOT NULL, status TEXT NOT NULL, attempt INTEGER NOT NULL, reserved_micros INTEGER NOT NULL, not_before INTEGER NOT NULL);
    CREATE TABLE IF NOT EXISTS repairs (
      workflow_id TEXT NOT NULL, opened_version INTEGER NOT NULL, node_id TEXT NOT NULL, code TEXT NOT NULL, tool TEXT NOT NULL,
      action TEXT NOT NULL, closed_version INTEGER, succeeded INTEGER, PRIMARY KEY (workflow_id, opened_version)) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS repair_totals (
      code TEXT NOT NULL, tool TEXT NOT NULL, action TEXT NOT NULL, succeeded INTEGER NOT NULL, total INTEGER NOT NULL,
      PRIMARY KEY (code, tool, action)) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS audit (
      source TEXT NOT NULL, seq INTEGER NOT NULL, source_version INTEGER NOT NULL, previous_hash TEXT NOT NULL,
      event_type TEXT NOT NULL, category TEXT NOT NULL, actor_kind TEXT NOT NULL, actor_id TEXT NOT NULL, at TEXT NOT NULL,
      data TEXT NOT NULL, is_sensitive INTEGER NOT NULL, PRIMARY KEY (source, seq)) WITHOUT ROWID;
    CREATE INDEX IF NOT EXISTS audit_by_time ON audit (at DESC, source DESC, seq DESC);
    CREATE TABLE IF NOT EXISTS rederived (source TEXT PRIMARY KEY) WITHOUT ROWID;
    CREATE TRIGGER IF NOT EXISTS audit_no_update BEFORE UPDATE ON audit
      BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END;
    CREATE TRIGGER IF NOT EXISTS audit_no_delete BEFORE DELETE ON audit
      WHEN OLD.source = 'project' OR NOT EXISTS (SELECT 1 FROM rederived WHERE source = OLD.source)
      BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END;
    CREATE TRIGGER IF NOT EXISTS audit_in_order BEFORE INSERT ON audit
      WHEN NEW.seq <> (SELECT COALESCE(MAX(seq), 0) + 1 FROM audit WHERE source = NEW.source)
      BEGIN SELECT RAISE(ABORT, 'lines of the audit trail follow each other without gaps'); END;
`;

/** Brings an object of any age to today's tables. */
export function createTables(sql: SqlStorage): void {
  sql.exec(SCHEMA);
  const columns = sql.exec("SELECT 1 FROM pragma_table_info('tranches') WHERE name = 'asked_micros'").toArray();
  if (columns.length === 0) sql.exec("ALTER TABLE tranches ADD COLUMN asked_micros INTEGER");
  if (sql.exec("SELECT 1 FROM purse").toArray().length === 0)
    sql.exec(
      `INSERT INTO purse SELECT 1, (SELECT COALESCE(SUM(micros), 0) FROM tranches),
       (SELECT COALESCE(SUM(micros), 0) FROM returns)`,
    );
}
