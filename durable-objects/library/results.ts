import type { FileProvenance } from "../../shared/api/files.ts";
import { MAX_FILE_BYTES } from "../../shared/api/limits.ts";
import { newId } from "../../shared/lib/ids.ts";
import type { ResultFact, ResultFacts } from "../../shared/protocol/projection.ts";
import type { Bin } from "./bin.ts";
import type { ItemRow, NewVersion } from "./items.ts";
import { cleanName, freeName, nameKey, parsePath } from "./names.ts";
import type { Ground } from "./parts.ts";
import { TOP } from "./tree.ts";

const RESULTS = { en: "Results", ar: "النتائج" } as const;

type Created = ResultFact & { readonly kind: "created" };
type Removed = ResultFact & { readonly kind: "removed" };

/**
 * Results of workflows are files, in a folder of their workflow. The bytes stay the workflow's: a file points to them.
 *
 * R1 A fact is taken once, by (workflow, version, artifact): what people did with the file since is never undone.
 * R2 What a workflow writes again under a name is a version of the file it wrote first, wherever that lies now.
 * R3 What people put into the bin stays there; a file written again then begins anew.
 */
export class Results {
  readonly #ground: Ground;
  readonly #bin: Bin;

  constructor(ground: Ground, bin: Bin) {
    this.#ground = ground;
    this.#bin = bin;
  }

  async apply(facts: ResultFacts): Promise<void> {
    const { ctx, env, projectOf, isErased } = this.#ground;
    if (isErased()) return;
    const projectId = projectOf(facts.projectId);
    const files = ctx.storage.transactionSync(() => facts.facts.map((fact) => this.#take(facts, fact)));
    const listed = [...new Set(files)].filter((file) => file !== null);
    // Also of those taken before: the delivery may have ended between the two.
    const at = new Date().toISOString();
    const insert = "INSERT INTO file_index (id, project_id, created_at) VALUES (?, ?, ?) ON CONFLICT (id) DO NOTHING";
    if (listed.length > 0) await env.DB.batch(listed.map((id) => env.DB.prepare(insert).bind(id, projectId, at)));
  }

  /** The file a fact is about; null where there is none. */
  #take(facts: ResultFacts, fact: ResultFact): string | null {
    const { sql } = this.#ground;
    const artifact = fact.kind === "created" ? fact.artifact.id : fact.artifactId;
    const key = [facts.workflowId, fact.sourceVersion, artifact] as const;
    const known = "SELECT file FROM results WHERE workflow = ? AND version = ? AND artifact = ?";
    const taken = sql.exec<{ file: string | null }>(known, ...key).toArray()[0];
    if (taken) return taken.file && this.#ground.items.get(taken.file) ? taken.file : null;
    const file = fact.kind === "created" ? this.#write(facts, fact) : this.#remove(facts, fact);
    sql.exec("INSERT INTO results VALUES (?, ?, ?, ?)", ...key, file);
    return file;
  }

  #write(facts: ResultFacts, fact: Created): string {
    const { sql, items } = this.#ground;
    const key = nameKey(fact.artifact.name);
    const query = "SELECT file FROM result_files WHERE workflow = ? AND name_key = ?";
    const known = sql.exec<{ file: string }>(query, facts.workflowId, key).toArray()[0];
    const version = versionOf(facts, fact);
    const before = known ? this.#standing(items.get(known.file), facts.workflowId) : null;
    const item = before ? this.#again(before, version) : this.#create(facts, fact, version);
    sql.exec("INSERT OR REPLACE INTO result_files VALUES (?, ?, ?)", facts.workflowId, key, item.id);
    this.#ground.changed(item);
    return item.id;
  }

  /** R3: the file when it is not in the bin, taken out of it when the workflow itself had put it there. */
  #standing(item: ItemRow | null, workflowId: string): ItemRow | null {
    if (!item || this.#ground.items.isLive(item)) return item;
    const row = item.bin === null ? null : this.#bin.row(item.bin);
    if (row?.deleted_by !== workflowId) return null;
    this.#bin.restore(row.id);
    return this.#ground.items.live(item.id);
  }

  #again(item: ItemRow, version: NewVersion): ItemRow {
    const { items } = this.#ground;
    return items.version(item.version_id)?.key === version.key ? item : items.addVersion(item, version);
  }

  #create(facts: ResultFacts, fact: Created, version: NewVersion): ItemRow {
    const { tree, items } = this.#ground;
    const names = parsePath(fact.artifact.name) ?? [];
    const name = names.at(-1) ?? cleanName(fact.artifact.name.replaceAll(/[/\\]/g, "_")) ?? "result";
    const home = this.#folder(facts);
    const folder = tree.ensure([...tree.names(home), ...names.slice(0, -1)])?.id ?? home;
    const free = freeName(name, (one) => tree.isTaken(folder, one));
    return items.create(newId("fil"), folder, free, version);
  }

  /** The workflow's own folder, wherever people moved it; made when there is none. */
  #folder({ workflowId, workflowName, locale }: ResultFacts): number {
    const { sql, tree } = this.#ground;
    const query = "SELECT folder FROM result_folders WHERE workflow = ?";
    const known = sql.exec<{ folder: number }>(query, workflowId).toArray()[0];
    if (known && tree.get(known.folder) && tree.isLive(known.folder)) return known.folder;
    const above = tree.ensure([RESULTS[locale]]) ?? tree.ensure([`${RESULTS[locale]} (2)`]) ?? tree.get(TOP);
    const parent = above?.id ?? TOP;
    const wanted = cleanName(workflowName.replaceAll(/[/\\]/g, "-").slice(0, 120)) ?? workflowId;
    const name = freeName(wanted, (one) => tree.isTaken(parent, one));
    const folder = tree.ensure([...tree.names(parent), name]);
    if (!folder) throw new Error("a folder for results could not be made");
    sql.exec("INSERT OR REPLACE INTO result_folders VALUES (?, ?)", workflowId, folder.id);
    return folder.id;
  }

  /** A person's own version over it stays. */
  #remove(facts: ResultFacts, fact: Removed): string | null {
    const { sql, items } = this.#ground;
    const query = "SELECT file FROM results WHERE workflow = ? AND artifact = ? AND file IS NOT NULL LIMIT 1";
    const known = sql.exec<{ file: string }>(query, facts.workflowId, fact.artifactId).toArray()[0];
    const item = known ? items.live(known.file) : null;
    if (item?.origin === "result") this.#bin.put(item, facts.workflowId);
    return item?.id ?? null;
  }
}

function versionOf({ workflowId, workflowName }: ResultFacts, fact: Created): NewVersion {
  const { artifact, step, simulated } = fact;
  const provenance: FileProvenance = {
    workflowId,
    workflowName,
    artifactId: artifact.id,
    nodeId: artifact.nodeId,
    step,
    toolCallId: artifact.provenance?.toolCallId ?? null,
    tool: artifact.provenance?.tool ?? null,
    code: artifact.provenance?.code ?? null,
    inputs: artifact.provenance?.inputs ?? [],
    simulated,
  };
  const isReadable = artifact.size <= MAX_FILE_BYTES;
  return {
    id: newId("fil"),
    size: artifact.size,
    mediaType: artifact.mediaType,
    sha256: artifact.sha256,
    key: artifact.key,
    header: artifact.header,
    owned: false,
    profile: null,
    problem: isReadable ? null : "file_too_large_to_read",
    derived: "[]",
    reading: isReadable ? "pending" : "no",
    origin: "result",
    provenance,
    at: fact.at,
    by: workflowId,
    restoredFrom: null,
  };
}
