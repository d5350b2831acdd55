import type { SiteManifest } from "../../shared/protocol/sites-rpc.ts";
import type { Env } from "../env.ts";
import { writeSiteHost } from "../storage/site-directory.ts";
import type { PublishingGround } from "./publishing.ts";
import { SiteRows } from "./site-rows.ts";

/** Results that members look at before they are published: under an unguessable host name, for minutes. */
export class Previews {
  readonly #ground: PublishingGround;
  readonly #env: Env;
  readonly #rows: SiteRows;

  constructor(ground: PublishingGround, env: Env) {
    this.#ground = ground;
    this.#env = env;
    this.#rows = new SiteRows(ground.sql, () => ground.projectId ?? "");
  }

  async add(input: { id: string; projectId: string; expiresAt: number } & SiteManifest): Promise<void> {
    const { id, projectId, expiresAt } = input;
    this.#ground.transaction(() => {
      this.#ground.claim(projectId);
      this.#rows.addPreview(id, input, expiresAt);
    });
    await writeSiteHost(this.#env.DB, { id, projectId, state: "preview", version: 0, revision: 1, expiresAt });
  }
}
