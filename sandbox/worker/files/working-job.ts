import { COMMAND_TIMES } from "../../../shared/protocol/command-times.ts";
import type { ExecOutcome } from "../../../shared/protocol/sandbox-rpc.ts";
import { sha256Of } from "./content.ts";
import type { Job, JobEnd, JobRunner, StoredResult } from "./object-rpc.ts";
import { insideWorkspace, isStorable, partsOf } from "./paths.ts";
import type { FileStore } from "./store.ts";

/** How long a runner may take to answer after it was told to end. */
const GRACE_MS = 10_000;
/** Files asked for at once: a call may await a handful of answers. */
const SUPPLIES_AT_ONCE = 4;

/** The result of a command that did nothing. */
export function endedResult(
  { runtime, reason }: Pick<Job, "runtime" | "reason">,
  outcome: ExecOutcome,
  problem: string,
): StoredResult {
  const report = { runtime, reason, outcome, exitCode: null, tests: null };
  const nothing = { output: "", outputCut: false, changed: [], removed: [], read: [], tests: null, durationMs: 0 };
  return { ...nothing, outcome, exitCode: null, problem, report };
}

/** A command from its turn to its end, seen from the object. */
export class WorkingJob {
  readonly job: Job;
  readonly #runner: JobRunner;
  readonly #ended = Promise.withResolvers<ExecOutcome>();
  readonly #cancelled = Promise.withResolvers<null>();
  #outcome: ExecOutcome | null = null;
  /** Set when the object is asked to run it, so that whoever asks again gets the same. */
  done: Promise<StoredResult> | null = null;
  /** Its workspace was erased: nothing of it is kept any more, whatever it still comes to. */
  isForgotten = false;

  constructor(job: Job, runner: JobRunner) {
    this.job = job;
    this.#runner = runner;
  }

  get isCancelled(): boolean {
    return this.#outcome !== null;
  }

  cancel(): void {
    if (this.#outcome !== null) return;
    this.#outcome = "cancelled";
    this.#cancelled.resolve(null);
    this.#runner.cancel().catch(() => undefined);
    setTimeout(() => this.#ended.resolve("cancelled"), GRACE_MS);
  }

  forget(): void {
    this.isForgotten = true;
    this.cancel();
  }

  /** Brings what the manifest names and the workspace lacks, or has in another version. Null: all is there. */
  async sync(store: FileStore): Promise<string | null> {
    const { workflowId, manifest, by } = this.job;
    // What a person removed stays so for persons: a step works with what it was given.
    const here = store.versions(workflowId, by.kind === "user");
    const missing: { path: string; shown: string; version: string }[] = [];
    for (const { path: shown, version } of manifest) {
      const path = insideWorkspace(shown);
      if (path === null || !isStorable(partsOf(path) ?? []))
        return `The file name ${JSON.stringify(shown)} cannot be used.`;
      const known = here.get(path);
      if (known?.version === version) continue;
      if (known?.sha256 === version) store.setVersion(workflowId, path, version);
      else missing.push({ path, shown, version });
    }
    for (let at = 0; at < missing.length; at += SUPPLIES_AT_ONCE) {
      const wanted = missing.slice(at, at + SUPPLIES_AT_ONCE);
      const asked = Promise.allSettled(wanted.map(({ shown }) => this.#runner.supply(shown)));
      const supplied = await Promise.race([asked, this.#cancelled.promise]);
      if (supplied === null || this.isCancelled) break;
      for (const [index, { path, shown, version }] of wanted.entries()) {
        const bytes = supplied[index];
        if (bytes?.status !== "fulfilled") return `The file ${shown} could not be brought into the sandbox.`;
        const sha256 = sha256Of(bytes.value);
        store.putContent(workflowId, sha256, bytes.value);
        const meta = { path, mode: 0o644, mtimeMs: Date.now() };
        const folders = parentsOf(path).map((folder) => ({
          ...meta,
          kind: "folder" as const,
          mode: 0o755,
          path: folder,
        }));
        store.makeRoom(workflowId, path);
        store.apply(workflowId, [...folders, { ...meta, kind: "file", size: bytes.value.length, sha256 }], [], true);
        store.setVersion(workflowId, path, version);
      }
    }
    return null;
  }

  /** What the runner gives, or how it was given up. Rejects where the runner is gone. */
  async run(store: FileStore): Promise<JobEnd | ExecOutcome> {
    const timer = setTimeout(() => this.#ended.resolve("timeout"), this.job.timeMs + COMMAND_TIMES.silenceMs);
    try {
      return await Promise.race([this.#runner.run(store.entries(this.job.workflowId)), this.#ended.promise]);
    } finally {
      clearTimeout(timer);
    }
  }
}

function parentsOf(path: string): string[] {
  const parts = partsOf(path) ?? [];
  return parts.slice(1, -1).map((_, index) => `/${parts.slice(0, index + 2).join("/")}`);
}
