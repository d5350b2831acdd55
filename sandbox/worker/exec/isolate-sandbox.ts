import type { FileEntry, FilesAnswer } from "../../../shared/protocol/sandbox-rpc.ts";
import type { SandboxFiles, Snapshot } from "../../port.ts";
import { EXEC_LIMITS, type Running, type Sandbox, type SandboxExec, type SandboxExecResult } from "../../port.ts";
import type { SecureFetch } from "../egress/contract.ts";
import { archive } from "../files/archive.ts";
import { operate } from "../files/file-ops.ts";
import type { FileOperation, FileOutcome } from "../files/object-rpc.ts";
import { insideWorkspace, WORKSPACE } from "../files/paths.ts";
import { Tree } from "../files/tree.ts";
import { take } from "../files/workspaces.ts";
import { changedBetween } from "./changed.ts";
import { enterFolder } from "./enter-folder.ts";
import { runIsolated } from "./isolate-run.ts";
import { restoreInto, snapshotOf } from "./snapshots.ts";

const allHere = async (): Promise<void> => undefined;

/**
 * The isolate behind the port, over files of its own in memory. The pipeline (runner.ts) runs the same parts over a
 * project's stored files; this is them without the store.
 */
export class IsolateSandbox implements Sandbox {
  readonly runtime = "isolate";
  readonly #egressFor: (hosts: readonly string[]) => SecureFetch;
  #tree = new Tree(EXEC_LIMITS);

  constructor(egressFor: (hosts: readonly string[]) => SecureFetch) {
    this.#egressFor = egressFor;
  }

  async start(): Promise<void> {}

  async exec(request: SandboxExec, running: Running): Promise<SandboxExecResult> {
    const cwd = insideWorkspace(request.cwd ?? WORKSPACE);
    const before = this.#tree;
    const after = before.fork(request.limits);
    if (cwd === null) return notRun("The command was not run: its folder is outside of /workspace.");
    const refusal = enterFolder(after, cwd);
    if (refusal !== null) return notRun(refusal);
    const end = await runIsolated({
      exec: { ...request, cwd },
      tree: after,
      onOutput: running.onOutput,
      signal: running.signal,
      fetch: this.#egressFor(request.egress),
      load: allHere,
    });
    const { read, changed, removed } = await changedBetween(before, after, allHere);
    if (end.outcome !== "exited") return { ...end, read, changed: [], removed: [] };
    this.#tree = after.fork(EXEC_LIMITS);
    return {
      ...end,
      read,
      removed,
      changed: changed.map(({ content, ...file }) => ({ ...file, bytes: content.bytes })),
    };
  }

  async snapshot(): Promise<Snapshot> {
    return snapshotOf(this.#tree);
  }

  async restore(snapshot: Snapshot): Promise<FilesAnswer<null>> {
    const tree = new Tree(EXEC_LIMITS);
    const answer = restoreInto(tree, snapshot);
    if (answer.ok) this.#tree = tree;
    return answer;
  }

  async destroy(): Promise<void> {
    this.#tree = new Tree(EXEC_LIMITS);
  }

  get files(): SandboxFiles {
    const operation = async (asked: FileOperation): Promise<FilesAnswer<FileOutcome>> => {
      const after = this.#tree.fork();
      const answer = operate(after, asked);
      if (answer.ok) this.#tree = after;
      return answer;
    };
    const entry = ({ entry: one }: { entry: FileEntry }): FileEntry => one;
    return {
      read: async (path) => take(await operation({ kind: "read", path }), "bytes", ({ bytes }) => bytes),
      write: async (path, bytes) => take(await operation({ kind: "write", path, bytes }), "entry", entry),
      list: async (folder, options) =>
        take(
          await operation({ kind: "list", folder, recursive: options?.recursive === true }),
          "entries",
          ({ entries }) => entries,
        ),
      stat: async (path) => take(await operation({ kind: "stat", path }), "entry", entry),
      move: async (from, to) => take(await operation({ kind: "move", from, to }), "entry", entry),
      remove: async (path) => take(await operation({ kind: "remove", path }), "done", () => null),
      archive: async (folder) => archive(this.#tree, folder, allHere),
    };
  }
}

function notRun(problem: string): SandboxExecResult {
  const nothing = { output: "", outputCut: false, changed: [], removed: [], read: [], tests: null, durationMs: 0 };
  return { ...nothing, outcome: "unavailable", exitCode: null, problem };
}
