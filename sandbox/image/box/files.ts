import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  type Stats,
  writeFileSync,
} from "node:fs";
import { dirname, join, normalize, sep } from "node:path";
import { walk } from "./tree.ts";
import type { BoxEntry, BoxFileRequest, BoxFilesAnswer, BoxFilesProblem } from "./wire.ts";

/** A refusal as an exception, to get out of the middle of an operation. */
class Refused extends Error {
  readonly problem: BoxFilesProblem;
  constructor(problem: BoxFilesProblem) {
    super(problem);
    this.problem = problem;
  }
}

/**
 * A path below the root whose folders are real ones: links on the way are followed only while they stay inside.
 * @throws Refused
 */
function inside(root: string, path: string): string {
  const whole = normalize(join(root, path));
  if (path.includes("\0") || (whole !== root && !whole.startsWith(root + sep))) throw new Refused("bad_path");
  if (whole === root) return whole;
  let parent: string;
  try {
    parent = realpathSync(dirname(whole));
  } catch (error) {
    throw new Refused(codeOf(error) === "ENOTDIR" ? "not_a_folder" : "not_found");
  }
  if (parent !== root && !parent.startsWith(root + sep)) throw new Refused("bad_path");
  return join(parent, whole.slice(whole.lastIndexOf(sep) + 1));
}

const codeOf = (error: unknown): string =>
  typeof error === "object" && error !== null && "code" in error ? String(error.code) : "";

function statAt(path: string): Stats {
  try {
    return lstatSync(path);
  } catch (error) {
    throw new Refused(codeOf(error) === "ENOTDIR" ? "not_a_folder" : "not_found");
  }
}

/** Where a link at the end of a path leads, which must be inside. */
function followed(root: string, at: string): string {
  if (!statAt(at).isSymbolicLink()) return at;
  const real = realpathSync(at);
  if (real !== root && !real.startsWith(root + sep)) throw new Refused("bad_path");
  return real;
}

function entry(path: string, stat: Stats): BoxEntry {
  const kind = stat.isDirectory() ? "folder" : stat.isSymbolicLink() ? "link" : "file";
  return { path, kind, size: kind === "file" ? stat.size : 0, modifiedAt: stat.mtime.toISOString() };
}

export function answerFiles(root: string, request: BoxFileRequest): BoxFilesAnswer {
  return answering(() => {
    const named = inside(root, request.path);
    const at = request.op === "list" ? followed(root, named) : named;
    const stat = statAt(at);
    switch (request.op) {
      case "list": {
        if (!stat.isDirectory()) throw new Refused("not_a_folder");
        const prefix = at === root ? "" : `${at.slice(root.length + 1)}/`;
        return walk(at)
          .filter(({ path }) => request.recursive || !path.includes("/"))
          .map((found) => entry(`${prefix}${found.path}`, found.stat));
      }
      case "stat":
        return [entry(request.path, stat)];
      case "move": {
        if (at === root) throw new Refused("bad_path");
        const to = join(root, request.to);
        makeParents(root, request.to);
        const target = inside(root, request.to);
        if (to !== root && exists(target)) throw new Refused("exists");
        if (target.startsWith(at + sep)) throw new Refused("bad_path");
        renameSync(at, target);
        return [entry(request.to, lstatSync(target))];
      }
      case "remove":
        if (at === root) throw new Refused("bad_path");
        rmSync(at, { recursive: true, force: true });
        return [];
    }
  });
}

function exists(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}

function makeParents(root: string, path: string): void {
  const parts = path.split("/").slice(0, -1);
  for (let length = 1; length <= parts.length; length += 1) {
    const folder = inside(root, parts.slice(0, length).join("/"));
    if (!exists(folder)) mkdirSync(folder);
    else if (lstatSync(folder).isFile()) throw new Refused("not_a_folder");
    else if (!realpathSync(folder).startsWith(root + sep)) throw new Refused("bad_path");
  }
}

export function readAt(root: string, path: string): Buffer | BoxFilesProblem {
  try {
    const at = followed(root, inside(root, path));
    const stat = statAt(at);
    if (stat.isDirectory()) return "is_a_folder";
    if (!stat.isFile()) return "not_found";
    const handle = openSync(at, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      return fstatSync(handle).isFile() ? readFileSync(handle) : "not_found";
    } finally {
      closeSync(handle);
    }
  } catch (error) {
    return error instanceof Refused ? error.problem : "not_found";
  }
}

/** Creates folders on the way; replaces a file, or a link, that is there. */
export function writeAt(root: string, path: string, bytes: Buffer): BoxFilesAnswer {
  return answering(() => {
    makeParents(root, path);
    const at = inside(root, path);
    if (at === root) throw new Refused("is_a_folder");
    const was = lstatSync(at, { throwIfNoEntry: false });
    if (was?.isDirectory()) throw new Refused("is_a_folder");
    if (was !== undefined && !was.isFile()) rmSync(at);
    const { O_WRONLY, O_CREAT, O_TRUNC, O_NOFOLLOW } = constants;
    const handle = openSync(at, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, 0o644);
    try {
      writeFileSync(handle, bytes);
    } finally {
      closeSync(handle);
    }
    return [entry(path, lstatSync(at))];
  });
}

function answering(work: () => BoxEntry[]): BoxFilesAnswer {
  try {
    return { ok: true, entries: work() };
  } catch (error) {
    if (error instanceof Refused) return { ok: false, problem: error.problem };
    const problem = PROBLEMS[codeOf(error)];
    if (problem === undefined) throw error;
    return { ok: false, problem };
  }
}

const PROBLEMS: Partial<Record<string, BoxFilesProblem>> = {
  ENOENT: "not_found",
  ENOTDIR: "not_a_folder",
  EISDIR: "is_a_folder",
  EEXIST: "exists",
  ENOTEMPTY: "exists",
  ELOOP: "bad_path",
  EINVAL: "bad_path",
  ENAMETOOLONG: "bad_path",
  EACCES: "bad_path",
  ENOSPC: "full",
  EFBIG: "too_large",
};
