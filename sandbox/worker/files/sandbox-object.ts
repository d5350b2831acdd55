import { DurableObject } from "cloudflare:workers";
import { err } from "../../../shared/lib/result.ts";
import type { ExecOutcome, FilesAnswer } from "../../../shared/protocol/sandbox-rpc.ts";
import { EXEC_LIMITS } from "../../port.ts";
import { buildTree } from "./build-tree.ts";
import { changesBetween, type StoredEntry } from "./changes.ts";
import { operate } from "./file-ops.ts";
import type {
  FileOperation,
  FileOutcome,
  Job,
  JobRunner,
  Refusal,
  SandboxObjectRpc,
  StoredResult,
} from "./object-rpc.ts";
import { insideWorkspace } from "./paths.ts";
import { RunMemory } from "./run-memory.ts";
import { FileStore } from "./store.ts";
import { Transcript } from "./transcript.ts";
import { UseLog } from "./use-log.ts";
import { WorkQueue } from "./work-queue.ts";
import { endedResult, WorkingJob } from "./working-job.ts";

/** The parts, over tables that are there. */
interface Parts {
  readonly store: FileStore;
  readonly memory: RunMemory;
  readonly transcript: Transcript;
  readonly uses: UseLog;
}

/**
 * The files of one project's workspaces (a tree per workflow), their terminals, and the order of their commands. It
 * runs nothing of the guest's: a job is done by the runner that came with it, and what the runner gives back is
 * committed with the result in one transaction, or not at all.
 */
export class SandboxObject extends DurableObject implements SandboxObjectRpc {
  readonly #queue = new WorkQueue();
  readonly #working = new Map<string, WorkingJob>();
  /** Commands that are to end and have not come yet, oldest first: of two calls either may be here first. */
  readonly #early = new Set<string>();
  #parts: Parts | null = null;

  async exec(job: Job, runner: JobRunner): Promise<StoredResult> {
    const known = this.#open().memory.recall(job.workflowId, job.execId);
    if (known !== null) return known;
    const key = `${job.workflowId} ${job.execId}`;
    const same = this.#working.get(key)?.done;
    if (same) return same;
    const working = new WorkingJob(job, runner);
    if (this.#early.delete(key)) working.cancel();
    working.done = this.#queue.run(job.workflowId, () => this.#work(working));
    this.#working.set(key, working);
    try {
      return await working.done;
    } finally {
      this.#working.delete(key);
      if (!this.#queue.isBusy(job.workflowId)) this.#parts?.store.sweep(job.workflowId);
    }
  }

  async refuse(job: Job, { sentence, why }: Refusal): Promise<StoredResult> {
    const { workflowId, execId, text, by, runtime } = job;
    const known = this.#open().memory.recall(workflowId, execId);
    if (known !== null) return known;
    await this.#used(workflowId);
    const result = endedResult(job, "unavailable", sentence);
    this.#write(job, result, why, ({ transcript, memory }) => {
      transcript.append(workflowId, { execId, kind: "command", text, by, runtime });
      memory.remember(workflowId, execId, result, Date.now());
    });
    return result;
  }

