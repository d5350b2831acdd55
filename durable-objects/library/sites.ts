import { type Problem, problem } from "../../shared/errors/problem.ts";
import { err, ok } from "../../shared/lib/result.ts";
import { newSiteId } from "../../shared/lib/site-hosts.ts";
import type { Answer } from "../../shared/protocol/object-rpc.ts";
import type {
  Published,
  SiteDraft,
  SiteFile,
  SiteManifest,
  SiteWish,
  StoredSite,
  StoredSiteDetail,
} from "../../shared/protocol/sites-rpc.ts";
import type { Actor } from "../../shared/workflow/records.ts";
import type { PublishingGround } from "./publishing.ts";
import { type SiteRow, SiteRows } from "./site-rows.ts";

/** Versions of one site that are kept; the oldest go first, the live one never. */
const MAX_VERSIONS = 50;
/** Sites of one project that are live at once. */
const MAX_LIVE = 50;

type Action = StoredSiteDetail["history"][number]["action"];
type WishRow = { site: string; version: number; before: number | null; committed: number; undone: number; at: string };

/**
 * Published sites of one project.
 *
 * S1 A wish under a key is carried out once: however often it is sent, it is one version and one line of history.
 * S2 A version never changes. Content that was published before is that version again.
 * S3 `before` of a wish is what was live when it went live; taking it back puts that in its place, unless something
 *    else, or the same by a later wish, is live by then.
 */
export class Sites {
  readonly #ground: PublishingGround;
  readonly #sql: SqlStorage;
  readonly #rows: SiteRows;

  constructor(ground: PublishingGround) {
    this.#ground = ground;
    this.#sql = ground.sql;
    this.#rows = new SiteRows(ground.sql, () => ground.projectId ?? "");
  }

