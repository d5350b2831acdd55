import type { GuestFs } from "../../files/guest-fs.ts";
import { baseOf, joinPath, relativeTo } from "./paths.ts";

const EXTENSION = /\.[mc]?[jt]s$/;
/** By name anywhere: `x.test.js`, `x-test.js`, `x_test.js`, `test-x.js`, `test.js`. */
const BY_NAME = /(?:^test|^test-.+|.+[._-]test)\.[mc]?[jt]s$/;
const MAX_VISITED = 20_000;

/**
 * The test files `node --test` would run, absolute and sorted: all by name and all below a folder `test`, or those the
 * given paths and patterns mean. A folder stands for the test files in it.
 * @returns null in place of a path that means nothing
 */
export function findTestFiles(
  fs: GuestFs,
  cwd: string,
  paths: readonly string[],
): { files: string[]; missing: string[] } {
  const all = paths.length === 0 || paths.some(isPattern) ? walk(fs, cwd) : [];
  if (paths.length === 0) return { files: all.filter((path) => isTestFile(relativeTo(cwd, path))), missing: [] };
  const files = new Set<string>();
  const missing: string[] = [];
  for (const given of paths) {
    const path = joinPath(cwd, given);
    const kind = kindOf(fs, path);
    const found =
      kind === "file"
        ? [path]
        : kind === "folder"
          ? walk(fs, path).filter((file) => isTestFile(`${baseOf(path)}/${relativeTo(path, file)}`))
          : isPattern(given)
            ? matching(all, path)
            : [];
    if (found.length === 0) missing.push(given);
    for (const file of found) files.add(file);
  }
  return { files: [...files].sort(), missing };
}

function isTestFile(path: string): boolean {
  return EXTENSION.test(path) && !path.endsWith(".d.ts") && (BY_NAME.test(baseOf(path)) || /(?:^|\/)test\//.test(path));
}

function walk(fs: GuestFs, folder: string): string[] {
  const files: string[] = [];
  const open = [folder];
  for (let at = open.pop(), seen = 0; at !== undefined && seen < MAX_VISITED; at = open.pop()) {
    for (const name of namesIn(fs, at)) {
      seen++;
      const path = joinPath(at, name);
      const kind = name === "node_modules" || name.startsWith(".") ? null : kindOf(fs, path);
      if (kind === "folder") open.push(path);
      else if (kind === "file") files.push(path);
    }
  }
  return files.sort();
}

function namesIn(fs: GuestFs, folder: string): string[] {
  try {
    return fs.list(folder);
  } catch {
    return [];
  }
}

function kindOf(fs: GuestFs, path: string): "file" | "folder" | null {
  try {
    const { kind } = fs.lstat(path);
    return kind === "link" ? null : kind;
  } catch {
    return null;
  }
}

const isPattern = (path: string): boolean => /[*?{[]/.test(path);

/** Globs by segments, without a regular expression that could be made to run for ever. */
function matching(files: readonly string[], pattern: string): string[] {
  const alternatives = expand(pattern).map((entry) => entry.split("/").filter((part) => part !== ""));
  return files.filter((file) => {
    const parts = file.split("/").filter((part) => part !== "");
    return alternatives.some((segments) => matchSegments(segments, parts));
  });
}

/** `{a,b}` once or several times, not inside of each other. */
function expand(pattern: string): string[] {
  const match = /\{([^{}]*)\}/.exec(pattern);
  if (match === null) return [pattern];
  const before = pattern.slice(0, match.index);
  const after = expand(pattern.slice(match.index + match[0].length));
  return (match[1] ?? "")
    .split(",")
    .flatMap((middle) => after.slice(0, 20).map((rest) => before + middle + rest))
    .slice(0, 200);
}

function matchSegments(pattern: readonly string[], parts: readonly string[]): boolean {
  // The parts that the first n segments of the pattern may have consumed.
  let at = new Set([0]);
  for (const segment of pattern) {
    const next = new Set<number>();
    for (const position of at) {
      if (segment === "**") for (let end = position; end <= parts.length; end++) next.add(end);
      else if (position < parts.length && matchText(segment, parts[position] ?? "")) next.add(position + 1);
    }
    at = next;
  }
  return at.has(parts.length);
}

/** `*` and `?` within one name. */
function matchText(pattern: string, text: string): boolean {
  let [p, t] = [0, 0];
  let star = -1;
  let marked = 0;
  while (t < text.length) {
    if (p < pattern.length && (pattern[p] === "?" || pattern[p] === text[t]) && pattern[p] !== "*") {
      p++;
      t++;
    } else if (pattern[p] === "*") {
      star = p++;
      marked = t;
    } else if (star >= 0) {
      p = star + 1;
      t = ++marked;
    } else return false;
  }
  while (pattern[p] === "*") p++;
  return p === pattern.length;
}
