import type { QuickJSContext, QuickJSHandle, QuickJSRuntime } from "quickjs-emscripten-core";
import type { RunCodeFailure, RunCodeInput, RunCodeResult } from "../../../shared/protocol/sandbox-rpc.ts";
import { Bridge } from "./bridge.ts";
import { ConsoleBuffer } from "./console-buffer.ts";
import { newEngine } from "./engine.ts";
import { describeFailure, type Thrown } from "./failure.ts";
import { GuestFiles } from "./guest-files.ts";
import { PRELUDE } from "./prelude.ts";

/** Compile as a script that may await at top level; the value is a promise of `{ value }`. JS_EVAL_FLAG_ASYNC of quickjs.h. */
const EVAL_ASYNC = 1 << 7;
/** Steps of the guest (and values visited by built-ins, see guards.ts) between two looks at the clock. */
const STEPS_PER_TICK = 10_000;
/** Steps in time: a tight loop makes some 20,000 ticks a second, ordinary code about 4,000. */
const TICKS_PER_MS = 10;
/** Deeper native recursion than this overflows V8's own stack underneath. */
const STACK_BYTES = 160 * 1024;
/** Room to describe what was thrown when the guest has used up its own memory. */
const DESCRIBE_BYTES = 4 * 1024 * 1024;
/** Printing this many times the kept output is a flood, not a log. */
const FLOOD_FACTOR = 64;
const JOBS_PER_TURN = 256;
const MIN_MEMORY_BYTES = 4 * 1024 * 1024;

/** What ended a run from outside the guest. Once set, every interrupt stops the guest. */
type Stop = "timeout" | "output" | null;

/**
 * Runs guest code once in an engine of its own. Never throws for anything the guest does: every outcome is a
 * {@link RunCodeResult}. Time is bounded twice, by the clock and by counted steps, because deployed Workers' clocks
 * stand still while code runs.
 */
export async function runCode(input: RunCodeInput): Promise<RunCodeResult> {
  const started = Date.now();
  const console = new ConsoleBuffer(input.limits.outputChars);
  const files = new GuestFiles(input.files, input.limits.filesBytes);
  let failure: RunCodeResult["failure"];
  try {
    const run = await GuestRun.start(input, console, files);
    failure = run.execute(input.code);
  } catch (error) {
    // The engine itself gave way (V8's stack, a trap): this instance is dropped, the next run has a new one.
    failure = engineFailure(error);
  }
  return {
    ok: failure === null,
    output: console.text(),
    outputCut: console.cut,
    failure,
    written: files.written(),
    durationMs: Date.now() - started,
  };
}

function engineFailure(error: unknown): { kind: RunCodeFailure; message: string } {
  const text = error instanceof Error ? error.message : "";
  if (/call stack/i.test(text)) return { kind: "exception", message: "RangeError: too much recursion" };
  if (/memory/i.test(text)) return { kind: "memory", message: "The code used more memory than it may." };
  return { kind: "exception", message: "The code was stopped because it broke its sandbox's limits." };
}

class GuestRun {
  readonly #runtime: QuickJSRuntime;
  readonly #vm: QuickJSContext;
  readonly #limits: RunCodeInput["limits"];
  readonly #deadline: number;
  readonly #describe: QuickJSHandle;
  #ticks = 0;
  #stop: Stop = null;

  static async start(input: RunCodeInput, console: ConsoleBuffer, files: GuestFiles): Promise<GuestRun> {
    const memoryBytes = Math.max(input.limits.memoryBytes, MIN_MEMORY_BYTES);
    const engine = await newEngine(memoryBytes);
    const runtime = engine.newRuntime();
    runtime.setMemoryLimit(memoryBytes);
    runtime.setMaxStackSize(STACK_BYTES);
    return new GuestRun(runtime, { ...input.limits, memoryBytes }, console, files);
  }

