import type { GuestFs, GuestStat } from "../../files/guest-fs.ts";
import { baseOf, folderOf, joinPath } from "./paths.ts";
import { GuestProblem } from "./problems.ts";
import type { Format } from "./source.ts";

export type Resolved =
  | { readonly builtin: string }
  /** `format` null: a script whose syntax decides. */
  | { readonly path: string; readonly format: Format | null };

/** Modules of Node that cannot be here, and why. */
const ABSENT: Readonly<Record<string, string>> = {
  http: "there is no network in JavaScript here",
  https: "there is no network in JavaScript here",
  http2: "there is no network in JavaScript here",
  net: "there is no network in JavaScript here",
  tls: "there is no network in JavaScript here",
  dgram: "there is no network in JavaScript here",
  dns: "there is no network in JavaScript here",
  child_process: "there are no other processes here",
  cluster: "there are no other processes here",
  worker_threads: "there are no threads here",
};
const LESS_KNOWN =
  "async_hooks console constants diagnostics_channel domain inspector punycode querystring repl sqlite stream string_decoder trace_events tty v8 vm wasi zlib".split(
    " ",
  );

const RESOLVE_SUFFIXES = ["", ".js", ".json", ".ts"];

/**
 * Which file a specifier means, by the rules of Node for `import` and `require`: relative and absolute paths, file
 * URLs, packages in node_modules with `exports`, `main` and `type`, `#imports`, the package's own name.
 */
export class Resolver {
  readonly #fs: GuestFs;
  readonly #builtins: ReadonlySet<string>;

  constructor(fs: GuestFs, builtins: ReadonlySet<string>) {
    this.#fs = fs;
    this.#builtins = builtins;
  }

  /** @param from the absolute path of the file that asks */
  resolve(specifier: string, from: string, kind: "import" | "require"): Resolved {
    const builtin = this.#builtin(specifier);
    if (builtin !== null) return { builtin };
    if (/^(?:data|https?):/.test(specifier)) {
      throw new GuestProblem(
        "Error",
        `Only files of the workspace can be imported. Received ${JSON.stringify(specifier.slice(0, 100))}`,
        "ERR_UNSUPPORTED_ESM_URL_SCHEME",
      );
    }
    const path = this.#locate(specifier, from, kind);
    return { path, format: this.formatOf(path, kind) };
  }

  /** The file `node <path>` runs. */
  entry(path: string): Resolved {
    const found = this.#asRequired(path);
    if (found === null) {
      throw new GuestProblem("Error", `Cannot find module '${path}'`, "MODULE_NOT_FOUND");
    }
    return { path: found, format: this.formatOf(found, "require") };
  }

  formatOf(path: string, kind: "import" | "require"): Format | null {
    const extension = /\.([^./]+)$/.exec(baseOf(path))?.[1] ?? "";
    if (extension === "mjs" || extension === "mts") return "module";
    if (extension === "cjs" || extension === "cts") return "commonjs";
    if (extension === "json") return "json";
    const type = this.#packageOf(path)?.data.type;
    const known = type === "module" || type === "commonjs" ? type : null;
    if (extension === "js" || extension === "ts" || extension === "") return known;
    if (kind === "require") return "commonjs";
    throw new GuestProblem(
      "TypeError",
      `Unknown file extension ".${extension}" for ${path}`,
      "ERR_UNKNOWN_FILE_EXTENSION",
    );
  }

  #builtin(specifier: string): string | null {
    const hasPrefix = specifier.startsWith("node:");
    const name = hasPrefix ? specifier.slice(5) : specifier;
    // node:test is the one that has no name without the prefix.
    if (this.#builtins.has(name) && (hasPrefix || name !== "test")) return name;
    const family = name.split("/")[0] ?? name;
    const why = ABSENT[family] ?? (LESS_KNOWN.includes(family) ? "it is not among the modules of this sandbox" : null);
    if (why !== null || hasPrefix) {
      throw new GuestProblem(
        "Error",
        why === null ? `No such built-in module: ${specifier}` : `node:${name} cannot be used: ${why}`,
        "ERR_UNKNOWN_BUILTIN_MODULE",
      );
    }
    return null;
  }

