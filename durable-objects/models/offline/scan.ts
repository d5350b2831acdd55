import type { KnownTable } from "./columns.ts";
import { compile, ROLE_PHRASES } from "./columns.ts";
import { CONCEPTS_AR } from "./lexicon-ar.ts";
import { CONCEPTS_EN } from "./lexicon-en.ts";
import type { Role } from "./spec.ts";
import type { Token } from "./words.ts";
import { fold, formsOf, hasArabic, phraseAt, tokenize } from "./words.ts";

/** A stretch of a request with every reading that is worth having. */
export interface Item {
  readonly text: string;
  readonly kind: Token["kind"];
  readonly concepts: ReadonlySet<string>;
  readonly roles: readonly Role[];
  /** A header of the file, said in full. */
  readonly column: string | null;
  /** A value seen in the file, with the column it was seen in. */
  readonly value: { readonly column: string; readonly value: string } | null;
  /** Words of the reading of `concepts` cover the whole stretch; else only its beginning (total | amount). */
  readonly wholeConcept: boolean;
  /** A comma, full stop or an "and" stood before. */
  readonly separated: boolean;
  readonly capital: boolean;
}

type Entry = { readonly name: string; readonly words: readonly string[] };

const CONCEPTS: readonly Entry[] = [CONCEPTS_EN, CONCEPTS_AR].flatMap((lexicon) =>
  Object.entries(lexicon).flatMap(([name, list]) => compile(list).map((words) => ({ name, words }))),
);
const ROLES: readonly Entry[] = ROLE_PHRASES.flatMap(({ role, phrases }) =>
  phrases.map((words) => ({ name: role, words })),
);

/** Entries by their first word, so that a request is read in one pass. */
function index(entries: readonly Entry[]): ReadonlyMap<string, readonly Entry[]> {
  const map = new Map<string, Entry[]>();
  for (const entry of entries) {
    const [first] = entry.words;
    if (first === undefined) continue;
    const same = map.get(first) ?? [];
    same.push(entry);
    map.set(first, same);
  }
  return map;
}
const CONCEPT_INDEX = index(CONCEPTS);
const ROLE_INDEX = index(ROLES);

interface Found {
  readonly names: string[];
  readonly length: number;
}

function longest(tokens: readonly Token[], at: number, entries: ReadonlyMap<string, readonly Entry[]>): Found {
  let length = 0;
  let names: string[] = [];
  for (const form of tokens[at]?.forms ?? [])
    for (const entry of entries.get(form) ?? []) {
      const taken = phraseAt(tokens, at, entry.words);
      if (taken === 0 || taken < length) continue;
      if (taken > length) names = [];
      length = taken;
      if (!names.includes(entry.name)) names.push(entry.name);
    }
  return { names, length };
}

/** Headers of the file said in the request: their words in order, plural and article apart. */
function columnAt(
  tokens: readonly Token[],
  at: number,
  tables: readonly KnownTable[],
): { name: string; length: number } | null {
  const token = tokens[at];
  let best: { name: string; length: number } | null = null;
  for (const table of tables)
    for (const column of table.columns) {
      if (token?.kind === "literal") {
        if (token.text === column.name) return { name: column.name, length: 1 };
        if (fold(token.text) === fold(column.name)) best = { name: column.name, length: 1 };
        continue;
      }
      if (column.words.length === 0) continue;
      if (column.words.length <= (best?.length ?? 0)) continue;
      const fits = column.words.every((word, offset) => {
        const one = tokens[at + offset];
        if (!one || one.kind === "literal") return false;
        const forms = formsOf(word);
        return one.forms.some((form) => forms.includes(form));
      });
      if (fits) best = { name: column.name, length: column.words.length };
    }
  return best;
}

type Values = ReadonlyMap<string, readonly { words: readonly string[]; column: string; value: string }[]>;

/** Text values that the profile shows, by their first word. */
function knownValues(tables: readonly KnownTable[]): Values {
  const map = new Map<string, { words: readonly string[]; column: string; value: string }[]>();
  for (const table of tables)
    for (const column of table.columns) {
      if (column.profile.kind !== "text" && column.profile.kind !== "boolean") continue;
      for (const sample of column.profile.samples.slice(0, 200)) {
        const words = fold(sample)
          .split(/[^\p{L}\p{M}\p{N}]+/u)
          .filter((word) => word.length > 0);
        const [first] = words;
        if (first === undefined || words.length > 8 || (words.length === 1 && first.length < 2)) continue;
        const same = map.get(first) ?? [];
        same.push({ words, column: column.name, value: sample });
        map.set(first, same);
      }
    }
  return map;
}

function valueAt(
  tokens: readonly Token[],
  at: number,
  values: Values,
): { column: string; value: string; length: number } | null {
  let best: { column: string; value: string; length: number } | null = null;
  const token = tokens[at];
  if (!token) return null;
  const heads =
    token.kind === "literal"
      ? token.word.split(/[^\p{L}\p{M}\p{N}]+/u).slice(0, 1)
      : hasArabic(token.word)
        ? token.forms
        : [token.word];
  for (const head of heads)
    for (const entry of values.get(head) ?? []) {
      if (token.kind === "literal") {
        if (token.word === fold(entry.value)) return { column: entry.column, value: entry.value, length: 1 };
        continue;
      }
      if (entry.words.length <= (best?.length ?? 0)) continue;
      const fits = entry.words.every((word, offset) => offset === 0 || tokens[at + offset]?.word === word);
      if (fits) best = { column: entry.column, value: entry.value, length: entry.words.length };
    }
  return best;
}

const SEPARATORS = new Set([",", ";", ".", "،", "؛", "\n", ":", "!", "?", "؟", "+", "-", "–"]);

/** Reads a request from left to right, longest phrase first. */
export function scan(request: string, tables: readonly KnownTable[]): Item[] {
  const tokens = tokenize(request);
  const values = knownValues(tables);
  const items: Item[] = [];
  let separated = false;
  for (let at = 0; at < tokens.length; ) {
    const token = tokens[at];
    if (!token) break;
    if (token.kind === "mark" && SEPARATORS.has(token.text)) {
      separated = true;
      at++;
      continue;
    }
    const concept = token.kind === "literal" ? { names: [], length: 0 } : longest(tokens, at, CONCEPT_INDEX);
    const role = token.kind === "literal" ? { names: [], length: 0 } : longest(tokens, at, ROLE_INDEX);
    const column = columnAt(tokens, at, tables);
    const value = valueAt(tokens, at, values);
    const length = Math.max(1, concept.length, role.length, column?.length ?? 0, value?.length ?? 0);
    const opener = concept.length < length ? concept.names.filter((name) => name.startsWith("fn:")) : concept.names;
    const isAnd = concept.length === length && (opener.includes("also") || (opener.includes("and") && length === 1));
    items.push({
      text: tokens
        .slice(at, at + length)
        .map((one) => one.text)
        .join(" "),
      kind: token.kind,
      concepts: new Set(opener),
      roles:
        role.length === length
          ? role.names.filter((name): name is Role => ROLE_PHRASES.some((one) => one.role === name))
          : [],
      column: column !== null && column.length === length ? column.name : null,
      value: value !== null && value.length === length ? { column: value.column, value: value.value } : null,
      wholeConcept: concept.length === length,
      separated: separated || token.joined,
      capital: /^\p{Lu}/u.test(token.text),
    });
    separated = isAnd;
    at += length;
  }
  return items;
}
