import { SiteEventView } from "../../shared/api/sites.ts";
import type {
  SiteFile,
  SiteManifest,
  SiteWish,
  StoredSite,
  StoredSiteDetail,
} from "../../shared/protocol/sites-rpc.ts";
import type { Actor } from "../../shared/workflow/records.ts";

export type SiteRow = {
  id: string;
  root: string;
  folder: string;
  workflow_id: string;
  title: string;
  state: "live" | "unpublished";
  version: number;
  created_at: string;
  updated_at: string;
};

type VersionRow = {
  version: number;
  title: string;
  entry: string;
  sha256: string;
  count: number;
  size: number;
  by_kind: Actor["kind"];
  by_id: string;
  workflow_id: string;
  node_id: string | null;
  at: string;
};

const MAX_HISTORY = 50;

/** The rows of sites and their versions, and how members see them. */
export class SiteRows {
  readonly #sql: SqlStorage;
  readonly #projectId: () => string;

  constructor(sql: SqlStorage, projectId: () => string) {
    this.#sql = sql;
    this.#projectId = projectId;
  }

  site(id: string): SiteRow | null {
    return this.#sql.exec<SiteRow>("SELECT * FROM sites WHERE id = ?", id).toArray()[0] ?? null;
  }

  byFolder(root: string, folder: string): SiteRow | null {
    return (
      this.#sql.exec<SiteRow>("SELECT * FROM sites WHERE root = ? AND folder = ?", root, folder).toArray()[0] ?? null
    );
  }

  /** Those that went live at least once, last changed first. */
  all(): StoredSite[] {
    const rows = this.#sql
      .exec<SiteRow>("SELECT * FROM sites WHERE version > 0 ORDER BY updated_at DESC, id")
      .toArray();
    return rows.map((row) => this.#view(row));
  }

  detail(id: string): StoredSiteDetail | null {
    const site = this.site(id);
    if (!site || site.version === 0) return null;
    const versions = this.#sql
      .exec<VersionRow>(
        `SELECT version, title, entry, sha256, count, size, by_kind, by_id, workflow_id, node_id, at
         FROM site_versions WHERE site = ? ORDER BY version DESC`,
        id,
      )
      .toArray();
    type EventRow = { action: string; version: number; by_kind: string; by_id: string; at: string };
    const history = this.#sql
      .exec<EventRow>("SELECT * FROM site_history WHERE site = ? ORDER BY seq DESC LIMIT ?", id, MAX_HISTORY)
      .toArray();
    return {
      ...this.#view(site),
      versions: versions.map((row) => ({
        version: row.version,
        title: row.title,
        entry: row.entry,
        files: row.count,
        size: row.size,
        sha256: row.sha256,
        by: { kind: row.by_kind, id: row.by_id },
        workflowId: row.workflow_id,
        nodeId: row.node_id,
        at: row.at,
        live: site.state === "live" && site.version === row.version,
      })),
      history: history.map((row) => SiteEventView.parse({ ...row, by: { kind: row.by_kind, id: row.by_id } })),
    };
  }

  hasVersion(site: string, version: number): boolean {
    return (
      this.#sql.exec("SELECT 1 FROM site_versions WHERE site = ? AND version = ?", site, version).toArray().length > 0
    );
  }

  addVersion(site: string, version: number, wish: SiteWish, files: readonly SiteFile[], at: string): void {
    const size = files.reduce((sum, file) => sum + file.size, 0);
    this.#sql.exec(
      "INSERT INTO site_versions VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      site,
      version,
      wish.title,
      wish.entry,
      wish.sha256,
      JSON.stringify(files),
      files.length,
      size,
      wish.by.kind,
      wish.by.id,
      wish.workflowId,
      wish.nodeId,
      at,
    );
    this.#sql.exec("UPDATE publishing_bytes SET bytes = bytes + ?", size);
  }

  /** Takes the versions away that are more than `max`, the oldest first, never `live`; gives the keys of their bytes. */
  prune(site: string, live: number, max: number): string[] {
    type Row = { version: number; size: number; files: string };
    const old = this.#sql
      .exec<Row>(
        `SELECT version, size, files FROM site_versions WHERE site = ? AND version <> ?
         ORDER BY version DESC LIMIT -1 OFFSET ?`,
        site,
        live,
        max - 1,
      )
      .toArray();
    return old.flatMap(({ version, size, files }) => {
      this.#sql.exec("DELETE FROM site_versions WHERE site = ? AND version = ?", site, version);
      this.#sql.exec("UPDATE publishing_bytes SET bytes = bytes - ?", size);
      // SAFETY: written by addVersion as SiteFile[].
      return (JSON.parse(files) as SiteFile[]).map((file) => file.key);
    });
  }

  liveCount(): number {
    return this.#sql.exec<{ live: number }>("SELECT COUNT(*) AS live FROM sites WHERE state = 'live'").one().live;
  }

  addPreview(id: string, { entry, files }: SiteManifest, expiresAt: number): void {
    this.#sql.exec("INSERT INTO site_previews VALUES (?, ?, ?, ?)", id, entry, JSON.stringify(files), expiresAt);
  }

  /** Version 0: a preview that has not expired at `now`. */
  manifest(site: string, version: number, now: number): SiteManifest | null {
    type Row = { entry: string; files: string };
    const row =
      version === 0
        ? this.#sql
            .exec<Row>("SELECT entry, files FROM site_previews WHERE id = ? AND expires_at > ?", site, now)
            .toArray()[0]
        : this.#sql
            .exec<Row>("SELECT entry, files FROM site_versions WHERE site = ? AND version = ?", site, version)
            .toArray()[0];
    // SAFETY: written by addVersion and addPreview as SiteFile[].
    return row ? { entry: row.entry, files: JSON.parse(row.files) as SiteFile[] } : null;
  }

  #view(row: SiteRow): StoredSite {
    const version = this.#sql
      .exec<{ count: number; size: number }>(
        "SELECT count, size FROM site_versions WHERE site = ? AND version = ?",
        row.id,
        row.version,
      )
      .toArray()[0];
    return {
      id: row.id,
      projectId: this.#projectId(),
      workflowId: row.workflow_id,
      folder: row.folder,
      title: row.title,
      state: row.state,
      version: row.version,
      files: version?.count ?? 0,
      size: version?.size ?? 0,
      createdAt: row.created_at,
      updatedAt: row.updated_at,
    };
  }
}
