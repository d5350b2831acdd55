import { foldDigits, normalizeArabic, stripInvisible } from "./arabic.ts";
import { takeCurrency } from "./currencies.ts";

export type DecimalMark = "." | ",";

export interface ParsedNumber {
  /** Exact decimal: `-?digits[.digits]`, no leading zeros, digits after the mark as written. */
  readonly value: string;
  /** The decimal mark that this text alone proves; null when it reads the same or plausibly either way. */
  readonly decimal: DecimalMark | null;
  /** ISO 4217 code, or the sign where several countries share it. */
  readonly currency: string | null;
  /** Written with a percent sign; `value` is the number in front of it ("12.5%" is 12.5). */
  readonly percent: boolean;
}

const MAX_CHARS = 80;
const MAX_EXPONENT = 40;
/** Stand-ins from the private use area for marks that folding would change. */
const ARABIC_DECIMAL = "\ue001";
const ARABIC_GROUP = "\ue002";
const RIAL = "\ue003";

/**
 * Reads a number as people write it: ASCII, Arabic (٠١٢) or Persian digits, grouping by comma, dot, space or
 * apostrophe, Arabic ٫ and ٬, a sign in front or behind, (negative in parentheses), a currency on either side, a
 * percent sign. Gives null for anything else, also when the marks contradict `options.decimal`.
 *
 * A single mark before exactly three digits can mean either: without `options.decimal` a comma groups ("1,234" is
 * 1234) and a dot is the decimal mark ("1.234" is 1.234, as dinars with three decimals are written).
 */
export function parseNumber(
  text: string,
  options: { readonly decimal?: DecimalMark | null } = {},
): ParsedNumber | null {
  // No digit, no number: most values of text columns end here.
  if (text.length > MAX_CHARS || !/\p{Nd}/u.test(text)) return null;
  const dressed = undress(text);
  if (dressed === null) return null;
  const core = readCore(dressed.core, options.decimal ?? null);
  if (core === null) return null;
  const digits = trimZeros(core.whole, core.fraction);
  const negative = dressed.negative && /[1-9]/.test(digits);
  return {
    value: negative ? `-${digits}` : digits,
    decimal: core.decimal,
    currency: dressed.currency,
    percent: dressed.percent,
  };
}

/** Upper case, one kind of digit, space and minus; Arabic marks as the constants below. Null for what cannot be a number. */
function plainForm(text: string): string | null {
  if (/^[ -~]*$/.test(text)) return text.toUpperCase();
  const marked = stripInvisible(foldDigits(text))
    .replace(/[\u00a0\u2000-\u200a\u202f\u3000\t]/g, " ")
    .replace(/[\u2212\u2010-\u2015\ufe63\uff0d]/g, "-");
  if (/[\p{Cc}\ue000-\ue00f]/u.test(marked)) return null;
  // Fractions and superscripts would turn into plain digits under compatibility folding.
  if (/[\u00b2\u00b3\u00b9\u00bc-\u00be\u2070-\u209f\u2150-\u215f]/.test(marked)) return null;
  const arabic = marked.replaceAll("\u066b", ARABIC_DECIMAL).replaceAll("\u066c", ARABIC_GROUP);
  return normalizeArabic(arabic.replaceAll("﷼", RIAL)).replaceAll(RIAL, "﷼").toUpperCase().trim();
}

interface Undressed {
  core: string;
  negative: boolean;
  currency: string | null;
  percent: boolean;
}

