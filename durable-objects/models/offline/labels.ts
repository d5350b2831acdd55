import type { Fn, Group, Lang, Measure, Spec, Unit } from "./spec.ts";
import { fold } from "./words.ts";

export const pick = (lang: Lang, en: string, ar: string): string => (lang === "ar" ? ar : en);

const UNIT_NAMES: Record<Unit, readonly [string, string]> = {
  day: ["Day", "اليوم"],
  week: ["Week", "الأسبوع"],
  month: ["Month", "الشهر"],
  quarter: ["Quarter", "ربع السنة"],
  year: ["Year", "السنة"],
};
export const unitLabel = (unit: Unit, lang: Lang): string => UNIT_NAMES[unit][lang === "ar" ? 1 : 0];

export const groupHeader = (group: Group, lang: Lang): string =>
  group.unit === null ? group.column : unitLabel(group.unit, lang);

const FN_NAMES: Record<Exclude<Fn, "count">, readonly [string, string]> = {
  sum: ["Total", "إجمالي"],
  avg: ["Average", "متوسط"],
  min: ["Lowest", "أقل"],
  max: ["Highest", "أعلى"],
  median: ["Median", "وسيط"],
  distinct: ["Different", "عدد مختلف"],
};

/** Header of a measure's column in results. */
export function measureHeader(measure: Measure, lang: Lang): string {
  if (measure.fn === "count" || measure.column === null) return rowsHeader(lang);
  const name = measure.times === null ? measure.column : `${measure.times} × ${measure.column}`;
  const [en, ar] = FN_NAMES[measure.fn];
  if (measure.fn === "sum" && /^(grand |sub)?total|^(ال)?(اجمالي|مجموع)/.test(fold(name))) return name;
  return `${pick(lang, en, ar)} ${name}`;
}
export const rowsHeader = (lang: Lang): string => pick(lang, "Rows", "عدد الصفوف");
export const currencyHeader = (lang: Lang): string => pick(lang, "Currency", "العملة");
export const shareHeader = (lang: Lang): string => pick(lang, "Share %", "النسبة %");
export const lateHeader = (lang: Lang): string => pick(lang, "Days overdue", "أيام التأخير");
export const flagHeader = (lang: Lang): string => pick(lang, "Overdue", "متأخر");
export const matchHeader = (lang: Lang): string => pick(lang, "Flag", "علامة");
export const overdueRowsHeader = (lang: Lang): string => pick(lang, "Overdue rows", "عدد المتأخر");
export const overdueAmountHeader = (lang: Lang): string => pick(lang, "Overdue amount", "المبلغ المتأخر");
export const outstandingHeader = (lang: Lang): string => pick(lang, "Outstanding", "المتبقي");
export const setHeader = (lang: Lang): string => pick(lang, "Duplicate set", "مجموعة التكرار");
export const lineHeader = (lang: Lang): string => pick(lang, "Row in file", "رقم الصف في الملف");
export const yes = (lang: Lang): string => pick(lang, "Yes", "نعم");
export const no = (lang: Lang): string => pick(lang, "No", "لا");

const slug = (text: string): string =>
  fold(text)
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 24);

/** A plain ASCII file name that says what is inside; `taken` are names already used. */
export function fileName(spec: Spec, taken: ReadonlySet<string>, roleOf: (column: string) => string): string {
  const first = spec.measures[0]?.fn ?? "count";
  const what: Record<Fn, string> = {
    sum: "totals",
    avg: "averages",
    count: "counts",
    distinct: "counts",
    min: "lowest",
    max: "highest",
    median: "medians",
  };
  const groups = spec.groups.map(
    (group, index) => group.unit ?? (slug(group.column) || roleOf(group.column) || `group-${index + 1}`),
  );
  const by = groups.length > 0 ? `-by-${groups.join("-and-")}` : "";
  const top = spec.limit !== null ? `${spec.order?.dir === "asc" ? "bottom" : "top"}-${spec.limit}-` : "";
  const base =
    spec.kind === "aggregate"
      ? `${top}${spec.share ? "share-" : ""}${what[first]}${by}`
      : spec.kind === "overdue"
        ? "overdue"
        : spec.kind === "duplicates"
          ? "duplicates"
          : `${top}${spec.flag ? "flagged-" : ""}list`;
  let name = `${base}.csv`;
  for (let count = 2; taken.has(name); count++) name = `${base}-${count}.csv`;
  return name;
}