  async begin(wish: SiteWish): Promise<Answer<{ done: Published } | { draft: SiteDraft }>> {
    const made = this.#ground.transaction((): Answer<{ done: Published } | { draft: SiteDraft }> => {
      this.#ground.claim(wish.projectId);
      const known = this.#wish(wish.key);
      if (known) return ok(known.committed === 1 ? { done: publishedOf(known) } : { draft: draftOf(known) });
      const site = this.#siteOf(wish);
      const same = this.#versionOf(site.id, wish.sha256);
      const refused = this.#crowded(site) ?? (same === null ? this.#ground.refusal(wish.size) : null);
      if (refused) return err(refused);
      const version = same ?? this.#nextVersion(site.id);
      this.#sql.exec(
        "INSERT INTO site_wishes VALUES (?, ?, ?, NULL, 0, 0, ?)",
        wish.key,
        site.id,
        version,
        this.#now(),
      );
      if (same === null) return ok({ draft: { siteId: site.id, version } });
      return ok({ done: this.#goLive(wish, site, same) });
    });
    await this.#ground.tell();
    return made;
  }

  async commit(
    wish: SiteWish,
    draft: SiteDraft,
    files: readonly SiteFile[],
  ): Promise<Answer<{ done: Published; kept: boolean }>> {
    const made = this.#ground.transaction((): Answer<{ done: Published; kept: boolean }> => {
      const known = this.#wish(wish.key);
      const site = known && this.#rows.site(known.site);
      if (!known || !site || known.site !== draft.siteId) return err(problem("not_found"));
      if (known.committed === 1) {
        this.#unkept(site.id, known.version, files);
        return ok({ done: publishedOf(known), kept: false });
      }
      const refused = this.#crowded(site);
      if (refused) {
        this.#unwanted(files.map((file) => file.key));
        return err(refused);
      }
      // The same content may have come under another key meanwhile.
      const same = this.#versionOf(site.id, wish.sha256);
      if (same !== null) this.#unkept(site.id, same, files);
      else this.#rows.addVersion(site.id, known.version, wish, files, this.#now());
      const done = this.#goLive(wish, site, same ?? known.version);
      this.#prune(site.id);
      return ok({ done, kept: same === null });
    });
    await this.#ground.tell();
    return made;
  }

  async publication(key: string): Promise<Published | null> {
    await this.#ground.tell();
    const known = this.#wish(key);
    return known?.committed === 1 ? publishedOf(known) : null;
  }

  async undo(input: {
    key: string;
    siteId: string;
    by: Actor;
  }): Promise<Answer<{ live: number | null; changed: boolean }>> {
    const made = this.#ground.transaction((): Answer<{ live: number | null; changed: boolean }> => {
      const wish = this.#wish(input.key);
      const site = wish && this.#rows.site(wish.site);
      if (wish?.committed !== 1 || !site || site.id !== input.siteId) return err(problem("not_found"));
      const isLive = site.state === "live" && site.version === wish.version && !this.#wentLiveAgain(input.key, wish);
      if (wish.undone === 1 || !isLive) {
        this.#sql.exec("UPDATE site_wishes SET undone = 1 WHERE key = ?", input.key);
        return ok({ live: liveOf(site), changed: false });
      }
      this.#sql.exec("UPDATE site_wishes SET undone = 1 WHERE key = ?", input.key);
      const back = this.#notUndone(site.id, wish.before);
      this.#set(
        site,
        { state: back === null ? "unpublished" : "live", version: back ?? site.version },
        "undone",
        input.by,
      );
      return ok({ live: back, changed: true });
    });
    await this.#ground.tell();
    return made;
  }

  async list(): Promise<StoredSite[]> {
    return this.#rows.all();
  }

  of(root: string, folder: string): string | null {
    const site = this.#rows.byFolder(root, folder);
    return site && site.version > 0 ? site.id : null;
  }

  async detail(siteId: string): Promise<StoredSiteDetail | null> {
    return this.#rows.detail(siteId);
  }

  /** For erasure: also of sites that never went live. */
  ids(): string[] {
    return this.#sql
      .exec<{ id: string }>("SELECT id FROM sites")
      .toArray()
      .map((row) => row.id);
  }

  rollback(siteId: string, version: number, by: Actor): Promise<Answer<StoredSiteDetail>> {
    return this.#change(siteId, (site) => {
      if (!this.#rows.hasVersion(siteId, version)) return problem("not_found");
      const refused = this.#crowded(site);
      if (!refused && liveOf(site) !== version) this.#set(site, { state: "live", version }, "rolled_back", by);
      return refused;
    });
  }

  unpublish(siteId: string, by: Actor): Promise<Answer<StoredSiteDetail>> {
    return this.#change(siteId, (site) => {
      if (site.state === "live") this.#set(site, { state: "unpublished", version: site.version }, "unpublished", by);
      return null;
    });
  }

  putBack(siteId: string, by: Actor): Promise<Answer<StoredSiteDetail>> {
    return this.#change(siteId, (site) => {
      const refused = this.#crowded(site);
      if (!refused && site.state !== "live") this.#set(site, { state: "live", version: site.version }, "put_back", by);
      return refused;
    });
  }

  async manifest(siteId: string, version: number): Promise<SiteManifest | null> {
    return this.#rows.manifest(siteId, version, Date.now());
  }

  async #change(siteId: string, work: (site: SiteRow) => Problem | null): Promise<Answer<StoredSiteDetail>> {
    const refused = this.#ground.transaction(() => {
      const site = this.#rows.site(siteId);
      return site !== null && site.version > 0 ? work(site) : problem("not_found");
    });
    if (refused) return err(refused);
    await this.#ground.tell();
    const detail = this.#rows.detail(siteId);
    return detail ? ok(detail) : err(problem("not_found"));
  }

  #goLive(wish: SiteWish, site: SiteRow, version: number): Published {
    const before = liveOf(site);
    this.#sql.exec(
      "UPDATE site_wishes SET committed = 1, version = ?, before = ? WHERE key = ?",
      version,
      before,
      wish.key,
    );
    this.#sql.exec("UPDATE sites SET title = ?, workflow_id = ? WHERE id = ?", wish.title, wish.workflowId, site.id);
    if (before !== version) this.#set(site, { state: "live", version }, "published", wish.by);
    return { siteId: site.id, version, before };
  }

  #set(
    site: SiteRow,
    to: { readonly state: SiteRow["state"]; readonly version: number },
    action: Action,
    by: Actor,
  ): void {
    const at = this.#now();
    this.#sql.exec(
      "UPDATE sites SET state = ?, version = ?, revision = revision + 1, updated_at = ? WHERE id = ?",
      to.state,
      to.version,
      at,
      site.id,
    );
    this.#sql.exec(
      "INSERT INTO site_history (site, action, version, by_kind, by_id, at) VALUES (?, ?, ?, ?, ?, ?)",
      site.id,
      action,
      to.version,
      by.kind,
      by.id,
      at,
    );
    const from = liveOf(site);
    const data = { siteId: site.id, version: to.version, ...(from === null ? {} : { fromVersion: from }) };
    this.#ground.audit(
      action === "undone" && to.state === "unpublished" ? "site.unpublished" : `site.${action}`,
      by,
      data,
    );
  }

  /** Whether a later wish put the same version live once more: then it is that one's to take back. */
  #wentLiveAgain(key: string, { site, version, at }: WishRow): boolean {
    return (
      this.#sql
        .exec(
          `SELECT 1 FROM site_wishes WHERE site = ? AND version = ? AND committed = 1 AND undone = 0 AND key <> ?
           AND before IS NOT version AND at > ?`,
          site,
          version,
          key,
          at,
        )
        .toArray().length > 0
    );
  }

  /** What was live before a wish that has itself been taken back since does not come back. */
  #notUndone(siteId: string, before: number | null): number | null {
    let version = before;
    for (let round = 0; version !== null && round < MAX_VERSIONS; round++) {
      const wish = this.#sql
        .exec<WishRow>(
          "SELECT * FROM site_wishes WHERE site = ? AND version = ? AND committed = 1 ORDER BY at DESC LIMIT 1",
          siteId,
          version,
        )
        .toArray()[0];
      if (wish?.undone !== 1) return this.#rows.hasVersion(siteId, version) ? version : null;
      version = wish.before === version ? null : wish.before;
    }
    return null;
  }

  #siteOf(wish: SiteWish): SiteRow {
    const known = this.#rows.byFolder(wish.root, wish.folder);
    if (known) return known;
    const id = newSiteId();
    const at = this.#now();
    this.#sql.exec(
      "INSERT INTO sites VALUES (?, ?, ?, ?, ?, 'unpublished', 0, 0, 0, ?, ?)",
      id,
      wish.root,
      wish.folder,
      wish.workflowId,
      wish.title,
      at,
      at,
    );
    const made = this.#rows.site(id);
    if (!made) throw new Error("the site's row was not written");
    return made;
  }

  #versionOf(siteId: string, sha256: string): number | null {
    return (
      this.#sql
        .exec<{ version: number }>("SELECT version FROM site_versions WHERE site = ? AND sha256 = ?", siteId, sha256)
        .toArray()[0]?.version ?? null
    );
  }

  /** Numbers that were given to wishes never carried out are not used again: bytes may lie there. */
  #nextVersion(siteId: string): number {
    const row = this.#sql
      .exec<{ top: number }>(
        `SELECT MAX(COALESCE((SELECT MAX(version) FROM site_versions WHERE site = ?1), 0),
                    COALESCE((SELECT MAX(version) FROM site_wishes WHERE site = ?1), 0)) AS top`,
        siteId,
      )
      .one();
    return row.top + 1;
  }

  #prune(siteId: string): void {
    this.#unwanted(this.#rows.prune(siteId, this.#rows.site(siteId)?.version ?? 0, MAX_VERSIONS));
  }

  /** Bytes that no version names. */
  #unwanted(keys: readonly string[]): void {
    for (const key of keys) this.#sql.exec("INSERT INTO unwanted VALUES (?) ON CONFLICT DO NOTHING", key);
  }

  /** Of two attempts at one content the second's bytes are nobody's; its own commit may be what is said again. */
  #unkept(siteId: string, version: number, files: readonly SiteFile[]): void {
    const kept = new Set(this.#rows.manifest(siteId, version, 0)?.files.map((file) => file.key));
    this.#unwanted(files.map((file) => file.key).filter((key) => !kept.has(key)));
  }

  /** Why a site that is not live cannot go live. */
  #crowded(site: SiteRow): Problem | null {
    if (site.state === "live" || this.#rows.liveCount() < MAX_LIVE) return null;
    return problem("sites_full", { max: MAX_LIVE });
  }

  #wish(key: string): WishRow | null {
    return this.#sql.exec<WishRow>("SELECT * FROM site_wishes WHERE key = ?", key).toArray()[0] ?? null;
  }

  #now(): string {
    return this.#ground.now();
  }
}

const liveOf = (site: SiteRow): number | null => (site.state === "live" ? site.version : null);
const draftOf = ({ site, version }: WishRow): SiteDraft => ({ siteId: site, version });
const publishedOf = ({ site, version, before }: WishRow): Published => ({ siteId: site, version, before });
