import { MAX_OUTPUT } from "./cut.ts";
import { cleanName, isBinary } from "./file-names.ts";
import { foldForSearch } from "./fold-text.ts";
import type { ProjectFiles, ReadableFile } from "./project-files.ts";

const MAX_MATCHES = 100;
const MAX_LINE = 300;
/** Characters kept before a match in a long line. */
const BEFORE = 60;

/**
 * Lines that contain `query`, ignoring case and Arabic spelling variants: `path:line: text`. Files that are no text are
 * passed over.
 */
export async function searchIn(source: ProjectFiles, files: readonly ReadableFile[], query: string): Promise<string> {
  const wanted = foldForSearch(query);
  const found: string[] = [];
  let chars = 0;
  for (const file of files) {
    const bytes = await source.read(file);
    if (isBinary(bytes)) continue;
    const lines = new TextDecoder().decode(bytes).split(/\r?\n/u);
    for (const [index, line] of lines.entries()) {
      const at = foldForSearch(line).indexOf(wanted);
      if (at < 0) continue;
      const match = `${file.path}:${index + 1}: ${pieceAround(line, at)}`;
      if (found.length >= MAX_MATCHES || chars + match.length > MAX_OUTPUT - 200)
        return `${found.join("\n")}\n[more matches were left out; search for something narrower]`;
      found.push(match);
      chars += match.length + 1;
    }
  }
  return found.length > 0 ? found.join("\n") : "Nothing found.";
}

function pieceAround(line: string, at: number): string {
  if (line.length <= MAX_LINE) return line;
  const from = at + BEFORE < MAX_LINE ? 0 : at - BEFORE;
  const piece = line.slice(from, from + MAX_LINE);
  return `${from > 0 ? "…" : ""}${piece}${from + MAX_LINE < line.length ? "…" : ""}`;
}

/** Files of this path, below this folder, or of this pattern (`*` within a folder, `**` across them). */
export function filesUnder(files: readonly ReadableFile[], path: string): ReadableFile[] {
  const wanted = cleanName(path).replace(/\/$/u, "");
  if (wanted === "" || wanted === ".") return [...files];
  if (!wanted.includes("*")) return files.filter((one) => one.path === wanted || one.path.startsWith(`${wanted}/`));
  const parts = wanted.split("/").filter((part, at, all) => part !== "**" || all[at - 1] !== "**");
  // A pattern without a folder means any folder, as people use it.
  return files.filter((one) => matches(parts.length === 1 ? ["**", ...parts] : parts, one.path.split("/")));
}

function matches(pattern: readonly string[], path: readonly string[]): boolean {
  const [first, ...rest] = pattern;
  if (first === undefined) return path.length === 0;
  if (first === "**") return path.some((_, at) => matches(rest, path.slice(at))) || matches(rest, []);
  const [name, ...below] = path;
  return name !== undefined && matchesName(first, name) && matches(rest, below);
}

/** Without a regular expression: a pattern is a model's words. */
function matchesName(pattern: string, name: string): boolean {
  const [head = "", ...pieces] = pattern.split("*");
  if (pieces.length === 0) return pattern === name;
  const tail = pieces.pop() ?? "";
  if (!name.startsWith(head) || !name.endsWith(tail) || name.length < head.length + tail.length) return false;
  let from = head.length;
  for (const piece of pieces) {
    const at = name.indexOf(piece, from);
    if (at < 0 || at + piece.length > name.length - tail.length) return false;
    from = at + piece.length;
  }
  return true;
}