  #locate(specifier: string, from: string, kind: "import" | "require"): string {
    const path = pathOf(specifier, from);
    if (path !== null)
      return kind === "import" ? this.#asImported(path, specifier, from) : this.#required(path, specifier, from);
    if (specifier.startsWith("#")) return this.#internal(specifier, from, kind);
    return this.#packaged(specifier, from, kind);
  }

  #asImported(path: string, specifier: string, from: string): string {
    const stat = this.#stat(path);
    if (stat?.kind === "file") return this.#fs.real(path);
    if (stat?.kind === "folder") {
      throw new GuestProblem(
        "Error",
        `Directory import '${path}' is not supported resolving ES modules imported from ${from}`,
        "ERR_UNSUPPORTED_DIR_IMPORT",
      );
    }
    const near = this.#asRequired(path) ?? this.#asRequired(path.replace(/\.[mc]?js$/, ".ts"));
    const hint =
      near === null || near === path ? "" : `\nDid you mean to import ${JSON.stringify(nearOf(specifier, near))}?`;
    throw new GuestProblem(
      "Error",
      `Cannot find module '${path}' imported from ${from}${hint}`,
      "ERR_MODULE_NOT_FOUND",
    );
  }

  #required(path: string, specifier: string, from: string): string {
    const found = this.#asRequired(path);
    if (found !== null) return found;
    throw notRequired(specifier, from);
  }

  /** As file, with an extension, as folder: what `require` tries. */
  #asRequired(path: string): string | null {
    for (const suffix of RESOLVE_SUFFIXES) {
      if (this.#stat(path + suffix)?.kind === "file") return this.#fs.real(path + suffix);
    }
    if (this.#stat(path)?.kind !== "folder") return null;
    const { main } = this.#readPackage(path) ?? {};
    const candidates = [...(typeof main === "string" && main !== "" ? [main, `${main}/index`] : []), "index"];
    for (const candidate of candidates) {
      for (const suffix of RESOLVE_SUFFIXES) {
        const file = joinPath(path, candidate + suffix);
        if (this.#stat(file)?.kind === "file") return this.#fs.real(file);
      }
    }
    return null;
  }

  #packaged(specifier: string, from: string, kind: "import" | "require"): string {
    const [, name = "", rest = ""] = /^((?:@[^/]+\/)?[^/]+)(.*)$/.exec(specifier) ?? [];
    const own = this.#packageOf(from);
    if (own !== null && own.data.name === name && own.data.exports !== undefined) {
      return this.#exported(own.folder, own.data.exports, `.${rest}`, specifier, kind);
    }
    for (let folder = folderOf(from); ; folder = folderOf(folder)) {
      const home = joinPath(folder, `node_modules/${name}`);
      if (this.#stat(home)?.kind === "folder") {
        const data = this.#readPackage(home) ?? {};
        if (data.exports !== undefined) return this.#exported(home, data.exports, `.${rest}`, specifier, kind);
        const found =
          kind === "import" && rest !== "" ? this.#file(joinPath(home, rest)) : this.#asRequired(joinPath(home, rest));
        if (found !== null) return found;
      }
      if (folder === "/") break;
    }
    if (kind === "require") throw notRequired(specifier, from);
    throw new GuestProblem("Error", `Cannot find package '${name}' imported from ${from}`, "ERR_MODULE_NOT_FOUND");
  }

  #internal(specifier: string, from: string, kind: "import" | "require"): string {
    const own = this.#packageOf(from);
    const target = own === null ? null : findTarget(own.data.imports, specifier, kind);
    if (own === null || target === null) {
      throw new GuestProblem(
        "TypeError",
        `Package import specifier "${specifier}" is not defined imported from ${from}`,
        "ERR_PACKAGE_IMPORT_NOT_DEFINED",
      );
    }
    return target.startsWith("./")
      ? this.#asImported(joinPath(own.folder, target), specifier, from)
      : this.#packaged(target, from, kind);
  }

  #exported(home: string, exports: unknown, subpath: string, specifier: string, kind: "import" | "require"): string {
    const map = isSugar(exports) ? { ".": exports } : exports;
    const target = findTarget(map, subpath === "." ? "." : subpath, kind);
    if (target?.startsWith("./")) {
      const file = this.#file(joinPath(home, target));
      if (file !== null) return file;
      throw new GuestProblem("Error", `Cannot find module '${joinPath(home, target)}'`, "ERR_MODULE_NOT_FOUND");
    }
    throw new GuestProblem(
      "Error",
      subpath === "."
        ? `No "exports" main defined in ${home}/package.json`
        : `Package subpath '${subpath}' is not defined by "exports" in ${home}/package.json (${specifier})`,
      "ERR_PACKAGE_PATH_NOT_EXPORTED",
    );
  }

  #packageOf(path: string): { folder: string; data: Record<string, unknown> } | null {
    for (let folder = folderOf(path); ; folder = folderOf(folder)) {
      const data = this.#readPackage(folder);
      if (data !== null) return { folder, data };
      if (folder === "/" || baseOf(folder) === "node_modules") return null;
    }
  }

  #readPackage(folder: string): Record<string, unknown> | null {
    const path = joinPath(folder, "package.json");
    if (this.#stat(path)?.kind !== "file") return null;
    try {
      const data: unknown = JSON.parse(new TextDecoder().decode(this.#fs.read(path)));
      return typeof data === "object" && data !== null ? { ...data } : {};
    } catch {
      throw new GuestProblem("Error", `Invalid package config ${path}.`, "ERR_INVALID_PACKAGE_CONFIG");
    }
  }

  #file(path: string): string | null {
    return this.#stat(path)?.kind === "file" ? this.#fs.real(path) : null;
  }

  #stat(path: string): GuestStat | null {
    try {
      return this.#fs.stat(path);
    } catch {
      return null;
    }
  }
}

