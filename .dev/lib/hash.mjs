import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { at } from "./paths.mjs";

const SKIPPED = new Set(["node_modules", "dist", ".wrangler", ".state"]);

/** Digest over names and bytes of the given files and folders (repository paths; tests do not count; missing is fine). */
export function hashOf(paths) {
  const hash = createHash("sha256");
  for (const path of paths) addPath(hash, path);
  return hash.digest("hex").slice(0, 20);
}

function addPath(hash, path) {
  const info = statSync(at(path), { throwIfNoEntry: false });
  if (info === undefined) return;
  if (info.isDirectory()) {
    for (const name of readdirSync(at(path)).sort()) if (!SKIPPED.has(name)) addPath(hash, join(path, name));
  } else if (!/\.(test\.tsx?|md)$/.test(path)) {
    hash.update(`${path}\0${info.size}\0`).update(readFileSync(at(path)));
  }
}
