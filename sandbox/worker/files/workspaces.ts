import { err } from "../../../shared/lib/result.ts";
import type { FileEntry, FilesAnswer, WorkspaceFiles, WorkspaceRef } from "../../../shared/protocol/sandbox-rpc.ts";
import { EXEC_LIMITS } from "../../port.ts";
import { loaderOf } from "../exec/loader.ts";
import { archive } from "./archive.ts";
import { buildTree } from "./build-tree.ts";
import type { FileOperation, FileOutcome, SandboxObjectRpc } from "./object-rpc.ts";
import { isWorkspace } from "./paths.ts";

const NO_WORKSPACE = err({ problem: "bad_path", detail: "There is no such workspace." } as const);

/** {@link WorkspaceFiles} over the projects' objects. Ids of any other form than ours reach no object. */
export class Workspaces implements WorkspaceFiles {
  readonly #objectOf: (projectId: string) => SandboxObjectRpc;

  constructor(objectOf: (projectId: string) => SandboxObjectRpc) {
    this.#objectOf = objectOf;
  }

  async list(ref: WorkspaceRef, folder: string, options?: { recursive?: boolean }): Promise<FilesAnswer<FileEntry[]>> {
    const recursive = options?.recursive === true;
    return take(await this.#do(ref, { kind: "list", folder, recursive }), "entries", ({ entries }) => entries);
  }

  async stat(ref: WorkspaceRef, path: string): Promise<FilesAnswer<FileEntry>> {
    return take(await this.#do(ref, { kind: "stat", path }), "entry", ({ entry }) => entry);
  }

  async readFile(ref: WorkspaceRef, path: string): Promise<FilesAnswer<Uint8Array>> {
    return take(await this.#do(ref, { kind: "read", path }), "bytes", ({ bytes }) => bytes);
  }

  async writeFile(ref: WorkspaceRef, path: string, bytes: Uint8Array): Promise<FilesAnswer<FileEntry>> {
    return take(await this.#do(ref, { kind: "write", path, bytes }), "entry", ({ entry }) => entry);
  }

  async move(ref: WorkspaceRef, from: string, to: string): Promise<FilesAnswer<FileEntry>> {
    return take(await this.#do(ref, { kind: "move", from, to }), "entry", ({ entry }) => entry);
  }

  async remove(ref: WorkspaceRef, path: string): Promise<FilesAnswer<null>> {
    return take(await this.#do(ref, { kind: "remove", path }), "done", () => null);
  }

  async archive(ref: WorkspaceRef, folder: string): Promise<FilesAnswer<ReadableStream<Uint8Array>>> {
    if (!isWorkspace(ref)) return NO_WORKSPACE;
    const object = this.#objectOf(ref.projectId);
    const tree = buildTree(await object.entries(ref.workflowId), EXEC_LIMITS);
    return archive(tree, folder, loaderOf(object, ref.workflowId));
  }

  async #do(ref: WorkspaceRef, operation: FileOperation): Promise<FilesAnswer<FileOutcome>> {
    if (!isWorkspace(ref)) return NO_WORKSPACE;
    return this.#objectOf(ref.projectId).files(ref.workflowId, operation);
  }
}

/** The value of an outcome of the kind that was asked for. */
export function take<Kind extends FileOutcome["kind"], T>(
  answer: FilesAnswer<FileOutcome>,
  kind: Kind,
  value: (outcome: Extract<FileOutcome, { kind: Kind }>) => T,
): FilesAnswer<T> {
  if (!answer.ok) return answer;
  if (answer.value.kind !== kind) throw new Error(`the operation gave ${answer.value.kind}`);
  // SAFETY: its kind was just compared; the compiler does not narrow a union by a generic kind.
  return { ok: true, value: value(answer.value as Extract<FileOutcome, { kind: Kind }>) };
}
