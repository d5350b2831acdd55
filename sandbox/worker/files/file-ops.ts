import { err, ok } from "../../../shared/lib/result.ts";
import type { FileEntry, FilesAnswer, FilesProblem } from "../../../shared/protocol/sandbox-rpc.ts";
import { type GuestFsCode, GuestFsError } from "./guest-fs.ts";
import type { FileOperation, FileOutcome } from "./object-rpc.ts";
import { insideWorkspace, relative } from "./paths.ts";
import type { Tree } from "./tree.ts";

const PROBLEMS: Record<GuestFsCode, FilesProblem> = {
  ENOENT: "not_found",
  EEXIST: "exists",
  ENOTDIR: "not_a_folder",
  EISDIR: "is_a_folder",
  ENOTEMPTY: "exists",
  ELOOP: "bad_path",
  EINVAL: "bad_path",
  EACCES: "bad_path",
  EROFS: "bad_path",
  ENAMETOOLONG: "bad_path",
  EFBIG: "too_large",
  ENOSPC: "full",
  EMFILE: "full",
};

/** Does one operation on the tree. What it reads must be loaded before. Links that lead out of /workspace are refused. */
export function operate(tree: Tree, operation: FileOperation): FilesAnswer<FileOutcome> {
  try {
    return answer(tree, operation);
  } catch (error) {
    if (error instanceof GuestFsError) return refuse(PROBLEMS[error.code], error.message);
    throw error;
  }
}

function answer(tree: Tree, operation: FileOperation): FilesAnswer<FileOutcome> {
  switch (operation.kind) {
    case "list": {
      const folder = within(operation.folder);
      stay(tree, folder);
      return ok({ kind: "entries", entries: listed(tree, folder, operation.recursive) });
    }
    case "stat": {
      const path = within(operation.path);
      return ok({ kind: "entry", entry: entryAt(tree, path) });
    }
    case "read": {
      const path = within(operation.path);
      stay(tree, path);
      return ok({ kind: "bytes", bytes: tree.read(path) });
    }
    case "write": {
      const path = within(operation.path);
      const folder = path.slice(0, path.lastIndexOf("/"));
      if (folder === "") throw new GuestFsError("EISDIR", "open", path);
      ensureFolder(tree, folder);
      stay(tree, folder);
      if (tree.contentAt(path) !== null) stay(tree, path);
      tree.write(path, operation.bytes);
      return ok({ kind: "entry", entry: entryAt(tree, path) });
    }
    case "move": {
      const from = within(operation.from);
      const to = within(operation.to);
      const folder = to.slice(0, to.lastIndexOf("/"));
      tree.lstat(from);
      if (exists(tree, to)) throw new GuestFsError("EEXIST", "rename", to);
      ensureFolder(tree, folder);
      stay(tree, folder);
      tree.move(from, to);
      return ok({ kind: "entry", entry: entryAt(tree, to) });
    }
    case "remove":
      tree.remove(within(operation.path), { recursive: true });
      return ok({ kind: "done" });
  }
}

/** Entries with paths relative to /workspace, sorted. */
export function listed(tree: Tree, folder: string, recursive: boolean): FileEntry[] {
  const names = tree.list(folder);
  if (!recursive) return names.map((name) => entryAt(tree, `${folder}/${name}`));
  const base = tree.real(folder);
  return [...tree.walk(base)].map(([path]) => entryAt(tree, path)).sort((a, b) => (a.path < b.path ? -1 : 1));
}

export function entryAt(tree: Tree, path: string): FileEntry {
  const { kind, size, mtimeMs } = tree.lstat(path);
  return { path: relative(path), kind, size, modifiedAt: new Date(mtimeMs).toISOString() };
}

function exists(tree: Tree, path: string): boolean {
  try {
    tree.lstat(path);
    return true;
  } catch {
    return false;
  }
}

function ensureFolder(tree: Tree, folder: string): void {
  if (exists(tree, folder) && tree.stat(folder).kind !== "folder") throw new GuestFsError("ENOTDIR", "open", folder);
  tree.makeFolder(folder, { recursive: true });
}

function within(path: string): string {
  const absolute = insideWorkspace(path);
  if (absolute === null) throw new GuestFsError("EINVAL", "open", path.replaceAll("\0", "\\0").slice(0, 300));
  return absolute;
}

/** Throws where the path is, by links, outside of the workspace. */
function stay(tree: Tree, path: string): void {
  if (insideWorkspace(tree.real(path)) === null) throw new GuestFsError("EACCES", "open", path);
}

const refuse = (problem: FilesProblem, detail: string): FilesAnswer<never> => err({ problem, detail });
