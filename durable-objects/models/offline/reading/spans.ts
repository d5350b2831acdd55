import type { AskedFilter, Ref } from "../spec.ts";
import type { whenAt } from "../when.ts";

export const dayBefore = (day: string | null): string | null => (day === null ? null : shift(day, -1));
export const dayAfter = (day: string | null): string | null => (day === null ? null : shift(day, 1));
export const shift = (day: string, days: number): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);

export type WhenValue = NonNullable<ReturnType<typeof whenAt>>;

/** Months without a year mean this year's when a border is drawn ("since March"). */
export function rangeOf(when: WhenValue, today: string): { from: string | null; to: string | null } {
  if (when.kind === "range") return when.range;
  const year = Number(today.slice(0, 4));
  const first = when.months[0] ?? 1;
  const last = when.months.at(-1) ?? first;
  return {
    from: `${year}-${String(first).padStart(2, "0")}-01`,
    to: new Date(Date.UTC(year, last, 0)).toISOString().slice(0, 10),
  };
}

export function spanFilter(first: WhenValue, second: WhenValue, today: string, ref: Ref | null): AskedFilter {
  if (first.kind === "months" && second.kind === "months") {
    const from = first.months[0] ?? 1;
    const to = second.months.at(-1) ?? from;
    const months: number[] = [];
    for (let month = from; ; month = (month % 12) + 1) {
      months.push(month);
      if (month === to || months.length === 12) break;
    }
    return { kind: "months", ref, months };
  }
  const end = rangeOf(second, today);
  const year = (end.from ?? today).slice(0, 4);
  const start = rangeOf(first, first.kind === "months" ? `${year}-01-01` : today);
  return { kind: "date", ref, from: start.from, to: end.to };
}
