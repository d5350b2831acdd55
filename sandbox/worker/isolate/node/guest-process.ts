import type { QuickJSHandle } from "quickjs-emscripten-core";
import type { GuestFs } from "../../files/guest-fs.ts";
import type { Budget } from "../budget.ts";
import { GUARDS } from "../guards.ts";
import { GuestVm } from "../guest-vm.ts";
import { GUEST } from "./guest.generated.ts";
import { HostBridge } from "./host-bridge.ts";
import { ModuleLoader } from "./module-loader.ts";
import type { TestEvent } from "./test-events.ts";

export interface ProcessSetup {
  readonly fs: GuestFs;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** After `node` itself: the program and its arguments. */
  readonly argv: readonly string[];
  readonly execArgv: readonly string[];
  readonly stdin: Uint8Array;
  readonly memoryBytes: number;
  readonly budget: Budget;
  readonly print: (stream: "stdout" | "stderr", data: string | Uint8Array) => void;
  readonly onTest: (event: TestEvent) => void;
  readonly testNames: readonly string[];
  readonly testOnly: boolean;
  readonly testTimeout: number | null;
}

/** What to run: a file, or source that has none. `name` stands for it in stack traces. */
export type Entry =
  | { readonly path: string }
  | { readonly code: string; readonly name: string; readonly printsValue: boolean };

export type ProcessEnd =
  | { readonly kind: "exited"; readonly code: number }
  /** Ended by the budget; `stopped` says why. */
  | { readonly kind: "stopped" }
  | { readonly kind: "memory" }
  /** It did nothing but wait with timers, beyond what is allowed. */
  | { readonly kind: "waited" };

/** What a turn of the event loop counts as beside the guest's own steps. */
const STEPS_PER_TURN = 500;

/** One `node` process: a realm of its own with Node's globals and modules, its event loop and its end. */
export class GuestProcess {
  readonly #guest: GuestVm;
  readonly #setup: ProcessSetup;
  readonly #bridge: HostBridge;
  readonly #loader: ModuleLoader;
  readonly #internals: QuickJSHandle;
  #end: ProcessEnd | null = null;
  /** The promise of the main module while it is open; null for everything else. */
  #main: QuickJSHandle | null = null;
  readonly #functions = new Map<string, QuickJSHandle>();

  static async run(setup: ProcessSetup, entry: Entry): Promise<ProcessEnd> {
    const { memoryBytes, budget } = setup;
    const run = async (guest: GuestVm): Promise<ProcessEnd> => {
      const end = await new GuestProcess(guest, setup, entry).#run(entry);
      return end.kind === "exited" && guest.isExhausted ? { kind: "memory" } : end;
    };
    return (await GuestVm.within({ memoryBytes, budget, library: GUEST }, run)) ?? { kind: "stopped" };
  }

