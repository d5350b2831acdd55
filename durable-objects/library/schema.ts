import { freeName, nameKey } from "./names.ts";

/*
 * Tables of one project's files.
 *
 * T1 A folder knows its parent, so that moving one touches no row below it. Row 0 is the top.
 * T2 What lies in a folder of the bin is in the bin, whatever its own row says.
 * T3 `total_files` and `size` of a folder count everything below it that is not in the bin.
 * T4 `size` of an item is that of its current version, `old_size` that of the others; the top's row has the project's.
 */
const SCHEMA = `
  CREATE TABLE IF NOT EXISTS library (
    one INTEGER PRIMARY KEY CHECK (one = 1), project_id TEXT NOT NULL DEFAULT '', format INTEGER NOT NULL,
    erased INTEGER NOT NULL DEFAULT 0, bin_size INTEGER NOT NULL DEFAULT 0, uploads_size INTEGER NOT NULL DEFAULT 0);
  CREATE TABLE IF NOT EXISTS folders (
    id INTEGER PRIMARY KEY AUTOINCREMENT, parent INTEGER NOT NULL, name TEXT NOT NULL, name_key TEXT NOT NULL,
    sort_key TEXT NOT NULL, bin TEXT, files INTEGER NOT NULL DEFAULT 0, folders INTEGER NOT NULL DEFAULT 0,
    total_files INTEGER NOT NULL DEFAULT 0, size INTEGER NOT NULL DEFAULT 0, old_size INTEGER NOT NULL DEFAULT 0,
    updated_at TEXT NOT NULL);
  CREATE UNIQUE INDEX IF NOT EXISTS folders_by_key ON folders (parent, name_key) WHERE bin IS NULL;
  CREATE INDEX IF NOT EXISTS folders_by_name ON folders (parent, sort_key, id) WHERE bin IS NULL;
  CREATE INDEX IF NOT EXISTS folders_by_date ON folders (parent, updated_at, id) WHERE bin IS NULL;
  CREATE INDEX IF NOT EXISTS folders_by_size ON folders (parent, size, id) WHERE bin IS NULL;
  CREATE INDEX IF NOT EXISTS folders_by_bin ON folders (bin) WHERE bin IS NOT NULL;
  CREATE INDEX IF NOT EXISTS folders_by_parent ON folders (parent, id);
  CREATE TABLE IF NOT EXISTS items (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, folder INTEGER NOT NULL, name TEXT NOT NULL,
    name_key TEXT NOT NULL, sort_key TEXT NOT NULL, bin TEXT, version INTEGER NOT NULL, version_id TEXT NOT NULL,
    size INTEGER NOT NULL, old_size INTEGER NOT NULL DEFAULT 0, media_type TEXT NOT NULL, kind TEXT NOT NULL,
    origin TEXT NOT NULL, reading TEXT NOT NULL, simulated INTEGER NOT NULL, created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL, updated_by TEXT NOT NULL);
  CREATE UNIQUE INDEX IF NOT EXISTS items_by_key ON items (folder, name_key) WHERE bin IS NULL;
  CREATE INDEX IF NOT EXISTS items_by_name ON items (folder, sort_key, seq) WHERE bin IS NULL;
  CREATE INDEX IF NOT EXISTS items_by_date ON items (folder, updated_at, seq) WHERE bin IS NULL;
  CREATE INDEX IF NOT EXISTS items_by_size ON items (folder, size, seq) WHERE bin IS NULL;
  CREATE INDEX IF NOT EXISTS items_by_bin ON items (bin) WHERE bin IS NOT NULL;
  CREATE INDEX IF NOT EXISTS items_by_folder ON items (folder, seq);
  CREATE TABLE IF NOT EXISTS versions (
    id TEXT PRIMARY KEY, file TEXT NOT NULL, version INTEGER NOT NULL, size INTEGER NOT NULL, media_type TEXT NOT NULL,
    sha256 TEXT, key TEXT NOT NULL, header TEXT NOT NULL, owned INTEGER NOT NULL, profile TEXT, problem TEXT,
    derived TEXT NOT NULL, reading TEXT NOT NULL, origin TEXT NOT NULL, provenance TEXT, created_at TEXT NOT NULL,
    created_by TEXT NOT NULL, restored_from INTEGER) WITHOUT ROWID;
  CREATE UNIQUE INDEX IF NOT EXISTS versions_by_file ON versions (file, version);
  CREATE TABLE IF NOT EXISTS bin (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, folder INTEGER, file TEXT, name TEXT NOT NULL,
    path TEXT NOT NULL, files INTEGER NOT NULL, size INTEGER NOT NULL, all_size INTEGER NOT NULL,
    deleted_at TEXT NOT NULL, deleted_by TEXT NOT NULL, erase_at INTEGER NOT NULL, erasing INTEGER NOT NULL DEFAULT 0);
  CREATE INDEX IF NOT EXISTS bin_by_erasure ON bin (erase_at);
  CREATE TABLE IF NOT EXISTS unwanted (key TEXT PRIMARY KEY) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS uploads (
    id TEXT PRIMARY KEY, name TEXT NOT NULL, path TEXT NOT NULL, size INTEGER NOT NULL, sha256 TEXT, key TEXT NOT NULL,
    header TEXT NOT NULL, multipart TEXT NOT NULL, version_id TEXT NOT NULL, created_at TEXT NOT NULL,
    created_by TEXT NOT NULL, expires_at INTEGER NOT NULL, file TEXT) WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS uploads_by_expiry ON uploads (expires_at);
  CREATE TABLE IF NOT EXISTS upload_parts (
    upload TEXT NOT NULL, part INTEGER NOT NULL, sha256 TEXT NOT NULL, attempt INTEGER NOT NULL, etag TEXT,
    PRIMARY KEY (upload, part)) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS reading (
    version_id TEXT PRIMARY KEY, attempts INTEGER NOT NULL, not_before INTEGER NOT NULL) WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS reading_by_time ON reading (not_before);
  CREATE TABLE IF NOT EXISTS texts (item INTEGER PRIMARY KEY, text TEXT NOT NULL);
  CREATE VIRTUAL TABLE IF NOT EXISTS name_words USING fts5(name, content='', contentless_delete=1, tokenize='trigram');
  CREATE VIRTUAL TABLE IF NOT EXISTS text_words USING fts5(text, content='', contentless_delete=1, tokenize='unicode61', prefix='2 3');
  CREATE TABLE IF NOT EXISTS result_folders (workflow TEXT PRIMARY KEY, folder INTEGER NOT NULL) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS result_files (
    workflow TEXT NOT NULL, name_key TEXT NOT NULL, file TEXT NOT NULL, PRIMARY KEY (workflow, name_key)) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS results (
    workflow TEXT NOT NULL, version INTEGER NOT NULL, artifact TEXT NOT NULL, file TEXT,
    PRIMARY KEY (workflow, version, artifact)) WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS results_by_artifact ON results (workflow, artifact);
`;

