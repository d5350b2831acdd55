import type { ColumnProfile } from "../../../shared/api/files.ts";
import { searchKey } from "../../../shared/text/arabic.ts";
import { findCurrencies } from "../../../shared/text/currencies.ts";
import { type DateOrder, parseDate } from "../../../shared/text/dates.ts";
import { type DecimalMark, parseNumber } from "../../../shared/text/numbers.ts";

const MAX_ODD = 5;
const MAX_SAMPLES = 5;
const MAX_SAMPLE_CHARS = 120;
/** A column has a kind when at least two thirds of its values, apart from ways to write "none", are of it. */
const ENOUGH = 2 / 3;

/** What other columns of the same table prove about how its numbers and dates are written. */
export interface TableEvidence {
  readonly decimal: DecimalMark | null;
  readonly order: DateOrder | null;
}

const NONE = new Set(
  "n/a,na,n.a.,#n/a,-,--,—,–,?,null,none,nil,tbd,tba,nan,unknown,pending,لا يوجد,لايوجد,غير متوفر,غير معروف,بدون,معلق"
    .split(",")
    .map(searchKey),
);
const TRUE_FALSE = new Set("true,false,yes,no,y,n,نعم,لا,صح,خطا,صحيح".split(",").map(searchKey));
const MONEY_HEADER =
  /(?<!\p{L})(amount|price|cost|balance|salary|wage|fees?|revenue|sales|income|expenses?|payment|paid|budget|invoice (total|value)|net|gross|vat|tax|discount|subtotal|المبلغ|مبلغ|السعر|سعر|التكلفه|تكلفه|الرصيد|رصيد|الراتب|راتب|القيمه|قيمه|الايراد|ايرادات|المصروف|مصروفات|المدفوع|الرسوم|رسوم|الضريبه|الخصم|المستحق)(?!\p{L})/u;
const TOTAL_HEADER = /(?<!\p{L})(total|due|value|الاجمالي|اجمالي|المجموع|مجموع)(?!\p{L})/u;
const COUNT_HEADER =
  /(?<!\p{L})(qty|quantity|count|hours?|days?|units?|no|number|id|code|rate|percent|عدد|كميه|الكميه|ساعات|ايام|رقم|الرقم|كود|نسبه)(?!\p{L})/u;
const DATE_HEADER = /(?<!\p{L})(date|day|due|issued|تاريخ|التاريخ|يوم|موعد|استحقاق|الاستحقاق)(?!\p{L})/u;

/** Decimal mark the values prove: every value is read, and the mark more of them prove wins. */
export function proveDecimal(values: Iterable<string>): DecimalMark | null {
  let dot = 0;
  let comma = 0;
  for (const value of values) {
    const mark = parseNumber(value)?.decimal ?? null;
    if (mark === ".") dot += 1;
    else if (mark === ",") comma += 1;
  }
  if (dot === comma) return null;
  return dot > comma ? "." : ",";
}

/** Order of day and month that the values prove, by a part above 12. */
export function proveOrder(values: Iterable<string>): DateOrder | null {
  let dmy = 0;
  let mdy = 0;
  for (const value of values) {
    const date = parseDate(value);
    if (date === null || !date.certain) continue;
    if (date.order === "dmy") dmy += 1;
    else if (date.order === "mdy") mdy += 1;
  }
  if (dmy === mdy) return null;
  return dmy > mdy ? "dmy" : "mdy";
}

/**
 * Describes a column from all of its values.
 * @param cellCurrencies currencies that cell formats of a workbook gave, with how often
 */
