/**
 * Loaded before a program that an agent wrote for this workspace: the `files` it knows from the isolate
 * (sandbox/worker/isolate/GUEST.md), over the real files. Everything else is Node's own.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";

const root = process.env.NEXUS_ROOT ?? "/workspace";
const at = (path) => {
  if (typeof path !== "string") throw new TypeError("A file name must be a string");
  return join(root, path);
};

const files = Object.freeze({
  list: () =>
    readdirSync(root, { recursive: true, withFileTypes: true })
      .flatMap((entry) => (entry.isFile() ? [relative(root, join(entry.parentPath, entry.name))] : []))
      .filter((path) => !path.split("/").some((part) => part.startsWith(".") || part === "node_modules"))
      .sort(),
  readText: (path) => readFileSync(at(path), "utf8"),
  write(path, content) {
    if (typeof content === "object" || content === undefined || typeof content === "function") {
      throw new TypeError("files.write takes text; use JSON.stringify first");
    }
    mkdirSync(dirname(at(path)), { recursive: true });
    writeFileSync(at(path), String(content));
  },
});
Object.defineProperty(globalThis, "files", { value: files, writable: true, configurable: true, enumerable: false });
