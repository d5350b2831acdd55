import { normalizeArabic } from "./arabic.ts";

/** The order in which a date of digits is written. */
export type DateOrder = "ymd" | "dmy" | "mdy";

export interface ParsedDate {
  /** YYYY-MM-DD, proleptic Gregorian, as written: no time zone is applied. */
  readonly iso: string;
  /** "text": the month is a word, so that nothing needs to be known about order. */
  readonly order: DateOrder | "text";
  /** False when day and month could be exchanged, so that `order` is the asked or the usual one (day first). */
  readonly certain: boolean;
}

const MONTHS: readonly (readonly string[])[] = [
  ["january", "jan", "يناير", "كانون الثاني", "جانفي"],
  ["february", "feb", "فبراير", "شباط", "فيفري"],
  ["march", "mar", "مارس", "آذار"],
  ["april", "apr", "أبريل", "نيسان", "أفريل"],
  ["may", "مايو", "أيار", "ماي"],
  ["june", "jun", "يونيو", "يونيه", "حزيران", "جوان"],
  ["july", "jul", "يوليو", "يوليه", "تموز", "جويلية"],
  ["august", "aug", "أغسطس", "آب", "أوت"],
  ["september", "sept", "sep", "سبتمبر", "أيلول"],
  ["october", "oct", "أكتوبر", "تشرين الأول"],
  ["november", "nov", "نوفمبر", "تشرين الثاني"],
  ["december", "dec", "ديسمبر", "كانون الأول"],
];
const MONTH_BY_NAME = new Map(
  MONTHS.flatMap((names, index) => names.map((name): [string, number] => [normalizeArabic(name), index + 1])),
);
const MONTH = [...MONTH_BY_NAME.keys()].sort((a, b) => b.length - a.length).join("|");
const WEEKDAY =
  /^(?:mon|tue|tues|wed|thu|thur|thurs|fri|sat|sun|monday|tuesday|wednesday|thursday|friday|saturday|sunday|(?:يوم )?(?:ال)?(?:احد|اثنين|ثلاثاء|اربعاء|خميس|جمعه|سبت))\.?\s*[,،]?\s+/;
const TIME =
  /(?:t|\s*[,،]?\s+)\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?\s*(?:am|pm|a\.m\.|p\.m\.|ص|م|صباحا|مساء)?\s*(?:z|utc|gmt|[+-]\d{2}:?\d{2})?$/;
const GAP = "[\\s\\-/.,،]+";
const DAY_MONTH = new RegExp(
  `^(\\d{1,2})(?:st|nd|rd|th)?(?:${GAP}(?:of\\s+)?|(?=\\D))(${MONTH})(?:${GAP}|(?=\\d))(\\d{4}|\\d{2})$`,
);
const MONTH_DAY = new RegExp(`^(${MONTH})${GAP}(\\d{1,2})(?:st|nd|rd|th)?${GAP}(\\d{4}|\\d{2})$`);
const YEAR_MONTH = new RegExp(`^(\\d{4})${GAP}(${MONTH})${GAP}(\\d{1,2})$`);
const MAX_CHARS = 60;

/**
 * Reads a date as people write it: three numbers in any order with / - or ., English and Arabic month names (Gulf,
 * Egyptian, Levantine, Maghrebi), weekday in front, time behind, Arabic or Persian digits. Eight digits in a row are
 * read only when `order` is "ymd". Gives null for anything else: impossible days, months without a day, Hijri years.
 *
 * A year in front is always year-month-day. Otherwise `options.order` decides; without it a part above 12 does, and
 * when neither helps the day comes first, as is usual in the Gulf.
 */
export function parseDate(text: string, options: { readonly order?: DateOrder | null } = {}): ParsedDate | null {
  if (text.length > MAX_CHARS) return null;
  const plain = normalizeArabic(text).toLowerCase().trim().replace(TIME, "").replace(WEEKDAY, "");
  const bare = plain.replace(/\s+(?:م|ميلادي|ميلاديه|ad)\.?$/, "").trim();
  const order = options.order ?? null;
  const numbers = /^(\d{1,4})([/.-])(\d{1,2})\2(\d{1,4})$/.exec(bare);
  if (numbers !== null) return fromNumbers(numbers[1] ?? "", numbers[3] ?? "", numbers[4] ?? "", order);
  const compact = order === "ymd" ? /^(\d{4})(\d{2})(\d{2})$/.exec(bare) : null;
  if (compact !== null) return dateOf(compact[1], compact[2], compact[3], "ymd", true);
  return fromMonthName(bare);
}

function fromNumbers(first: string, second: string, third: string, order: DateOrder | null): ParsedDate | null {
  if (first.length === 4) return third.length <= 2 ? dateOf(first, second, third, "ymd", true) : null;
  if (first.length > 2 || (third.length !== 2 && third.length !== 4)) return null;
  if (order === "ymd") return third.length === 2 ? dateOf(first, second, third, "ymd", false) : null;
  const certain = Number(first) > 12 !== Number(second) > 12;
  const chosen = order ?? (Number(second) > 12 ? "mdy" : "dmy");
  return chosen === "dmy" ? dateOf(third, second, first, "dmy", certain) : dateOf(third, first, second, "mdy", certain);
}

function fromMonthName(text: string): ParsedDate | null {
  const dayMonth = DAY_MONTH.exec(text);
  if (dayMonth !== null) return named(dayMonth[3], dayMonth[2], dayMonth[1]);
  const monthDay = MONTH_DAY.exec(text);
  if (monthDay !== null) return named(monthDay[3], monthDay[1], monthDay[2]);
  const yearMonth = YEAR_MONTH.exec(text);
  return yearMonth === null ? null : named(yearMonth[1], yearMonth[2], yearMonth[3]);
}

function named(year: string | undefined, month: string | undefined, day: string | undefined): ParsedDate | null {
  return dateOf(year, String(MONTH_BY_NAME.get(month ?? "") ?? 0), day, "text", true);
}

function dateOf(
  yearText: string | undefined,
  monthText: string | undefined,
  dayText: string | undefined,
  order: ParsedDate["order"],
  certain: boolean,
): ParsedDate | null {
  const month = Number(monthText);
  const day = Number(dayText);
  const short = Number(yearText);
  // Two digits: 70–99 are of the last century, as in most spreadsheets' import.
  const year = (yearText ?? "").length > 2 ? short : short < 70 ? 2000 + short : 1900 + short;
  // Below 1800 it is a Hijri year or no date at all.
  if (year < 1800 || year > 2200 || month < 1 || month > 12 || day < 1 || day > daysIn(year, month)) return null;
  return { iso: `${year}-${pad(month)}-${pad(day)}`, order, certain };
}

const pad = (part: number): string => String(part).padStart(2, "0");

function daysIn(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}