export function profileColumn(
  name: string,
  values: readonly string[],
  evidence: TableEvidence,
  cellCurrencies: ReadonlyMap<string, number> = new Map(),
): ColumnProfile {
  const filled = values.filter((value) => value !== "");
  const distinct = new Set(filled);
  const samples: string[] = [];
  for (const value of distinct) {
    if (samples.length === MAX_SAMPLES) break;
    samples.push(shorten(value));
  }
  const base = { name, empty: values.length - filled.length, distinct: distinct.size, samples };
  const reading =
    filled.length === 0
      ? { kind: "empty" as const, format: null, currencies: [], odd: [] }
      : (readBooleans(filled) ??
        readDates(name, filled, evidence) ??
        readNumbers(name, filled, evidence, cellCurrencies) ?? {
          kind: "text" as const,
          format: null,
          currencies: [],
          odd: [],
        });
  return { ...base, ...reading };
}

type Reading = Pick<ColumnProfile, "kind" | "format" | "currencies" | "odd">;

function readBooleans(values: readonly string[]): Reading | null {
  const odd = collectOdd(values, (value) => TRUE_FALSE.has(searchKey(value)));
  return odd === null ? null : { kind: "boolean", format: null, currencies: [], odd };
}

function readDates(name: string, values: readonly string[], evidence: TableEvidence): Reading | null {
  const compact = DATE_HEADER.test(searchKey(name)) && values.some((value) => /^\D*\d{8}\D*$/.test(value));
  const order: DateOrder | null = compact ? "ymd" : (proveOrder(values) ?? evidence.order);
  const orders = new Map<string, number>();
  const odd = collectOdd(values, (value) => {
    const date = parseDate(value, { order });
    if (date !== null) orders.set(date.order, (orders.get(date.order) ?? 0) + 1);
    return date !== null;
  });
  if (odd === null) return null;
  // A year in front and a month's name read the same under every order, so the order of the others is the format.
  const format = ["dmy", "mdy", "ymd", "text"].find((candidate) => orders.has(candidate)) ?? "text";
  return { kind: "date", format, currencies: [], odd };
}

function readNumbers(
  name: string,
  values: readonly string[],
  evidence: TableEvidence,
  cellCurrencies: ReadonlyMap<string, number>,
): Reading | null {
  const decimal = proveDecimal(values) ?? evidence.decimal ?? ".";
  const currencies = new Map(cellCurrencies);
  let codes = 0;
  let fractions = 0;
  const odd = collectOdd(values, (value) => {
    const number = parseNumber(value, { decimal });
    if (number === null) return false;
    if (number.currency !== null) currencies.set(number.currency, (currencies.get(number.currency) ?? 0) + 1);
    if (/^0\d/.test(value)) codes += 1;
    if (number.value.includes(".")) fractions += 1;
    return true;
  });
  // "00123" is a code: as a number it would lose its zeros.
  if (odd === null || codes > 0) return null;
  const header = searchKey(name);
  for (const currency of findCurrencies(name)) if (!currencies.has(currency)) currencies.set(currency, 0);
  const isMoney =
    currencies.size > 0 ||
    (!COUNT_HEADER.test(header) && (MONEY_HEADER.test(header) || (TOTAL_HEADER.test(header) && fractions > 0)));
  const seen = [...currencies].sort((a, b) => b[1] - a[1]).map(([currency]) => currency);
  return { kind: isMoney ? "money" : "number", format: decimal, currencies: seen, odd };
}

/** Values that are not of the kind, at most five, or null when too many are not for the column to have the kind. */
function collectOdd(values: readonly string[], isOfKind: (value: string) => boolean): string[] | null {
  const odd = new Set<string>();
  let fits = 0;
  let none = 0;
  for (const value of values) {
    if (isOfKind(value)) {
      fits += 1;
      continue;
    }
    if (NONE.has(searchKey(value))) none += 1;
    if (odd.size < MAX_ODD) odd.add(shorten(value));
  }
  return fits > 0 && fits >= (values.length - none) * ENOUGH ? [...odd] : null;
}

const shorten = (text: string): string =>
  text.length <= MAX_SAMPLE_CHARS ? text : `${text.slice(0, MAX_SAMPLE_CHARS).toWellFormed()}…`;
