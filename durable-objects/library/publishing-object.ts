import { DurableObject } from "cloudflare:workers";
import type { Role } from "../../shared/access/roles.ts";
import type { Problem } from "../../shared/errors/problem.ts";
import type {
  NewShare,
  SharesRpc,
  SiteDraft,
  SiteFile,
  SiteManifest,
  SitesRpc,
  SiteWish,
} from "../../shared/protocol/sites-rpc.ts";
import type { Actor } from "../../shared/workflow/records.ts";
import type { Env } from "../env.ts";
import type { Chore } from "../project/chores.ts";
import { Previews } from "./previews.ts";
import { PublishingGround } from "./publishing.ts";
import { Shares } from "./shares.ts";
import { Sites } from "./sites.ts";

interface Parts {
  readonly ground: PublishingGround;
  readonly sites: Sites;
  readonly shares: Shares;
  readonly previews: Previews;
}

/** The part of a LibraryObject that shows a project's results to others: published sites and shared links. A shell. */
export abstract class PublishingObject extends DurableObject<Env> implements SitesRpc, SharesRpc {
  #parts: Parts;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#parts = this.#compose();
  }

  #compose(): Parts {
    const ground = new PublishingGround(
      this.ctx,
      this.env,
      () => this.armChores(),
      (bytes) => this.storageRefusal(bytes),
    );
    return {
      ground,
      sites: new Sites(ground),
      shares: new Shares(ground),
      previews: new Previews(ground, this.env),
    };
  }

  /** Set by the object: puts the alarm where its chores want it. */
  protected abstract armChores(): Promise<void>;

  /** Set by the object: null when that many bytes more fit. */
  protected abstract storageRefusal(bytes: number): Problem | null;

  /** What its alarm has to do for sites and links. */
  protected get publishingChore(): Chore {
    return this.#parts.ground;
  }

  /** After the object's storage was emptied. */
  protected resetPublishing(): void {
    this.#parts = this.#compose();
  }

  async beginSite(wish: SiteWish) {
    return this.#told(() => this.#parts.sites.begin(wish));
  }

  async commitSite(wish: SiteWish, draft: SiteDraft, files: readonly SiteFile[]) {
    return this.#told(() => this.#parts.sites.commit(wish, draft, files));
  }

  async publication(key: string) {
    return this.#parts.sites.publication(key);
  }

  async undoSite(input: { key: string; siteId: string; by: Actor }) {
    return this.#told(() => this.#parts.sites.undo(input));
  }

  async siteOf(root: string, folder: string) {
    return this.#parts.sites.of(root, folder);
  }

  async sites() {
    return this.#parts.sites.list();
  }

  async site(siteId: string) {
    return this.#parts.sites.detail(siteId);
  }

  /** Of all sites, for erasure. */
  async siteIds(): Promise<string[]> {
    return this.#parts.sites.ids();
  }

  async rollbackSite(siteId: string, version: number, by: Actor) {
    return this.#told(() => this.#parts.sites.rollback(siteId, version, by));
  }

  async unpublishSite(siteId: string, by: Actor) {
    return this.#told(() => this.#parts.sites.unpublish(siteId, by));
  }

  async putBackSite(siteId: string, by: Actor) {
    return this.#told(() => this.#parts.sites.putBack(siteId, by));
  }

  async siteManifest(siteId: string, version: number) {
    return this.#parts.sites.manifest(siteId, version);
  }

  async previewSite(input: { id: string; projectId: string; expiresAt: number } & SiteManifest) {
    await this.#told(() => this.#parts.previews.add(input));
  }

  async createShare(share: NewShare) {
    return this.#told(() => this.#parts.shares.create(share));
  }

  async shares(workflowId: string) {
    return this.#parts.shares.list(workflowId);
  }

  async share(id: string) {
    return this.#parts.shares.share(id);
  }

  async revokeShare(id: string, userId: string) {
    return this.#told(() => this.#parts.shares.revoke(id, userId));
  }

  async dropMember(userId: string, role: Role | null) {
    if (role === null) await this.#told(() => this.#parts.shares.revokeAllOf(userId));
  }

  async openShare(id: string, tokenHash: string, count: boolean) {
    return this.#parts.shares.open(id, tokenHash, count);
  }

  /** What could not be told the directory or the audit trail is owed by the alarm, also when this call breaks. */
  async #told<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } finally {
      await this.armChores();
    }
  }
}
