import type { Role } from "../access/roles.ts";
import type { SiteDetail, SiteView } from "../api/sites.ts";
import type { Actor } from "../workflow/records.ts";
import type { Answer } from "./object-rpc.ts";

/** One file of a published version: where its sealed bytes are and what opens them. */
export interface SiteFile {
  /** In the folder that was published, "index.html" or "img/logo.png". */
  readonly path: string;
  /** Plaintext bytes. */
  readonly size: number;
  readonly sha256: string;
  readonly key: string;
  readonly header: string;
}

/** What a version answers with. Never changes. */
export interface SiteManifest {
  readonly entry: string;
  readonly files: readonly SiteFile[];
}

/** Wish to have a folder live, under a key: the same key again is the same wish. */
export interface SiteWish {
  readonly key: string;
  readonly projectId: string;
  readonly workflowId: string;
  /** First workflow of the lineage: all runs of it share one site per folder. */
  readonly root: string;
  readonly nodeId: string | null;
  readonly folder: string;
  readonly title: string;
  readonly entry: string;
  /** SHA-256 of entry, names and contents. */
  readonly sha256: string;
  /** Plaintext bytes of all files, which a version not stored yet adds to what the project keeps. */
  readonly size: number;
  readonly by: Actor;
}

/** What a wish came to. */
export interface Published {
  readonly siteId: string;
  readonly version: number;
  /** The version that was live before, null when none was. `before === version`: nothing changed. */
  readonly before: number | null;
}

/** Where the files of a version that is not there yet go. */
export interface SiteDraft {
  readonly siteId: string;
  readonly version: number;
}

/** A site between Worker and object: addresses are made where they are shown. */
export type StoredSite = Omit<SiteView, "url">;
export type StoredSiteDetail = Omit<SiteDetail, "url">;

/** Published sites of one project. Roles are the caller's to check; refusals are values. */
export interface SitesRpc {
  /**
   * `done`: this key was published before, or this content is known and is live now. `draft`: its files have to be
   * stored under `sites/<siteId>/<version>/` and handed to `commitSite`. Refusals: `sites_full`, `storage_full`.
   */
  beginSite(wish: SiteWish): Promise<Answer<{ done: Published } | { draft: SiteDraft }>>;
  /**
   * Goes live. A key that was committed before gives what it came to; `files` of the second are not kept. `sites_full`
   * when others took the last places meanwhile.
   */
  commitSite(
    wish: SiteWish,
    draft: SiteDraft,
    files: readonly SiteFile[],
  ): Promise<Answer<{ done: Published; kept: boolean }>>;
  /** What a key came to; null when nothing of it was committed. */
  publication(key: string): Promise<Published | null>;
  /**
   * Takes one publishing back: what was live before it is live again, or nothing. When another version went live
   * since, nothing changes. `live`: the version that is live now.
   */
  undoSite(input: {
    key: string;
    siteId: string;
    by: Actor;
  }): Promise<Answer<{ live: number | null; changed: boolean }>>;
  sites(): Promise<StoredSite[]>;
  /** The site of a folder of a lineage, once it went live; its id. */
  siteOf(root: string, folder: string): Promise<string | null>;
  /** Of all sites there were ever files for: erasure sweeps `sites/<id>/`. */
  siteIds(): Promise<string[]>;
  site(siteId: string): Promise<StoredSiteDetail | null>;
  /** `not_found` for a version there never was; `sites_full` where that puts one more live, here and in putBackSite. */
  rollbackSite(siteId: string, version: number, by: Actor): Promise<Answer<StoredSiteDetail>>;
  unpublishSite(siteId: string, by: Actor): Promise<Answer<StoredSiteDetail>>;
  putBackSite(siteId: string, by: Actor): Promise<Answer<StoredSiteDetail>>;
  /** `version` 0: of a preview that has not expired. */
  siteManifest(siteId: string, version: number): Promise<SiteManifest | null>;
  /** Shows stored files under a host name until `expiresAt` (milliseconds UTC). */
  previewSite(input: { id: string; projectId: string; expiresAt: number } & SiteManifest): Promise<void>;
}

export interface NewShare {
  readonly id: string;
  readonly projectId: string;
  readonly workflowId: string;
  readonly createdBy: string;
  /** ISO 8601 UTC. */
  readonly expiresAt: string;
  /** SHA-256 of the token, hexadecimal. */
  readonly tokenHash: string;
}

export interface StoredShare {
  readonly id: string;
  readonly workflowId: string;
  readonly createdBy: string;
  readonly createdAt: string;
  readonly expiresAt: string;
  readonly revokedAt: string | null;
  readonly opens: number;
  readonly lastOpenedAt: string | null;
}

/** Read-only links to results of one project. */
export interface SharesRpc {
  /** The same id again gives what is there. `shares_full`: as many of this workflow's links as may be open at once. */
  createShare(share: NewShare): Promise<Answer<StoredShare>>;
  /** All that are open, and the latest others; newest first. */
  shares(workflowId: string): Promise<StoredShare[]>;
  share(id: string): Promise<StoredShare | null>;
  /** Revoking twice keeps the first time. Null when there is none. */
  revokeShare(id: string, userId: string): Promise<StoredShare | null>;
  /** A person left the project: links of theirs are withdrawn. A change of role leaves them. */
  dropMember(userId: string, role: Role | null): Promise<void>;
  /** The link while it opens anything, else null; `count`: it is the page that is opened. */
  openShare(id: string, tokenHash: string, count: boolean): Promise<StoredShare | null>;
}
