import { err, ok } from "../../../shared/lib/result.ts";
import type { FilesAnswer } from "../../../shared/protocol/sandbox-rpc.ts";
import type { Snapshot } from "../../port.ts";
import { operate } from "../files/file-ops.ts";
import { GuestFsError } from "../files/guest-fs.ts";
import { insideWorkspace, relative, WORKSPACE } from "../files/paths.ts";
import type { Tree } from "../files/tree.ts";

/** Files and folders of /workspace; links are no part of it. All contents must be loaded. */
export function snapshotOf(tree: Tree): Snapshot {
  const files: { path: string; bytes: Uint8Array }[] = [];
  const folders: string[] = [];
  for (const [path, node] of tree.walk(WORKSPACE)) {
    if (node.kind === "file") files.push({ path: relative(path), bytes: node.content.bytes.slice() });
    if (node.kind === "folder") folders.push(relative(path));
  }
  return { files, folders };
}

/** Puts a snapshot into an empty tree, within the tree's limits. */
export function restoreInto(tree: Tree, snapshot: Snapshot): FilesAnswer<null> {
  for (const folder of snapshot.folders) {
    const path = insideWorkspace(folder);
    if (path === null) return err({ problem: "bad_path", detail: "A folder is outside of the workspace." });
    try {
      tree.makeFolder(path, { recursive: true });
    } catch (error) {
      if (error instanceof GuestFsError) return err({ problem: "bad_path", detail: error.message });
      throw error;
    }
  }
  for (const { path, bytes } of snapshot.files) {
    const answer = operate(tree, { kind: "write", path, bytes: bytes.slice() });
    if (!answer.ok) return answer;
  }
  return ok(null);
}

/** Makes a tree's /workspace what the snapshot says; links stay where nothing else came to their place. */
export function adopt(tree: Tree, snapshot: Snapshot): void {
  const files = new Map(snapshot.files.map(({ path, bytes }) => [`${WORKSPACE}/${path}`, bytes]));
  const folders = new Set(snapshot.folders.map((path) => `${WORKSPACE}/${path}`));
  for (const [path, node] of [...tree.walk(WORKSPACE)].reverse()) {
    const stays = node.kind === "link" || (node.kind === "file" ? files.has(path) : folders.has(path));
    if (!stays) tree.remove(path, { recursive: true, force: true });
  }
  for (const path of [...folders].sort()) tree.makeFolder(path, { recursive: true });
  for (const [path, bytes] of files) {
    const old = tree.contentAt(path);
    if (old?.isHere === true && isSame(old.bytes, bytes)) continue;
    tree.makeFolder(path.slice(0, path.lastIndexOf("/")), { recursive: true });
    tree.write(path, bytes);
  }
}

const isSame = (a: Uint8Array, b: Uint8Array): boolean => a.length === b.length && Buffer.compare(a, b) === 0;
