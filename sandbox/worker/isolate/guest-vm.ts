import type { QuickJSContext, QuickJSHandle, QuickJSRuntime } from "quickjs-emscripten-core";
import type { RunCodeFailure } from "../../../shared/protocol/sandbox-rpc.ts";
import type { Budget } from "./budget.ts";
import { newEngine } from "./engine.ts";
import type { Thrown } from "./failure.ts";

/** Deeper native recursion than this overflows V8's own stack underneath. */
const STACK_BYTES = 160 * 1024;
/** See {@link GuestVm.makeRoom}. */
const DESCRIBE_BYTES = 4 * 1024 * 1024;
const JOBS_PER_TURN = 256;
/** What a job counts as beside the guest's own steps. */
const STEPS_PER_JOB = 30;
const MIN_MEMORY_BYTES = 4 * 1024 * 1024;

/** One guest realm in an engine of its own, held to a {@link Budget} and a limit of memory. */
export class GuestVm {
  readonly vm: QuickJSContext;
  readonly runtime: QuickJSRuntime;
  readonly #budget: Budget;
  readonly #memoryBytes: number;
  #isEnded = false;

  static async start(memoryBytes: number, budget: Budget): Promise<GuestVm> {
    const bytes = Math.max(memoryBytes, MIN_MEMORY_BYTES);
    const engine = await newEngine(bytes);
    return new GuestVm(engine.newRuntime(), bytes, budget);
  }

  private constructor(runtime: QuickJSRuntime, memoryBytes: number, budget: Budget) {
    this.runtime = runtime;
    this.#memoryBytes = memoryBytes;
    this.#budget = budget;
    runtime.setMemoryLimit(memoryBytes);
    runtime.setMaxStackSize(STACK_BYTES);
    this.vm = runtime.newContext();
  }

  /** To be called after the host's own code was evaluated in the realm, before any of the guest's. */
  guard(): void {
    this.runtime.setInterruptHandler(() => this.#isEnded || this.#budget.spend(1));
  }

  /** Ends this realm alone: its code is stopped at the engine's next look. */
  end(): void {
    this.#isEnded = true;
  }

  get isEnded(): boolean {
    return this.#isEnded || this.#budget.stopped !== null;
  }

  /** Room to describe what was thrown when the guest has used up its own memory. */
  makeRoom(): void {
    this.runtime.setMemoryLimit(this.#memoryBytes + DESCRIBE_BYTES);
  }

  /**
   * Runs promise jobs until none is left. One job is one call, so a chain without end meets the limits too.
   * @param onError takes what a job itself threw (not what a promise was rejected with): too little memory, mostly
   * @returns false when the run was stopped
   */
  drain(onError?: (error: QuickJSHandle) => void): boolean {
    while (!this.isEnded && this.runtime.hasPendingJob()) {
      const jobs = this.runtime.executePendingJobs(JOBS_PER_TURN);
      if (jobs.error !== undefined) onError?.(jobs.error);
      const count = jobs.error === undefined ? jobs.value : JOBS_PER_TURN;
      jobs.dispose();
      this.#budget.work(count * STEPS_PER_JOB);
    }
    return !this.isEnded;
  }

  /** What was thrown, in texts, by a function of the prelude that gives `[name, message, stack]` as JSON. */
  thrown(describe: QuickJSHandle, handle: QuickJSHandle): Thrown {
    if (this.isEnded) return { name: "", message: "", stack: "" };
    this.makeRoom();
    const isNull = this.vm.eq(handle, this.vm.null);
    const described = this.vm.callFunction(describe, this.vm.undefined, handle);
    if (described.error !== undefined)
      return { name: "", message: "something was thrown that cannot be shown", stack: "" };
    const [name = "", message = "", stack = ""] = JSON.parse(this.vm.getString(described.value)) as string[];
    // The engine throws null when memory is too short even for an error.
    if (isNull && message === "thrown: null") return { name: "InternalError", message: "out of memory", stack: "" };
    return { name, message, stack };
  }
}

/** What to say when the engine itself gave way (V8's stack, a trap): its instance is dropped, the next run has a new one. */
export function engineFailure(error: unknown): { kind: RunCodeFailure; message: string } {
  const text = error instanceof Error ? error.message : "";
  if (/call stack/i.test(text)) return { kind: "exception", message: "RangeError: too much recursion" };
  if (/memory/i.test(text)) return { kind: "memory", message: "The code used more memory than it may." };
  return { kind: "exception", message: "The code was stopped because it broke its sandbox's limits." };
}
