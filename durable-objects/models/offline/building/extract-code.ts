import { pick } from "../labels.ts";
import type { ExtractKind, Lang } from "../spec.ts";
import { js } from "./guest-code.ts";

const MONTHS =
  "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?|يناير|فبراير|مارس|أبريل|ابريل|إبريل|مايو|يونيو|يونيه|يوليو|يوليه|أغسطس|اغسطس|سبتمبر|أكتوبر|اكتوبر|نوفمبر|ديسمبر|كانون الثاني|شباط|آذار|نيسان|أيار|حزيران|تموز|آب|أيلول|تشرين الأول|تشرين الثاني|كانون الأول";
const CURRENCIES =
  "KWD|KD|K\\.D\\.?|SAR|SR|AED|QAR|BHD|OMR|USD|EUR|GBP|EGP|US\\$|\\$|€|£|د\\.ك\\.?|دينار(?: كويتي)?|دنانير|ريال(?: سعودي)?|درهم|دولار|جنيه|يورو|ر\\.س\\.?|fils|فلس";

const KIND_CELLS: Record<ExtractKind, readonly [string, string]> = {
  steps: ["Step", "خطوة"],
  people: ["Person", "شخص"],
  dates: ["Date", "تاريخ"],
  amounts: ["Amount", "مبلغ"],
};
/** What the first column of the extracted table says of an item. */
export const kindCell = (kind: ExtractKind, lang: Lang): string => KIND_CELLS[kind][lang === "ar" ? 1 : 0];

