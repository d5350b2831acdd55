import { normalizeArabic } from "./arabic.ts";

/** ISO 4217 codes of the Gulf, its neighbours and its usual trading partners. */
const CODES =
  "KWD SAR AED QAR BHD OMR USD EUR GBP CHF EGP JOD LBP IQD IRR SYP YER TRY INR PKR BDT LKR PHP NPR CNY HKD SGD JPY KRW THB IDR MYR VND AUD NZD CAD MXN BRL ZAR NGN KES MAD TND DZD LYD SDG SEK NOK DKK PLN CZK HUF RUB".split(
    " ",
  );

/** Other ways to write a currency. Where a sign is shared by several countries it stays a sign. */
const OTHERS: Readonly<Record<string, string>> = {
  KD: "KWD",
  "K.D": "KWD",
  "K.D.": "KWD",
  "KD.": "KWD",
  "د.ك": "KWD",
  "د.ك.": "KWD",
  دك: "KWD",
  "دينار كويتي": "KWD",
  دينار: "دينار",
  SR: "SAR",
  "S.R.": "SAR",
  "ر.س": "SAR",
  "ر.س.": "SAR",
  "ريال سعودي": "SAR",
  ريال: "ريال",
  "﷼": "﷼",
  DH: "AED",
  DHS: "AED",
  "DHS.": "AED",
  "د.إ": "AED",
  "د.إ.": "AED",
  "درهم إماراتي": "AED",
  درهم: "درهم",
  QR: "QAR",
  "ر.ق": "QAR",
  "ر.ق.": "QAR",
  BD: "BHD",
  "د.ب": "BHD",
  "د.ب.": "BHD",
  RO: "OMR",
  "ر.ع": "OMR",
  "ر.ع.": "OMR",
  JD: "JOD",
  "د.أ": "JOD",
  LE: "EGP",
  "E£": "EGP",
  "ج.م": "EGP",
  "ج.م.": "EGP",
  جنيه: "جنيه",
  $: "$",
  US$: "USD",
  دولار: "USD",
  "€": "EUR",
  يورو: "EUR",
  "£": "£",
  "¥": "¥",
  "₹": "INR",
  RS: "RS",
  "RS.": "RS",
  "₺": "TRY",
  "₽": "RUB",
  "₱": "PHP",
};

const BY_TEXT = new Map<string, string>([
  ...CODES.map((code): [string, string] => [code, code]),
  ...Object.entries(OTHERS).map(([text, code]): [string, string] => [normalizeArabic(text).toUpperCase(), code]),
]);

const quoted = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
const ALTERNATIVES = [...BY_TEXT.keys()]
  .sort((a, b) => b.length - a.length)
  .map(quoted)
  .join("|");
const AT_START = new RegExp(`^(${ALTERNATIVES})(?![\\p{L}\\p{M}])`, "u");
const AT_END = new RegExp(`(?<![\\p{L}\\p{M}])(${ALTERNATIVES})$`, "u");
const ANYWHERE = new RegExp(`(?<![\\p{L}\\p{M}\\p{N}])(${ALTERNATIVES})(?![\\p{L}\\p{M}\\p{N}])`, "gu");

/**
 * A currency at the start or the end of a text that went through {@link normalizeArabic} and upper case: its ISO
 * code (or sign, where several countries share it) and the rest; null when there is none.
 */
export function takeCurrency(text: string): { readonly currency: string; readonly rest: string } | null {
  const start = AT_START.exec(text)?.[1];
  if (start !== undefined) return { currency: BY_TEXT.get(start) ?? start, rest: text.slice(start.length) };
  const end = AT_END.exec(text)?.[1];
  if (end !== undefined) return { currency: BY_TEXT.get(end) ?? end, rest: text.slice(0, -end.length) };
  return null;
}

/** Currencies named in a header such as "Amount (KWD)" or "المبلغ د.ك". */
export function findCurrencies(text: string): string[] {
  const key = normalizeArabic(text).toUpperCase();
  return [...new Set([...key.matchAll(ANYWHERE)].map(([, name = ""]) => BY_TEXT.get(name) ?? name))];
}
