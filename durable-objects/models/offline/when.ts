import type { DayRange } from "./dates.ts";
import { addDays, isoDay, monthRange, quarterRange, relativeRange, typedDay, yearRange } from "./dates.ts";
import type { Item } from "./scan.ts";

/** A time said in a request: a range of days, or months of any year. `taken` counts items. */
export type When =
  | { readonly kind: "range"; readonly range: DayRange; readonly taken: number }
  | { readonly kind: "months"; readonly months: readonly number[]; readonly taken: number };

/** Words that are months only in company: "in May", "May 2025". */
const SHY = new Set(["may", "mar", "dec", "jan", "sun", "آب", "اب", "ماي"]);

const numbered = (item: Item | undefined, prefix: string): number | null => {
  for (const concept of item?.concepts ?? [])
    if (concept.startsWith(prefix)) return Number(concept.slice(prefix.length));
  return null;
};
const unitOf = (item: Item | undefined): string | null => {
  for (const concept of item?.concepts ?? []) if (concept.startsWith("unit:")) return concept.slice(5);
  return null;
};
const yearAt = (item: Item | undefined): number | null => {
  if (item?.kind !== "number" || !/^(19|20)\d\d$/.test(item.text)) return null;
  return Number(item.text);
};
const has = (item: Item | undefined, ...names: string[]): boolean => names.some((name) => item?.concepts.has(name));

/** Reads a time at `at`; null when there is none. */
export function whenAt(items: readonly Item[], at: number, today: string): When | null {
  const item = items[at];
  if (!item) return null;
  const day = item.kind === "number" ? typedDay(item.text) : null;
  if (day !== null) return { kind: "range", range: { from: day, to: day }, taken: 1 };
  return monthAt(items, at) ?? quarterAt(items, at) ?? relativeAt(items, at, today) ?? yearAlone(items, at);
}

function monthAt(items: readonly Item[], at: number): When | null {
  let next = at;
  const called = unitOf(items[at]) === "month" || (unitOf(items[at]) === null && has(items[at], "adj:month"));
  if (called) next++;
  if (called && has(items[next], "is")) next++;
  const month = numbered(items[next], "month:") ?? (called ? smallNumber(items[next], 12) : null);
  if (month === null) return null;
  const before = items[at - 1];
  const after = items[next + 1];
  const company =
    called ||
    yearAt(after) !== null ||
    has(before, "for", "between", "after", "before", "only", "compare") ||
    numbered(before, "month:") !== null;
  if (SHY.has(items[next]?.text.toLowerCase() ?? "") && !company) return null;
  next++;
  if (has(items[next], "for") && yearAt(items[next + 1]) !== null) next++;
  if (unitOf(items[next]) === "year" && yearAt(items[next + 1]) !== null) next++;
  const year = yearAt(items[next]);
  if (year !== null) return { kind: "range", range: monthRange(year, month), taken: next + 1 - at };
  return { kind: "months", months: [month], taken: next - at };
}

function smallNumber(item: Item | undefined, max: number): number | null {
  if (item?.kind !== "number" || !/^\d{1,2}$/.test(item.text)) return null;
  const value = Number(item.text);
  return value >= 1 && value <= max ? value : null;
}

function quarterAt(items: readonly Item[], at: number): When | null {
  const quarter = numbered(items[at], "quarter:");
  if (quarter === null) return null;
  let next = at + 1;
  if (has(items[next], "for") && yearAt(items[next + 1]) !== null) next++;
  if (unitOf(items[next]) === "year" && yearAt(items[next + 1]) !== null) next++;
  const year = yearAt(items[next]);
  if (year !== null) return { kind: "range", range: quarterRange(year, quarter), taken: next + 1 - at };
  const first = quarter * 3 - 2;
  return { kind: "months", months: [first, first + 1, first + 2], taken: 1 };
}

function relativeAt(items: readonly Item[], at: number, today: string): When | null {
  const item = items[at];
  if (has(item, "today") && !has(item, "fn:sum")) return { kind: "range", range: { from: today, to: today }, taken: 1 };
  const which = has(item, "this") ? "this" : has(item, "last") ? "last" : null;
  if (which !== null) {
    const count = items[at + 1];
    const unit = unitOf(items[at + 2]);
    if (which === "last" && count?.kind === "number" && /^\d{1,4}$/.test(count.text) && unit !== null)
      return { kind: "range", range: { from: back(today, Number(count.text), unit), to: today }, taken: 3 };
    const own = unitOf(items[at + 1]);
    if (own !== null) return { kind: "range", range: relativeRange(which, own, today), taken: 2 };
    return null;
  }
  const unit = unitOf(item);
  const follows = items[at + 1];
  if (unit !== null && follows && !follows.separated && has(follows, "this", "last"))
    return { kind: "range", range: relativeRange(has(follows, "this") ? "this" : "last", unit, today), taken: 2 };
  return null;
}

/** The day `count` units before `today`. */
export function back(today: string, count: number, unit: string): string {
  if (unit === "day") return addDays(today, -count);
  if (unit === "week") return addDays(today, -count * 7);
  const months = count * (unit === "year" ? 12 : unit === "quarter" ? 3 : 1);
  const at = Number(today.slice(0, 4)) * 12 + Number(today.slice(5, 7)) - 1 - months;
  const year = Math.floor(at / 12);
  const month = (at % 12) + 1;
  const last = Number(monthRange(year, month).to?.slice(8));
  return isoDay(year, month, Math.min(Number(today.slice(8)), last));
}

function yearAlone(items: readonly Item[], at: number): When | null {
  const named = unitOf(items[at]) === "year";
  const year = yearAt(items[named ? at + 1 : at]);
  if (year === null) return null;
  if (!named && !has(items[at - 1], "for", "only", "after", "before", "between")) return null;
  return { kind: "range", range: yearRange(year), taken: named ? 2 : 1 };
}

/** Days of "30 days", "2 weeks", "شهرين" after `at`; with how many items they take. */
export function spanAt(items: readonly Item[], at: number): { days: number; taken: number } | null {
  const count = items[at];
  if (count?.kind !== "number" || !/^\d{1,4}$/.test(count.text)) return null;
  const unit = unitOf(items[at + 1]);
  const days = { day: 1, week: 7, month: 30, quarter: 91, year: 365 }[unit ?? ""];
  return days === undefined ? null : { days: Number(count.text) * days, taken: 2 };
}