  async cancel(workflowId: string, execId: string): Promise<void> {
    const key = `${workflowId} ${execId}`;
    const working = this.#working.get(key);
    if (working) return working.cancel();
    this.#early.add(key);
    for (const oldest of this.#early) if (this.#early.size > MAX_EARLY) this.#early.delete(oldest);
  }

  async output(workflowId: string, execId: string, text: string): Promise<void> {
    if (this.#working.get(`${workflowId} ${execId}`)?.isForgotten !== false) return;
    this.#open().transcript.append(workflowId, { execId, kind: "output", text });
  }

  async watch(workflowId: string, since: number): Promise<ReadableStream<Uint8Array>> {
    return this.#open().transcript.watch(workflowId, since);
  }

  async entries(workflowId: string): Promise<StoredEntry[]> {
    return this.#open().store.entries(workflowId);
  }

  async contents(workflowId: string, hashes: readonly string[]): Promise<(Uint8Array | null)[]> {
    const { store } = this.#open();
    return hashes.map((sha256) => store.content(workflowId, sha256));
  }

  async putContents(workflowId: string, contents: readonly { sha256: string; bytes: Uint8Array }[]): Promise<void> {
    // A runner whose workspace was erased may not have heard of it.
    const isAwaited = [...this.#working.values()].some(
      ({ job, isForgotten }) => job.workflowId === workflowId && !isForgotten,
    );
    if (!isAwaited) return;
    const { store } = this.#open();
    for (const { sha256, bytes } of contents) store.putContent(workflowId, sha256, bytes);
  }

  async files(workflowId: string, operation: FileOperation): Promise<FilesAnswer<FileOutcome>> {
    const { store } = this.#open();
    const before = buildTree(store.entries(workflowId), EXEC_LIMITS);
    const content = operation.kind === "read" ? before.contentAt(insideWorkspace(operation.path) ?? "/") : null;
    if (content !== null && !content.isHere) {
      const bytes = store.content(workflowId, content.sha256);
      if (bytes === null) return err({ problem: "not_found", detail: "The file's content is gone." });
      content.fill(bytes);
    }
    const after = before.fork();
    const answer = operate(after, operation);
    if (!answer.ok || operation.kind === "read" || operation.kind === "stat" || operation.kind === "list")
      return answer;
    const { put, removed, contents } = changesBetween(before, after);
    this.ctx.storage.transactionSync(() => {
      for (const [sha256, { bytes }] of contents) store.putContent(workflowId, sha256, bytes);
      store.apply(workflowId, put, removed, false);
    });
    if (!this.#queue.isBusy(workflowId)) store.sweep(workflowId);
    await this.#used(workflowId);
    return answer;
  }

  /** Forgets one workspace, or everything. */
  async destroy(workflowId: string | null): Promise<readonly string[]> {
    const recent = this.#open().uses.usedSince(Date.now() - AWAKE_MS);
    for (const working of this.#working.values()) {
      if (workflowId === null || working.job.workflowId === workflowId) working.forget();
    }
    if (workflowId !== null) {
      this.#forget(workflowId);
      return recent.filter((one) => one === workflowId);
    }
    this.#parts?.transcript.closeWatchers();
    this.#parts = null;
    await this.ctx.storage.deleteAlarm();
    await this.ctx.storage.deleteAll();
    return recent;
  }

  /** Idle workspaces and old results go. */
  override async alarm(): Promise<void> {
    const { uses, memory } = this.#open();
    const now = Date.now();
    for (const workflowId of uses.idleAt(now)) if (!this.#queue.isBusy(workflowId)) this.#forget(workflowId);
    memory.forgetOld(now);
    const due = uses.nextDue(memory.nextDue());
    if (due !== null) await this.ctx.storage.setAlarm(Math.max(due, now + 60_000));
  }

  async #work(working: WorkingJob): Promise<StoredResult> {
    const { job } = working;
    const { store, transcript } = this.#open();
    const { workflowId, execId } = job;
    if (!working.isForgotten) await this.#used(workflowId);
    if (working.isCancelled) return this.#ended(working, "cancelled", "It was cancelled before its turn came.");
    transcript.append(workflowId, { execId, kind: "command", text: job.text, by: job.by, runtime: job.runtime });
    const missing = await working.sync(store);
    if (working.isCancelled) return this.#ended(working, "cancelled", "It was cancelled.");
    if (missing !== null) return this.#ended(working, "unavailable", missing);
    const end = await working.run(store).catch(() => "unavailable" as const);
    if (working.isForgotten) return this.#ended(working, "cancelled", "It was cancelled.");
    if (typeof end === "string") return this.#ended(working, end, PROBLEMS[end] ?? "It was ended.");
    return this.#commit(working, end.result, () => {
      store.apply(workflowId, end.put, end.removed, job.by.kind === "user");
    });
  }

  #commit(working: WorkingJob, result: StoredResult, alongside: () => void): StoredResult {
    if (working.isForgotten) return result;
    const { workflowId, execId } = working.job;
    this.#write(working.job, result, undefined, ({ memory }) => {
      alongside();
      // What could not even start may be tried again under the same id.
      if (result.outcome !== "unavailable") memory.remember(workflowId, execId, result, Date.now());
    });
    return result;
  }

  /** Writes a command's end, and what comes with it, in one transaction. */
  #write(
    { workflowId, execId }: Job,
    { outcome, exitCode, problem }: StoredResult,
    why: Refusal["why"] | undefined,
    alongside: (parts: Parts) => void,
  ): void {
    const parts = this.#open();
    this.ctx.storage.transactionSync(() => {
      alongside(parts);
      if (problem !== null) parts.transcript.append(workflowId, { execId, kind: "output", text: `${problem}\n` });
      parts.transcript.append(workflowId, { execId, kind: "end", outcome, exitCode, why });
    });
  }

  #ended(working: WorkingJob, outcome: ExecOutcome, problem: string): StoredResult {
    return this.#commit(working, endedResult(working.job, outcome, problem), () => undefined);
  }

  async #used(workflowId: string): Promise<void> {
    this.#open().uses.used(workflowId, Date.now());
    if ((await this.ctx.storage.getAlarm()) === null) await this.ctx.storage.setAlarm(Date.now() + ALARM_EVERY_MS);
  }

  #forget(workflowId: string): void {
    const { store, memory, transcript, uses } = this.#open();
    this.ctx.storage.transactionSync(() => {
      for (const part of [store, memory, transcript, uses]) part.destroy(workflowId);
    });
  }

  #open(): Parts {
    const { sql } = this.ctx.storage;
    this.#parts ??= {
      store: new FileStore(sql),
      memory: new RunMemory(sql),
      transcript: new Transcript(sql),
      uses: new UseLog(sql),
    };
    return this.#parts;
  }
}

const MAX_EARLY = 100;
/** The longest command, and how long a container stays awake after one, with time to spare. */
const AWAKE_MS = 20 * 60 * 1000;
const ALARM_EVERY_MS = 24 * 60 * 60 * 1000;

const PROBLEMS: Partial<Record<ExecOutcome, string>> = {
  cancelled: "It was cancelled.",
  timeout: "It ran longer than it may and was ended.",
  unavailable: "The sandbox could not run it just now. Try again.",
};
