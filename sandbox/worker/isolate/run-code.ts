import type { QuickJSHandle } from "quickjs-emscripten-core";
import type { RunCodeInput, RunCodeResult } from "../../../shared/protocol/sandbox-rpc.ts";
import type { Turns } from "../turns.ts";
import { Bridge, type GuestFileAccess } from "./bridge.ts";
import { Budget } from "./budget.ts";
import { ConsoleBuffer } from "./console-buffer.ts";
import { describeFailure, MEMORY, type Thrown } from "./failure.ts";
import { GuestFiles } from "./guest-files.ts";
import { engineFailure, GuestVm } from "./guest-vm.ts";
import { PRELUDE } from "./prelude.ts";

/** Compile as a script that may await at top level; the value is a promise of `{ value }`. JS_EVAL_FLAG_ASYNC of quickjs.h. */
const EVAL_ASYNC = 1 << 7;
/** Printing this many times the kept output is a flood, not a log. */
const FLOOD_FACTOR = 64;

type Failure = RunCodeResult["failure"];

/**
 * Runs guest code once in an engine of its own. Never throws for anything the guest does: every outcome is a
 * {@link RunCodeResult}. Time is bounded twice, by the clock and by counted steps, because deployed Workers' clocks
 * stand still while code runs.
 */
export async function runCode(input: RunCodeInput): Promise<RunCodeResult> {
  const started = Date.now();
  const console = new ConsoleBuffer(input.limits.outputChars);
  const files = new GuestFiles(input.files, input.limits.filesBytes);
  const print = (text: string): boolean => {
    console.write(text);
    return console.total <= input.limits.outputChars * FLOOD_FACTOR;
  };
  const failure = await runScript(input.code, { files, print, limits: input.limits });
  return {
    ok: failure === null,
    output: console.text(),
    outputCut: console.cut,
    failure,
    written: files.written(),
    durationMs: Date.now() - started,
  };
}

/** What a script runs with. `print` answers false when nobody wants more output. */
export interface ScriptHost {
  readonly files: GuestFileAccess;
  readonly print: (text: string) => boolean;
  readonly limits: { readonly timeMs: number; readonly memoryBytes: number };
  /** Those of the command it is part of; none: it is a command of its own that nobody cancels. */
  readonly turns?: Turns;
}

/** Runs a script with the globals of GUEST.md. Never throws for anything the guest does; null: it ended well. */
export async function runScript(code: string, host: ScriptHost): Promise<Failure> {
  const { timeMs, memoryBytes } = host.limits;
  const budget = new Budget(timeMs, host.turns);
  try {
    const run = async (guest: GuestVm): Promise<Failure> => {
      const failure = await new ScriptRun(guest, budget, host).execute(code);
      return guest.isExhausted && budget.stopped === null ? MEMORY : failure;
    };
    return (await GuestVm.within({ memoryBytes, budget, library: PRELUDE }, run)) ?? stoppedBy(budget, timeMs);
  } catch (error) {
    return engineFailure(error);
  }
}

class ScriptRun {
  readonly #guest: GuestVm;
  readonly #budget: Budget;
  readonly #timeMs: number;
  readonly #describe: QuickJSHandle;

  constructor(guest: GuestVm, budget: Budget, host: ScriptHost) {
    this.#guest = guest;
    this.#budget = budget;
    this.#timeMs = host.limits.timeMs;
    const { vm } = guest;
    const print = (text: string): void => {
      if (!host.print(text)) budget.stop("output");
    };
    const bridge = new Bridge(host.files, print, budget.work);
    const bridgeHandle = vm.newFunction("bridge", (operation, args) => {
      if (vm.typeof(operation) !== "string" || args === undefined || vm.typeof(args) !== "string") {
        throw new TypeError("bridge takes two texts");
      }
      return vm.newString(bridge.call(vm.getString(operation), vm.getString(args)));
    });
    this.#describe = vm.unwrapResult(vm.callFunction(guest.takeLibrary(), vm.undefined, bridgeHandle));
    guest.guard();
  }

  async execute(code: string): Promise<Failure> {
    let result = await this.#guest.evaluate(code, "code.js", EVAL_ASYNC);
    let columnShift = 0;
    if (result.error !== undefined && this.#budget.stopped === null) {
      const thrown = await this.#thrown(result.error);
      if (!/return not in a function/.test(thrown.message)) return this.#ended(thrown, true, 0);
      // A top-level return is how many people end a script; as the body of a function it is allowed.
      const opening = "(async()=>{";
      columnShift = opening.length;
      result = await this.#guest.evaluate(`${opening}${code}\n})()`, "code.js");
    }
    if (result.error !== undefined) return this.#ended(await this.#thrown(result.error), true, columnShift);
    await this.#guest.drain();
    return await this.#settled(result.value, columnShift === 0, columnShift);
  }

  async #settled(promise: QuickJSHandle, isScript: boolean, columnShift: number): Promise<Failure> {
    const { vm } = this.#guest;
    if (this.#budget.stopped !== null) return this.#ended(null, false, columnShift);
    const state = vm.getPromiseState(promise);
    if (state.type === "fulfilled" && state.notAPromise) return null;
    if (state.type === "rejected") return this.#ended(await this.#thrown(state.error), false, columnShift);
    if (state.type === "pending") {
      return {
        kind: "timeout",
        message: "The code waits for a promise that never settles. There are no timers and no network here.",
      };
    }
    // A script's value, e.g. the promise of a last line `main()` that nobody awaited: its failure is the run's.
    return isScript ? await this.#settled(vm.getProp(state.value, "value"), false, columnShift) : null;
  }

  #thrown(handle: QuickJSHandle): Promise<Thrown> {
    return this.#guest.thrown(this.#describe, handle);
  }

  #ended(thrown: Thrown | null, compiling: boolean, columnShift: number): Failure {
    const stopped = stoppedBy(this.#budget, this.#timeMs);
    if (stopped !== null) return stopped;
    return thrown === null ? null : describeFailure(thrown, compiling, columnShift);
  }
}

function stoppedBy({ stopped }: Budget, timeMs: number): Failure {
  switch (stopped) {
    case "timeout":
      return { kind: "timeout", message: `The code ran longer than ${timeMs / 1000} s and was stopped.` };
    case "output":
      return { kind: "output", message: "The code printed far more than can be kept and was stopped." };
    case "cancelled":
      return { kind: "exception", message: "The code was cancelled." };
    case null:
      return null;
  }
}
