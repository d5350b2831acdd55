/*
 * D1's rows of site hosts and shared links (worker/db/schema.ts), as LibraryObjects project them. Late deliveries never
 * move a row back.
 */

export interface SiteHost {
  readonly id: string;
  readonly projectId: string;
  readonly state: "live" | "unpublished" | "preview";
  /** 0 for a preview. */
  readonly version: number;
  readonly revision: number;
  /** Milliseconds UTC; null for a site. */
  readonly expiresAt: number | null;
}

type Row = {
  id: string;
  project_id: string;
  state: SiteHost["state"];
  version: number;
  revision: number;
  expires_at: number | null;
};

/** What this isolate answers from without asking again: taking a site down must show within seconds everywhere. */
const KEPT_MS = 2_000;
const MAX_KEPT = 2_000;
const kept = new Map<string, { readonly host: SiteHost | null; readonly until: number }>();

export async function writeSiteHost(db: D1Database, host: SiteHost): Promise<void> {
  await db
    .prepare(
      `INSERT INTO sites (id, project_id, state, version, revision, expires_at) VALUES (?, ?, ?, ?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET state = excluded.state, version = excluded.version, revision = excluded.revision,
         expires_at = excluded.expires_at
       WHERE excluded.revision > sites.revision`,
    )
    .bind(host.id, host.projectId, host.state, host.version, host.revision, host.expiresAt)
    .run();
  kept.delete(host.id);
}

/** Null where nobody has such a site. At most two seconds old. */
export async function readSiteHost(db: D1Database, id: string, now: number): Promise<SiteHost | null> {
  const known = kept.get(id);
  if (known && known.until > now) return known.host;
  const row = await db.prepare("SELECT * FROM sites WHERE id = ?").bind(id).first<Row>();
  const host = row && {
    id: row.id,
    projectId: row.project_id,
    state: row.state,
    version: row.version,
    revision: row.revision,
    expiresAt: row.expires_at,
  };
  // Made-up hosts must not push those that exist out.
  if (kept.size >= MAX_KEPT) for (const [old, one] of kept) if (one.until <= now || one.host === null) kept.delete(old);
  if (kept.size < MAX_KEPT) kept.set(id, { host, until: now + KEPT_MS });
  return host;
}

export async function dropSiteHosts(db: D1Database, ids: readonly string[]): Promise<void> {
  for (const id of ids) kept.delete(id);
  await db.prepare("DELETE FROM sites WHERE id IN (SELECT value FROM json_each(?))").bind(JSON.stringify(ids)).run();
}

export async function writeShareLink(
  db: D1Database,
  link: { readonly tokenHash: string; readonly id: string; readonly projectId: string },
): Promise<void> {
  await db
    .prepare("INSERT INTO share_links (token_hash, id, project_id) VALUES (?, ?, ?) ON CONFLICT DO NOTHING")
    .bind(link.tokenHash, link.id, link.projectId)
    .run();
}

export async function readShareLink(
  db: D1Database,
  tokenHash: string,
): Promise<{ readonly id: string; readonly projectId: string } | null> {
  const row = await db
    .prepare("SELECT id, project_id FROM share_links WHERE token_hash = ?")
    .bind(tokenHash)
    .first<{ id: string; project_id: string }>();
  return row && { id: row.id, projectId: row.project_id };
}

/** Removes what a project has here, when it is erased. */
export async function clearProjectHosts(db: D1Database, projectId: string): Promise<void> {
  const { results } = await db
    .prepare("SELECT id FROM sites WHERE project_id = ?")
    .bind(projectId)
    .all<{ id: string }>();
  for (const { id } of results) kept.delete(id);
  await db.batch([
    db.prepare("DELETE FROM sites WHERE project_id = ?").bind(projectId),
    db.prepare("DELETE FROM share_links WHERE project_id = ?").bind(projectId),
  ]);
}
