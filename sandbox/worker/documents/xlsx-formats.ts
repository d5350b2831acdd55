import { findCurrencies } from "../../../shared/text/currencies.ts";

/** What a cell style says about a number: how its date parts show, or which currency. */
export interface CellFormat {
  readonly kind: "number" | "date" | "datetime" | "time";
  readonly currencies: readonly string[];
}

export const PLAIN_FORMAT: CellFormat = { kind: "number", currencies: [] };

/** Built-in number formats that show dates (ECMA-376 part 1, 18.8.30); 27–36 and 50–58 are East Asian dates. */
const BUILT_IN: ReadonlyMap<number, CellFormat["kind"]> = new Map([
  ...[14, 15, 16, 17, 27, 28, 29, 30, 31, 36, 50, 51, 52, 53, 54, 55, 56, 57, 58].map((id) => [id, "date"] as const),
  ...[18, 19, 20, 21, 32, 33, 34, 35, 45, 46, 47].map((id) => [id, "time"] as const),
  [22, "datetime"] as const,
]);

/** Kind and currencies of a number format, by its id or, for custom ones, its code such as `[$KD-1] #,##0.000`. */
export function readFormat(id: number, code: string | undefined): CellFormat {
  if (code === undefined) return { kind: BUILT_IN.get(id) ?? "number", currencies: [] };
  const first = code.split(";")[0] ?? "";
  const signs = [...code.matchAll(/\[\$([^\]-]*)(?:-[^\]]*)?\]|"([^"]*)"/g)].map(
    ([, sign, text]) => sign ?? text ?? "",
  );
  const bare = first.replace(/\\.|"[^"]*"|\[[^\]]*\]|_.|\*./g, (part) => (/^\[[hms]+\]$/i.test(part) ? part : ""));
  const hasTime = /[hs]|AM\/PM|\[m+\]/i.test(bare);
  // An m beside hours or seconds is minutes, so only years and days prove a date.
  const hasDate = /[yd]/i.test(bare) || (!hasTime && /m/i.test(bare));
  const isGeneral = /general|standard/i.test(bare);
  if (!isGeneral && (hasDate || hasTime)) {
    return { kind: hasDate && hasTime ? "datetime" : hasDate ? "date" : "time", currencies: [] };
  }
  return { kind: "number", currencies: [...new Set([...signs, bare].flatMap(findCurrencies))] };
}

const DAY_MS = 86_400_000;
/** 1899-12-30, so that serial 61 is 1900-03-01: Excel counts a 29 February 1900 that never was. */
const EPOCH_1900 = Date.UTC(1899, 11, 30);
const DAYS_TO_1904 = 1_462;

/**
 * A serial date number as text: YYYY-MM-DD, with THH:MM:SS where the format shows a time and there is one; HH:MM:SS
 * for times alone. Null when the number is no date.
 */
export function formatSerial(value: number, kind: CellFormat["kind"], date1904: boolean): string | null {
  if (!Number.isFinite(value) || value < 0 || value >= 2_958_466) return null;
  const serial = date1904 ? value + DAYS_TO_1904 : value;
  const seconds = Math.round(serial * 86_400);
  const time = [Math.floor(seconds / 3_600) % 24, Math.floor(seconds / 60) % 60, seconds % 60].map(pad).join(":");
  if (kind === "time") return serial < 1 ? time : `${pad(Math.floor(seconds / 3_600))}:${time.slice(3)}`;
  const days = kind === "date" ? Math.floor(serial) : Math.floor(seconds / 86_400);
  if (days < 1) return kind === "date" ? null : time;
  const iso = new Date(EPOCH_1900 + (days < 60 ? days + 1 : days) * DAY_MS).toISOString().slice(0, 10);
  return kind === "datetime" && time !== "00:00:00" ? `${iso}T${time}` : iso;
}

const pad = (part: number): string => String(part).padStart(2, "0");

/**
 * The stored text of a number without binary noise: 15 significant digits, as Excel shows them, never an exponent.
 * Whole numbers stored digit by digit stay as they are.
 */
export function exactNumber(stored: string): string {
  const text = stored.trim();
  if (/^-?\d{1,30}$/.test(text)) return text.replace(/^(-?)0+(?=\d)/, "$1");
  const value = Number(text);
  if (text === "" || !Number.isFinite(value)) return text;
  const short = /^(-?)(\d*)(?:\.(\d*))?$/.exec(text);
  const digits = short === null ? "" : `${short[2]}${short[3] ?? ""}`.replace(/^0+/, "");
  if (short !== null && digits.length <= 15) return `${short[1]}${short[2] || "0"}${fractionOf(short[3] ?? "")}`;
  return expand(value.toPrecision(15));
}

const fractionOf = (digits: string): string => {
  const bare = digits.replace(/0+$/, "");
  return bare === "" ? "" : `.${bare}`;
};

/** "1.50000000000000e-7" → "0.00000015". */
function expand(text: string): string {
  const [, sign = "", whole = "", fraction = "", power = "0"] =
    /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]\d+))?$/.exec(text) ?? [];
  const shift = Number(power);
  if (shift >= 0) {
    const padded = fraction.padEnd(shift, "0");
    return sign + whole + padded.slice(0, shift) + fractionOf(padded.slice(shift));
  }
  const padded = whole.padStart(1 - shift, "0");
  return sign + padded.slice(0, shift) + fractionOf(padded.slice(shift) + fraction);
}
