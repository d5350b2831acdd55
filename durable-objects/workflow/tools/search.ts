import { MAX_OUTPUT } from "./cut.ts";
import { foldForSearch } from "./fold-text.ts";
import type { ProjectFiles, ReadableFile } from "./project-files.ts";

const MAX_MATCHES = 100;
const MAX_LINE = 300;

/** Lines that contain `query`, ignoring case and Arabic spelling variants: `path:line: text`. */
export async function searchIn(source: ProjectFiles, files: readonly ReadableFile[], query: string): Promise<string> {
  const wanted = foldForSearch(query);
  const found: string[] = [];
  let chars = 0;
  for (const file of files) {
    const lines = (await source.readText(file)).split(/\r?\n/u);
    for (const [index, line] of lines.entries()) {
      if (!foldForSearch(line).includes(wanted)) continue;
      const match = `${file.path}:${index + 1}: ${line.length > MAX_LINE ? `${line.slice(0, MAX_LINE)}…` : line}`;
      if (found.length >= MAX_MATCHES || chars + match.length > MAX_OUTPUT - 200)
        return `${found.join("\n")}\n[more matches were left out; search for something narrower]`;
      found.push(match);
      chars += match.length + 1;
    }
  }
  return found.length > 0 ? found.join("\n") : "Nothing found.";
}
