const RTL = /[\u0590-\u08ff\ufb1d-\ufefc]/g;
const LTR = /[A-Za-z\u00c0-\u024f]/g;

/**
 * The direction most letters of a text have. `dir="auto"` looks at the first letter only, and would turn an English
 * line round that begins with an Arabic name. Text without letters is left to its surroundings' own guess.
 */
export function directionOf(text: string): "ltr" | "rtl" | "auto" {
  const rtl = text.match(RTL)?.length ?? 0;
  const ltr = text.match(LTR)?.length ?? 0;
  if (rtl === 0 && ltr === 0) return "auto";
  return rtl > ltr ? "rtl" : "ltr";
}
