import type { StoredEntry } from "./changes.ts";
import { FileContent } from "./content.ts";
import { Tree } from "./tree.ts";
import { newFolder, type TreeLimits } from "./tree-nodes.ts";

/** A tree of stored entries; its contents are still to be loaded (see loader.ts). */
export function buildTree(entries: Iterable<StoredEntry>, limits: TreeLimits): Tree {
  const tree = new Tree(limits);
  const contents = new Map<string, FileContent>();
  for (const entry of entries) {
    const { path, mode, mtimeMs } = entry;
    if (entry.kind === "folder") tree.place(path, newFolder(mtimeMs, mode));
    else if (entry.kind === "link") tree.place(path, { kind: "link", target: entry.target, mode, mtimeMs });
    else {
      const content = contents.get(entry.sha256) ?? FileContent.stored(entry.sha256, entry.size);
      contents.set(entry.sha256, content);
      tree.place(path, { kind: "file", content, mode, mtimeMs });
    }
  }
  return tree;
}