  private constructor(guest: GuestVm, setup: ProcessSetup, entry: Entry) {
    this.#guest = guest;
    this.#setup = setup;
    const { vm } = guest;
    const finish = (end: ProcessEnd): void => {
      this.#end ??= end;
      guest.end();
    };
    this.#bridge = new HostBridge(guest, setup, finish);
    const boot = guest.takeLibrary();
    const settings = {
      argv: setup.argv,
      execArgv: setup.execArgv,
      env: setup.env,
      cwd: setup.cwd,
      main: "path" in entry ? entry.path : null,
      memoryBytes: setup.memoryBytes,
      testNames: setup.testNames,
      testOnly: setup.testOnly,
      testTimeout: setup.testTimeout,
    };
    const config = vm.unwrapResult(vm.evalCode(`(${JSON.stringify(settings)})`, "node:internal", { type: "global" }));
    this.#internals = vm.unwrapResult(vm.callFunction(boot, vm.undefined, this.#bridge.handle, config));
    this.#loader = new ModuleLoader(guest, setup.fs, this.#internals);
    this.#bridge.loader = this.#loader;
    const guards = vm.unwrapResult(vm.evalCode(GUARDS, "node:internal", { type: "global" }));
    vm.unwrapResult(vm.callFunction(guards, vm.undefined, this.#bridge.work)).dispose();
    guest.guard();
  }

  async #run(entry: Entry): Promise<ProcessEnd> {
    this.#main = await this.#start(entry);
    // The first turn of an ES module is a promise job itself, that of a script is not.
    await this.#settle(this.#main === null);
    await this.#follow();
    let isOver = false;
    while (this.#isRunning() && !isOver) {
      this.#setup.budget.work(STEPS_PER_TURN);
      if (await this.#callForBoolean("turn")) {
        await this.#settle();
        await this.#follow();
        continue;
      }
      // Nothing is left to do: what ends now may start something again, once.
      if (await this.#callForBoolean("finishTests")) {
        await this.#settle();
        continue;
      }
      await this.#call("beforeExit");
      await this.#settle();
      isOver = !(await this.#callForBoolean("turn"));
      if (!isOver) await this.#settle();
    }
    if (this.#isRunning()) {
      const isPending = this.#main !== null;
      if (isPending) this.#setup.print("stderr", "Warning: Detected unsettled top-level await\n");
      await this.#call("exitNormally", isPending ? this.#guest.vm.true : this.#guest.vm.false);
    }
    return this.#end ?? { kind: "stopped" };
  }

  /** The promise of an ES module, null for everything else. */
  async #start(entry: Entry): Promise<QuickJSHandle | null> {
    const { vm } = this.#guest;
    try {
      if ("path" in entry) {
        const { path, format } = this.#loader.entry(entry.path);
        if (format === "module") {
          const code = `import ${JSON.stringify(path)}`;
          return await this.#take(await this.#guest.evaluate(code, "node:internal/main", { type: "module" }));
        }
        await this.#call("require", vm.newString(path), vm.newString(format));
        await this.#call("loaded");
        return null;
      }
      const name = `${this.#setup.cwd === "/" ? "" : this.#setup.cwd}/${entry.name}`;
      const { code, isModule, drop } = this.#loader.inline(name, entry.code);
      await this.#call("scope", vm.newString(name), vm.newString(drop));
      const result = await this.#guest.evaluate(code, name, { type: isModule ? "module" : "global" });
      const value = await this.#take(result);
      if (entry.printsValue && value !== null && !isModule) await this.#call("print", value);
      return isModule ? value : null;
    } catch (error) {
      await this.#fatal(this.#loader.thrown(error));
      return null;
    }
  }

  async #take(result: ReturnType<GuestVm["vm"]["evalCode"]>): Promise<QuickJSHandle | null> {
    if (result.error === undefined) return result.value;
    await this.#fatal(result.error);
    return null;
  }

  /** Runs promise jobs and what process.nextTick queued, until none is left. */
  async #settle(ticksFirst = true): Promise<void> {
    if (ticksFirst) await this.#call("runTicks");
    do {
      if (!(await this.#guest.drain((error) => this.#fatal(error)))) return;
    } while ((await this.#callForBoolean("settle")) || (this.#isRunning() && this.#guest.runtime.hasPendingJob()));
  }

  /** Looks at how far the main module has come. */
  async #follow(): Promise<void> {
    if (this.#main === null || !this.#isRunning()) return;
    const state = this.#guest.vm.getPromiseState(this.#main);
    if (state.type === "pending") return;
    this.#main = null;
    if (state.type === "rejected") await this.#fatal(state.error);
    else await this.#call("loaded");
  }

  #isRunning(): boolean {
    return this.#end === null && this.#setup.budget.stopped === null;
  }

  async #callForBoolean(name: string): Promise<boolean> {
    const value = await this.#call(name);
    const isTrue = value !== null && this.#guest.vm.dump(value) === true;
    value?.dispose();
    return isTrue;
  }

  async #call(name: string, ...args: QuickJSHandle[]): Promise<QuickJSHandle | null> {
    if (!this.#isRunning()) return null;
    const result = await this.#guest.call(this.#function(name), ...args);
    if (result.error === undefined) return result.value;
    await this.#fatal(result.error);
    return null;
  }

  #function(name: string): QuickJSHandle {
    const known = this.#functions.get(name) ?? this.#guest.vm.getProp(this.#internals, name);
    this.#functions.set(name, known);
    return known;
  }

  /** What nobody caught: the guest says what it leads to. When it cannot, it has used up its memory or broken itself. */
  async #fatal(error: QuickJSHandle): Promise<void> {
    if (!this.#isRunning()) return;
    const { vm } = this.#guest;
    this.#guest.makeRoom();
    const result = await this.#guest.call(this.#function("fatal"), error);
    if (result.error === undefined || !this.#isRunning()) return;
    if (vm.eq(result.error, vm.null) || /out of memory/.test(this.#messageOf(result.error)))
      this.#end = { kind: "memory" };
    else {
      this.#setup.print("stderr", "Uncaught: an exception that cannot be shown\n");
      this.#end = { kind: "exited", code: 7 };
    }
  }

  #messageOf(error: QuickJSHandle): string {
    const { vm } = this.#guest;
    if (vm.typeof(error) !== "object") return "";
    const message = vm.getProp(error, "message");
    return vm.typeof(message) === "string" ? vm.getString(message) : "";
  }
}
