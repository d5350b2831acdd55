import { type GuestFs, GuestFsError } from "../../files/guest-fs.ts";
import { joinPath } from "./paths.ts";
import { GuestProblem } from "./problems.ts";

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
/** The call of the operating system an error names. */
const SYSCALLS: Readonly<Record<string, string>> = {
  list: "scandir",
  write: "open",
  makeFolder: "mkdir",
  makeTemporary: "mkdtemp",
  move: "rename",
  copy: "copyfile",
  real: "realpath",
  readLink: "readlink",
  link: "symlink",
  touch: "utime",
};
const decoder = new TextDecoder("utf-8", { fatal: false, ignoreBOM: true });
const encoder = new TextEncoder();

/** Entries of one recursive listing, and bytes of one copied tree's walk, are bounded by this number of files. */
const MAX_LISTED = 20_000;

/** What node:fs in the guest asks of the workspace. Paths are as the program wrote them. */
export class FileOperations {
  readonly #fs: GuestFs;
  readonly #cwd: string;
  #temporary = 0;

  constructor(fs: GuestFs, cwd: string) {
    this.#fs = fs;
    this.#cwd = cwd;
  }

  /** The answer, or undefined when the operation is none of files. Throws GuestProblem, worded as Node words it. */
  answer(operation: string, args: readonly unknown[], raw: string | Uint8Array | null): unknown {
    try {
      return this.#answer(operation, args, raw);
    } catch (error) {
      throw asNode(error, operation, args);
    }
  }

  #answer(operation: string, args: readonly unknown[], raw: string | Uint8Array | null): unknown {
    const path = (index = 0): string => joinPath(this.#cwd, textAt(args, index));
    switch (operation) {
      case "stat":
        return this.#fs.stat(path());
      case "lstat":
        return this.#fs.lstat(path());
      case "access":
        this.#fs.stat(path());
        return null;
      case "list":
        return this.#list(path(), args[1] === true);
      case "write":
        return this.#write(path(), textAt(args, 1), args[2], raw ?? "");
      case "makeFolder":
        return this.#makeFolder(path(), args[1] === true);
      case "makeTemporary":
        return this.#makeTemporary(path());
      case "remove":
        return this.#remove(path(), args[1] === true, args[2] === true, args[3]);
      case "move":
        this.#fs.move(path(), path(1));
        return null;
      case "copy":
        return this.#copy(path(), path(1), args[2] === true, args[3] === true);
      case "real":
        return this.#fs.real(path());
      case "readLink":
        return this.#fs.readLink(path());
      case "link":
        this.#fs.link(textAt(args, 0), path(1));
        return null;
      case "chmod":
        this.#fs.chmod(path(), numberAt(args, 1) & 0o777);
        return null;
      case "touch":
        this.#fs.touch(path(), numberAt(args, 1));
        return null;
      default:
        return undefined;
    }
  }

  readText(path: string): string {
    return decoder.decode(this.readBytes(path));
  }

  readBytes(path: string): Uint8Array {
    try {
      return this.#fs.read(joinPath(this.#cwd, path));
    } catch (error) {
      throw asNode(error, "open", [path]);
    }
  }

  /** Flags of open(2) as Node spells them: "w", "wx", "a", "ax", and the same with "+". */
  #write(path: string, flag: string, mode: unknown, raw: string | Uint8Array): null {
    if (path === "/dev/null") return null;
    if (flag.includes("x") && this.#exists(path)) throw new GuestFsError("EEXIST", "open", path);
    // A copy: the guest's memory is gone when the run ends.
    const bytes = typeof raw === "string" ? encoder.encode(raw) : raw.slice();
    if (flag.startsWith("a") && this.#exists(path)) this.#fs.append(path, bytes);
    else if (typeof mode === "number") this.#fs.write(path, bytes, mode & 0o777);
    else this.#fs.write(path, bytes);
    return null;
  }

  #list(path: string, recursive: boolean): unknown[] {
    const found: unknown[] = [];
    const open = [""];
    for (let prefix = open.shift(); prefix !== undefined; prefix = open.shift()) {
      for (const name of this.#fs.list(joinPath(path, prefix))) {
        const inner = prefix === "" ? name : `${prefix}/${name}`;
        const stat = this.#fs.lstat(joinPath(path, inner));
        found.push({ name: inner, ...stat });
        if (recursive && stat.kind === "folder") open.push(inner);
        if (found.length > MAX_LISTED) throw new GuestFsError("EMFILE", "scandir", path);
      }
    }
    return found;
  }

