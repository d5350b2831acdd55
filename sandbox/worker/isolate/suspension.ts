import type { QuickJSContext, QuickJSHandle, QuickJSRuntime } from "quickjs-emscripten-core";
import { EngineSnapshot } from "./engine-snapshot.ts";

/** Answers of the host's looks that make suspension.wasm wait. Others are 0 or 1, and addresses. */
export const INTERRUPT_WAITS = 2;
export const CALL_WAITS = -1;

/** A failed wish for no more than this much more memory means that there is none left. */
const LITTLE_BYTES = 1024 * 1024;

type EngineFunction = (...args: number[]) => number;
type Waiting = (...args: number[]) => Promise<number>;
type EvalOptions = Parameters<QuickJSContext["evalCode"]>[2];
type Result = ReturnType<QuickJSContext["callFunction"]>;
type Jobs = ReturnType<QuickJSRuntime["executePendingJobs"]>;

interface PromisingCalls {
  readonly eval: Waiting;
  readonly call: Waiting;
  readonly jobs: Waiting;
}

/** What is used of the engine's own module (Emscripten's glue), beneath the library. */
export interface EngineModule {
  _malloc(bytes: number): number;
  _free(address: number): void;
  lengthBytesUTF8(text: string): number;
  stringToUTF8(text: string, address: number, bytes: number): void;
  readonly HEAPU8: Uint8Array;
  _QTS_NewRuntime: EngineFunction;
  _QTS_NewContext: EngineFunction;
  _QTS_Eval: EngineFunction;
  _QTS_Call: EngineFunction;
  _QTS_ExecutePendingJob: EngineFunction;
  readonly _QTS_Throw: EngineFunction;
  readonly _QTS_DupValuePointer: EngineFunction;
}

/** JavaScript Promise Integration of WebAssembly, unknown to the compiler's library. */
export interface PromiseIntegration {
  readonly Suspending: new (waits: () => Promise<number>) => WebAssembly.ImportValue;
  readonly promising: (exported: EngineFunction) => Waiting;
}

/** What the engine asks between steps of the guest, when it could wait. */
export interface Interruption {
  isDue(): boolean;
  /** Not able to wait here: a call of the host is below. */
  held(): void;
  /** False: the guest may not go on. */
  giveWay(): Promise<boolean>;
}

/** @throws RangeError when the engine's memory is full: 0 would be an address like any other. */
function allocate(module: EngineModule, bytes: number): number {
  const address = module._malloc(bytes);
  if (address === 0) throw new RangeError("The engine is out of memory.");
  return address;
}

/**
 * Lets one engine wait in the middle of a guest's computing, so that one thread serves many guests.
 *
 * The engine asks the host between steps whether to stop ("interrupt"). suspension.wasm stands between the two: it asks
 * the host as before, and only when the host says so it calls an import that suspends the engine's whole stack until
 * a promise settles. That is possible only where no function of the host lies in between: inside of a call that was
 * made through {@link evalCode}, {@link callFunction} or {@link executePendingJobs}, and not inside of a function of
 * the host that called into the engine again. Such a function can {@link defer} what it would do there.
 *
 * The library around the engine knows nothing of it: the engine's answer is awaited first, then the library's own
 * method is called, to which that answer is given (`#answer`), so that handles, errors and lifetimes are the library's.
 */
export class Suspension {
  readonly #integration: PromiseIntegration;
  #module: EngineModule | null = null;
  #context = 0;
  #runtime = 0;
  /** Functions of the host on the engine's stack; null: the call that is open cannot wait, or none is. */
  #depth: number | null = null;
  #answer: { readonly value: number; readonly context: number } | null = null;
  #deferred: (() => Promise<QuickJSHandle | { error: QuickJSHandle }>) | null = null;
  #interruption: Interruption | null = null;
  #promising: PromisingCalls | null = null;
  #isExhausted = false;

  constructor(integration: PromiseIntegration) {
    this.#integration = integration;
  }

  set interruption(interruption: Interruption) {
    this.#interruption = interruption;
  }

  /**
   * Whether the engine's memory was once used up. It then loses promise jobs without a word, so that its guest's end
   * says nothing.
   */
  get isExhausted(): boolean {
    return this.#isExhausted;
  }

