import { createReadStream, lstatSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { empty, walk } from "./tree.ts";
import type { BundleHead } from "./wire.ts";

/** The head and then the bytes of files, as many as the head says of each, whatever happens to the file meanwhile. */
export async function* bundle(root: string, paths: readonly string[] | null): AsyncGenerator<Uint8Array> {
  const wanted = paths === null ? null : new Set(paths);
  const found = walk(root).filter(({ path }) => wanted === null || wanted.has(path));
  const files = found.flatMap(({ path, kind, stat }) => (kind === "file" ? [{ path, size: stat.size }] : []));
  const folders = wanted !== null ? [] : found.flatMap(({ path, kind }) => (kind === "folder" ? [path] : []));
  const head: BundleHead = { files, folders };
  yield Buffer.from(`${JSON.stringify(head)}\n`);
  for (const { path, size } of files) {
    let left = size;
    if (size > 0) {
      for await (const chunk of createReadStream(join(root, path), { end: size - 1 })) {
        left -= chunk.length;
        yield chunk;
      }
    }
    if (left > 0) yield Buffer.alloc(left);
  }
}

/** Replaces everything below the root. Paths were checked by the adapter, and are checked here once more. */
export function unbundle(root: string, bytes: Buffer): void {
  const line = bytes.indexOf(10);
  const head: BundleHead = JSON.parse(bytes.subarray(0, line).toString("utf8"));
  empty(root);
  for (const folder of head.folders) mkdirSync(below(root, folder), { recursive: true });
  let at = line + 1;
  for (const { path, size } of head.files) {
    const file = below(root, path);
    mkdirSync(dirname(file), { recursive: true });
    // Nothing is there but what this function made: no link can lead it elsewhere.
    writeFileSync(file, bytes.subarray(at, at + size));
    if (lstatSync(file).size !== size) throw new Error("The bundle ends too soon.");
    at += size;
  }
}

function below(root: string, path: string): string {
  const parts = path.split("/");
  if (parts.some((part) => part === "" || part === "." || part === "..") || path.includes("\0")) {
    throw new Error("A path of the bundle leads elsewhere.");
  }
  return join(root, ...parts);
}
