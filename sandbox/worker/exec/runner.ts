import { RpcTarget } from "cloudflare:workers";
import type { ChangedFile, ExecIo } from "../../../shared/protocol/sandbox-rpc.ts";
import type { RuntimeChoice } from "../../choose.ts";
import type { Sandbox } from "../../port.ts";
import type { SecureFetch } from "../egress/contract.ts";
import { buildTree } from "../files/build-tree.ts";
import type { StoredEntry } from "../files/changes.ts";
import type { JobEnd, JobRunner, SandboxObjectRpc, StoredResult } from "../files/object-rpc.ts";
import { endedResult } from "../files/working-job.ts";
import { changedBetween } from "./changed.ts";
import { runContained } from "./container-run.ts";
import { enterFolder } from "./enter-folder.ts";
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
  /** Where the command runs, when it does not run here. */
  readonly container: Sandbox | null;
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
    const { request, object, fetch, choice, container } = this.#options;
    const { workspace, execId, limits } = request;
    const before = buildTree(entries, limits);
    const after = before.fork();
    const refusal = enterFolder(after, request.cwd);
    if (refusal !== null) return { result: endedResult(choice, "unavailable", refusal), put: [], removed: [] };
    const load = loaderOf(object, workspace.workflowId);
    const feed = new Feed((text) => object.output(workspace.workflowId, execId, text));
    const run = {
      exec: request,
      tree: after,
      onOutput: (text: string) => feed.push(text),
      signal: this.#controller.signal,
      load,
    };
    const end = container === null ? await runIsolated({ ...run, fetch }) : await runContained(container, run);
    await feed.finish();
    const { outcome, exitCode, tests } = end;
    const report = { runtime: choice.runtime, reason: choice.reason, outcome, exitCode, tests };
    const { all, changed, removed, read } = await changedBetween(before, after, load);
    const { output, outputCut, problem, durationMs } = end;
    const told = { outcome, exitCode, problem, output, outputCut, tests, durationMs };
    const result: StoredResult = { ...told, changed: [], removed: [], read, report };
    if (outcome !== "exited") return { result, put: [], removed: [] };
    for (const batch of batches(all.contents, ([, { size }]) => size)) {
      const contents = batch.map(([sha256, { bytes }]) => ({ sha256, bytes }));
      await object.putContents(workspace.workflowId, contents);
    }
    for (const { sha256, content } of changed) this.#written.set(sha256, content.bytes);
    const shown = changed.map(({ path, size, sha256 }) => ({ path, size, sha256 }));
    return { result: { ...result, changed: shown, removed }, put: all.put, removed: all.removed };
  }
}
