import { js } from "../building/guest-code.ts";
import type { Lang } from "../spec.ts";
import { SOURCE_COMPARE } from "./source-compare.ts";

/** The program's own words, in the person's language. */
const TEXTS: Readonly<Record<Lang, Readonly<Record<string, string>>>> = {
  en: {
    usage:
      "Use: node reconcile.mjs LEFT.csv RIGHT.csv --key COLUMN[=COLUMN] [--amount COLUMN[=COLUMN]] [--date COLUMN[=COLUMN]] [--tolerance 0.005] [--days 0] [--options options.json] [--out result] [--json]",
    noColumn: "There is no column with this name in ",
    noKey: "Name the column that says which rows belong together: --key COLUMN. Columns: ",
    badTolerance: "This tolerance is no number: ",
    unclosed: "A quotation mark is not closed, from line ",
    empty: "The file is empty.",
    rows: "Rows",
    matched: "Matched",
    different: "Different",
    onlyLeft: "Only in the first file",
    onlyRight: "Only in the second file",
    duplicates: "Keys that stand more than once",
    unreadable: "Values that could not be read",
    total: "Total",
    difference: "Difference",
    status: "Why",
    file: "File",
    count: "Times",
    line: "Line",
    column: "Column",
    value: "Value",
    left: "first",
    right: "second",
    amountDiffers: "amount differs",
    dateDiffers: "date differs",
    cannotRead: "cannot be read",
    noKeyValue: "no key",
    title: "Reconciliation",
  },
  ar: {
    usage:
      "الاستخدام: node reconcile.mjs LEFT.csv RIGHT.csv --key COLUMN[=COLUMN] [--amount COLUMN[=COLUMN]] [--date COLUMN[=COLUMN]] [--tolerance 0.005] [--days 0] [--options options.json] [--out result] [--json]",
    noColumn: "لا يوجد عمود بهذا الاسم في ",
    noKey: "اذكر العمود الذي يحدد الصفوف المتقابلة: --key COLUMN. الأعمدة: ",
    badTolerance: "قيمة السماح ليست رقمًا: ",
    unclosed: "علامة اقتباس غير مغلقة، من السطر ",
    empty: "الملف فارغ.",
    rows: "الصفوف",
    matched: "متطابق",
    different: "مختلف",
    onlyLeft: "في الملف الأول فقط",
    onlyRight: "في الملف الثاني فقط",
    duplicates: "مفاتيح مكررة",
    unreadable: "قيم تعذرت قراءتها",
    total: "الإجمالي",
    difference: "الفرق",
    status: "السبب",
    file: "الملف",
    count: "المرات",
    line: "السطر",
    column: "العمود",
    value: "القيمة",
    left: "الأول",
    right: "الثاني",
    amountDiffers: "المبلغ مختلف",
    dateDiffers: "التاريخ مختلف",
    cannotRead: "تعذرت قراءته",
    noKeyValue: "بدون مفتاح",
    title: "المطابقة",
  },
};

/** reconcile.mjs: reading CSV, exact amounts and dates; comparing and the command line follow in SOURCE_COMPARE. */
export const programSource = (lang: Lang): string => `${HEAD}
const TEXT = ${js(TEXTS[lang]).replaceAll('","', '",\n  "').replace("{", "{\n  ").replace(/\}$/, ",\n}")};
${READING}${SOURCE_COMPARE}`;

const HEAD = `// Compares two CSV files row by row: what matches, what differs, what one of them lacks. No packages needed.
// Run: node reconcile.mjs LEFT.csv RIGHT.csv --key COLUMN --amount COLUMN   Test: node --test
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
`;

