import { pick } from "./labels.ts";
import type { Lang } from "./spec.ts";

/** English: one, many. Arabic: one, two (nominative, oblique), 3–10, 11–99, 100 and more. */
interface Noun {
  readonly en: readonly [string, string];
  readonly ar: readonly [string, string, string, string, string, string];
}

const NOUNS = {
  row: { en: ["row", "rows"], ar: ["صف واحد", "صفان", "صفين", "صفوف", "صفًا", "صف"] },
  group: { en: ["group", "groups"], ar: ["مجموعة واحدة", "مجموعتان", "مجموعتين", "مجموعات", "مجموعة", "مجموعة"] },
  item: { en: ["item", "items"], ar: ["بند واحد", "بندان", "بندين", "بنود", "بندًا", "بند"] },
  invoice: { en: ["invoice", "invoices"], ar: ["فاتورة واحدة", "فاتورتان", "فاتورتين", "فواتير", "فاتورة", "فاتورة"] },
  day: { en: ["day", "days"], ar: ["يوم واحد", "يومان", "يومين", "أيام", "يومًا", "يوم"] },
  step: { en: ["step", "steps"], ar: ["خطوة واحدة", "خطوتان", "خطوتين", "خطوات", "خطوة", "خطوة"] },
  person: { en: ["person", "people"], ar: ["شخص واحد", "شخصان", "شخصين", "أشخاص", "شخصًا", "شخص"] },
  date: { en: ["date", "dates"], ar: ["تاريخ واحد", "تاريخان", "تاريخين", "تواريخ", "تاريخًا", "تاريخ"] },
  amount: { en: ["amount", "amounts"], ar: ["مبلغ واحد", "مبلغان", "مبلغين", "مبالغ", "مبلغًا", "مبلغ"] },
  value: { en: ["value", "values"], ar: ["قيمة واحدة", "قيمتان", "قيمتين", "قيم", "قيمة", "قيمة"] },
  cell: {
    en: ["cell", "cells"],
    ar: ["خلية واحدة", "خليتان", "خليتين", "خلايا", "خلية", "خلية"],
  },
  set: {
    en: ["set of duplicates", "sets of duplicates"],
    ar: ["مجموعة مكررة واحدة", "مجموعتان مكررتان", "مجموعتين مكررتين", "مجموعات مكررة", "مجموعة مكررة", "مجموعة مكررة"],
  },
  line: { en: ["line", "lines"], ar: ["سطر واحد", "سطران", "سطرين", "أسطر", "سطرًا", "سطر"] },
  totalLine: {
    en: ["total line", "total lines"],
    ar: ["سطر مجموع واحد", "سطرا مجموع", "سطري مجموع", "أسطر مجموع", "سطر مجموع", "سطر مجموع"],
  },
  character: { en: ["character", "characters"], ar: ["حرف واحد", "حرفان", "حرفين", "أحرف", "حرفًا", "حرف"] },
} as const satisfies Record<string, Noun>;
export type NounName = keyof typeof NOUNS;

/** "1234567.500" as "1,234,567.500": nothing is rounded. */
export function grouped(plain: string): string {
  const match = /^(-?)(\d+)(\.\d+)?$/.exec(plain);
  if (!match) return plain;
  return `${match[1] ?? ""}${(match[2] ?? "").replace(/\B(?=(\d{3})+$)/g, ",")}${match[3] ?? ""}`;
}

/** A number with its noun in the right form; `oblique` is the Arabic form after a preposition or as an object. */
export function counted(count: number, noun: NounName, lang: Lang, oblique = false): string {
  const { en, ar } = NOUNS[noun];
  const figure = grouped(String(count));
  if (lang === "en") return `${figure} ${count === 1 ? en[0] : en[1]}`;
  const [one, two, twoOblique, few, many, other] = ar;
  if (count === 1) return one;
  if (count === 2) return oblique ? twoOblique : two;
  const rest = count % 100;
  return `${figure} ${rest >= 3 && rest <= 10 ? few : rest >= 11 ? many : other}`;
}

