import { RpcTarget } from "cloudflare:workers";
import type { ChangedFile, ExecIo } from "../../../shared/protocol/sandbox-rpc.ts";
import type { RuntimeChoice } from "../../choose.ts";
import type { SecureFetch } from "../egress/contract.ts";
import { buildTree } from "../files/build-tree.ts";
import { changesBetween, type StoredEntry } from "../files/changes.ts";
import type { JobEnd, JobRunner, SandboxObjectRpc, StoredResult } from "../files/object-rpc.ts";
import { insideWorkspace, isResult, relative, WORKSPACE } from "../files/paths.ts";
import { Feed } from "./feed.ts";
import { runIsolated } from "./isolate-run.ts";
import { batches, loaderOf } from "./loader.ts";
import type { CheckedRequest } from "./validate.ts";

export interface RunnerOptions {
  readonly request: CheckedRequest;
  readonly choice: RuntimeChoice;
  readonly io: ExecIo;
  readonly object: SandboxObjectRpc;
  readonly fetch: SecureFetch;
}

/** Does the work of one command when the object calls it; lives as long as the call to the object does. */
export class Runner extends RpcTarget implements JobRunner {
  readonly #options: RunnerOptions;
  readonly #controller = new AbortController();
  /** What the command wrote, for the answer of who ran it: the object keeps no bytes in its result. */
  readonly #written = new Map<string, Uint8Array>();

  constructor(options: RunnerOptions) {
    super();
    this.#options = options;
  }

  /** The bytes of a file the command changed; null where another runner did the work. */
  bytesOf(file: ChangedFile): Uint8Array | null {
    return this.#written.get(file.sha256) ?? null;
  }

  async supply(path: string): Promise<Uint8Array> {
    return this.#options.io.supply(path);
  }

  async cancel(): Promise<void> {
    this.#controller.abort();
  }

  async run(entries: readonly StoredEntry[]): Promise<JobEnd> {
    const { request, object, fetch } = this.#options;
    const { workspace, execId, limits } = request;
    const before = buildTree(entries, limits);
    const after = before.fork();
    if (request.cwd !== WORKSPACE) after.makeFolder(request.cwd, { recursive: true });
    const load = loaderOf(object, workspace.workflowId);
    const feed = new Feed((text) => object.output(workspace.workflowId, execId, text));
    const end = await runIsolated({
      exec: request,
      tree: after,
      onOutput: (text) => feed.push(text),
      signal: this.#controller.signal,
      fetch,
      load,
    });
    await feed.finish();
    const { outcome, exitCode, tests } = end;
    const report = {
      runtime: this.#options.choice.runtime,
      reason: this.#options.choice.reason,
      outcome,
      exitCode,
      tests,
    };
    const read = [...after.readPaths].filter((path) => before.contentAt(path) !== null && isInside(path)).map(relative);
    const result: StoredResult = { ...end, changed: [], removed: [], read: read.sort(), report };
    if (outcome !== "exited") return { result, put: [], removed: [] };
    const changes = changesBetween(before, after);
    for (const batch of batches(changes.contents, ([, { size }]) => size)) {
      const contents = batch.map(([sha256, { bytes }]) => ({ sha256, bytes }));
      await object.putContents(workspace.workflowId, contents);
    }
    const shown = changes.written.filter(isShown).flatMap((path) => {
      const content = after.contentAt(path);
      return content === null ? [] : [{ path, content }];
    });
    // A file that was only moved may never have been looked into.
    await load(shown.map(({ content }) => content));
    const changed = shown.map(({ path, content }) => {
      this.#written.set(content.sha256, content.bytes);
      return { path: relative(path), size: content.size, sha256: content.sha256 };
    });
    const removed = changes.removed.filter((path) => isShown(path) && before.contentAt(path) !== null).map(relative);
    return { result: { ...result, changed, removed: removed.sort() }, put: changes.put, removed: changes.removed };
  }
}

const isInside = (path: string): boolean => insideWorkspace(path) !== null;
const isShown = (path: string): boolean => isInside(path) && isResult(relative(path));
