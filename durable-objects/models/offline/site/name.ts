import type { Lang } from "../spec.ts";
import { fold, hasArabic } from "../words.ts";
import { clean } from "./contact.ts";
import { BUSINESS, KINDS } from "./kinds.ts";
import { scriptOf } from "./terms.ts";

export type Names = Readonly<Record<Lang, string | null>>;
const MAX_NAME = 80;
const MAX_WORDS = 6;

const QUOTED = `["“«']([^"”»\\n]{1,400})["”»']`;
const LABELS = [
  "(?<![\\p{L}])(?:called|named|titled|(?:its|the|our|clinic|business|company|shop|restaurant|school|salon) name is|name\\s*[:=]|name is)",
  "(?<![\\p{L}])[وف]?(?:اسمها|اسمه|إسمها|إسمه|اسمي التجاري|الاسم(?: التجاري)?|اسم (?:ال)?[\\p{L}]+(?: هو)?(?!\\s+و)|باسم|بإسم|المسماة|المسمى|تسمى|يسمى)\\s*[:=]?",
];
/** Where a name given without quotation marks ends. */
const ENDS =
  /[,،;؛\n]|\.(?=\s|$)|\s(?:with|in|at|open|opens|which|that|where|located|phone|tel|call|we|our|it|its|hours|website|near|offering|page|using|and(?=\s+[a-z]))(?=\s|$)|\s[و]?(?:مع|في|فى|فيها|فيه|(?:ال)?رقم(?:ها|ه)?|(?:ال)?هاتف(?:ها|ه)?|(?:ال)?تلفون(?:ها|ه)?|(?:ال)?عنوان(?:ها|ه)?|البريد|ساعات|أوقات|اوقات|مواعيد|الدوام|دوام(?:ها|ه)?|تفتح|يفتح|نفتح|بالعربي\p{L}*|باللغ\p{L}+|بالإنج\p{L}+|بالانج\p{L}+|خدمات\p{L}*|الخدمات|قسم|صفحة|موقع|لون|اللون)(?=\s|$|[،,])/u;

/** The business's name as the request gives it, in each language it gives it in. */
export function readNames(text: string): Names {
  const first = labelled(text) ?? besideKind(text) ?? afterFor(text);
  if (first === null) return { en: null, ar: null };
  const names: Record<Lang, string | null> = { en: null, ar: null };
  names[scriptOf(first)] = clean(first, MAX_NAME);
  const second = beside(text, first);
  if (second !== null && names[scriptOf(second)] === null) names[scriptOf(second)] = second;
  return names;
}

function labelled(text: string): string | null {
  for (const label of LABELS) {
    const quoted = new RegExp(`${label}\\s*${QUOTED}`, "iu").exec(text)?.[1];
    if (quoted !== undefined && letters(quoted)) return quoted;
    const plain = new RegExp(`${label}\\s+([^\\n]{1,6000})`, "iu").exec(text)?.[1];
    const cut = plain === undefined ? "" : plain.slice(0, endOf(plain)).trim();
    if (letters(cut)) return cut.replace(/^[:=\-–\s]+/, "");
  }
  return null;
}

const endOf = (text: string): number => {
  const found = ENDS.exec(` ${text}`);
  return found ? Math.max(0, found.index - 1) : text.length;
};

const letters = (text: string): boolean => /\p{L}{2}/u.test(text);

/** The same name in the other script right behind it: "Al Noor Clinic (عيادة النور)". */
function beside(text: string, name: string): string | null {
  const at = text.indexOf(name);
  const rest = at < 0 ? "" : text.slice(at + name.length, at + name.length + 200);
  const found =
    /^["”»']?\s*[,،]?\s*(?:[(/|–—-]|and in (?:Arabic|English)|in (?:Arabic|English):?|وبال\p{L}+:?|بال\p{L}+:?)\s*["“«']?([^)"”»\n/|,،.]{2,80})/iu.exec(
      rest,
    )?.[1];
  if (found === undefined || hasArabic(found) === hasArabic(name) || !letters(found)) return null;
  return clean(found, MAX_NAME);
}

interface Word {
  readonly raw: string;
  /** Without marks at its ends. */
  readonly bare: string;
  readonly folded: string;
  readonly ends: boolean;
  readonly at: number;
}

const wordsOf = (text: string): Word[] =>
  [...text.slice(0, 3_000).matchAll(/\S+/g)].map(({ 0: raw, index: at }) => {
    const bare = raw.replace(/^[^\p{L}\p{N}<]+|[^\p{L}\p{N}>.]+$/gu, "").replace(/\.$/, "");
    return { raw, bare, folded: fold(bare), ends: /[.,;:،؛!?؟)]$/.test(raw), at };
  });