const notRequired = (specifier: string, from: string): GuestProblem =>
  new GuestProblem("Error", `Cannot find module '${specifier}'\nRequire stack:\n- ${from}`, "MODULE_NOT_FOUND");

const nearOf = (specifier: string, near: string): string =>
  specifier.replace(/[^/]*$/, "") +
  (specifier.endsWith(baseOf(folderOf(near))) ? `${baseOf(folderOf(near))}/` : "") +
  baseOf(near);

/** The path a relative, absolute or file: specifier means; null for names of packages. */
function pathOf(specifier: string, from: string): string | null {
  if (specifier.startsWith("file:"))
    return URL.canParse(specifier) ? decodeURIComponent(new URL(specifier).pathname) : null;
  if (specifier.startsWith("/")) return joinPath("/", specifier);
  return /^\.\.?(?:\/|$)/.test(specifier) ? joinPath(folderOf(from), specifier) : null;
}

const isSugar = (exports: unknown): boolean =>
  typeof exports !== "object" ||
  exports === null ||
  Array.isArray(exports) ||
  !Object.keys(exports).some((key) => key.startsWith("."));

/** The target a map of `exports` or `imports` has for a key: exact, else by its longest pattern. */
function findTarget(map: unknown, key: string, kind: "import" | "require"): string | null {
  if (typeof map !== "object" || map === null) return null;
  const entries = Object.entries(map);
  const exact = entries.find(([name]) => name === key);
  if (exact !== undefined) return pick(exact[1], kind, "");
  const patterns = entries
    .filter(([name]) => name.includes("*"))
    .map(([name, value]) => ({ before: name.split("*")[0] ?? "", after: name.split("*")[1] ?? "", value }))
    .filter(
      ({ before, after }) => key.startsWith(before) && key.endsWith(after) && key.length > before.length + after.length,
    )
    .toSorted((a, b) => b.before.length - a.before.length);
  const [best] = patterns;
  return best === undefined
    ? null
    : pick(best.value, kind, key.slice(best.before.length, key.length - best.after.length));
}

function pick(value: unknown, kind: "import" | "require", star: string, depth = 0): string | null {
  if (typeof value === "string") return value.replaceAll("*", star);
  if (typeof value !== "object" || value === null || depth > 20) return null;
  if (Array.isArray(value)) {
    for (const entry of value) {
      const found = pick(entry, kind, star, depth + 1);
      if (found !== null) return found;
    }
    return null;
  }
  for (const [condition, inner] of Object.entries(value)) {
    if (![kind, "node", "module-sync", "default"].includes(condition)) continue;
    const found = pick(inner, kind, star, depth + 1);
    if (found !== null) return found;
  }
  return null;
}
