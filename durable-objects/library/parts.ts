import type { Env } from "../env.ts";
import { type Chore, Chores } from "../project/chores.ts";
import { Bin } from "./bin.ts";
import { Eraser } from "./eraser.ts";
import { Files } from "./files.ts";
import { type ItemRow, Items } from "./items.ts";
import { Listing } from "./listing.ts";
import { Places } from "./places.ts";
import { Quota, quotaOf } from "./quota.ts";
import { Reader } from "./reader.ts";
import { Results } from "./results.ts";
import { createTables } from "./schema.ts";
import { Search } from "./search.ts";
import { TOP, Tree } from "./tree.ts";
import { Uploads } from "./uploads.ts";
import { Words } from "./words.ts";

/** What every capability of a library rests on. */
export interface Ground {
  readonly ctx: DurableObjectState;
  readonly env: Env;
  readonly sql: SqlStorage;
  readonly tree: Tree;
  readonly items: Items;
  readonly quota: Quota;
  /** Whose files these are; a caller that knows it says so, and it is kept. "" before anybody did. */
  projectOf(said?: string): string;
  /** The project is gone: nothing comes here any more. */
  isErased(): boolean;
  /** A file has another current version, name or place: searches have to hear of it. */
  changed(item: ItemRow): void;
  forgetWords(item: number): void;
  /** Bytes in R2 that nothing names any more. */
  drop(key: string): void;
}

export interface Library extends Ground {
  readonly files: Files;
  readonly places: Places;
  readonly bin: Bin;
  readonly listing: Listing;
  readonly uploads: Uploads;
  readonly search: Search;
  readonly results: Results;
  readonly chores: Chores;
}

/** Puts one library's parts together over the object's storage. */
export function compose(ctx: DurableObjectState, env: Env, publishing: Chore): Library {
  const { sql } = ctx.storage;
  const now = () => new Date().toISOString();
  const tree = new Tree(sql, now);
  let project = "";
  const projectOf = (said = ""): string => {
    project ||= sql.exec<{ project_id: string }>("SELECT project_id FROM library").one().project_id;
    if (project === "" && said !== "") sql.exec("UPDATE library SET project_id = ?", said);
    project ||= said;
    return project;
  };
  const items = new Items(sql, tree, () => projectOf());
  const words = new Words(sql);
  createTables(ctx.storage, (file, name) => {
    projectOf(file.project_id);
    const item = items.create(file.id, TOP, name, {
      id: file.id,
      size: file.size,
      mediaType: file.media_type,
      sha256: null,
      key: file.key,
      header: file.header,
      owned: true,
      profile: file.profile,
      problem: file.problem,
      derived: file.derived,
      reading: file.problem ? "no" : file.profile ? "yes" : "pending",
      origin: "upload",
      provenance: null,
      at: file.created_at,
      by: file.created_by,
      restoredFrom: null,
    });
    words.setName(item.seq, name);
    sql.exec("INSERT INTO reading VALUES (?, 0, 0)", item.version_id);
  });
  let reader: Reader | null = null;
  const ground: Ground = {
    ctx,
    env,
    sql,
    tree,
    items,
    quota: new Quota(sql, tree, quotaOf(env.FILES_QUOTA_BYTES)),
    projectOf,
    isErased: () => sql.exec("SELECT 1 FROM library WHERE erased = 1").toArray().length > 0,
    changed(item) {
      words.setName(item.seq, item.name);
      reader?.enqueue(item);
    },
    forgetWords: (item) => words.forget(item),
    drop: (key) => sql.exec("INSERT INTO unwanted VALUES (?) ON CONFLICT DO NOTHING", key),
  };
  reader = new Reader(ground, words);
  const files = new Files(ground, reader);
  const bin = new Bin(ground);
  const uploads = new Uploads(ground, files);
  return {
    ...ground,
    files,
    places: new Places(ground),
    bin,
    listing: new Listing(ground),
    uploads,
    search: new Search(ground, words, reader),
    results: new Results(ground, bin),
    chores: new Chores(ctx.storage, [reader, uploads, new Eraser(ground), publishing]),
  };
}