const KIND_WORDS = [...KINDS, BUSINESS].flatMap((one) => one.words.map((word) => word.split(" ")));
const NOT_NAMES = new Set(
  "a an the my our i we make build create design need want please website site page web landing arabic english kuwait gulf saturday sunday monday tuesday wednesday thursday friday sat sun mon tue wed thu fri phone tel whatsapp email address hours open opening services contact colour color in at with and for it is".split(
    " ",
  ),
);
/** What follows a kind's word in Arabic without being a name: what it offers, whom it serves, and how requests go on. */
const NOT_ARABIC_NAMES =
  /^(?:[وبلف]?(?:مع|في|فيها|فيه|من|علي|عن|رقم\p{L}*|هاتف\p{L}*|تلفون\p{L}*|عنوان\p{L}*|ساعات|اوقات|مواعيد|دوام\p{L}*|قسم|بيانات|معلومات|صفحه|موقع|تفتح|يفتح|نفتح|لون|خدمات\p{L}*)|بال\p{L}+|لل\p{L}+|ل\p{L}{2}|صغير\p{L}*|جديد\p{L}*|الجديد\p{L}*|حديث\p{L}*|خاص\p{L}*|اهلي\p{L}*|طبي\p{L}*|اسنان|جلدي\p{L}*|عيون|اطفال|نسا\p{L}*|رجالي|بيطري\p{L}*|تجميل|عطور|ملابس|العاب|ورد|ورود|هواتف|حلويات|كتب|اثاث|سيارات|محاماه|محاسبه|عقارات|تدريب|حلاقه|ثانوي\p{L}*|ابتدائي\p{L}*|عربي\p{L}*|كويتي\p{L}*|لبناني\p{L}*|هندي\p{L}*|ايطالي\p{L}*|شعبي\p{L}*|اسمه\p{L}*|يسمي|تسمي|و)$/u;
const POSSESSIVE = /(?:ي|نا)$/;

/** Words round the kind's word: "Al Noor Dental Clinic", "clinic Al Noor", "عيادة النور". */
function besideKind(text: string): string | null {
  const words = wordsOf(text);
  for (let at = 0; at < words.length; at++) {
    const length = Math.max(
      0,
      ...KIND_WORDS.filter((kind) => kind.every((part, offset) => matches(words[at + offset], part, offset === 0))).map(
        (kind) => kind.length,
      ),
    );
    if (length === 0) continue;
    const quoted = quotedAfter(text, words[at + length - 1]);
    if (quoted !== null) return quoted;
    const found = hasArabic(words[at]?.bare ?? "") ? arabicName(words, at, length) : latinName(words, at, length);
    if (found !== null) return found;
    at += length - 1;
  }
  return null;
}

/** `clinic "Al Noor"` */
function quotedAfter(text: string, word: Word | undefined): string | null {
  if (word === undefined) return null;
  const found = new RegExp(`^[,:،]?\\s*${QUOTED}`, "u").exec(text.slice(word.at + word.raw.length))?.[1];
  return found !== undefined && letters(found) ? found : null;
}

const matches = (word: Word | undefined, part: string, head: boolean): boolean =>
  word !== undefined && (word.folded === part || (head && word.folded.replace(/^[وفبل]?(?:ال|ل)?/, "") === part));

function arabicName(words: readonly Word[], at: number, length: number): string | null {
  const head = words.slice(at, at + length);
  if (head.some((word) => word.ends) || POSSESSIVE.test(head[0]?.bare ?? "")) return null;
  const name: string[] = [];
  for (const word of words.slice(at + length, at + length + MAX_WORDS)) {
    if (!hasArabic(word.bare) || NOT_ARABIC_NAMES.test(word.folded)) break;
    name.push(word.bare);
    if (word.ends) break;
  }
  if (name.length === 0) return null;
  const kind = head.map((word, index) => (index === 0 ? word.bare.replace(/^[وفبل](?=\p{L}{3})/u, "") : word.bare));
  return [...kind, ...name].join(" ");
}

const isProper = (word: Word | undefined): boolean =>
  word !== undefined && /^\p{Lu}/u.test(word.bare) && !NOT_NAMES.has(word.folded);

function latinName(words: readonly Word[], at: number, length: number): string | null {
  let from = at;
  while (from > 0 && at - from < MAX_WORDS && isProper(words[from - 1]) && !words[from - 1]?.ends) from--;
  const kind = words.slice(at, at + length);
  if (from < at)
    return words
      .slice(from, at + length)
      .map((word) => word.bare)
      .join(" ");
  if (kind.at(-1)?.ends && kind.at(-1)?.raw.endsWith(".")) return null;
  let to = at + length;
  while (to < words.length && to - at - length < MAX_WORDS && isProper(words[to])) {
    to++;
    if (words[to - 1]?.ends) break;
  }
  if (to === at + length) return null;
  return words
    .slice(at + length, to)
    .map((word) => word.bare)
    .join(" ");
}

/** "a site for Bright Smile": proper names behind "for". */
function afterFor(text: string): string | null {
  const words = wordsOf(text);
  const at = words.findIndex((word, index) => word.folded === "for" && isProper(words[index + 1]));
  if (at < 0) return null;
  const name: string[] = [];
  for (const word of words.slice(at + 1, at + 1 + MAX_WORDS)) {
    if (!isProper(word) && !(name.length > 0 && /^(?:&|and|of|al|el)$/.test(word.folded))) break;
    name.push(word.bare);
    if (word.ends) break;
  }
  return name.join(" ").replace(/ (?:and|of|al|el|&)$/, "");
}
