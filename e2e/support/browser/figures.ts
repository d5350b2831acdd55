import { expect } from "vitest";
import {
  decimal,
  type Headers,
  type Invoice,
  overdue,
  sumOf,
  todayInKuwait,
  totalsByClientAndMonth,
} from "../invoices.ts";
import { columnBy, tablesOf, tableWith } from "../tables.ts";
import type { Locale } from "./words.ts";

const COLUMNS = {
  en: { month: "Month", total: "Total", overdueAmount: "Overdue amount", days: "Days overdue" },
  ar: { month: "الشهر", total: "إجمالي", overdueAmount: "المبلغ المتأخر", days: "أيام التأخير" },
} as const;

interface Asked {
  readonly texts: ReadonlyMap<string, string>;
  readonly invoices: readonly Invoice[];
  readonly headers: Headers;
  readonly locale: Locale;
  /** False when the person took the step that flags overdue invoices out of the plan. */
  readonly flagged: boolean;
}

/** Cells without a client may be called anything: their key begins with "". */
const keyed = (cells: ReadonlyMap<string, string>, known: ReadonlySet<string>): Map<string, string> =>
  new Map(
    [...cells].map(([key, value]) => [known.has(key) ? key : key.replace(/^.* \/ (?=\d{4}-\d\d$)/, " / "), value]),
  );

/** Every number of the downloaded files against the invoices, calculated here from whole fils, to the last decimal. */
export function expectRightFiles({ texts, invoices, headers, locale, flagged }: Asked): void {
  const words = COLUMNS[locale];
  const today = todayInKuwait();
  const tables = tablesOf(texts);
  const expected = totalsByClientAndMonth(invoices);
  const known = new Set(expected.keys());
  const keys = [headers.client, words.month];

  const total = `${words.total} ${headers.amount}`;
  const totals = columnBy(tableWith(tables, [...keys, total]), keys, total);
  expect(keyed(totals, known)).toEqual(new Map([...expected].map(([key, fils]) => [key, decimal(fils)])));

  const late = overdue(invoices, today);
  if (flagged) {
    const days = columnBy(tableWith(tables, [headers.number, words.days]), [headers.number], words.days);
    const age = (due: string): string => String((Date.parse(today) - Date.parse(due)) / 86_400_000);
    expect(days).toEqual(new Map(late.map(({ number, due }) => [number, age(due)] as const)));
    const lateBy = totalsByClientAndMonth(late);
    const marks = columnBy(tableWith(tables, [...keys, words.overdueAmount]), keys, words.overdueAmount);
    expect(keyed(marks, known)).toEqual(new Map([...known].map((key) => [key, decimal(lateBy.get(key) ?? 0)])));
  } else {
    expect(tables.flatMap(({ header }) => header)).not.toContain(words.days);
    expect(tables.flatMap(({ header }) => header)).not.toContain(words.overdueAmount);
  }

  const written = [...texts].flatMap(([name, text]) => (/\.(md|txt)$/.test(name) ? [text.replace(/[,٬]/g, "")] : []));
  expect(written.join("\n")).toContain(decimal(sumOf(invoices)));
  if (flagged) expect(written.join("\n")).toContain(decimal(sumOf(late)));
}
