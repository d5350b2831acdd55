import { latinDigits } from "./words.ts";

/** Inclusive range of ISO days; null is open. */
export interface DayRange {
  readonly from: string | null;
  readonly to: string | null;
}

const pad = (value: number): string => String(value).padStart(2, "0");
export const isoDay = (year: number, month: number, day: number): string =>
  `${String(year).padStart(4, "0")}-${pad(month)}-${pad(day)}`;
export const daysInMonth = (year: number, month: number): number => new Date(Date.UTC(year, month, 0)).getUTCDate();

/** ISO day moved by `days`. */
export function addDays(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}

export const yearOf = (day: string): number => Number(day.slice(0, 4));
export const monthOf = (day: string): number => Number(day.slice(5, 7));

/** A day as people type it in a request: ISO, or day first (the custom in the Gulf). Null when it is no date. */
export function typedDay(text: string): string | null {
  const plain = latinDigits(text);
  const iso = /^(\d{4})-(\d{1,2})-(\d{1,2})$/.exec(plain);
  if (iso) return real(Number(iso[1]), Number(iso[2]), Number(iso[3]));
  const other = /^(\d{1,2})[/.-](\d{1,2})[/.-](\d{2}|\d{4})$/.exec(plain);
  if (!other) return null;
  const year = Number(other[3]) + ((other[3] ?? "").length === 2 ? 2000 : 0);
  const [first, second] = [Number(other[1]), Number(other[2])];
  return real(year, second, first) ?? real(year, first, second);
}

function real(year: number, month: number, day: number): string | null {
  if (month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) return null;
  return isoDay(year, month, day);
}

export const monthRange = (year: number, month: number): DayRange => ({
  from: isoDay(year, month, 1),
  to: isoDay(year, month, daysInMonth(year, month)),
});
export const yearRange = (year: number): DayRange => ({ from: isoDay(year, 1, 1), to: isoDay(year, 12, 31) });
export const quarterRange = (year: number, quarter: number): DayRange => ({
  from: isoDay(year, quarter * 3 - 2, 1),
  to: isoDay(year, quarter * 3, daysInMonth(year, quarter * 3)),
});

/** This or the last day, week (Monday first), month, quarter or year, seen from `today`. */
export function relativeRange(which: "this" | "last", unit: string, today: string): DayRange {
  const step = which === "this" ? 0 : 1;
  const year = yearOf(today);
  const month = monthOf(today);
  switch (unit) {
    case "day": {
      const day = addDays(today, -step);
      return { from: day, to: day };
    }
    case "week": {
      const weekday = (new Date(`${today}T00:00:00Z`).getUTCDay() + 6) % 7;
      const monday = addDays(today, -weekday - step * 7);
      return { from: monday, to: addDays(monday, 6) };
    }
    case "month": {
      const at = year * 12 + month - 1 - step;
      return monthRange(Math.floor(at / 12), (at % 12) + 1);
    }
    case "quarter": {
      const at = year * 4 + Math.floor((month - 1) / 3) - step;
      return quarterRange(Math.floor(at / 4), (at % 4) + 1);
    }
    default:
      return yearRange(year - step);
  }
}
