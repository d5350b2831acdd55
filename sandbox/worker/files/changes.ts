import type { FileContent } from "./content.ts";
import { SCRATCH, WORKSPACE } from "./paths.ts";
import type { Tree } from "./tree.ts";
import type { TreeNode } from "./tree-nodes.ts";

/** An entry as it is kept: everything but its bytes. Paths are absolute. */
export type StoredEntry = { readonly path: string; readonly mode: number; readonly mtimeMs: number } & (
  | { readonly kind: "folder" }
  | { readonly kind: "file"; readonly size: number; readonly sha256: string }
  | { readonly kind: "link"; readonly target: string }
);

/** What became of a tree: `put` in the order of a walk (parents first), `removed` deepest last. */
export interface TreeChanges {
  readonly put: readonly StoredEntry[];
  readonly removed: readonly string[];
  /** Paths in `put` whose bytes are others than before. */
  readonly written: readonly string[];
  /** Bytes by hash; those of contents that were never changed are not among them. */
  readonly contents: ReadonlyMap<string, FileContent>;
}

/** Compares /workspace and /tmp. Files rewritten with the bytes they had are no change. */
export function changesBetween(before: Tree, after: Tree): TreeChanges {
  const old = new Map<string, TreeNode>();
  for (const folder of [WORKSPACE, SCRATCH]) for (const [path, node] of before.walk(folder)) old.set(path, node);
  const put: StoredEntry[] = [];
  const written: string[] = [];
  const contents = new Map<string, FileContent>();
  const known = new Set<FileContent>();
  for (const node of old.values()) if (node.kind === "file") known.add(node.content);
  for (const folder of [WORKSPACE, SCRATCH]) {
    for (const [path, node] of after.walk(folder)) {
      const was = old.get(path);
      old.delete(path);
      if (was !== undefined && isSame(was, node)) continue;
      const entry = storedEntry(path, node);
      put.push(entry);
      if (node.kind !== "file") continue;
      if (was?.kind !== "file" || was.content.sha256 !== node.content.sha256) written.push(path);
      if (!known.has(node.content)) contents.set(node.content.sha256, node.content);
    }
  }
  return { put, removed: [...old.keys()], written, contents };
}

function isSame(was: TreeNode, is: TreeNode): boolean {
  if (was.kind !== is.kind || was.mode !== is.mode) return false;
  if (was.kind === "file" && is.kind === "file") {
    if (was.content === is.content) return was.mtimeMs === is.mtimeMs;
    return was.content.size === is.content.size && was.content.sha256 === is.content.sha256;
  }
  if (was.kind === "link" && is.kind === "link") return was.target === is.target;
  return true;
}

function storedEntry(path: string, node: TreeNode): StoredEntry {
  const meta = { path, mode: node.mode, mtimeMs: node.mtimeMs };
  if (node.kind === "folder") return { ...meta, kind: "folder" };
  if (node.kind === "link") return { ...meta, kind: "link", target: node.target };
  return { ...meta, kind: "file", size: node.content.size, sha256: node.content.sha256 };
}
