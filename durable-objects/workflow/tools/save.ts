import type { ChangedFile, WorkspaceRef } from "../../../shared/protocol/sandbox-rpc.ts";
import type { ArtifactRecord, Provenance } from "../../../shared/workflow/records.ts";
import { BEFORE } from "../../../shared/workflow/run-node.ts";
import type { WorkflowState } from "../../../shared/workflow/state.ts";
import type { StartTool } from "../engine/super-step.ts";
import type { Blobs, Hash, SandboxClient } from "../ports.ts";
import { type ArtifactOwner, MAX_ARTIFACT_BYTES, storeArtifact } from "./artifacts.ts";
import { cleanName, inTheWayOf, nameProblem } from "./file-names.ts";
import type { ProjectFiles } from "./project-files.ts";

/** A workflow keeps at most this many results. */
export const MAX_ARTIFACTS = 500;
/** The full texts of cut outputs are kept for so many calls. */
const MAX_LOGS = 200;
const MAX_LOG_BYTES = 1_000_000;
const TOLD = 20;

export interface SaveDeps {
  readonly files: ProjectFiles;
  readonly blobs: Blobs;
  readonly hash: Hash;
  readonly sandbox: Pick<SandboxClient, "readFile" | "remove">;
}

export interface Saved {
  readonly saved: readonly ArtifactRecord[];
  /** In words for the model: what was not kept, and why. */
  readonly refused: readonly string[];
}

export interface NewFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}

export const ownerOf = (state: WorkflowState, call: StartTool): ArtifactOwner => ({
  projectId: state.projectId,
  workflowId: state.id,
  nodeId: call.nodeId,
  toolCallId: call.toolCallId,
});

/** Whether a call is a review's, which judges and leaves everything as it is. */
export const isReview = (state: WorkflowState, call: StartTool): boolean =>
  state.nodes.find((one) => one.id === call.nodeId)?.stage === "reviewing";

const results = (state: WorkflowState): readonly ArtifactRecord[] =>
  state.artifacts.filter((one) => one.role !== "log");

/** Whether the step may take a result away: its own, and what the run began with to be changed. */
const mayRemove = (one: ArtifactRecord, call: StartTool): boolean =>
  one.nodeId === call.nodeId || one.nodeId === BEFORE;

/** The result of this name as the step sees it: its own, else the newest. */
const visible = (state: WorkflowState, nodeId: string, name: string): ArtifactRecord | undefined => {
  const known = results(state).filter((one) => one.name === name);
  return known.findLast((one) => one.nodeId === nodeId) ?? known.at(-1);
};

/** Keeps files as results of the step. What is there already with the same content stays as it is. */
export async function saveFiles(
  deps: SaveDeps,
  state: WorkflowState,
  call: StartTool,
  files: Iterable<NewFile> | AsyncIterable<NewFile | string>,
  how: Omit<Provenance, "toolCallId">,
  gone: ReadonlySet<string> = new Set(),
): Promise<Saved> {
  const saved: ArtifactRecord[] = [];
  const refused: string[] = [];
  const taken = namesBeside(deps, state, call, gone);
  const kept = keptNames(state);
  const provenance = { toolCallId: call.toolCallId, ...how };
  for await (const file of files) {
    if (typeof file === "string") {
      refused.push(file);
      continue;
    }
    const { path, bytes } = file;
    const name = cleanName(path);
    const other = inTheWayOf(name, taken);
    const why =
      nameProblem(name) ??
      (other === undefined ? null : `"${other}" is in the way: a name is a file or a folder, not both.`) ??
      (deps.files.isUpload(name) ? "This is a file the person gave; write under another name." : null) ??
      (bytes.length > MAX_ARTIFACT_BYTES ? `Results have at most ${MAX_ARTIFACT_BYTES} bytes.` : null) ??
      (kept.size >= MAX_ARTIFACTS && !kept.has(`${call.nodeId}/${name}`) && !kept.has(`${BEFORE}/${name}`)
        ? `The workflow has ${MAX_ARTIFACTS} results, which is the most. Remove some, or put several into one.`
        : null);
    if (why) refused.push(`Not saved: ${name.slice(0, 200)}. ${why}`);
    else {
      saved.push(await storeArtifact(ownerOf(state, call), { name, bytes, provenance }, deps.blobs, deps.hash));
      kept.add(`${call.nodeId}/${name}`);
      kept.delete(`${BEFORE}/${name}`);
      taken.add(name);
    }
  }
  return { saved, refused: few(refused) };
}

/** Results by step and name; what the run began with counts until a step wrote it anew. */
function keptNames(state: WorkflowState): Set<string> {
  const all = results(state);
  const written = new Set(all.flatMap((one) => (one.nodeId === BEFORE ? [] : [one.name])));
  const counting = all.filter((one) => one.nodeId !== BEFORE || !written.has(one.name));
  return new Set(counting.map((one) => `${one.nodeId}/${one.name}`));
}