  #makeFolder(path: string, recursive: boolean): string | null {
    if (!recursive) {
      this.#fs.makeFolder(path);
      return null;
    }
    // Node answers with the first folder that was made.
    let first: string | null = null;
    for (let at = path; at !== "/" && !this.#exists(at); at = joinPath(at, "..")) first = at;
    this.#fs.makeFolder(path, { recursive: true });
    return first;
  }

  #makeTemporary(prefix: string): string {
    for (;;) {
      this.#temporary++;
      const path = `${prefix}${this.#temporary.toString(36).padStart(6, "0")}`;
      if (this.#exists(path)) continue;
      this.#fs.makeFolder(path);
      return path;
    }
  }

  #remove(path: string, recursive: boolean, force: boolean, how: unknown): null {
    const kind = this.#exists(path) ? this.#fs.lstat(path).kind : null;
    if (how === "unlink" && kind === "folder") throw new GuestFsError("EISDIR", "unlink", path);
    if (how === "rmdir" && kind !== "folder" && kind !== null) throw new GuestFsError("ENOTDIR", "rmdir", path);
    if (how === "rm" && kind === "folder" && !recursive) {
      throw new GuestFsError("EISDIR", "rm", path);
    }
    this.#fs.remove(path, { recursive, force });
    return null;
  }

  #copy(from: string, to: string, recursive: boolean, keep: boolean): null {
    if (keep && this.#exists(to)) throw new GuestFsError("EEXIST", "copyfile", to);
    const open: (readonly [string, string])[] = [[from, to]];
    for (let pair = open.pop(), count = 0; pair !== undefined; pair = open.pop(), count++) {
      const [source, target] = pair;
      if (count > MAX_LISTED) throw new GuestFsError("EMFILE", "cp", from);
      if (this.#fs.stat(source).kind !== "folder") {
        this.#fs.write(target, this.#fs.read(source).slice(), this.#fs.stat(source).mode);
        continue;
      }
      if (!recursive) throw new GuestFsError("EISDIR", "copyfile", source);
      if (`${target}/`.startsWith(`${source}/`)) throw new GuestFsError("EINVAL", "cp", target);
      this.#fs.makeFolder(target, { recursive: true });
      for (const name of this.#fs.list(source)) open.push([joinPath(source, name), joinPath(target, name)]);
    }
    return null;
  }

  #exists(path: string): boolean {
    try {
      this.#fs.lstat(path);
      return true;
    } catch {
      return false;
    }
  }
}

export function textAt(args: readonly unknown[], index: number): string {
  const value = args[index];
  if (typeof value !== "string") throw new GuestProblem("TypeError", "A text is needed here", "ERR_INVALID_ARG_TYPE");
  return value;
}

export function numberAt(args: readonly unknown[], index: number): number {
  const value = args[index];
  if (typeof value !== "number" || !Number.isFinite(value)) {
    throw new GuestProblem("TypeError", "A number is needed here", "ERR_INVALID_ARG_TYPE");
  }
  return value;
}

/** With the path as the program gave it, and the names and numbers Node gives. */
function asNode(error: unknown, operation: string, args: readonly unknown[]): unknown {
  if (!(error instanceof GuestFsError)) return error;
  const { code } = error;
  const given = typeof args[0] === "string" ? args[0] : "";
  const how = operation === "remove" ? String(args[3]) : (SYSCALLS[operation] ?? operation);
  if (how === "rm" && code === "EISDIR") {
    const message = `Path is a directory: rm returned EISDIR (is a directory) ${given}`;
    return new GuestProblem("Error", message, "ERR_FS_EISDIR", { errno: 21, syscall: "rm", path: given });
  }
  const syscall = how === "rm" && code === "ENOENT" ? "lstat" : how === "open" && code === "EISDIR" ? "read" : how;
  const words = /^\w+: ([^,]*)/.exec(error.message)?.[1] ?? "";
  const head = `${code}: ${words}, ${syscall}`;
  const errno = ERRNO[code] ?? -1;
  if (syscall === "read") return new GuestProblem("Error", head, code, { errno, syscall });
  const both = (operation === "move" || operation === "copy") && typeof args[1] === "string";
  const message = both ? `${head} '${given}' -> '${args[1]}'` : `${head} '${given}'`;
  const extra = { errno, syscall, path: given };
  return new GuestProblem("Error", message, code, both ? { ...extra, dest: String(args[1]) } : extra);
}
