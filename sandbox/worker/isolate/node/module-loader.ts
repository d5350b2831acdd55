import type { QuickJSHandle } from "quickjs-emscripten-core";
import type { GuestFs } from "../../files/guest-fs.ts";
import type { GuestVm } from "../guest-vm.ts";
import { GuestProblem } from "./problems.ts";
import { Resolver } from "./resolve.ts";
import { columnInFile, type Format, type Prepared, prepare, prepareInline } from "./source.ts";

const decoder = new TextDecoder("utf-8");
/** `require` of ES modules inside of each other: each level is one of the host's own stack. */
const MAX_NESTED = 30;
const MAX_FRAMES = 10;
const INTERNAL = "nexus:internal";
const NOTHING = { format: "commonjs", exportNames: [], reexports: [], plainImports: [] } as const;
const UNRESOLVED = "nexus:unresolved-";

export type Answer = QuickJSHandle | { error: QuickJSHandle };

/** Gives the engine its modules: files of the workspace, prepared, and the built-in ones. */
export class ModuleLoader {
  readonly #guest: GuestVm;
  readonly #fs: GuestFs;
  readonly #internals: QuickJSHandle;
  readonly #resolver: Resolver;
  readonly #prepared = new Map<string, Prepared>();
  readonly #texts = new Map<string, string>();
  readonly #unresolved = new Map<string, unknown>();
  #lastProblem = 0;
  #nested = 0;

  constructor(guest: GuestVm, fs: GuestFs, internals: QuickJSHandle) {
    this.#guest = guest;
    this.#fs = fs;
    this.#internals = internals;
    const names = this.#ask("builtinNames");
    this.#resolver = new Resolver(fs, new Set(names));
    guest.runtime.setModuleLoader(
      (name) => this.#attempt(() => this.#sourceOf(name)),
      (from, specifier) => this.#nameOrProblem(specifier, from),
    );
    this.#openInternals();
  }

  /** What generated module code imports; the way there is closed before guest code runs. */
  #openInternals(): void {
    const { vm } = this.#guest;
    vm.setProp(vm.global, INTERNAL, this.#internals);
    vm.unwrapResult(vm.evalCode(`import ${JSON.stringify(INTERNAL)}`, "node:internal", { type: "module" })).dispose();
    vm.unwrapResult(
      vm.evalCode(`delete globalThis[${JSON.stringify(INTERNAL)}]`, "node:internal", { type: "global" }),
    ).dispose();
  }