const MONTHS: readonly (readonly [string, string])[] = [
  ["January", "يناير"],
  ["February", "فبراير"],
  ["March", "مارس"],
  ["April", "أبريل"],
  ["May", "مايو"],
  ["June", "يونيو"],
  ["July", "يوليو"],
  ["August", "أغسطس"],
  ["September", "سبتمبر"],
  ["October", "أكتوبر"],
  ["November", "نوفمبر"],
  ["December", "ديسمبر"],
];

/** An ISO day or month in words ("23 November 2026"): reads right in any direction. Anything else stays as it is. */
export function dayText(iso: string, lang: Lang): string {
  const match = /^(\d{4})-(\d{2})(?:-(\d{2}))?$/.exec(iso);
  const month = MONTHS[Number(match?.[2]) - 1];
  if (!match || !month) return iso;
  const named = `${month[lang === "ar" ? 1 : 0]} ${match[1]}`;
  return match[3] === undefined ? named : `${Number(match[3])} ${named}`;
}

const ISOLATE = "\u2066";
const END = "\u2069";
const CODE = /(`[^`\n]*`|\u2066[^\u2069]*\u2069)/;
/** Dates, months, and figures with a sign or a currency: what turns round inside an Arabic sentence. */
const TURNING =
  /(?<![\p{Script=Latin}\p{N}_.,/-])(?:\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}|\d{4}-\d{2}|[-+]\d[\d,.]*\d(?:\s?[A-Z]{3})?|[-+]\d|\d[\d,.]*\s?[A-Z]{3})(?![\p{L}\p{N}_/-]|[.,]\p{N}|\.\p{L})/gu;

/** A text for people: in Arabic, dates and figures with units are kept in their own order. Code stays untouched. */
export function readable(text: string, lang: Lang): string {
  if (lang !== "ar") return text;
  return text
    .split(CODE)
    .map((part, index) => (index % 2 === 1 ? part : part.replace(TURNING, (found) => `${ISOLATE}${found}${END}`)))
    .join("");
}

/** Names of files, each once, as code. */
export const filesText = (names: readonly string[], lang: Lang): string =>
  [...new Set(names)].map((name) => `\`${name.replaceAll("`", "")}\``).join(pick(lang, ", ", "، "));

/** Parts as an enumeration: "a, b and c"; Arabic says "and" each time. */
export function joined(parts: readonly string[], lang: Lang): string {
  if (parts.length < 2) return parts[0] ?? "";
  if (lang === "ar") return parts.join(" و");
  return `${parts.slice(0, -1).join(", ")} and ${parts.at(-1)}`;
}

/** "and 3 more"; in Arabic one and two are words. */
export const andMore = (count: number, lang: Lang): string =>
  pick(lang, `and ${count} more`, `و${count === 1 ? "واحد" : count === 2 ? "اثنان" : count} غيرها`);

/** What a check found, in words where it is only a figure or two: somebody reads it without the code that counted. */
export function foundText(detail: string, passed: boolean, lang: Lang): string {
  if (detail === "ok") return lang === "ar" ? "سليم" : "In order";
  const [, one, other] = /^(\d+)(?: \/ (\d+))?$/.exec(detail) ?? [];
  if (one === undefined) return detail;
  if (other === undefined) {
    if (lang === "ar") return `${passed ? "عدد ما فُحص" : "الموجود"}: ${one}`;
    return passed ? `${one} checked` : `Found: ${one}`;
  }
  if (one === other) return lang === "ar" ? `${one} في العدّين` : `${one} in both counts`;
  return lang === "ar" ? `${one} في عدّ و${other} في الآخر` : `${one} in one count, ${other} in the other`;
}

/** How much of a text was read. */
export const charactersText = (count: number, lang: Lang): string =>
  lang === "ar" ? `قُرئ كاملًا: عدد أحرفه ${count}` : `Read in full: ${count} characters`;
