import type { ColumnProfile } from "../../../shared/api/files.ts";
import { foldDigits, searchKey } from "../../../shared/text/arabic.ts";
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

/** A column's values, each once, with how often it occurs; the empty ones apart. */
export interface ColumnValues {
  readonly counts: ReadonlyMap<string, number>;
  readonly filled: number;
  readonly empty: number;
}

export function countValues(rows: readonly (readonly string[])[], column: number): ColumnValues {
  const counts = new Map<string, number>();
  let empty = 0;
  for (const row of rows) {
    const value = row[column] ?? "";
    if (value === "") empty += 1;
    else counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  return { counts, filled: rows.length - empty, empty };
}

/** Decimal mark the values prove: every value is read, and the mark more of them prove wins. */
export function proveDecimal({ counts }: ColumnValues): DecimalMark | null {
  let dot = 0;
  let comma = 0;
  for (const [value, count] of counts) {
    const mark = parseNumber(value)?.decimal ?? null;
    if (mark === ".") dot += count;
    else if (mark === ",") comma += count;
  }
  if (dot === comma) return null;
  return dot > comma ? "." : ",";
}

/** Order of day and month that the values prove, by a part above 12. */
export function proveOrder({ counts }: ColumnValues): DateOrder | null {
  let dmy = 0;
  let mdy = 0;
  for (const [value, count] of counts) {
    const date = parseDate(value);
    if (date === null || !date.certain) continue;
    if (date.order === "dmy") dmy += count;
    else if (date.order === "mdy") mdy += count;
  }
  if (dmy === mdy) return null;
  return dmy > mdy ? "dmy" : "mdy";
}

/**
 * Describes a column from all of its values.
 * @param proven what the column itself proves
 * @param others what the whole table proves, for where the column proves nothing
 * @param cellCurrencies currencies that cell formats of a workbook gave, with how often
 */
export function profileColumn(
  name: string,
  values: ColumnValues,
  proven: TableEvidence,
  others: TableEvidence,
  cellCurrencies: ReadonlyMap<string, number> = new Map(),
): ColumnProfile {
  const samples = [...values.counts.keys()].slice(0, MAX_SAMPLES).map(shorten);
  const evidence = { decimal: proven.decimal ?? others.decimal, order: proven.order ?? others.order };
  return {
    name,
    empty: values.empty,
    distinct: values.counts.size,
    samples,
    ...readColumn(name, values, evidence, cellCurrencies),
  };
}

type Reading = Pick<ColumnProfile, "kind" | "format" | "currencies" | "odd">;

const PLAIN = { format: null, currencies: [], odd: [] };

function readColumn(
  name: string,
  values: ColumnValues,
  evidence: TableEvidence,
  cellCurrencies: ReadonlyMap<string, number>,
): Reading {
  if (values.filled === 0) return { kind: "empty", ...PLAIN };
  return (
    readBooleans(values) ??
    readDates(name, values, evidence) ??
    readNumbers(name, values, evidence, cellCurrencies) ?? { kind: "text", ...PLAIN }
  );
}

function readBooleans(values: ColumnValues): Reading | null {
  const odd = collectOdd(values, (value) => TRUE_FALSE.has(searchKey(value)));
  return odd === null ? null : { kind: "boolean", format: null, currencies: [], odd };
}

function readDates(name: string, values: ColumnValues, evidence: TableEvidence): Reading | null {
  const compact =
    DATE_HEADER.test(searchKey(name)) && values.counts.keys().some((value) => /^\d{8}$/.test(foldDigits(value)));
  const order: DateOrder | null = compact ? "ymd" : evidence.order;
  const orders = new Set<string>();
  const odd = collectOdd(values, (value) => {
    const date = parseDate(value, { order });
    if (date !== null) orders.add(date.order);
    return date !== null;
  });
  if (odd === null) return null;
  // A year in front and a month's name read the same under every order, so the order of the others is the format.
  const format = ["dmy", "mdy", "ymd", "text"].find((candidate) => orders.has(candidate)) ?? "text";
  return { kind: "date", format, currencies: [], odd };
}

function readNumbers(
  name: string,
  values: ColumnValues,
  evidence: TableEvidence,
  cellCurrencies: ReadonlyMap<string, number>,
): Reading | null {
  const decimal = evidence.decimal ?? ".";
  const currencies = new Map(cellCurrencies);
  let codes = 0;
  let fractions = 0;
  const odd = collectOdd(values, (value, count) => {
    const number = parseNumber(value, { decimal });
    if (number === null) return false;
    if (number.currency !== null) currencies.set(number.currency, (currencies.get(number.currency) ?? 0) + count);
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
function collectOdd(values: ColumnValues, isOfKind: (value: string, count: number) => boolean): string[] | null {
  const odd: string[] = [];
  let fits = 0;
  let wrong = 0;
  for (const [value, count] of values.counts) {
    if (isOfKind(value, count)) {
      fits += count;
      continue;
    }
    if (!NONE.has(searchKey(value))) wrong += count;
    // Enough that the rest cannot make up for it.
    if (wrong > values.filled * (1 - ENOUGH)) return null;
    if (odd.length < MAX_ODD) odd.push(shorten(value));
  }
  return fits > 0 && fits >= (fits + wrong) * ENOUGH ? odd : null;
}

const shorten = (text: string): string =>
  text.length <= MAX_SAMPLE_CHARS ? text : `${text.slice(0, MAX_SAMPLE_CHARS).toWellFormed()}…`;
