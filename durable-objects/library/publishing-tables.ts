/*
 * Tables of what a project shows to others. Every change of a site or link writes its row, its line of history and what
 * has to be told (D1's row, the audit trail) in one transaction; telling is repeated until it is done.
 */
const SCHEMA = `
  CREATE TABLE IF NOT EXISTS publishing (one INTEGER PRIMARY KEY CHECK (one = 1), project_id TEXT NOT NULL);
  CREATE TABLE IF NOT EXISTS sites (
    id TEXT PRIMARY KEY, root TEXT NOT NULL, folder TEXT NOT NULL, workflow_id TEXT NOT NULL, title TEXT NOT NULL,
    state TEXT NOT NULL, version INTEGER NOT NULL, revision INTEGER NOT NULL, synced INTEGER NOT NULL,
    created_at TEXT NOT NULL, updated_at TEXT NOT NULL) WITHOUT ROWID;
  CREATE UNIQUE INDEX IF NOT EXISTS sites_by_folder ON sites (root, folder);
  CREATE TABLE IF NOT EXISTS site_versions (
    site TEXT NOT NULL, version INTEGER NOT NULL, title TEXT NOT NULL, entry TEXT NOT NULL, sha256 TEXT NOT NULL,
    files TEXT NOT NULL, count INTEGER NOT NULL, size INTEGER NOT NULL, by_kind TEXT NOT NULL, by_id TEXT NOT NULL,
    workflow_id TEXT NOT NULL, node_id TEXT, at TEXT NOT NULL, PRIMARY KEY (site, version)) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS publishing_bytes (one INTEGER PRIMARY KEY CHECK (one = 1), bytes INTEGER NOT NULL);
  CREATE TABLE IF NOT EXISTS site_wishes (
    key TEXT PRIMARY KEY, site TEXT NOT NULL, version INTEGER NOT NULL, before INTEGER, committed INTEGER NOT NULL,
    undone INTEGER NOT NULL, at TEXT NOT NULL) WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS site_wishes_by_site ON site_wishes (site, version);
  CREATE TABLE IF NOT EXISTS site_history (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, site TEXT NOT NULL, action TEXT NOT NULL, version INTEGER NOT NULL,
    by_kind TEXT NOT NULL, by_id TEXT NOT NULL, at TEXT NOT NULL);
  CREATE INDEX IF NOT EXISTS site_history_by_site ON site_history (site, seq);
  CREATE TABLE IF NOT EXISTS site_previews (
    id TEXT PRIMARY KEY, entry TEXT NOT NULL, files TEXT NOT NULL, expires_at INTEGER NOT NULL) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS shares (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, token_hash TEXT NOT NULL, workflow_id TEXT NOT NULL,
    created_by TEXT NOT NULL, created_at TEXT NOT NULL, expires_at TEXT NOT NULL, revoked_at TEXT,
    opens INTEGER NOT NULL, last_opened_at TEXT);
  CREATE INDEX IF NOT EXISTS shares_by_workflow ON shares (workflow_id, seq);
  CREATE TABLE IF NOT EXISTS publishing_audit (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, event_type TEXT NOT NULL, by_kind TEXT NOT NULL, by_id TEXT NOT NULL,
    at TEXT NOT NULL, data TEXT NOT NULL);
`;

/** The count of bytes is kept beside the versions: their rows are long, and every upload asks for it. */
export function createPublishingTables(sql: SqlStorage): void {
  sql.exec(SCHEMA);
  if (sql.exec("SELECT 1 FROM publishing_bytes").toArray().length === 0)
    sql.exec("INSERT INTO publishing_bytes SELECT 1, COALESCE(SUM(size), 0) FROM site_versions");
}
