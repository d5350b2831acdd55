import { numberAt, textAt } from "./file-operations.ts";
import { GuestProblem } from "./problems.ts";

/** Formatters kept for one program; making one takes longer than using it. */
const MAX_KEPT = 64;
const MAX_TEXT = 100_000;

type Locales = string | readonly string[];
type Call = (method: string, args: readonly unknown[]) => unknown;

/** Intl for the guest, by the host's own data. Dates are in UTC unless the program names a time zone. */
export class IntlOperations {
  readonly #kept = new Map<string, Call>();

  /** Undefined when the operation is none of these. Throws GuestProblem. */
  answer(operation: string, args: readonly unknown[]): unknown {
    try {
      switch (operation) {
        case "intl":
          return this.#formatter(args)(textAt(args, 3), Array.isArray(args[4]) ? args[4] : []);
        case "dateText":
          return dateText(textAt(args, 0), numberAt(args, 1), localesOf(args[2]), optionsOf(args[3]));
        case "caseText":
          return caseText(textAt(args, 0), textAt(args, 1), localesOf(args[2]));
        case "intlLocales":
          return args[0] === null ? [] : Intl.getCanonicalLocales(localesOf(args[0]));
        case "intlValues":
          // SAFETY: a wrong key is a RangeError, caught below.
          return Intl.supportedValuesOf(textAt(args, 0) as "currency");
        default:
          return undefined;
      }
    } catch (error) {
      if (error instanceof GuestProblem) throw error;
      const isRange = error instanceof RangeError;
      throw new GuestProblem(
        isRange ? "RangeError" : "TypeError",
        isRange ? error.message : "This cannot be formatted",
      );
    }
  }

  #formatter(args: readonly unknown[]): Call {
    const key = JSON.stringify(args.slice(0, 3));
    const kept = this.#kept.get(key);
    if (kept !== undefined) return kept;
    const made = makeFormatter(textAt(args, 0), localesOf(args[1]), optionsOf(args[2]));
    if (this.#kept.size >= MAX_KEPT) this.#kept.clear();
    this.#kept.set(key, made);
    return made;
  }
}

function makeFormatter(name: string, locales: Locales, options: Record<string, unknown>): Call {
  const unknown = (method: string): never => {
    throw new GuestProblem("TypeError", `Intl.${name} has no ${method} here`);
  };
  switch (name) {
    case "NumberFormat": {
      const format = new Intl.NumberFormat(listOf(locales), options);
      return (method, args) => {
        if (method === "format") return format.format(numberOf(args[0]));
        if (method === "formatToParts") return format.formatToParts(numberOf(args[0]));
        if (method === "formatRange") return format.formatRange(numberOf(args[0]), numberOf(args[1]));
        return method === "resolvedOptions" ? format.resolvedOptions() : unknown(method);
      };
    }
    case "DateTimeFormat": {
      const format = new Intl.DateTimeFormat(listOf(locales), { timeZone: "UTC", ...options });
      return (method, args) => {
        if (method === "format") return format.format(dateOf(args[0]));
        if (method === "formatToParts") return format.formatToParts(dateOf(args[0]));
        if (method === "formatRange") return format.formatRange(dateOf(args[0]), dateOf(args[1]));
        return method === "resolvedOptions" ? format.resolvedOptions() : unknown(method);
      };
    }
    case "Collator": {
      const collator = new Intl.Collator(listOf(locales), options);
      return (method, args) => {
        if (method === "compare") return collator.compare(String(args[0]), String(args[1]));
        return method === "resolvedOptions" ? collator.resolvedOptions() : unknown(method);
      };
    }
    case "PluralRules": {
      const rules = new Intl.PluralRules(listOf(locales), options);
      return (method, args) => {
        if (method === "select") return rules.select(Number(numberOf(args[0])));
        return method === "resolvedOptions" ? rules.resolvedOptions() : unknown(method);
      };
    }
    case "ListFormat": {
      const format = new Intl.ListFormat(listOf(locales), options);
      return (method, args) => {
        const list = Array.isArray(args[0]) ? args[0].map(String) : [];
        if (method === "format") return format.format(list);
        if (method === "formatToParts") return format.formatToParts(list);
        return method === "resolvedOptions" ? format.resolvedOptions() : unknown(method);
      };
    }
    case "RelativeTimeFormat": {
      const format = new Intl.RelativeTimeFormat(listOf(locales), options);
      return (method, args) => {
        // SAFETY: a wrong unit is a RangeError, which the guest gets.
        const unit = String(args[1]) as Intl.RelativeTimeFormatUnit;
        if (method === "format") return format.format(Number(numberOf(args[0])), unit);
        if (method === "formatToParts") return format.formatToParts(Number(numberOf(args[0])), unit);
        return method === "resolvedOptions" ? format.resolvedOptions() : unknown(method);
      };
    }
    case "DisplayNames": {
      const names = new Intl.DisplayNames(listOf(locales), { type: "language", ...options });
      return (method, args) =>
        method === "of"
          ? names.of(String(args[0]))
          : method === "resolvedOptions"
            ? names.resolvedOptions()
            : unknown(method);
    }
    case "Segmenter": {
      const segmenter = new Intl.Segmenter(listOf(locales), options);
      return (method, args) => {
        if (method === "resolvedOptions") return segmenter.resolvedOptions();
        const text = String(args[0]);
        if (text.length > MAX_TEXT) throw new GuestProblem("RangeError", "The text is too long to be segmented here");
        return [...segmenter.segment(text)].map(({ segment, index, isWordLike }) => ({ segment, index, isWordLike }));
      };
    }
    default:
      return unknown("constructor");
  }
}

function dateText(how: string, time: number, locales: Locales, options: Record<string, unknown>): string {
  const date = new Date(time);
  const withZone = { timeZone: "UTC", ...options };
  if (how === "toLocaleDateString") return date.toLocaleDateString(listOf(locales), withZone);
  if (how === "toLocaleTimeString") return date.toLocaleTimeString(listOf(locales), withZone);
  return date.toLocaleString(listOf(locales), withZone);
}

function caseText(how: string, text: string, locales: Locales): string {
  return how === "toLocaleUpperCase"
    ? text.toLocaleUpperCase(listOf(locales))
    : text.toLocaleLowerCase(listOf(locales));
}

const listOf = (locales: Locales): string[] => [locales].flat();
const localesOf = (value: unknown): Locales => {
  if (typeof value === "string") return value;
  return Array.isArray(value) && value.length > 0 ? value.map(String) : "en-US";
};
const optionsOf = (value: unknown): Record<string, unknown> =>
  typeof value === "object" && value !== null ? { ...value } : {};

function numberOf(value: unknown): number | bigint {
  if (typeof value === "object" && value !== null && "number" in value) {
    const text = String(value.number);
    return /^-?[1-9]\d{15,}$/.test(text) ? BigInt(text) : Number(text);
  }
  if (typeof value === "object" && value !== null && "date" in value) return Number(value.date);
  return Number(value);
}

function dateOf(value: unknown): Date {
  const time = typeof value === "object" && value !== null && "date" in value ? Number(value.date) : Number(value);
  if (!Number.isFinite(time)) throw new GuestProblem("RangeError", "Invalid time value");
  return new Date(time);
}