  /** The engine's imports, with suspension.wasm before those that may wait. Their names are the build's, shortened. */
  async around(imports: WebAssembly.Imports, gate: WebAssembly.Module): Promise<WebAssembly.Imports> {
    const functions: Record<string, WebAssembly.ImportValue> = { ...imports.a };
    const nameOf = (part: string): string => {
      const found = Object.keys(functions).filter((key) => String(functions[key]).includes(part));
      if (found.length !== 1 || found[0] === undefined) throw new Error("the engine's imports are others now");
      return found[0];
    };
    const hostFunction = (name: string): EngineFunction => {
      const value = functions[name];
      if (typeof value !== "function") throw new Error("the engine's imports are others now");
      return (...args) => Number(value(...args));
    };
    const [interrupt, call] = [nameOf("callbacks.shouldInterrupt("), nameOf("callbacks.callFunction(")];
    const { Suspending } = this.#integration;
    const instance = await WebAssembly.instantiate(gate, {
      host: {
        look: this.#look(hostFunction(interrupt)),
        wait: new Suspending(async () => ((await this.#interruption?.giveWay()) === true ? 0 : 1)),
        call: this.#call(hostFunction(call)),
        callWait: new Suspending(() => this.#callLater()),
      },
    });
    const { interrupt: gatedInterrupt, callFunction: gatedCall } = instance.exports;
    if (gatedInterrupt === undefined || gatedCall === undefined) throw new Error("suspension.wasm is another now");
    functions[interrupt] = gatedInterrupt;
    functions[call] = gatedCall;
    for (const name of [nameOf("callbacks.loadModuleSource("), nameOf("callbacks.normalizeModule(")]) {
      functions[name] = this.#counted(hostFunction(name));
    }
    const grow = nameOf(".grow(");
    functions[grow] = this.#growth(hostFunction(grow));
    return { ...imports, a: functions };
  }

  /** To be called when the module is there and before the library takes its functions. */
  attach(module: EngineModule, snapshot: EngineSnapshot | null): void {
    const { promising } = this.#integration;
    const { _QTS_NewRuntime, _QTS_NewContext, _QTS_Eval, _QTS_Call, _QTS_ExecutePendingJob } = module;
    this.#module = module;
    this.#promising = {
      eval: promising(_QTS_Eval),
      call: promising(_QTS_Call),
      jobs: promising(_QTS_ExecutePendingJob),
    };
    const answered =
      (own: EngineFunction): EngineFunction =>
      (...args) => {
        const answer = this.#answer;
        this.#answer = null;
        return answer === null ? own(...args) : answer.value;
      };
    snapshot?.restore(module.HEAPU8);
    module._QTS_NewRuntime = (...args) => {
      this.#runtime = snapshot?.places.runtime ?? _QTS_NewRuntime(...args);
      return this.#runtime;
    };
    module._QTS_NewContext = (...args) => {
      this.#context = snapshot?.places.context ?? _QTS_NewContext(...args);
      return this.#context;
    };
    module._QTS_Eval = answered(_QTS_Eval);
    module._QTS_Call = answered(_QTS_Call);
    const jobs = answered(_QTS_ExecutePendingJob);
    module._QTS_ExecutePendingJob = (runtime = 0, most = 0, out = 0) => {
      if (this.#answer !== null) new DataView(module.HEAPU8.buffer).setUint32(out, this.#answer.context, true);
      return jobs(runtime, most, out);
    };
  }

  /** See {@link EngineSnapshot}. */
  snapshot(vm: QuickJSContext): EngineSnapshot | null {
    const { module } = this.#parts();
    const places = { runtime: this.#runtime, context: this.#context };
    return EngineSnapshot.take(vm, places, () => module.HEAPU8);
  }

  async evalCode(vm: QuickJSContext, code: string, name: string, options?: EvalOptions): Promise<Result> {
    const { module, promising } = this.#parts();
    const [source, sourceBytes] = this.#text(module, code);
    const [file] = this.#text(module, name);
    const detect = options === undefined ? 1 : 0;
    const flags = typeof options === "number" ? options : options?.type === "module" ? 1 : 0;
    try {
      const value = await this.#open(() => promising.eval(this.#context, source, sourceBytes, file, detect, flags));
      this.#answer = { value, context: 0 };
      return vm.evalCode("", name, options);
    } finally {
      this.#answer = null;
      module._free(source);
      module._free(file);
    }
  }

  async callFunction(
    vm: QuickJSContext,
    target: QuickJSHandle,
    self: QuickJSHandle,
    args: readonly QuickJSHandle[],
  ): Promise<Result> {
    const { module, promising } = this.#parts();
    const list = allocate(module, Math.max(1, args.length) * 4);
    const view = new DataView(module.HEAPU8.buffer);
    for (const [index, arg] of args.entries()) view.setUint32(list + index * 4, arg.value, true);
    try {
      const value = await this.#open(() => promising.call(this.#context, target.value, self.value, args.length, list));
      this.#answer = { value, context: 0 };
      return vm.callFunction(target, self, ...args);
    } finally {
      this.#answer = null;
      module._free(list);
    }
  }

  async executePendingJobs(runtime: QuickJSRuntime, most: number): Promise<Jobs> {
    const { module, promising } = this.#parts();
    const out = allocate(module, 4);
    try {
      new DataView(module.HEAPU8.buffer).setUint32(out, 0, true);
      const value = await this.#open(() => promising.jobs(this.#runtime, most, out));
      this.#answer = { value, context: new DataView(module.HEAPU8.buffer).getUint32(out, true) };
      return runtime.executePendingJobs(most);
    } finally {
      this.#answer = null;
      module._free(out);
    }
  }

  /**
   * For a function of the host that the guest called: does the work after it returned (its answer is left out), while
   * the guest waits for the work's value as for that of any call. False: not possible here, do it now.
   */
  defer(work: () => Promise<QuickJSHandle | { error: QuickJSHandle }>): boolean {
    if (this.#depth !== 1) return false;
    this.#deferred = work;
    return true;
  }

  #look(own: EngineFunction): EngineFunction {
    return (...args) => {
      const answer = own(...args);
      if (answer !== 0 || this.#interruption === null) return answer;
      if (this.#depth === 0) return this.#interruption.isDue() ? INTERRUPT_WAITS : 0;
      this.#interruption.held();
      return answer;
    };
  }

  #growth(own: EngineFunction): EngineFunction {
    return (bytes = 0) => {
      const hasGrown = own(bytes);
      const has = this.#module?.HEAPU8.length ?? 0;
      if (hasGrown === 0 && (bytes >>> 0) - has <= LITTLE_BYTES) this.#isExhausted = true;
      return hasGrown;
    };
  }

  #counted(own: EngineFunction): EngineFunction {
    return (...args) => {
      const depth = this.#depth;
      if (depth !== null) this.#depth = depth + 1;
      try {
        return own(...args);
      } finally {
        this.#depth = depth;
      }
    };
  }

  #call(own: EngineFunction): EngineFunction {
    const counted = this.#counted(own);
    return (...args) => {
      const answer = counted(...args);
      return this.#deferred === null ? answer : CALL_WAITS;
    };
  }

  async #callLater(): Promise<number> {
    const work = this.#deferred;
    this.#deferred = null;
    const depth = this.#depth;
    this.#depth = null;
    const { module } = this.#parts();
    try {
      const value = (await work?.()) ?? null;
      if (value === null) return 0;
      if (!("error" in value)) return module._QTS_DupValuePointer(this.#context, value.value);
      return module._QTS_Throw(this.#context, value.error.value);
    } finally {
      this.#depth = depth;
    }
  }

  async #open(call: () => Promise<number>): Promise<number> {
    if (this.#depth !== null) throw new Error("a call into the engine is open");
    this.#depth = 0;
    try {
      return await call();
    } finally {
      this.#depth = null;
    }
  }

  #text(module: EngineModule, text: string): [address: number, bytes: number] {
    const bytes = module.lengthBytesUTF8(text);
    const address = allocate(module, bytes + 1);
    module.stringToUTF8(text, address, bytes + 1);
    return [address, bytes];
  }

  #parts(): { module: EngineModule; promising: PromisingCalls } {
    if (this.#module === null || this.#promising === null) throw new Error("the engine is not there yet");
    return { module: this.#module, promising: this.#promising };
  }
}
