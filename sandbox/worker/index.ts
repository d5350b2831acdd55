import { WorkerEntrypoint } from "cloudflare:workers";
import type { Result } from "../../shared/lib/result.ts";
import type {
  ExecIo,
  ExecRequest,
  ExecResult,
  FileEntry,
  FilesAnswer,
  ParsedFile,
  ParseProblem,
  RunCodeInput,
  RunCodeResult,
  SandboxRpc,
  SandboxRuntime,
  WorkspaceRef,
} from "../../shared/protocol/sandbox-rpc.ts";
import type { ContainerOf } from "../container/contract.ts";
import { type ParseInput, parseFile } from "./documents/parse-file.ts";
import { egressFor } from "./egress/provide.ts";
import type { SandboxEnv } from "./env.ts";
import { destroy } from "./exec/destroy.ts";
import { runExec } from "./exec/run-exec.ts";
import type { SandboxObjectRpc } from "./files/object-rpc.ts";
import { isWorkspace } from "./files/paths.ts";
import { Workspaces } from "./files/workspaces.ts";
import { runCode } from "./isolate/run-code.ts";
import { countTokens } from "./tokens.ts";

// biome-ignore lint/performance/noBarrelFile: the runtime takes the classes of objects from the entry module
export { SandboxObject } from "./files/sandbox-object.ts";

/** The sandbox Worker's RPC surface; see SandboxRpc. Holds no state and no secrets. */
export class SandboxEntrypoint extends WorkerEntrypoint<SandboxEnv> implements SandboxRpc {
  runCode(input: RunCodeInput): Promise<RunCodeResult> {
    return runCode(input);
  }

  parseFile(input: ParseInput): Promise<Result<ParsedFile, { problem: ParseProblem; detail: string }>> {
    return parseFile(input);
  }

  countTokens(texts: readonly string[]): Promise<number[]> {
    return countTokens(texts);
  }

  async exec(request: ExecRequest, io: ExecIo): Promise<ExecResult> {
    const containerOf = await this.#containers();
    return runExec(request, io, { objectOf: this.#objectOf, egressFor: egressFor(this.env), containerOf });
  }

  async cancel(workspace: WorkspaceRef, execId: string): Promise<void> {
    if (isWorkspace(workspace)) await this.#objectOf(workspace.projectId).cancel(workspace.workflowId, execId);
  }

  async watch(workspace: WorkspaceRef, since: number): Promise<ReadableStream<Uint8Array>> {
    if (!isWorkspace(workspace)) return new Blob([]).stream();
    const from = Number.isSafeInteger(since) ? since : 0;
    return this.#objectOf(workspace.projectId).watch(workspace.workflowId, from);
  }

  async runtimes(): Promise<readonly SandboxRuntime[]> {
    return (await this.#containers()) === null ? ["isolate"] : ["isolate", "container"];
  }

  list(workspace: WorkspaceRef, folder: string, options?: { recursive?: boolean }): Promise<FilesAnswer<FileEntry[]>> {
    return this.#workspaces.list(workspace, folder, options);
  }

  stat(workspace: WorkspaceRef, path: string): Promise<FilesAnswer<FileEntry>> {
    return this.#workspaces.stat(workspace, path);
  }

  readFile(workspace: WorkspaceRef, path: string): Promise<FilesAnswer<Uint8Array>> {
    return this.#workspaces.readFile(workspace, path);
  }

  writeFile(workspace: WorkspaceRef, path: string, bytes: Uint8Array): Promise<FilesAnswer<FileEntry>> {
    return this.#workspaces.writeFile(workspace, path, bytes);
  }

  move(workspace: WorkspaceRef, from: string, to: string): Promise<FilesAnswer<FileEntry>> {
    return this.#workspaces.move(workspace, from, to);
  }

  remove(workspace: WorkspaceRef, path: string): Promise<FilesAnswer<null>> {
    return this.#workspaces.remove(workspace, path);
  }

  archive(workspace: WorkspaceRef, folder: string): Promise<FilesAnswer<ReadableStream<Uint8Array>>> {
    return this.#workspaces.archive(workspace, folder);
  }

  async destroy(workspace: { readonly projectId: string; readonly workflowId: string | null }): Promise<void> {
    await destroy(workspace, { objectOf: this.#objectOf, containerOf: await this.#containers() });
  }

  /** Their SDK is read only where there are any. */
  async #containers(): Promise<ContainerOf | null> {
    if (this.env.CONTAINER === undefined) return null;
    return (await import("../container/provide.ts")).containerFor(this.env);
  }

  readonly #objectOf = (projectId: string): SandboxObjectRpc => this.env.FILES.getByName(projectId);
  readonly #workspaces = new Workspaces(this.#objectOf);
}

export default {
  fetch(request: Request): Response {
    return new URL(request.url).pathname === "/health"
      ? new Response("ok")
      : new Response("not found", { status: 404 });
  },
};