/** Names that others have, and the step itself apart from what is gone. */
function namesBeside(deps: SaveDeps, state: WorkflowState, call: StartTool, gone: ReadonlySet<string>): Set<string> {
  const isGone = (one: ArtifactRecord) => mayRemove(one, call) && gone.has(one.name);
  const kept = results(state).filter((one) => !isGone(one));
  return new Set([...deps.files.uploads, ...kept.map((one) => one.name)]);
}

const few = (lines: readonly string[]): string[] =>
  lines.length <= TOLD ? [...lines] : [...lines.slice(0, TOLD), `[and ${lines.length - TOLD} more]`];

export interface Changes {
  readonly changed: readonly ChangedFile[];
  readonly removed: readonly string[];
}

/** What a command left behind becomes the step's results; what it removed of them is gone. */
export async function saveChanges(
  deps: SaveDeps,
  state: WorkflowState,
  call: StartTool,
  { changed, removed }: Changes,
  how: Omit<Provenance, "toolCallId">,
): Promise<Saved & { readonly removed: readonly string[]; readonly removedNames: readonly string[] }> {
  const workspace = workspaceOf(state);
  async function* files(): AsyncGenerator<NewFile | string> {
    for (const one of changed) {
      const name = cleanName(one.path);
      if (visible(state, call.nodeId, name)?.sha256 === one.sha256) continue;
      const bytes = one.bytes ?? (await fetchFile(deps, workspace, one));
      yield bytes ? { path: one.path, bytes } : `Not saved: ${name.slice(0, 200)}. It was changed again meanwhile.`;
    }
  }
  const kept = await saveFiles(deps, state, call, files(), how, new Set(removed.map(cleanName)));
  const gone: ArtifactRecord[] = [];
  const notes: string[] = [];
  for (const path of removed) {
    const name = cleanName(path);
    const own = results(state).filter((one) => mayRemove(one, call) && one.name === name);
    if (own.length > 0) gone.push(...own);
    else if (deps.files.isUpload(name) || visible(state, call.nodeId, name))
      notes.push(`Not removed: ${name.slice(0, 200)}. It is not this step's own, and is there again.`);
  }
  return {
    saved: kept.saved,
    refused: [...kept.refused, ...few(notes)],
    removed: gone.map((one) => one.id),
    removedNames: [...new Set(gone.map((one) => one.name))],
  };
}

/**
 * A review changes nothing: what its command wrote is taken out of the workspace again. Files that others know are put
 * right by the next command's manifest.
 */
export async function dropChanges(deps: SaveDeps, state: WorkflowState, { changed }: Changes): Promise<void> {
  const known = (name: string) => deps.files.isUpload(name) || state.artifacts.some((one) => one.name === name);
  const added = changed.filter((one) => !known(cleanName(one.path)));
  // One that stays behind is no result of anybody's all the same.
  await Promise.all(added.map((one) => deps.sandbox.remove(workspaceOf(state), one.path).catch(() => null)));
}

const workspaceOf = (state: WorkflowState): WorkspaceRef => ({ projectId: state.projectId, workflowId: state.id });

/** Too large to come with the answer; null when another command has changed it since. */
async function fetchFile(deps: SaveDeps, workspace: WorkspaceRef, file: ChangedFile): Promise<Uint8Array | null> {
  const read = await deps.sandbox.readFile(workspace, file.path);
  return read.ok && deps.hash(read.value) === file.sha256 ? read.value : null;
}

/** Keeps the whole of a long output; null when there are too many already. */
export async function saveLog(
  deps: SaveDeps,
  state: WorkflowState,
  call: StartTool,
  text: string,
): Promise<ArtifactRecord | null> {
  const logs = state.artifacts.filter((one) => one.role === "log");
  if (logs.length >= MAX_LOGS) return null;
  const own = new Set(state.artifacts.filter((one) => one.nodeId === call.nodeId).map((one) => one.name));
  let number = 1;
  while (own.has(logName(call.nodeId, number))) number++;
  const buffer = new Uint8Array(Math.min(MAX_LOG_BYTES, text.length * 3));
  // Stops before a character that does not fit whole.
  const { written } = new TextEncoder().encodeInto(text, buffer);
  const provenance = { toolCallId: call.toolCallId, tool: call.name, code: null, inputs: [] };
  const file = {
    name: logName(call.nodeId, number),
    bytes: buffer.slice(0, written),
    role: "log" as const,
    provenance,
  };
  return storeArtifact(ownerOf(state, call), file, deps.blobs, deps.hash);
}

const logName = (nodeId: string, number: number): string => `logs/${nodeId}-${number}.txt`;
