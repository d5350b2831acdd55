import { changesBetween, type TreeChanges } from "../files/changes.ts";
import type { FileContent } from "../files/content.ts";
import { insideWorkspace, isResult, relative } from "../files/paths.ts";
import type { Tree } from "../files/tree.ts";

export interface Changed {
  /** Paths relative to /workspace; of files people want to see (isResult). */
  readonly changed: readonly { path: string; size: number; sha256: string; content: FileContent }[];
  readonly removed: readonly string[];
  readonly read: readonly string[];
  /** Everything, to be stored. */
  readonly all: TreeChanges;
}

const isShown = (path: string): boolean => insideWorkspace(path) !== null && isResult(relative(path));

/** What a command changed and read. Contents of `changed` are loaded: a file only moved may never have been opened. */
export async function changedBetween(
  before: Tree,
  after: Tree,
  load: (contents: Iterable<FileContent>) => Promise<void>,
): Promise<Changed> {
  const all = changesBetween(before, after);
  const shown = all.written.filter(isShown).flatMap((path) => {
    const content = after.contentAt(path);
    return content === null ? [] : [{ path, content }];
  });
  await load(shown.map(({ content }) => content));
  const wasFile = (path: string): boolean => before.contentAt(path) !== null;
  return {
    changed: shown.map(({ path, content }) => ({
      path: relative(path),
      size: content.size,
      sha256: content.sha256,
      content,
    })),
    removed: all.removed
      .filter((path) => isShown(path) && wasFile(path))
      .map(relative)
      .sort(),
    read: [...after.readPaths]
      .filter((path) => insideWorkspace(path) !== null && wasFile(path))
      .map(relative)
      .sort(),
    all,
  };
}
