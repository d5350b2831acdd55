import { GuestFsError } from "../files/guest-fs.ts";
import { relative, WORKSPACE } from "../files/paths.ts";
import type { Tree } from "../files/tree.ts";

/** Makes the folder a command begins in where it is missing. Null, or one sentence on why the command cannot be run. */
export function enterFolder(tree: Tree, cwd: string): string | null {
  if (cwd === WORKSPACE) return null;
  try {
    tree.makeFolder(cwd, { recursive: true });
    return null;
  } catch (error) {
    if (!(error instanceof GuestFsError)) throw error;
    const shown = relative(cwd);
    const why = error.code === "EEXIST" ? "is a file" : error.code === "ENOTDIR" ? "lies in a file" : "cannot be made";
    return `The command was not run: its folder ${shown} ${why}. Name a folder, or leave it out for /workspace.`;
  }
}
