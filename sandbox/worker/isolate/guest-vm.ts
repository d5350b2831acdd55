import type { QuickJSContext, QuickJSHandle, QuickJSRuntime } from "quickjs-emscripten-core";
import type { RunCodeFailure } from "../../../shared/protocol/sandbox-rpc.ts";
import type { Budget } from "./budget.ts";
import { type Engine, engineBytes, newEngine } from "./engine.ts";
import type { EngineSnapshot } from "./engine-snapshot.ts";
import { MEMORY, type Thrown } from "./failure.ts";
import { Place } from "./places.ts";
import type { Suspension } from "./suspension.ts";

type Result = ReturnType<QuickJSContext["callFunction"]>;

/** Deeper native recursion than this overflows V8's own stack underneath. */
const STACK_BYTES = 160 * 1024;
/** See {@link GuestVm.makeRoom}. */
const DESCRIBE_BYTES = 4 * 1024 * 1024;
const JOBS_PER_TURN = 256;
/** What a job counts as beside the guest's own steps. */
const STEPS_PER_JOB = 30;
const MIN_MEMORY_BYTES = 4 * 1024 * 1024;
/** The name under which a snapshot holds what the library came to, until a realm begins with it. */
const LIBRARY = "nexus:library";

/** By the library's source. */
const snapshots = new Map<string, EngineSnapshot>();

/**
 * One guest realm in an engine of its own, held to a {@link Budget} and a limit of memory. Guest code is run by
 * {@link evaluate}, {@link call} and {@link drain}, one at a time: there it gives way to others while it computes.
 */
export class GuestVm {
  readonly vm: QuickJSContext;
  readonly runtime: QuickJSRuntime;
  readonly #suspension: Suspension | null;
  readonly #budget: Budget;
  readonly #memoryBytes: number;
  readonly #place: Place;
  #isEnded = false;

  /**
   * Runs `work` with a realm as soon as there is a place for it; null: the budget was used up or stopped before.
   * @param library a script of the host's; `library` of the realm is its value
   */
  static async within<T>(
    { memoryBytes, budget, library }: { memoryBytes: number; budget: Budget; library: string },
    work: (guest: GuestVm) => Promise<T>,
  ): Promise<T | null> {
    const bytes = Math.max(memoryBytes, MIN_MEMORY_BYTES);
    const place = await Place.take(engineBytes(bytes), budget);
    if (place === null) return null;
    try {
      const snapshot = snapshots.get(library) ?? null;
      const engine = await newEngine(bytes, snapshot);
      const guest = new GuestVm(engine, bytes, budget, place);
      if (snapshot === null || engine.suspension === null) guest.#read(library);
      return await work(guest);
    } finally {
      place.leave();
    }
  }

  private constructor({ quickjs, suspension }: Engine, memoryBytes: number, budget: Budget, place: Place) {
    this.runtime = quickjs.newRuntime();
    this.#suspension = suspension;
    this.#memoryBytes = memoryBytes;
    this.#budget = budget;
    this.#place = place;
    this.runtime.setMemoryLimit(memoryBytes);
    this.runtime.setMaxStackSize(STACK_BYTES);
    this.vm = this.runtime.newContext();
    if (suspension === null) return;
    suspension.interruption = {
      isDue: () => budget.isTurnOver,
      held: () => budget.hold(),
      giveWay: async () => (await this.#giveWay()) && !this.#isEnded,
    };
  }

  /** The value of the library the realm began with, to be taken once. */
  takeLibrary(): QuickJSHandle {
    const { vm } = this;
    const library = vm.getProp(vm.global, LIBRARY);
    const code = `delete globalThis[${JSON.stringify(LIBRARY)}]`;
    vm.unwrapResult(vm.evalCode(code, "node:internal", { type: "global" })).dispose();
    return library;
  }

  /** Without a limit: a library that had to do with less would be every later realm's. */
  #read(library: string): void {
    const { vm } = this;
    this.runtime.setMemoryLimit(-1);
    const value = vm.unwrapResult(vm.evalCode(library, "node:internal", { type: "global" }));
    vm.setProp(vm.global, LIBRARY, value);
    value.dispose();
    const snapshot = this.#suspension?.snapshot(vm) ?? null;
    if (snapshot !== null) snapshots.set(library, snapshot);
    this.runtime.setMemoryLimit(this.#memoryBytes);
  }

  /** To be called after the host's own code was evaluated in the realm, before any of the guest's. */
  guard(): void {
    this.runtime.setInterruptHandler(() => this.#isEnded || this.#budget.spend(1));
  }

  /** As evalCode of the realm. */
  async evaluate(code: string, name: string, options?: Parameters<QuickJSContext["evalCode"]>[2]): Promise<Result> {
    await this.rest();
    if (this.#suspension !== null) return await this.#suspension.evalCode(this.vm, code, name, options);
    return this.vm.evalCode(code, name, options);
  }

  /** As callFunction of the realm, without `this`. */
  async call(target: QuickJSHandle, ...args: QuickJSHandle[]): Promise<Result> {
    await this.rest();
    const { vm } = this;
    if (this.#suspension !== null) return await this.#suspension.callFunction(vm, target, vm.undefined, args);
    return vm.callFunction(target, vm.undefined, ...args);
  }

  /** See {@link Suspension.defer}. */
  defer(work: () => Promise<QuickJSHandle | { error: QuickJSHandle }>): boolean {
    return this.#suspension?.defer(work) === true;
  }

  /** Gives way to others when it is time to. */
  async rest(): Promise<void> {
    if (this.#budget.isTurnOver) await this.#giveWay();
  }

  async #giveWay(): Promise<boolean> {
    const mayGoOn = await this.#budget.giveWay();
    this.#place.keep();
    return mayGoOn;
  }

  /** Ends this realm alone: its code is stopped at the engine's next look. */
  end(): void {
    this.#isEnded = true;
  }

  get isEnded(): boolean {
    return this.#isEnded || this.#budget.stopped !== null;
  }

  /** See {@link Suspension.isExhausted}. */
  get isExhausted(): boolean {
    return this.#suspension?.isExhausted === true;
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
  async drain(onError?: (error: QuickJSHandle) => Promise<void>): Promise<boolean> {
    while (!this.isEnded && this.runtime.hasPendingJob()) {
      await this.rest();
      const jobs =
        this.#suspension === null
          ? this.runtime.executePendingJobs(JOBS_PER_TURN)
          : await this.#suspension.executePendingJobs(this.runtime, JOBS_PER_TURN);
      if (jobs.error !== undefined) await onError?.(jobs.error);
      const count = jobs.error === undefined ? jobs.value : JOBS_PER_TURN;
      jobs.dispose();
      this.#budget.work(count * STEPS_PER_JOB);
    }
    return !this.isEnded;
  }

  /** What was thrown, in texts, by a function of the prelude that gives `[name, message, stack]` as JSON. */
  async thrown(describe: QuickJSHandle, handle: QuickJSHandle): Promise<Thrown> {
    if (this.isEnded) return { name: "", message: "", stack: "" };
    this.makeRoom();
    const isNull = this.vm.eq(handle, this.vm.null);
    const described = await this.call(describe, handle);
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
  if (/memory/i.test(text)) return MEMORY;
  return { kind: "exception", message: "The code was stopped because it broke its sandbox's limits." };
}