const BARE = /^[\d.,' ()+\-%\ue001\ue002]*$/;

/** Takes sign, parentheses, currency and percent sign off, in whatever order they stand around the number. */
function undress(text: string): Undressed | null {
  const plain = plainForm(text.trim());
  if (plain === null) return null;
  let rest = plain;
  let sign: "+" | "-" | null = null;
  let parentheses = false;
  let currency: string | null = null;
  let percent = false;
  for (;;) {
    const before = rest;
    const taken = BARE.test(rest) ? null : takeCurrency(rest);
    if (taken !== null) {
      if (currency !== null && !agree(currency, taken.currency)) return null;
      currency = currency === null || currency.length < 3 ? taken.currency : currency;
      rest = taken.rest.trim();
    }
    const ends = /^([+-])\s*(.*)$/.exec(rest) ?? swap(/^(.*\d)\s*(-)$/.exec(rest));
    if (ends !== null) {
      if (sign !== null) return null;
      sign = ends[1] === "-" ? "-" : "+";
      rest = (ends[2] ?? "").trim();
    }
    const inside = /^\((.*)\)$/.exec(rest)?.[1];
    if (inside !== undefined) {
      if (parentheses || sign !== null) return null;
      parentheses = true;
      rest = inside.trim();
    }
    const ofHundred = /^(.*)[%٪]$/.exec(rest)?.[1];
    if (ofHundred !== undefined) {
      if (percent) return null;
      percent = true;
      rest = ofHundred.trim();
    }
    if (rest === before) break;
  }
  if (parentheses && sign === "+") return null;
  return { core: rest, negative: parentheses || sign === "-", currency, percent };
}

const swap = (match: RegExpExecArray | null): [string, string, string] | null =>
  match === null ? null : ["", match[2] ?? "", match[1] ?? ""];

/** "$ 5 USD" names one currency twice; "KD 5 USD" names two. */
const agree = (one: string, other: string): boolean => one === other || isDollar(one, other) || isDollar(other, one);
const isDollar = (sign: string, code: string): boolean => sign === "$" && /^(USD|CAD|AUD|NZD|HKD|SGD|MXN)$/.test(code);

interface Core {
  readonly whole: string;
  readonly fraction: string;
  readonly decimal: DecimalMark | null;
}

function readCore(text: string, decimal: DecimalMark | null): Core | null {
  const exponent = /^(\d+)(?:([.,])(\d+))?E([+-]?)(\d{1,2})$/.exec(text);
  if (exponent !== null) return readExponent(exponent, decimal);
  const core = text.replaceAll("\u060c", ",").replaceAll("\u2019", "'");
  if (!/^[\d.,' \ue001\ue002]*\d$/.test(core) || !/^[\d.,\ue001]/.test(core)) return null;

  const arabic = core.split(ARABIC_DECIMAL);
  if (arabic.length > 2) return null;
  if (arabic.length === 2) return assemble(arabic[0] ?? "", arabic[1] ?? "", null, null);

  const dots = core.split(".").length - 1;
  const commas = core.split(",").length - 1;
  if (dots === 0 && commas === 0) return assemble(core, null, null, null);
  if (dots > 0 && commas > 0) {
    const mark: DecimalMark = core.lastIndexOf(".") > core.lastIndexOf(",") ? "." : ",";
    if ((mark === "." ? dots : commas) > 1 || (decimal !== null && decimal !== mark)) return null;
    return splitAt(core, mark, mark);
  }
  const mark: DecimalMark = dots > 0 ? "." : ",";
  const other: DecimalMark = mark === "." ? "," : ".";
  if (dots + commas > 1) return decimal === mark ? null : assemble(core, null, mark, other);
  const [whole = "", fraction = ""] = core.split(mark);
  const canGroup = fraction.length === 3 && /^[1-9]\d{0,2}$/.test(whole);
  if (!canGroup) return decimal === other ? null : splitAt(core, mark, mark);
  const groups = decimal === null ? mark === "," : decimal === other;
  return groups ? assemble(core, null, mark, null) : splitAt(core, mark, null);
}

function splitAt(core: string, mark: DecimalMark, proven: DecimalMark | null): Core | null {
  const at = core.lastIndexOf(mark);
  return assemble(core.slice(0, at), core.slice(at + 1), null, proven);
}

/** Joins a grouped whole part and a fraction; null when the groups are not groups. */
function assemble(
  whole: string,
  fraction: string | null,
  groupMark: DecimalMark | null,
  decimal: DecimalMark | null,
): Core | null {
  if (fraction !== null && !/^\d+$/.test(fraction)) return null;
  const marks = new Set(whole.replace(/\d/g, ""));
  if (marks.size > 1) return null;
  const [mark] = marks;
  if (groupMark !== null && mark !== groupMark) return null;
  if (mark === undefined) return { whole, fraction: fraction ?? "", decimal };
  const digits = whole.split(mark === ARABIC_GROUP ? ARABIC_GROUP : mark);
  const shape = digits.map((group) => group.length).join(" ");
  const thousands = /^[123]( 3)+$/.test(shape);
  const lakhs = mark === "," && /^[12]( 2)+ 3$/.test(shape);
  return thousands || lakhs ? { whole: digits.join(""), fraction: fraction ?? "", decimal } : null;
}

/** "1.5E+03". Without a mark or a sign ("12E4") it is more likely a code than a number. */
function readExponent(match: RegExpExecArray, decimal: DecimalMark | null): Core | null {
  const [, whole = "", mark, fraction = "", sign = "", power = ""] = match;
  if (mark === undefined && sign === "") return null;
  if (mark !== undefined && decimal !== null && mark !== decimal) return null;
  const shift = Number(power) * (sign === "-" ? -1 : 1);
  if (Math.abs(shift) > MAX_EXPONENT) return null;
  const proven = mark === "." || mark === "," ? mark : null;
  if (shift >= 0) {
    const padded = fraction.padEnd(shift, "0");
    return { whole: whole + padded.slice(0, shift), fraction: padded.slice(shift), decimal: proven };
  }
  const padded = whole.padStart(1 - shift, "0");
  return { whole: padded.slice(0, shift), fraction: padded.slice(shift) + fraction, decimal: proven };
}

function trimZeros(whole: string, fraction: string): string {
  const bare = whole.replace(/^0+(?=\d)/, "");
  return `${bare === "" ? "0" : bare}${fraction === "" ? "" : `.${fraction}`}`;
}
