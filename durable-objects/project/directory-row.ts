import { writeProject } from "../storage/directory.ts";
import type { Chore } from "./chores.ts";
import type { Members } from "./members.ts";
import type { ProjectMeta } from "./meta.ts";

/** A write that failed, or died with its object, is made again after this. */
const RETRY_MS = 2000;

/** Keeps D1's rows of the project and its members at what the object says, also after D1 was away. */
export class DirectoryRow implements Chore {
  readonly name = "write the project's directory row";
  readonly #meta: ProjectMeta;
  readonly #members: Members;
  readonly #db: D1Database;
  #changes = 0;
  #retryAt = 0;

  constructor(meta: ProjectMeta, members: Members, db: D1Database) {
    this.#meta = meta;
    this.#members = members;
    this.#db = db;
  }

  due(): number | null {
    return this.#meta.isDirty() ? this.#retryAt : null;
  }

  /** Called in the turn of a change, so that what is still to be written commits with it. */
  async run(): Promise<void> {
    const meta = this.#meta.get();
    if (!meta) return;
    this.#meta.setDirty(true);
    this.#retryAt = Date.now() + RETRY_MS;
    const change = ++this.#changes;
    try {
      await writeProject(this.#db, { ...meta, members: this.#members.all() });
      // A change during the write has other content, and its own write.
      if (change === this.#changes) this.#meta.setDirty(false);
    } catch {
      this.#retryAt = Date.now() + RETRY_MS;
    }
  }
}
