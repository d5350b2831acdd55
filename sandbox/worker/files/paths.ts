import { isId } from "../../../shared/lib/ids.ts";
import type { WorkspaceRef } from "../../../shared/protocol/sandbox-rpc.ts";

export const WORKSPACE = "/workspace";
export const SCRATCH = "/tmp";

const MAX_PATH_BYTES = 1024;
const MAX_NAME_BYTES = 255;
const MAX_DEPTH = 64;

const encoder = new TextEncoder();

/** The parts of a path taken from `base`, "." and ".." worked out. Null: holds NUL or is longer than any may be. */
export function partsOf(path: string, base = "/"): string[] | null {
  if (path.includes("\0") || path.length > MAX_PATH_BYTES * 4) return null;
  const parts: string[] = [];
  for (const part of (path.startsWith("/") ? path : `${base}/${path}`).split("/")) {
    if (part === "" || part === ".") continue;
    if (part === "..") parts.pop();
    else parts.push(part);
  }
  return parts;
}

/** Whether a new file may have this name and place: names as text that survives JSON, zip and other systems' disks. */
export function isStorable(parts: readonly string[]): boolean {
  if (parts.length > MAX_DEPTH || encoder.encode(parts.join("/")).length > MAX_PATH_BYTES) return false;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
  const isName = (part: string): boolean => part.isWellFormed() && !/[\x00-\x1f\x7f]/.test(part);
  return parts.every((part) => encoder.encode(part).length <= MAX_NAME_BYTES && isName(part));
}

/**
 * A path as callers give it ("a/b.txt", "/workspace/a/b.txt", "" for the workspace itself) as an absolute one within
 * /workspace. Null: outside of it, or no path at all.
 */
export function insideWorkspace(path: string): string | null {
  const parts = partsOf(path, WORKSPACE);
  if (parts === null || parts[0] !== "workspace" || path.toWellFormed() !== path) return null;
  return `/${parts.join("/")}`;
}

/** As callers read it: without "/workspace/". */
export const relative = (absolute: string): string => absolute.slice(WORKSPACE.length + 1);

/** Whether a file is a result people want to see: in no hidden folder, no installed package, not hidden itself. */
export function isResult(path: string): boolean {
  return path.split("/").every((part) => !part.startsWith(".") && part !== "node_modules" && part !== "__pycache__");
}

export function isWorkspace(ref: WorkspaceRef): boolean {
  return isId("prj", ref.projectId) && isId("wf", ref.workflowId);
}