const READING = String.raw`
// ---- Reading ----

/** Arabic-Indic and Persian digits as ASCII, their decimal and thousands marks too; marks without width dropped. */
export function plain(text) {
  return String(text)
    .replace(/[\u0660-\u0669\u06f0-\u06f9]/g, (digit) => String(digit.charCodeAt(0) & 15))
    .replaceAll("\u066b", ".")
    .replaceAll("\u066c", ",")
    .replace(/[\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g, "")
    .replace(/[\u00a0\u202f]/g, " ");
}

/** The mark between values: the one of , ; tab | that stands most often in the first line, outside of quotes. */
export function findDelimiter(text) {
  const line = text.split(/\r\n|\r|\n/, 1)[0].replace(/"[^"]*"/g, "");
  const counts = [",", ";", "\t", "|"].map((mark) => [mark, line.split(mark).length]);
  return counts.reduce((best, one) => (one[1] > best[1] ? one : best))[0];
}

/** { columns, rows }; a row is { line, values } with as many values as there are columns. RFC 4180, and what real files add. */
export function parseCsv(given) {
  const text = given.charCodeAt(0) === 0xfeff ? given.slice(1) : given;
  const mark = findDelimiter(text);
  const records = [];
  let values = [];
  let value = "";
  let quoted = false;
  let line = 1;
  let start = 1;
  const endValue = () => {
    values.push(value);
    value = "";
  };
  const endRecord = () => {
    endValue();
    if (values.some((one) => one.trim() !== "")) records.push({ line: start, values });
    values = [];
    start = line;
  };
  for (let at = 0; at < text.length; at++) {
    const letter = text[at];
    if (quoted) {
      if (letter === '"' && text[at + 1] === '"') {
        value += '"';
        at++;
      } else if (letter === '"') quoted = false;
      else {
        if (letter === "\n") line++;
        value += letter;
      }
    } else if (letter === '"' && value.trim() === "") {
      quoted = true;
      value = "";
    } else if (letter === mark) endValue();
    else if (letter === "\n" || letter === "\r") {
      if (letter === "\r" && text[at + 1] === "\n") at++;
      line++;
      endRecord();
    } else value += letter;
  }
  if (quoted) throw new Error(TEXT.unclosed + start);
  if (value !== "" || values.length > 0) endRecord();
  if (records.length === 0) throw new Error(TEXT.empty);
  const columns = records[0].values.map((name) => name.trim());
  const rows = records.slice(1).map((one) => ({ line: one.line, values: columns.map((_, at) => one.values[at] ?? "") }));
  return { columns, rows };
}

/** Amounts are whole numbers of 10^-12: sums and differences are exact. */
const PLACES = 12;
const UNIT = 10n ** BigInt(PLACES);

/** { units, places } of an amount as people write it, or null. decimal: "." or "," where the file's mark is known. */
export function parseAmount(given, decimal) {
  let text = plain(given).trim();
  if (text === "") return null;
  let negative = false;
  const inside = /^\((.*)\)$/.exec(text);
  if (inside) {
    negative = true;
    text = inside[1];
  }
  // Currency names and signs stand before or behind the figure, never within it.
  text = text.replace(/^[\s\p{L}\p{Sc}.]*(?=[-+\u2212\d])|(?<=[\d-])\s*[\p{L}\p{Sc}][\p{L}\p{Sc}.\s]*$/gu, "").trim();
  const sign = /^([-+\u2212])?\s*([\p{L}\p{Sc}.]+\s*)?([\d.,'\s]*\d)\s*(-)?$/u.exec(text);
  if (!sign) return null;
  if (sign[1] === "-" || sign[1] === "\u2212" || sign[4] === "-") negative = !negative;
  const figure = sign[3].replace(/['\s]/g, "");
  const mark = decimal ?? decimalOf(figure);
  const parts = figure.split(mark);
  if (parts.length > 2 || (parts[1] !== undefined && !/^\d+$/.test(parts[1]))) return null;
  const whole = parts[0].replace(/[.,]/g, "");
  const fraction = parts[1] ?? "";
  if (!/^\d*$/.test(whole) || fraction.length > PLACES) return null;
  if (/[.,]/.test(parts[0]) && !/^\d{1,3}([.,]\d{2,3})*[.,]\d{3}$/.test(parts[0])) return null;
  const units = BigInt(whole + fraction.padEnd(PLACES, "0"));
  return { units: negative ? -units : units, places: fraction.length };
}

/** Which mark is the decimal one: the last where both stand; one comma before three digits groups thousands. */
function decimalOf(figure) {
  const comma = figure.lastIndexOf(",");
  const dot = figure.lastIndexOf(".");
  if (comma >= 0 && dot >= 0) return comma > dot ? "," : ".";
  if (comma >= 0) return figure.indexOf(",") === comma && figure.length - comma - 1 !== 3 ? "," : ".";
  return figure.indexOf(".") === dot ? "." : ",";
}

/** Units as text with at least so many decimals, none of them lost. */
export function formatAmount(units, places = 0) {
  const digits = (units < 0n ? -units : units).toString().padStart(PLACES + 1, "0");
  const fraction = digits.slice(-PLACES).replace(/0+$/, "").padEnd(places, "0");
  const whole = digits.slice(0, -PLACES);
  return (units < 0n ? "-" : "") + whole + (fraction === "" ? "" : "." + fraction);
}

const MONTHS = [
  "jan|يناير|كانون الثاني", "feb|فبراير|شباط", "mar|مارس|آذار|اذار", "apr|أبريل|ابريل|نيسان", "may|مايو|أيار|ايار", "jun|يونيو|حزيران",
  "jul|يوليو|تموز", "aug|أغسطس|اغسطس|آب", "sep|سبتمبر|أيلول|ايلول", "oct|أكتوبر|اكتوبر|تشرين الأول", "nov|نوفمبر|تشرين الثاني", "dec|ديسمبر|كانون الأول",
];

/** "YYYY-MM-DD" or null. order: "dmy" (default), "mdy" or "ymd" for dates that leave it open. */
export function parseDate(given, order = "dmy") {
  const text = plain(given).trim().toLowerCase();
  const first = /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[t\s].*)?$/.exec(text);
  if (first) return iso(first[1], first[2], first[3]);
  const last = /^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}|\d{2})(?:\s.*)?$/.exec(text);
  if (last) {
    const year = last[3].length === 2 ? "20" + last[3] : last[3];
    return order === "mdy" ? iso(year, last[1], last[2]) : iso(year, last[2], last[1]);
  }
  const named = /^(\d{1,2})[\s-]+(\p{L}+(?: \p{L}+)?)\.?[\s,-]+(\d{4})$/u.exec(text);
  const american = /^(\p{L}+)\.? (\d{1,2}),? (\d{4})$/u.exec(text);
  const day = named ? named[1] : american ? american[2] : "";
  const name = named ? named[2] : american ? american[1] : "";
  const month = MONTHS.findIndex((names) => names.split("|").some((one) => name === one || (/^[a-z]/.test(one) && name.startsWith(one))));
  return day === "" || month < 0 ? null : iso((named ?? american)[3], String(month + 1), day);
}

function iso(year, month, day) {
  const longest = [31, Number(year) % 4 === 0 && (Number(year) % 100 !== 0 || Number(year) % 400 === 0) ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
  const max = longest[Number(month) - 1];
  if (max === undefined || Number(day) < 1 || Number(day) > max) return null;
  return year + "-" + String(Number(month)).padStart(2, "0") + "-" + String(Number(day)).padStart(2, "0");
}

/** A day as a number, to tell how far apart two are. */
const dayNumber = (text) => Math.floor(Date.parse(text + "T00:00:00Z") / 86400000);
`;
