import { formatUsd } from "../../money/micros.ts";
import type { ProblemCode } from "../codes.ts";
import { CODES } from "../codes.ts";
import { AR } from "./ar.ts";
import { EN } from "./en.ts";
import type { Entry } from "./entry.ts";
import { WORD_PARAMS, WORDS } from "./words.ts";

export type Locale = "en" | "ar";

const CATALOGUES: Readonly<Record<Locale, Readonly<Record<ProblemCode, Entry>>>> = { en: EN, ar: AR };

export function isProblemCode(code: string): code is ProblemCode {
  return Object.hasOwn(CODES, code);
}

/** Text of a problem in the reader's language. An unknown code reads as `internal`, so nothing raw ever shows. */
export function describe(
  problem: { readonly code: string; readonly params: Readonly<Record<string, string | number>> },
  locale: Locale,
): Entry {
  const entry = CATALOGUES[locale][isProblemCode(problem.code) ? problem.code : "internal"];
  const fill = (text: string): string =>
    text.replace(/\{(\w+)\}/g, (whole, name: string) => {
      const value = problem.params[name];
      if (value === undefined) return whole;
      if (typeof value === "number" && name.endsWith("Micros")) return formatUsd(value, locale);
      const word = WORD_PARAMS.has(name) ? WORDS[value] : undefined;
      return word?.[locale === "ar" ? 1 : 0] ?? String(value);
    });
  return { ...entry, title: fill(entry.title), detail: fill(entry.detail), doing: fill(entry.doing) };
}
