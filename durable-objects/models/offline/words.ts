import type { Lang } from "./spec.ts";

/** One word of a request, with every form under which the lexicon may know it. */
export interface Token {
  /** As written. */
  readonly text: string;
  /** Folded: lower case, Arabic letters unified, digits ASCII. */
  readonly word: string;
  /** Folded word and its stems, most literal first. */
  readonly forms: readonly string[];
  /** `literal`: the person put it in quotes. */
  readonly kind: "word" | "number" | "literal" | "mark";
  /** An Arabic "and" was glued to it (واكتب). */
  readonly joined: boolean;
  /** Position in the request. */
  readonly at: number;
}

const ARABIC = /[\u0600-\u06ff]/;
export const hasArabic = (text: string): boolean => ARABIC.test(text);

/** Arabic when most letters are; null when there are no letters to go by. */
export function languageOf(text: string): Lang | null {
  const arabic = text.match(/[\u0621-\u064a]/g)?.length ?? 0;
  const latin = text.match(/[A-Za-z]/g)?.length ?? 0;
  if (arabic + latin === 0) return null;
  return arabic * 2 >= latin ? "ar" : "en";
}

/** ٠١٢ and ۰۱۲ to 012; ٫ ٬ to the marks they stand for. */
export function latinDigits(text: string): string {
  return text
    .replace(/[\u0660-\u0669]/g, (digit) => String(digit.charCodeAt(0) - 0x0660))
    .replace(/[\u06f0-\u06f9]/g, (digit) => String(digit.charCodeAt(0) - 0x06f0))
    .replaceAll("\u066b", ".")
    .replaceAll("\u066c", ",");
}

/**
 * One spelling for many: lower case, no vowel signs or tatweel, أإآ as ا, ة as ه, ى as ي, ASCII digits, single
 * spaces. Generated code carries the same rules (building/guest-code.ts).
 */
export function fold(text: string): string {
  return latinDigits(text)
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[\u064b-\u065f\u0670\u0640\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g, "")
    .replace(/[\u0622\u0623\u0625\u0671]/g, "\u0627")
    .replaceAll("\u0629", "\u0647")
    .replaceAll("\u0649", "\u064a")
    .replaceAll("\u06cc", "\u064a")
    .replaceAll("\u06a9", "\u0643")
    .replaceAll("\u06af", "\u0643")
    .replaceAll("\u0686", "\u062c")
    .replace(/\s+/g, " ")
    .trim();
}

const KEEP_S = new Set([
  "status",
  "address",
  "business",
  "gross",
  "basis",
  "less",
  "plus",
  "this",
  "is",
  "was",
  "has",
  "its",
  "as",
  "us",
  "vs",
  "whatsapp",
  "always",
  "series",
  "process",
  "class",
  "loss",
  "boss",
]);

/** Forms of a folded Latin word: itself and its singular. */
function englishForms(word: string): string[] {
  const forms = [word];
  const bare = word.replace(/['’]s?$/, "");
  if (bare !== word) forms.push(bare);
  if (bare.length < 4 || KEEP_S.has(bare)) return forms;
  if (bare.endsWith("ies")) forms.push(`${bare.slice(0, -3)}y`);
  else if (/(s|x|z|ch|sh)es$/.test(bare)) forms.push(bare.slice(0, -2), bare.slice(0, -1));
  else if (bare.endsWith("s") && !bare.endsWith("ss")) forms.push(bare.slice(0, -1));
  return forms;
}

const PREFIXES = ["وبال", "وال", "فال", "بال", "كال", "ولل", "لل", "ال", "وب", "ول", "و", "ف", "ب", "ل", "ع"];
const SUFFIXES = ["يهم", "اتهم", "هم", "ها", "ات", "ين", "ون", "يه", "كم", "نا", "ه", "ي"];

/** Forms of a folded Arabic word: without its glued particles and article, and without common endings. */
function arabicForms(word: string): string[] {
  const heads = [word];
  for (const prefix of PREFIXES)
    if (word.startsWith(prefix) && word.length - prefix.length >= 2) heads.push(word.slice(prefix.length));
  const forms = [...heads];
  for (const head of heads)
    for (const suffix of SUFFIXES)
      if (head.endsWith(suffix) && head.length - suffix.length >= 3) forms.push(head.slice(0, -suffix.length));
  return [...new Set(forms)];
}

export const formsOf = (folded: string): string[] => (hasArabic(folded) ? arabicForms(folded) : englishForms(folded));

const SCAN =
  /"(?:[^"\\]|\\.)*"|«[^»]*»|“[^”]*”|\d{4}-\d{1,2}-\d{1,2}|\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}|\d+(?:[.,]\d+)*(?:st|nd|rd|th|%)?|[\p{L}\p{M}][\p{L}\p{M}\p{N}_'’]*|>=|<=|≥|≤|!=|[^\s]/gu;

/** Cuts a request into words, numbers, quoted literals and marks. */
export function tokenize(text: string): Token[] {
  const plain = latinDigits(text).replace(
    /[\u064b-\u065f\u0670\u0640\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g,
    "",
  );
  const tokens: Token[] = [];
  for (const match of plain.matchAll(SCAN)) {
    const raw = match[0];
    const at = match.index;
    const quoted = literalOf(raw);
    if (quoted !== null) {
      tokens.push({ text: quoted, word: fold(quoted), forms: [fold(quoted)], kind: "literal", joined: false, at });
    } else if (/^\d/.test(raw)) {
      tokens.push({
        text: raw,
        word: raw.toLowerCase(),
        forms: [raw.toLowerCase()],
        kind: "number",
        joined: false,
        at,
      });
    } else if (/^[\p{L}\p{M}]/u.test(raw)) {
      const word = fold(raw);
      const joined = /^و[\u0621-\u064a]{3,}/.test(word);
      tokens.push({ text: raw, word, forms: formsOf(word), kind: "word", joined, at });
    } else {
      tokens.push({ text: raw, word: raw, forms: [raw], kind: "mark", joined: false, at });
    }
  }
  return tokens;
}

function literalOf(raw: string): string | null {
  if (raw.length < 2) return null;
  if (raw.startsWith("«") || raw.startsWith("“")) return raw.slice(1, -1);
  if (!raw.startsWith('"')) return null;
  try {
    const value: unknown = JSON.parse(raw);
    return typeof value === "string" ? value : null;
  } catch {
    return raw.slice(1, -1);
  }
}

/** Whether the words of `phrase` (folded, space separated) stand at `index`; gives how many tokens it takes. */
export function phraseAt(tokens: readonly Token[], index: number, phrase: readonly string[]): number {
  for (let offset = 0; offset < phrase.length; offset++) {
    const token = tokens[index + offset];
    const wanted = phrase[offset];
    if (!token || wanted === undefined || token.kind === "literal") return 0;
    if (!token.forms.includes(wanted)) return 0;
  }
  return phrase.length;
}

/** Folded words of a header or name, marks dropped: "Due_Date (KWD)" gives due, date, kwd. */
export function nameWords(name: string): string[] {
  const spaced = name.replace(/([\p{Ll}\d])(\p{Lu})/gu, "$1 $2");
  return fold(spaced.replaceAll("_", " ")).match(/[\p{L}\p{M}\p{N}%#№]+/gu) ?? [];
}

/** Edit distance at most `limit`, else limit + 1; for words with a slip of the finger. */
export function distance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) return limit + 1;
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      current.push(Math.min(change, (previous[j] ?? 0) + 1, (current[j - 1] ?? 0) + 1));
    }
    previous = current;
  }
  return previous[b.length] ?? limit + 1;
}
