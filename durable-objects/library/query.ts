import type { Mark } from "../../shared/api/files.ts";
import { normalizeArabic } from "../../shared/text/arabic.ts";

const MAX_WORDS = 12;
const MAX_WORD = 64;
const SNIPPET_CHARS = 240;
const BLOCK_CHARS = 2000;

/** Spellings that readers take for the same are one: Arabic letters and digits, accents, case. */
export const fold = (text: string): string =>
  normalizeArabic(text).toLowerCase().normalize("NFKD").replace(/\p{M}/gu, "");

/** The words of a folded text. Whatever else is in it, operators of the index among them, only parts words. */
const wordsIn = (folded: string): string[] => folded.match(/[\p{L}\p{N}]+/gu) ?? [];

/** An Arabic word without article and joined prepositions; null when it has none. */
function stem(word: string): string | null {
  const rest = /^(?:[وف]?[بك]?ال|[وف]?لل)(\p{Script=Arabic}{3,})$/u.exec(word)?.[1];
  return rest ?? null;
}

/** What a person searches for, as folded words; empty when there is nothing to look for. */
export function queryWords(query: string): string[] {
  const words = wordsIn(fold(query.slice(0, 2000)));
  return [...new Set(words.map((word) => word.slice(0, MAX_WORD)))].slice(0, MAX_WORDS);
}

/** The forms of a text's words that the index keeps: stems follow their words. */
export function indexText(text: string): string {
  const words: string[] = [];
  for (const word of wordsIn(fold(text))) {
    words.push(word);
    const rest = stem(word);
    if (rest !== null) words.push(rest);
  }
  return words.join(" ");
}

/** The expression by which the index finds texts that hold all words, each as the beginning of a word. */
export const textExpression = (words: readonly string[]): string =>
  words.map((word) => `"${stem(word) ?? word}"*`).join(" AND ");

/** The expression that finds names with all words anywhere in them; "" when no word is long enough for it. */
export const nameExpression = (words: readonly string[]): string =>
  words
    .filter((word) => [...word].length >= 3)
    .map((word) => `"${word}"`)
    .join(" AND ");

/** Where the words are in a name. */
export function nameMarks(name: string, words: readonly string[]): Mark[] {
  const { folded, from } = foldWithPlaces(name);
  const marks: Mark[] = [];
  for (const word of words)
    for (let at = folded.indexOf(word); at >= 0; at = folded.indexOf(word, at + word.length))
      marks.push([from[at] ?? 0, from[at + word.length] ?? name.length]);
  return merge(marks);
}

/** Folded letter by letter, with the place each letter came from. */
function foldWithPlaces(text: string): { folded: string; from: number[] } {
  const from: number[] = [];
  let folded = "";
  let at = 0;
  for (const letter of text) {
    const one = fold(letter);
    for (let unit = 0; unit < one.length; unit++) from.push(at);
    folded += one;
    at += letter.length;
  }
  return { folded, from };
}

const WORD = /[\p{L}\p{N}][\p{L}\p{N}\p{M}\u0640\u200c-\u200f]*/gu;

type Passage = { readonly text: string; readonly marks: Mark[] };

/** The passage with most of the words, as it is written, and where in it they are; null when none is found. */
export function snippetOf(text: string, words: readonly string[]): { text: string; marks: Mark[] } | null {
  const sought = words.map((word) => stem(word) ?? word);
  let best: { found: Passage; count: number } | null = null;
  for (let at = 0; at < text.length; at += BLOCK_CHARS) {
    // Blocks overlap, so that a word at a seam is whole in one of them.
    const block = text.slice(Math.max(0, at - MAX_WORD), at + BLOCK_CHARS);
    const folded = fold(block);
    const count = sought.filter((word) => folded.includes(word)).length;
    if (count <= (best?.count ?? 0)) continue;
    const found = passage(block, sought);
    if (found) best = { found, count };
    if (best?.count === sought.length) break;
  }
  return best && { text: best.found.text, marks: best.found.marks };
}

function passage(block: string, sought: readonly string[]): Passage | null {
  const found: Mark[] = [];
  for (const match of block.matchAll(WORD)) {
    const folded = fold(match[0]);
    const rest = stem(folded);
    if (sought.some((word) => folded.startsWith(word) || rest?.startsWith(word)))
      found.push([match.index, match.index + match[0].length]);
  }
  const first = found[0];
  if (!first) return null;
  const start = wordStart(block, Math.max(0, first[0] - SNIPPET_CHARS / 4));
  const text = block.slice(start, start + SNIPPET_CHARS).replace(/[\ud800-\udbff]$/, "");
  const marks = found
    .map(([from, to]): Mark => [from - start, Math.min(to - start, text.length)])
    .filter(([from, to]) => from >= 0 && from < to);
  return { text, marks };
}

/** The beginning of the word at a place, when it is near. */
function wordStart(text: string, at: number): number {
  if (at === 0) return 0;
  const space = text.slice(at, at + 40).search(/\s/);
  return space < 0 ? at + (/[\udc00-\udfff]/.test(text[at] ?? "") ? 1 : 0) : at + space + 1;
}

/** Marks in order, those that touch made one. */
function merge(marks: Mark[]): Mark[] {
  const merged: Mark[] = [];
  for (const [from, to] of marks.toSorted((a, b) => a[0] - b[0])) {
    const last = merged.at(-1);
    if (last && from <= last[1]) last[1] = Math.max(last[1], to);
    else merged.push([from, to]);
  }
  return merged;
}
