import type { QuickJSHandle, VmFunctionImplementation } from "quickjs-emscripten-core";
import type { GuestVm } from "../guest-vm.ts";
import { FileOperations, numberAt, textAt } from "./file-operations.ts";
import type { ProcessEnd, ProcessSetup } from "./guest-process.ts";
import { hashAnswer, uuid } from "./hash-operations.ts";
import { IntlOperations } from "./intl-operations.ts";
import type { Answer, ModuleLoader } from "./module-loader.ts";
import { GuestProblem } from "./problems.ts";
import { testEventOf } from "./test-events.ts";
import { decode, textAnswer } from "./text-operations.ts";

/** Bytes handed over count as work, as if each this many were a step. */
const BYTES_PER_STEP = 64;
/** What a call of Intl counts as, in steps. */
const INTL_STEPS = 200;
const encoder = new TextEncoder();
/**
 * The host's side of the guest's Node. Takes texts and bytes, never objects of the guest; gives texts, bytes, and (for
 * modules only) values of the guest's own. Whatever goes wrong becomes an error of the guest without a detail of the
 * host.
 */
export class HostBridge {
  readonly #guest: GuestVm;
  readonly #setup: ProcessSetup;
  readonly #files: FileOperations;
  readonly #intl = new IntlOperations();
  readonly #finish: (end: ProcessEnd) => void;
  #loader: ModuleLoader | null = null;

  /** @param finish takes how the process ends, and ends it */
  constructor(guest: GuestVm, setup: ProcessSetup, finish: (end: ProcessEnd) => void) {
    this.#guest = guest;
    this.#setup = setup;
    this.#files = new FileOperations(setup.fs, setup.cwd);
    this.#finish = finish;
  }

  set loader(loader: ModuleLoader) {
    this.#loader = loader;
  }

  /** The function the guest calls. */
  get handle(): QuickJSHandle {
    const { vm } = this.#guest;
    const call: VmFunctionImplementation<QuickJSHandle> = (operation, args, raw) => {
      try {
        // Code that was stopped inside of an asynchronous function may run on for some steps: nothing it does counts.
        if (this.#guest.isEnded) throw new GuestProblem("Error", "The program has ended");
        if (vm.typeof(operation) !== "string" || args === undefined || vm.typeof(args) !== "string") {
          throw new GuestProblem("TypeError", "The bridge takes texts");
        }
        const list: unknown = JSON.parse(vm.getString(args));
        if (!Array.isArray(list)) throw new GuestProblem("TypeError", "Arguments must be a list");
        return this.#answer(vm.getString(operation), list, this.#rawOf(raw));
      } catch (error) {
        return this.#refused(error);
      }
    };
    return vm.newFunction("bridge", call);
  }

  /** The function guards.ts reports work to. */
  get work(): QuickJSHandle {
    const { vm } = this.#guest;
    return vm.newFunction("work", (units) => {
      const values = vm.typeof(units) === "number" ? vm.getNumber(units) : Number.POSITIVE_INFINITY;
      if (!this.#setup.budget.work(values)) throw new TypeError("stopped");
      return vm.undefined;
    });
  }

  #rawOf(handle: QuickJSHandle | undefined): string | Uint8Array | null {
    if (handle === undefined) return null;
    const { vm } = this.#guest;
    const kind = vm.typeof(handle);
    if (kind === "string") return vm.getString(handle);
    if (kind !== "object") return null;
    // A copy, since the engine's memory may move while the host works.
    const bytes = vm.getArrayBuffer(handle);
    const copy = bytes.value.slice();
    bytes.dispose();
    return copy;
  }

  #answer(operation: string, args: readonly unknown[], raw: string | Uint8Array | null): Answer {
    if (raw !== null) this.#charge(raw.length);
    switch (operation) {
      case "readText":
        return this.#text(this.#files.readText(textAt(args, 0)));
      case "readBytes":
        return this.#bytes(this.#files.readBytes(textAt(args, 0)));
      case "stdin":
        return this.#bytes(this.#setup.stdin);
      case "encode":
        return this.#bytes(encoder.encode(typeof raw === "string" ? raw : ""));
      case "hash":
      case "random":
        return this.#bytes(hashAnswer(operation, args, raw) ?? new Uint8Array());
      case "decode":
        return this.#text(decode(args, typeof raw === "object" && raw !== null ? raw : new Uint8Array()));
      case "frames":
        return this.#text(this.#modules().frames(textAt(args, 0)));
      case "compile":
        return this.#modules().compile(textAt(args, 0));
      case "requireModule":
        return this.#requireModule(textAt(args, 0));
      default:
        return this.#guest.vm.newString(`J${JSON.stringify(this.#value(operation, args, raw) ?? null)}`);
    }
  }

  #value(operation: string, args: readonly unknown[], raw: string | Uint8Array | null): unknown {
    switch (operation) {
      case "print":
        return this.#setup.print(args[0] === "stderr" ? "stderr" : "stdout", raw ?? "");
      case "exit":
        return this.#finish({ kind: "exited", code: numberAt(args, 0) & 255 });
      case "memory":
        return this.#finish({ kind: "memory" });
      case "waited":
        return this.#finish({ kind: "waited" });
      case "uncaught":
        return this.#setup.print(
          "stderr",
          `${this.#modules().excerpt(textAt(args, 0))}${typeof raw === "string" ? raw : ""}\n\nNode.js v24.21.0\n`,
        );
      case "resolve":
        return this.#modules().resolve(textAt(args, 0), textAt(args, 1));
      case "metaResolve":
        return this.#modules().metaResolve(textAt(args, 0), textAt(args, 1));
      case "json":
        return this.#modules().json(textAt(args, 0));
      case "testStart":
      case "testEnd":
      case "testNote":
        return this.#setup.onTest(testEventOf(operation, args));
      case "uuid":
        return uuid();
      default: {
        const answer = this.#files.answer(operation, args, raw);
        if (answer !== undefined) return answer;
        const plain = textAnswer(operation, args);
        const text = plain === undefined ? this.#localized(operation, args) : plain;
        if (text === undefined) throw new GuestProblem("TypeError", "There is no such operation");
        return text;
      }
    }
  }

  #localized(operation: string, args: readonly unknown[]): unknown {
    this.#charge(INTL_STEPS * BYTES_PER_STEP);
    return this.#intl.answer(operation, args);
  }

  #requireModule(path: string): Answer {
    const modules = this.#modules();
    const later = async (): Promise<Answer> => {
      try {
        return await modules.requireModuleLater(path);
      } catch (error) {
        return this.#refused(error);
      }
    };
    return this.#guest.defer(later) ? this.#guest.vm.undefined : modules.requireModule(path);
  }

  #refused(error: unknown): QuickJSHandle {
    return this.#guest.vm.newString(`E${JSON.stringify(refusal(error))}`);
  }

  #modules(): ModuleLoader {
    if (this.#loader === null) throw new GuestProblem("Error", "It is too early for this");
    return this.#loader;
  }

  #text(text: string): QuickJSHandle {
    this.#charge(text.length);
    return this.#guest.vm.newString(`T${text}`);
  }

  #bytes(bytes: Uint8Array): QuickJSHandle {
    this.#charge(bytes.length);
    return this.#guest.vm.newArrayBuffer(bytes.slice().buffer);
  }

  #charge(bytes: number): void {
    this.#setup.budget.work(1 + bytes / BYTES_PER_STEP);
  }
}

function refusal(error: unknown): Record<string, string | number> {
  if (error instanceof GuestProblem) return error.toRecord();
  return { name: "TypeError", message: "This value cannot be used here" };
}
