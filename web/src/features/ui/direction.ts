const RTL = /[\u0590-\u08ff\ufb1d-\ufefc]/g;
const LTR = /[A-Za-z\u00c0-\u024f]/g;

/** Addresses and code are Latin in any language: they say nothing of the line they stand in. */
const ADDRESS_OR_CODE = /https?:\/\/\S+|`[^`\n]+`/g;

/**
 * The direction most letters of a text have. `dir="auto"` looks at the first letter only, and would turn an English
 * line round that begins with an Arabic name. Text without letters is left to its surroundings' own guess.
 */
export function directionOf(text: string): "ltr" | "rtl" | "auto" {
  const words = text.replace(ADDRESS_OR_CODE, " ");
  const rtl = words.match(RTL)?.length ?? 0;
  const ltr = words.match(LTR)?.length ?? 0;
  if (rtl === 0 && ltr === 0) return "auto";
  return rtl > ltr ? "rtl" : "ltr";
}
