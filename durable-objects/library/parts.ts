import type { Env } from "../env.ts";
import { Files } from "./files.ts";
import { type ItemRow, Items } from "./items.ts";
import { DEFAULT_QUOTA, Quota } from "./quota.ts";
import { createTables } from "./schema.ts";
import { TOP, Tree } from "./tree.ts";

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
  /** A file has another current version, name or place: searches have to hear of it. */
  changed(item: ItemRow): void;
}

export interface Library extends Ground {
  readonly files: Files;
}

/** Puts one library's parts together over the object's storage. */
export function compose(ctx: DurableObjectState, env: Env): Library {
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
  createTables(ctx.storage, (file, name) => {
    projectOf(file.project_id);
    items.create(file.id, TOP, name, {
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
  });
  const ground: Ground = {
    ctx,
    env,
    sql,
    tree,
    items,
    quota: new Quota(sql, tree, DEFAULT_QUOTA),
    projectOf,
    changed: () => undefined,
  };
  return { ...ground, files: new Files(ground) };
}
