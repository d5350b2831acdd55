import { ar } from "../../../web/src/i18n/ar.ts";
import { en } from "../../../web/src/i18n/en.ts";
import { PARTS, type PartId } from "../../../web/src/i18n/parts.ts";

export type Locale = "en" | "ar";
export type TextId = keyof typeof en | PartId;

const late = (locale: Locale) => Promise.all([PARTS.files[locale](), PARTS.made[locale](), PARTS.terminal[locale]()]);
const [enFiles, enMade, enTerminal] = await late("en");
const [arFiles, arMade, arTerminal] = await late("ar");
const TEXTS = {
  en: { ...en, ...enFiles, ...enMade, ...enTerminal },
  ar: { ...ar, ...arFiles, ...arMade, ...arTerminal },
} as const;

/** The client's own text in a language, for texts without parameters. */
export function text(locale: Locale, id: TextId): string {
  const found: string = TEXTS[locale][id];
  if (found.includes("{")) throw new Error(`${id} has parameters: use pattern()`);
  return found;
}

/** Matches a text whatever its parameters are; plural forms are not for this. */
export function pattern(locale: Locale, id: TextId): RegExp {
  const found: string = TEXTS[locale][id];
  const parts = found.split(/\{[^{}]+\}/).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`, "su");
}

/** Arabic-Indic digits and separators as Latin ones, without the invisible marks of direction. */
export const latin = (shown: string): string =>
  shown
    .replace(/[\u0660-\u0669]/g, (digit) => String(digit.charCodeAt(0) - 0x660))
    .replace(/٫/g, ".")
    .replace(/٬/g, ",")
    .replace(/[\u200e\u200f\u061c\u2066-\u2069]/g, "");

/** The dollars in a text, in order. */
export const dollars = (shown: string): number[] =>
  [...latin(shown).matchAll(/\d+(?:\.\d+)?/g)].map(([figure]) => Number(figure));
