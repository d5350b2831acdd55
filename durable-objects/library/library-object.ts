import { DurableObject } from "cloudflare:workers";
import type { FileView } from "../../shared/api/files.ts";
import type { LibraryRpc, NewFile } from "../../shared/protocol/library-rpc.ts";
import type { Answer } from "../../shared/protocol/object-rpc.ts";
import type { Env } from "../env.ts";
import { compose, type Library } from "./parts.ts";

/**
 * The files of one project. Apart from the ProjectObject, so that indexing never queues ahead of money. The bytes are
 * sealed in R2; a version's header opens them with the project's data key. A shell over its parts.
 */
export class LibraryObject extends DurableObject<Env> implements LibraryRpc {
  #library: Library;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#library = compose(ctx, env);
  }

  async addFile(file: NewFile): Promise<Answer<FileView>> {
    return this.#library.files.add(file);
  }

  async file(versionId: string): Promise<(NewFile & { createdAt: string }) | null> {
    return this.#library.files.readable(versionId);
  }

  async files(input: {
    limit: number;
    cursor: string | null;
  }): Promise<{ items: FileView[]; nextCursor: string | null }> {
    return this.#library.files.page(input);
  }

  async destroy(): Promise<string[]> {
    const { sql } = this.#library;
    const rows = sql.exec<{ key: string }>("SELECT key FROM versions WHERE owned = 1").toArray();
    await this.ctx.storage.deleteAll();
    this.#library = compose(this.ctx, this.env);
    return rows.map((row) => row.key);
  }
}
