import { err, ok, type Result } from "../../../shared/lib/result.ts";

const NEAREST = 3;
const MAX_LINE = 200;
/** Places whose lines are named. */
const MAX_PLACES = 10;
/** Lines looked at for a likeness; a file of more is searched by its beginning. */
const MAX_LINES = 20_000;

/**
 * `text` with the one place where `old` stands replaced by `replacement`. Where the file ends its lines with CRLF and
 * the words given do not, they are taken as if they did.
 * @returns otherwise why not, in words for the model: how many places there are, or what comes nearest
 */
export function patch(text: string, old: string, replacement: string): Result<string, string> {
  if (old === "") return err('"old" is empty: give the text to be replaced.');
  const crlf = (words: string) => words.replaceAll(/\r?\n/g, "\r\n");
  const asWritten = text.includes(old) || !text.includes("\r\n") ? old : crlf(old);
  const places = placesOf(text, asWritten);
  if (places.length > 1)
    return err(
      `"old" stands in the file ${places.length} times (lines ${linesOf(text, places).join(", ")}). Add lines around it, so that it is found once.`,
    );
  const [at] = places;
  if (at === undefined) return err(notFound(text, old));
  const put = usesCrlf(text) ? crlf(replacement) : replacement;
  if (put === asWritten) return err('"old" and "new" are the same: nothing would change.');
  return ok(text.slice(0, at) + put + text.slice(at + asWritten.length));
}

/** Mixed files keep what they are given. */
const usesCrlf = (text: string): boolean => text.includes("\r\n") && !/(?<!\r)\n/.test(text);

/** Overlapping ones too: "aa" stands in "aaa" twice. */
function placesOf(text: string, part: string): number[] {
  const places: number[] = [];
  for (let at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + 1)) places.push(at);
  return places;
}

function linesOf(text: string, places: readonly number[]): number[] {
  const numbers: number[] = [];
  let line = 1;
  let from = 0;
  for (const at of places.slice(0, MAX_PLACES)) {
    for (let next = text.indexOf("\n", from); next >= 0 && next < at; next = text.indexOf("\n", from)) {
      line++;
      from = next + 1;
    }
    numbers.push(line);
  }
  return numbers;
}

function notFound(text: string, old: string): string {
  const wanted = old.split(/\r?\n/).find((line) => line.trim() !== "") ?? old;
  const near = text
    .split(/\r?\n/, MAX_LINES)
    .map((line, index) => ({ line, number: index + 1, likeness: likenessOf(line, wanted) }))
    .filter((one) => one.likeness >= 0.4)
    .sort((a, b) => b.likeness - a.likeness || a.number - b.number)
    .slice(0, NEAREST)
    .map(({ line, number }) => `${number}: ${line.slice(0, MAX_LINE)}`);
  const loosely = (words: string) => words.replaceAll(/\s+/g, " ").trim();
  const hint = loosely(text).includes(loosely(old))
    ? " It does with other spaces or line breaks: copy them exactly."
    : "";
  const nearest = near.length > 0 ? `\nNearest lines:\n${near.join("\n")}` : " Read the file first.";
  return `"old" does not stand in the file.${hint}${nearest}`;
}

/** Share of pairs of letters two lines have in common, 0 to 1 (Sørensen–Dice). */
function likenessOf(line: string, wanted: string): number {
  const [a, b] = [pairsOf(line), pairsOf(wanted)];
  if (a.length + b.length === 0) return 0;
  const counts = new Map<string, number>();
  for (const pair of a) counts.set(pair, (counts.get(pair) ?? 0) + 1);
  let common = 0;
  for (const pair of b) {
    const left = counts.get(pair) ?? 0;
    if (left === 0) continue;
    common++;
    counts.set(pair, left - 1);
  }
  return (2 * common) / (a.length + b.length);
}

function pairsOf(line: string): string[] {
  const letters = line.trim().slice(0, MAX_LINE);
  return Array.from({ length: Math.max(0, letters.length - 1) }, (_, at) => letters.slice(at, at + 2));
}