  private constructor(
    runtime: QuickJSRuntime,
    limits: RunCodeInput["limits"],
    console: ConsoleBuffer,
    files: GuestFiles,
  ) {
    this.#runtime = runtime;
    this.#limits = limits;
    this.#deadline = Date.now() + limits.timeMs;
    this.#vm = runtime.newContext();
    const vm = this.#vm;
    const print = (text: string): void => {
      console.write(text);
      if (console.total > limits.outputChars * FLOOD_FACTOR) this.#stop ??= "output";
    };
    const bridge = new Bridge(files, print, (units) => !this.#spend(units / STEPS_PER_TICK));
    const bridgeHandle = vm.newFunction("bridge", (operation, args) => {
      if (vm.typeof(operation) !== "string" || args === undefined || vm.typeof(args) !== "string") {
        throw new TypeError("bridge takes two texts");
      }
      return vm.newString(bridge.call(vm.getString(operation), vm.getString(args)));
    });
    const prelude = vm.unwrapResult(vm.evalCode(PRELUDE, "nexus.js"));
    this.#describe = vm.unwrapResult(vm.callFunction(prelude, vm.undefined, bridgeHandle));
    runtime.setInterruptHandler(() => this.#spend(1));
  }

  execute(code: string): RunCodeResult["failure"] {
    const vm = this.#vm;
    let result = vm.evalCode(code, "code.js", EVAL_ASYNC);
    let columnShift = 0;
    if (result.error !== undefined && this.#stop === null) {
      const thrown = this.#thrown(result.error);
      if (!/return not in a function/.test(thrown.message)) return this.#ended(thrown, true, 0);
      // A top-level return is how many people end a script; as the body of a function it is allowed.
      const opening = "(async()=>{";
      columnShift = opening.length;
      result = vm.evalCode(`${opening}${code}\n})()`, "code.js");
    }
    if (result.error !== undefined) return this.#ended(this.#thrown(result.error), true, columnShift);
    this.#drain();
    return this.#settled(result.value, columnShift === 0, columnShift);
  }

  /** True when the guest must stop. */
  #spend(ticks: number): boolean {
    this.#ticks += ticks;
    if (Date.now() > this.#deadline || this.#ticks > this.#limits.timeMs * TICKS_PER_MS) this.#stop ??= "timeout";
    return this.#stop !== null;
  }

  /** Runs promise jobs until none is left. One job is one call, so a chain without end meets the limits too. */
  #drain(): void {
    while (this.#stop === null && this.#runtime.hasPendingJob()) {
      const jobs = this.#runtime.executePendingJobs(JOBS_PER_TURN);
      jobs.dispose();
      if (Date.now() > this.#deadline) this.#stop ??= "timeout";
    }
  }

  #settled(promise: QuickJSHandle, isScript: boolean, columnShift: number): RunCodeResult["failure"] {
    if (this.#stop !== null) return this.#ended(null, false, columnShift);
    const state = this.#vm.getPromiseState(promise);
    if (state.type === "fulfilled" && state.notAPromise) return null;
    if (state.type === "rejected") return this.#ended(this.#thrown(state.error), false, columnShift);
    if (state.type === "pending") {
      return {
        kind: "timeout",
        message: "The code waits for a promise that never settles. There are no timers and no network here.",
      };
    }
    // A script's value, e.g. the promise of a last line `main()` that nobody awaited: its failure is the run's.
    return isScript ? this.#settled(this.#vm.getProp(state.value, "value"), false, columnShift) : null;
  }

  #thrown(handle: QuickJSHandle): Thrown {
    if (this.#stop !== null) return { name: "", message: "", stack: "" };
    this.#runtime.setMemoryLimit(this.#limits.memoryBytes + DESCRIBE_BYTES);
    const isNull = this.#vm.eq(handle, this.#vm.null);
    const described = this.#vm.callFunction(this.#describe, this.#vm.undefined, handle);
    if (described.error !== undefined)
      return { name: "", message: "something was thrown that cannot be shown", stack: "" };
    const [name = "", message = "", stack = ""] = JSON.parse(this.#vm.getString(described.value)) as string[];
    // The engine throws null when memory is too short even for an error.
    if (isNull && message === "thrown: null") return { name: "InternalError", message: "out of memory", stack: "" };
    return { name, message, stack };
  }

  #ended(thrown: Thrown | null, compiling: boolean, columnShift: number): RunCodeResult["failure"] {
    if (this.#stop === "timeout") {
      return { kind: "timeout", message: `The code ran longer than ${this.#limits.timeMs / 1000} s and was stopped.` };
    }
    if (this.#stop === "output") {
      return { kind: "output", message: "The code printed far more than can be kept and was stopped." };
    }
    return thrown === null ? null : describeFailure(thrown, compiling, columnShift);
  }
}
