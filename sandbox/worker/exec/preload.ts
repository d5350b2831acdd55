import type { FileContent } from "../files/content.ts";
import { SCRATCH, WORKSPACE } from "../files/paths.ts";
import type { Tree } from "../files/tree.ts";

/**
 * Contents a program may read, to be loaded before it runs, since it reads without waiting: smallest first while they
 * fit. What does not fit cannot be read by it (EFBIG).
 */
export function contentsUpTo(tree: Tree, bytes: number): FileContent[] {
  const all = new Set<FileContent>();
  for (const folder of [WORKSPACE, SCRATCH]) {
    for (const [, node] of tree.walk(folder)) if (node.kind === "file") all.add(node.content);
  }
  const chosen: FileContent[] = [];
  let room = bytes;
  for (const content of [...all].sort((a, b) => a.size - b.size)) {
    room -= content.size;
    if (room < 0) break;
    chosen.push(content);
  }
  return chosen;
}
