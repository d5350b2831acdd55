import { insideWorkspace, isStorable, partsOf, relative, WORKSPACE } from "../worker/files/paths.ts";

/** A path as callers give it, relative to the workspace ("" for itself). Null: outside of it, or no path. */
export function boxPath(path: string): string | null {
  const absolute = insideWorkspace(path);
  return absolute === null ? null : absolute === WORKSPACE ? "" : relative(absolute);
}

/** Whether a path from the box is one in the form we keep: relative, normal, and with names that can be stored. */
export function isPlainPath(path: string): boolean {
  const parts = partsOf(path);
  return parts !== null && parts.length > 0 && parts.join("/") === path && path.isWellFormed() && isStorable(parts);
}
