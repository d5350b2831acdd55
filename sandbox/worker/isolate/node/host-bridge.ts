import type { QuickJSHandle, VmFunctionImplementation } from "quickjs-emscripten-core";
import { GuestFsError } from "../../files/guest-fs.ts";
import type { GuestVm } from "../guest-vm.ts";
import { FileOperations, numberAt, textAt } from "./file-operations.ts";
import type { ProcessEnd, ProcessSetup } from "./guest-process.ts";
import type { ModuleLoader } from "./module-loader.ts";
import { GuestProblem } from "./problems.ts";
import { testEventOf } from "./test-events.ts";
import { decode, textAnswer } from "./text-operations.ts";

/** Bytes handed over count as work, as if each this many were a step. */
const BYTES_PER_STEP = 64;
/** Numbers of the operating system for codes of files, as Node shows them. */
const ERRNO: Readonly<Record<string, number>> = {
  ENOENT: -2,
  EACCES: -13,
  EEXIST: -17,
  ENOTDIR: -20,
  EISDIR: -21,
  EINVAL: -22,
  EMFILE: -24,
  EFBIG: -27,
  ENOSPC: -28,
  EROFS: -30,
  ENAMETOOLONG: -36,
  ENOTEMPTY: -39,
  ELOOP: -40,
};

/**
 * The host's side of the guest's Node. Takes texts and bytes, never objects of the guest; gives texts, bytes, and (for
 * modules only) values of the guest's own. Whatever goes wrong becomes an error of the guest without a detail of the
 * host.
 */
export class HostBridge {
  readonly #guest: GuestVm;
  readonly #setup: ProcessSetup;
  readonly #files: FileOperations;
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
        if (vm.typeof(operation) !== "string" || args === undefined || vm.typeof(args) !== "string") {
          throw new GuestProblem("TypeError", "The bridge takes texts");
        }
        return this.#answer(vm.getString(operation), JSON.parse(vm.getString(args)) as unknown[], this.#rawOf(raw));
      } catch (error) {
        return vm.newString(`E${JSON.stringify(refusal(error))}`);
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

  #answer(
    operation: string,
    args: readonly unknown[],
    raw: string | Uint8Array | null,
  ): QuickJSHandle | { error: QuickJSHandle } {
    if (raw !== null) this.#charge(raw.length);
    switch (operation) {
      case "readText":
        return this.#text(this.#files.readText(textAt(args, 0)));
      case "readBytes":
        return this.#bytes(this.#files.readBytes(textAt(args, 0)));
      case "stdin":
        return this.#bytes(this.#setup.stdin);
      case "encode":
        return this.#bytes(textAnswer(operation, args, raw) as Uint8Array);
      case "decode":
        return this.#text(decode(args, typeof raw === "object" && raw !== null ? raw : new Uint8Array()));
      case "frames":
        return this.#text(this.#modules().frames(textAt(args, 0)));
      case "compile":
        return this.#modules().compile(textAt(args, 0));
      case "requireModule":
        return this.#modules().requireModule(textAt(args, 0));
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
      default: {
        const answer = this.#files.answer(operation, args, raw) ?? textAnswer(operation, args, raw);
        if (answer === undefined) throw new GuestProblem("TypeError", "There is no such operation");
        return answer;
      }
    }
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
  if (error instanceof GuestFsError) {
    const syscall = /, (\w+) '/.exec(error.message)?.[1] ?? "open";
    return {
      name: "Error",
      message: error.message,
      errno: ERRNO[error.code] ?? -1,
      code: error.code,
      syscall,
      path: error.path,
    };
  }
  return { name: "TypeError", message: "This value cannot be used here" };
}
