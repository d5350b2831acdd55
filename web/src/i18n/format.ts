import { formatUsd } from "../../../shared/money/micros.ts";
import { intlLocale, settingsStore } from "../stores/settings-store.ts";
import { t } from "./i18n.ts";

const cache = new Map<string, Intl.DateTimeFormat | Intl.NumberFormat | Intl.RelativeTimeFormat>();

function cached<T extends Intl.DateTimeFormat | Intl.NumberFormat | Intl.RelativeTimeFormat>(
  key: string,
  make: (locale: string) => T,
): T {
  const locale = intlLocale(settingsStore.getState());
  const full = `${locale} ${key}`;
  const known = cache.get(full);
  // SAFETY: `key` names the kind of formatter, so what is cached under it is what `make` gives.
  if (known) return known as T;
  const made = make(locale);
  cache.set(full, made);
  return made;
}

/** Dollars, never tokens. */
// Arabic locale data writes "US$"; there is one dollar here, and room is short.
export const money = (micros: number): string =>
  formatUsd(micros, intlLocale(settingsStore.getState())).replace("US$", "$");

/** "$0.02 – $0.05", or one figure when both ends read the same. */
export function moneyRange(low: number, high: number): string {
  const [from, to] = [money(low), money(high)];
  return from === to ? from : `${from} – ${to}`;
}

export const number = (value: number, options: Intl.NumberFormatOptions = {}): string =>
  cached(`n${JSON.stringify(options)}`, (locale) => new Intl.NumberFormat(locale, options)).format(value);

export const percent = (value: number): string => number(value / 100, { style: "percent", maximumFractionDigits: 0 });

export function bytes(size: number): string {
  const units = ["byte", "kilobyte", "megabyte", "gigabyte"] as const;
  const step = size < 1000 ? 0 : size < 1_000_000 ? 1 : size < 1_000_000_000 ? 2 : 3;
  const style = { style: "unit", unit: units[step] ?? "byte", unitDisplay: "narrow" } as const;
  return number(size / 1000 ** step, { ...style, maximumFractionDigits: step >= 2 ? 1 : 0 });
}

export const clock = (iso: string): string =>
  cached("clock", (locale) => new Intl.DateTimeFormat(locale, { hour: "numeric", minute: "2-digit" })).format(
    new Date(iso),
  );

export const clockSeconds = (iso: string): string =>
  cached(
    "seconds",
    (locale) => new Intl.DateTimeFormat(locale, { hour: "numeric", minute: "2-digit", second: "2-digit" }),
  ).format(new Date(iso));

/** The time, with the day where it is another one than today. */
export function moment(iso: string): string {
  const at = new Date(iso);
  if (at.toDateString() === new Date().toDateString()) return clock(iso);
  const style = { weekday: "short", day: "numeric", month: "short", hour: "numeric", minute: "2-digit" } as const;
  return cached("moment", (locale) => new Intl.DateTimeFormat(locale, style)).format(at);
}

/** "3 minutes ago". */
export function ago(iso: string, now: number = Date.now()): string {
  const seconds = Math.round((new Date(iso).getTime() - now) / 1000);
  const format = cached("ago", (locale) => new Intl.RelativeTimeFormat(locale, { numeric: "auto", style: "short" }));
  const size = Math.abs(seconds);
  if (size < 60) return format.format(Math.min(0, seconds), "second");
  if (size < 3600) return format.format(Math.trunc(seconds / 60), "minute");
  if (size < 86_400) return format.format(Math.trunc(seconds / 3600), "hour");
  return format.format(Math.trunc(seconds / 86_400), "day");
}

/** "12 s", "3 min 5 s", "2 h 4 min". */
export function duration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 60) return t("time.seconds", { s: number(seconds) });
  if (seconds < 3600) return t("time.minutes", { m: number(Math.floor(seconds / 60)), s: number(seconds % 60) });
  return t("time.hours", { h: number(Math.floor(seconds / 3600)), m: number(Math.floor((seconds % 3600) / 60)) });
}