  entry(path: string): { path: string; format: Format } {
    const found = this.#resolver.entry(path);
    if ("builtin" in found) throw new GuestProblem("Error", `Cannot find module '${path}'`, "MODULE_NOT_FOUND");
    return { path: found.path, format: this.#formatOf(found.path, found.format) };
  }

  /** Source without a file. As a script its last value can be printed, and its names are the realm's. */
  inline(name: string, code: string): { code: string; isModule: boolean; drop: string } {
    this.#texts.set(name, code);
    const script = prepareInline(code);
    if (script !== null) {
      this.#prepared.set(name, { ...NOTHING, code: script.code, shifts: script.shifts });
      return { code: script.code, isModule: false, drop: script.drop };
    }
    const prepared = prepare(name, code, null);
    this.#prepared.set(name, prepared);
    if (prepared.format === "module") return { code: prepared.code, isModule: true, drop: "" };
    this.#prepared.delete(name);
    return { code, isModule: false, drop: "" };
  }

  resolve(specifier: string, from: string): { builtin?: string; path?: string; format?: Format } {
    const found = this.#resolver.resolve(specifier, from, "require");
    return "builtin" in found ? found : { path: found.path, format: this.#formatOf(found.path, found.format) };
  }

  metaResolve(specifier: string, from: string): string {
    const found = this.#resolver.resolve(specifier, from, "import");
    return "builtin" in found ? `node:${found.builtin}` : `file://${encodeURI(found.path)}`;
  }

  json(path: string): unknown {
    try {
      return JSON.parse(this.#read(path).replace(/^\ufeff/, ""));
    } catch (error) {
      throw new GuestProblem("SyntaxError", `${path}: ${error instanceof Error ? error.message : "not JSON"}`);
    }
  }

  /** The function around a CommonJS file. */
  compile(path: string): Answer {
    const { vm } = this.#guest;
    const result = vm.evalCode(this.#prepare(path, "commonjs").code, path, { type: "global" });
    return result.error === undefined ? result.value : { error: result.error };
  }

  /** Runs an ES module now and gives its namespace: `require` of one that does not wait. */
  requireModule(path: string): Answer {
    this.#nest();
    try {
      return this.#namespace(path, this.#guest.vm.evalCode(...requiring(path)));
    } finally {
      this.#nested--;
    }
  }

  /** The same where the guest can be made to wait for it: its code gives way to others. */
  async requireModuleLater(path: string): Promise<Answer> {
    this.#nest();
    try {
      return this.#namespace(path, await this.#guest.evaluate(...requiring(path)));
    } finally {
      this.#nested--;
    }
  }

  #nest(): void {
    if (this.#nested >= MAX_NESTED) throw new GuestProblem("RangeError", "Maximum call stack size exceeded");
    this.#nested++;
  }

  #namespace(path: string, result: ReturnType<GuestVm["vm"]["evalCode"]>): Answer {
    const { vm } = this.#guest;
    if (result.error !== undefined) return { error: result.error };
    const state = vm.getPromiseState(result.value);
    if (state.type === "rejected") return { error: state.error };
    if (state.type === "pending") {
      throw new GuestProblem(
        "Error",
        `require() cannot be used on an ESM graph with top-level await. Use import() instead: ${path}`,
        "ERR_REQUIRE_ASYNC_MODULE",
      );
    }
    return vm.getProp(state.value, "namespace");
  }

  /** Stack lines of the program's own files, columns as they are there. */
  frames(raw: string): string {
    const lines: string[] = [];
    for (const match of raw
      .slice(0, 50_000)
      .matchAll(/^ {4}at (?:(.{0,200}?) \()?(\/[^\n]*?):(\d+)(?::(\d+))?\)?$/gm)) {
      const [, name, path = "", line = "1", column] = match;
      const file = path.replace(/\?required$/, "");
      const shifts = this.#prepared.get(file)?.shifts ?? [];
      const at = column === undefined ? line : `${line}:${columnInFile(shifts, Number(line), Number(column))}`;
      const isUrl = this.#prepared.get(file)?.format === "module";
      const where = `${isUrl ? `file://${encodeURI(file)}` : file}:${at}`;
      lines.push(
        name === undefined || /^<(?:eval|anonymous)>$/.test(name) ? `    at ${where}` : `    at ${name} (${where})`,
      );
      if (lines.length === MAX_FRAMES) break;
    }
    return lines.join("\n");
  }

  /** The line an error came from, as Node shows it above the error; "" when it is none of the program's own. */
  excerpt(stack: string): string {
    const match = /^ {4}at (?:.{0,200}? \()?((?:file:\/\/)?(\/[^\n]*?)):(\d+)(?::(\d+))?\)?$/m.exec(
      stack.slice(0, 50_000),
    );
    if (match === null) return "";
    const [, shown = "", path = "", line = "1", column = "1"] = match;
    const text = this.#texts.get(shown.startsWith("file:") ? decodeURI(path) : path)?.split("\n")[Number(line) - 1];
    if (text === undefined || text.length > 500) return `${shown}:${line}\n\n`;
    return `${shown}:${line}\n${text}\n${" ".repeat(Math.max(0, Number(column) - 1))}^\n\n`;
  }

  /** A value to throw in the guest for what went wrong here. */
  thrown(error: unknown): QuickJSHandle {
    const problem =
      error instanceof GuestProblem
        ? error
        : new GuestProblem(
            "Error",
            error instanceof Error && error.name === "Error" ? error.message : "It cannot be loaded",
          );
    const { vm } = this.#guest;
    const made = vm.callFunction(
      vm.getProp(this.#internals, "makeError"),
      vm.undefined,
      vm.newString(JSON.stringify(problem.toRecord())),
    );
    return made.error ?? made.value;
  }

  #attempt(work: () => string): string | { error: QuickJSHandle } {
    try {
      return work();
    } catch (error) {
      return { error: this.thrown(error) };
    }
  }

  /** The engine forgets what goes wrong with a name: a name that stands for it is given, and refused when it is loaded. */
  #nameOrProblem(specifier: string, from: string): string {
    try {
      return this.#nameOf(specifier, from);
    } catch (error) {
      const name = `${UNRESOLVED}${++this.#lastProblem}`;
      this.#unresolved.set(name, error);
      return name;
    }
  }

  #nameOf(specifier: string, from: string): string {
    if (specifier === INTERNAL) return INTERNAL;
    const importer = from.replace(/\?.*$/, "");
    if (importer.startsWith("node:")) return specifier;
    const query = /[?#].*$/.exec(specifier)?.[0] ?? "";
    const bare = query !== "" && /^[./]/.test(specifier) ? specifier.slice(0, -query.length) : specifier;
    if (from.endsWith("?required")) return specifier;
    const found = this.#resolver.resolve(bare, importer, "import");
    if ("builtin" in found) return `node:${found.builtin}`;
    if (found.format === "json" && this.#prepared.get(importer)?.plainImports.includes(specifier)) {
      throw new GuestProblem(
        "TypeError",
        `Module "file://${encodeURI(found.path)}" needs an import attribute of "type: json"`,
        "ERR_IMPORT_ATTRIBUTE_MISSING",
      );
    }
    return found.path + (bare === specifier ? "" : query);
  }

  #sourceOf(name: string): string {
    if (name.startsWith(UNRESOLVED)) throw this.#unresolved.get(name);
    if (name === INTERNAL)
      return `export const { dropped, meta, builtin, require } = globalThis[${JSON.stringify(INTERNAL)}];`;
    if (name.startsWith("node:")) {
      const keys = this.#ask("builtinKeys", name.slice(5));
      return `import { builtin } from ${JSON.stringify(INTERNAL)}; const $ = builtin(${JSON.stringify(name.slice(5))}); export default $;${exportsOf(keys)}`;
    }
    const path = name.replace(/[?#].*$/, "");
    const format = this.#formatOf(path, this.#resolver.formatOf(path, "import"));
    if (format === "module") return this.#prepare(path, "module").code;
    const names = format === "commonjs" ? [...this.#exportNames(path, new Set())] : [];
    return `import { require } from ${JSON.stringify(INTERNAL)}; const $ = require(${JSON.stringify(path)}, ${JSON.stringify(format)}); export default $;${exportsOf(names)}`;
  }

  #exportNames(path: string, seen: Set<string>): Set<string> {
    if (seen.has(path) || seen.size > 50) return new Set();
    seen.add(path);
    const { exportNames, reexports } = this.#prepare(path, "commonjs");
    const names = new Set(exportNames);
    for (const specifier of reexports) {
      const found = this.#resolver.resolve(specifier, path, "require");
      if (!("path" in found) || this.#formatOf(found.path, found.format) !== "commonjs") continue;
      for (const name of this.#exportNames(found.path, seen)) names.add(name);
    }
    return names;
  }

  #formatOf(path: string, format: Format | null): Format {
    return format ?? this.#prepare(path, null).format;
  }

  #prepare(path: string, format: "module" | "commonjs" | null): Prepared {
    const known = this.#prepared.get(path);
    if (known !== undefined) return known;
    const prepared = prepare(path, this.#read(path), format);
    this.#prepared.set(path, prepared);
    return prepared;
  }

  #read(path: string): string {
    const text = decoder.decode(this.#fs.read(path));
    this.#texts.set(path, text);
    return text;
  }

  /** A list of texts from the guest's library, which guest code may have broken meanwhile. */
  #ask(name: string, ...args: string[]): string[] {
    const { vm } = this.#guest;
    const handles = args.map((arg) => vm.newString(arg));
    const result = vm.callFunction(vm.getProp(this.#internals, name), vm.undefined, ...handles);
    const list: unknown = JSON.parse(vm.getString(vm.unwrapResult(result)));
    return Array.isArray(list) ? list.filter((entry): entry is string => typeof entry === "string") : [];
  }
}

const exportsOf = (names: readonly string[]): string =>
  names
    .filter((name) => name !== "default")
    .map((name, index) => `const $${index} = $[${JSON.stringify(name)}]; export { $${index} as ${name} };`)
    .join("");

const requiring = (path: string): [code: string, name: string, options: { type: "module" }] => [
  `import * as namespace from ${JSON.stringify(path)}; export { namespace };`,
  `${path}?required`,
  { type: "module" },
];