/** Code that finds steps, people, dates and amounts in texts by how they are written, each with its line. */
export function extractCode(paths: readonly string[], kinds: readonly ExtractKind[], file: string, lang: Lang): string {
  const names: Record<ExtractKind, string> = {
    steps: kindCell("steps", lang),
    people: kindCell("people", lang),
    dates: kindCell("dates", lang),
    amounts: kindCell("amounts", lang),
  };
  const columns = [
    pick(lang, "Kind", "النوع"),
    pick(lang, "Item", "العنصر"),
    pick(lang, "Value", "القيمة"),
    pick(lang, "Line of the text", "سطر النص"),
  ];
  return String.raw`const PATHS = ${js(paths)};
const NAMES = ${js(names)};
const found = [];
const seen = new Set();
const put = (kind, item, value, line) => {
  const text = item.trim().replace(/[\s.,;:،؛]+$/u, "");
  if (text === "" || seen.has(kind + text)) return;
  seen.add(kind + text);
  found.push([kind, text.slice(0, 300), value, line.length > 300 ? line.slice(0, 299) + "…" : line]);
};
const lists = /^\s*(?:[-*•▪–]\s+(?:\[[ x]\]\s*)?|(?:step\s*|الخطوة\s*)?[\d٠-٩]{1,3}\s*[.):\-]\s+|(?:step\s+[\d٠-٩]+|الخطوة\s+[\p{L}\p{M}]+|أولا[ًّ]?|أولاً|ثانيا[ًّ]?|ثانياً|ثالثا[ًّ]?|ثالثاً|رابعا[ًّ]?|رابعاً|خامسا[ًّ]?|خامساً|أخيرا[ًّ]?|أخيراً)\s*[:،,\-]?\s+)(.+)$/iu;
const inOrder = /^(?:first|second|third|then|next|after that|afterwards|finally|lastly|ثم|بعد ذلك|بعدها|وبعدها|بعدين|أولا|ثانيا|أخيرا)(?![\p{L}\p{M}])[,،:]?\s*(.+)$/iu;
const must = /(?<![\p{L}\p{M}])(?:must|should|has to|have to|needs? to|please|يجب|لازم|ينبغي|على الموظف|يقوم|تقوم|الرجاء|يرجى)(?![\p{L}\p{M}])/iu;
const titled = /(?<![\p{L}\p{M}])((?:Mr|Mrs|Ms|Miss|Dr|Eng|Prof|Sheikh|Sheikha|Capt)\.?\s+(?:\p{Lu}[\p{L}'’-]+(?:\s+(?:(?:bin|al|Al|ben|abu|von|de)\s+)?(?:Al-?)?\p{Lu}[\p{L}'’-]+){0,2}))/gu;
const titledArabic = /(?<![\p{L}\p{M}])((?:السيد|السيدة|الدكتور|الدكتورة|المهندس|المهندسة|الأستاذ|الأستاذة|الشيخ|الشيخة|د\.|م\.|أ\.)\s*(?:\/\s*)?[\u0621-\u064a]{2,}(?:\s+(?:بن\s+|آل\s+)?(?:ال)?[\u0621-\u064a]{3,})?)/gu;
const assigned = /(?:^|[\s(])(?:name|owner|responsible|assigned to|contact|manager|prepared by|attendees?|participants?|client|customer|الاسم|المسؤول|المسؤولة|مسؤول|المكلف|الحضور|العميل|المدير|أعد[هّ]*ا?)\s*[:：\-]\s*([^\n.;؛]{2,120})/giu;
const fullName = /(?<![\p{L}\p{M}])(\p{Lu}\p{Ll}+(?:[-'’]\p{Lu}\p{Ll}+)?(?:\s+(?:bin|Al|al|Abu|El)[-\s])?\s*-?\p{Lu}\p{Ll}+(?:-\p{Lu}\p{Ll}+)?)(?![\p{L}\p{M}])/gu;
const noName = /\b(team|department|company|bank|group|invoice|invoices|order|office|report|ltd|llc|street|city|kuwait|saudi|arabia|dubai|step|monday|tuesday|wednesday|thursday|friday|saturday|sunday|january|february|march|april|may|june|july|august|september|october|november|december|the|this|please|after|before|when|if|dear|kind|best|regards|procedure|policy|standard|operating|purchase|sales|customer|client|service|finance|human|resources|excel|google|microsoft|trading|center|centre|hospital|clinic|school|university|general|total|payment|due|date|send|check|call|open|close|print|sign|ask|new|our|each|every|all|for|in|on|at|to|of|and|or|a|an)\b/i;
const dated = new RegExp("(?<![\\d\\p{L}])(?:[\\d٠-٩]{4}[-/.][\\d٠-٩]{1,2}[-/.][\\d٠-٩]{1,2}|[\\d٠-٩]{1,2}[-/.][\\d٠-٩]{1,2}[-/.](?:[\\d٠-٩]{4}|[\\d٠-٩]{2})|[\\d٠-٩]{1,2}(?:st|nd|rd|th)?(?:\\s+of)?\\s+(?:${MONTHS.replaceAll("\\", "\\\\")})\\s*,?\\s+[\\d٠-٩]{4}|(?:${MONTHS.replaceAll("\\", "\\\\")})\\s+[\\d٠-٩]{1,2}(?:st|nd|rd|th)?,?\\s+[\\d٠-٩]{4})(?![\\d\\p{L}])", "giu");
const priced = new RegExp("(?<![\\p{L}\\d])(?:(?:${CURRENCIES.replaceAll("\\", "\\\\")})\\s?[\\d٠-٩][\\d٠-٩.,٫٬]*|[\\d٠-٩][\\d٠-٩.,٫٬]*\\s?(?:${CURRENCIES.replaceAll("\\", "\\\\")}))(?![\\p{L}\\d])", "giu");
const want = new Set(${js(kinds)});
for (const path of PATHS) {
  const lines = files.readText(path).split(/\r?\n/);
  const numbered = lines.filter((line) => lists.test(line)).length;
  for (const raw of lines) {
    const line = raw.replace(/\s+/g, " ").trim();
    if (line === "") continue;
    if (want.has("steps")) {
      const item = lists.exec(raw);
      if (item) put(NAMES.steps, item[1].replace(/\s+/g, " "), "", line);
      else if (numbered < 2)
        for (const sentence of line.split(/(?<=[.!?؟])\s+/u)) {
          const ordered = inOrder.exec(sentence);
          if (ordered) put(NAMES.steps, ordered[1], "", line);
          else if (must.test(sentence) && sentence.length > 8) put(NAMES.steps, sentence, "", line);
        }
    }
    if (want.has("people")) {
      for (const match of line.matchAll(titled)) put(NAMES.people, match[1], "", line);
      for (const match of line.matchAll(titledArabic)) put(NAMES.people, match[1], "", line);
      for (const match of line.matchAll(assigned))
        for (const name of match[1].split(/[,،]| and | و(?=[\u0621-\u064a])/u)) if (/\p{L}{2}/u.test(name) && !/\d/.test(name) && name.trim().split(/\s+/).length <= 4) put(NAMES.people, name, "", line);
      for (const match of line.matchAll(fullName)) if (!noName.test(match[1]) && ![...seen].some((known) => known.startsWith(NAMES.people) && known.includes(match[1]))) put(NAMES.people, match[1], "", line);
    }
    if (want.has("dates")) for (const match of line.matchAll(dated)) { const day = nexus.date(match[0].replace(/\s+of\s+/i, " ")); if (day !== null) put(NAMES.dates, match[0], day, line); }
    if (want.has("amounts")) for (const match of line.matchAll(priced)) { const text = match[0].replace(/[.,٫٬]+$/u, ""); const value = nexus.number(text.replace(/fils|فلس|دنانير/giu, "").trim()); if (value !== null) put(NAMES.amounts, text, value.toFixed(), line); }
  }
}
const safe = (value) => (/^[=+\-@\t\r]/.test(value) && nexus.number(value) === null ? "'" + value : value);
files.write(${js(file)}, nexus.csv(${js(columns)}, found.map((row) => row.map(safe))));
const counts = {};
for (const kind of want) counts[kind] = found.filter((row) => row[0] === NAMES[kind]).length;
console.log(JSON.stringify({ file: ${js(file)}, counts, items: found.slice(0, 30).map(([kind, item, value]) => ({ kind, item, value })) }));`;
}
