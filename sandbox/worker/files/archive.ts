import { downloadZip } from "client-zip";
import { err, ok } from "../../../shared/lib/result.ts";
import type { FilesAnswer } from "../../../shared/protocol/sandbox-rpc.ts";
import type { FileContent } from "./content.ts";
import { insideWorkspace } from "./paths.ts";
import type { Tree } from "./tree.ts";

/** A zip of the folder's files and empty folders, streamed. Links are left out: what they lead to is in it anyway. */
export function archive(
  tree: Tree,
  folder: string,
  load: (contents: Iterable<FileContent>) => Promise<void>,
): FilesAnswer<ReadableStream<Uint8Array>> {
  const base = insideWorkspace(folder);
  const node = base === null ? null : nodeKind(tree, base);
  if (base === null) return err({ problem: "bad_path", detail: "The folder is outside of the workspace." });
  if (node === null) return err({ problem: "not_found", detail: "There is no such folder." });
  if (node !== "folder") return err({ problem: "not_a_folder", detail: "This is not a folder." });
  const entries = async function* () {
    for (const [path, { kind, mtimeMs, ...rest }] of tree.walk(base)) {
      const name = path.slice(base.length + 1);
      const lastModified = new Date(mtimeMs);
      if (kind === "folder") yield { name: `${name}/`, lastModified };
      if (!("content" in rest)) continue;
      await load([rest.content]);
      yield { name, lastModified, input: rest.content.bytes };
    }
  };
  const { body } = downloadZip(entries());
  if (body === null) throw new Error("a zip has a body");
  return ok(body);
}

function nodeKind(tree: Tree, path: string): "file" | "folder" | "link" | null {
  try {
    return tree.lstat(path).kind;
  } catch {
    return null;
  }
}