const FORMAT = 2;

type OldFile = {
  seq: number;
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

/** Brings an object of any age to today's tables. `adopt` writes a file of the first format into them, at the top. */
export function createTables(storage: DurableObjectStorage, adopt: (file: OldFile, name: string) => void): void {
  const { sql } = storage;
  const isMade = sql.exec("SELECT 1 FROM sqlite_master WHERE name = 'library'").toArray().length > 0;
  if (isMade) return;
  storage.transactionSync(() => {
    sql.exec(SCHEMA);
    sql.exec("INSERT INTO library (one, format) VALUES (1, ?)", FORMAT);
    const now = new Date().toISOString();
    sql.exec(
      "INSERT INTO folders (id, parent, name, name_key, sort_key, updated_at) VALUES (0, -1, '', '', '', ?)",
      now,
    );
    if (sql.exec("SELECT 1 FROM sqlite_master WHERE name = 'files'").toArray().length === 0) return;
    for (const file of sql.exec<OldFile>("SELECT * FROM files ORDER BY seq").toArray()) {
      const isTaken = (name: string) =>
        sql.exec("SELECT 1 FROM items WHERE folder = 0 AND name_key = ?", nameKey(name)).toArray().length > 0;
      adopt(file, freeName(file.name, isTaken));
    }
    sql.exec("DROP TABLE files");
  });
}
