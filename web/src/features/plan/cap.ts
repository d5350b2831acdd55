/** Dollars a person reads: up to the next cent, or below five cents to the next tenth of one. */
export function roundUp(micros: number): number {
  const step = micros < 50_000 ? 1_000 : 10_000;
  return Math.max(step, Math.ceil(micros / step) * step);
}

const ARABIC_DIGITS = /[٠-٩۰-۹]/g;

/** "0.25", "٠٫٢٥", "$1,000.50" → micro-dollars; null when it is no amount. */
export function parseDollars(text: string): number | null {
  const latin = text
    .replace(ARABIC_DIGITS, (digit) => String((digit.codePointAt(0) ?? 0) & 0xf))
    .replaceAll("٫", ".")
    .replaceAll(/[$٬,\s]|US/g, "");
  if (!/^\d{1,7}(\.\d{0,6})?$/.test(latin) && !/^\.\d{1,6}$/.test(latin)) return null;
  const micros = Math.round(Number(latin) * 1_000_000);
  return micros > 0 ? micros : null;
}
