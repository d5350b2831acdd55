import { latinDigits } from "../words.ts";

export interface Phone {
  /** As people read it, digits ASCII. */
  readonly shown: string;
  /** For `tel:`: an optional plus, then digits. */
  readonly dial: string;
  readonly whatsapp: boolean;
}

/** Marks that steer the direction of text, and other controls: never part of a fact. */
const CONTROLS = /(?![\n\t])\p{Cc}|\p{Cf}|[\u2028\u2029]/gu;

/** A person's words without controls, on one line, at most `max` characters (whole code points). */
export const clean = (text: string, max: number): string =>
  [...text.replace(CONTROLS, "").replace(/\s+/g, " ").trim()].slice(0, max).join("").trim();

/** The request without controls, its lines kept. */
export const cleanLines = (text: string): string => text.replace(/\r\n?/g, "\n").replace(CONTROLS, "");

const NUMBER = /(?<![\p{L}\p{N}_.@-])(?:\+|00)?\d[\d \u00a0().-]{5,18}\d(?![\p{L}\p{N}_@])/gu;
const WHATSAPP = /whats ?app|واتس ?اب|واتساب|واتس/i;
const MAX_PHONES = 3;

/** Phone numbers: with a country code, or Kuwaiti ones of eight (seven for 1xxxxxx) digits. */
export function readPhones(text: string): Phone[] {
  const plain = latinDigits(text);
  const found: Phone[] = [];
  for (const match of plain.matchAll(NUMBER)) {
    const raw = match[0];
    const digits = raw.replace(/\D/g, "");
    const abroad = raw.startsWith("+") || raw.startsWith("00");
    const dial = abroad ? `+${digits.replace(/^00/, "")}` : digits;
    const national = dial.replace(/^\+965/, "");
    const kuwaiti = /^(?:[24569]\d{7}|1\d{6})$/.test(national);
    if (!kuwaiti && !(abroad && digits.length >= 8 && digits.length <= 15)) continue;
    if (/^\d{4}[-.]\d{2}[-.]\d{2}$/.test(raw)) continue;
    const whatsapp = isWhatsapp(
      plain.slice(Math.max(0, match.index - 40), match.index),
      plain.slice(match.index + raw.length),
    );
    const code = dial.startsWith("+965") ? "+965 " : "";
    const shown = !kuwaiti
      ? clean(raw.replace(/[()]/g, " "), 24)
      : national.length === 8
        ? `${code}${national.slice(0, 4)} ${national.slice(4)}`
        : `${code}${national}`;
    const known = found.findIndex((one) => one.dial === dial);
    if (known >= 0) found[known] = { shown, dial, whatsapp: whatsapp || found[known]?.whatsapp === true };
    else found.push({ shown, dial, whatsapp });
  }
  return found.slice(0, MAX_PHONES);
}

/** The word nearest before the number counts, back to the number before it; or one right behind it, in brackets or at an end. */
function isWhatsapp(before: string, after: string): boolean {
  const own = before.split(/\d{3,}/).at(-1) ?? "";
  const labels = own.match(new RegExp(`${WHATSAPP.source}|phone|tel|mobile|call|هاتف|تلفون|جوال`, "gi")) ?? [];
  if (WHATSAPP.test(labels.at(-1) ?? "")) return true;
  return /^\s*(?:\(\s*(?:on |على )?(?:whats|واتس)|(?:on |على )?(?:whats ?app|واتس ?اب|واتساب)\s*(?:$|[.,;،؛\n]))/i.test(
    after,
  );
}

/** Address for a chat with the number; null where no country code was given, since it would have to be guessed. */
export const whatsappLink = ({ dial }: Phone): string | null =>
  dial.startsWith("+") ? `https://wa.me/${dial.slice(1)}` : null;

const EMAIL =
  /(?<![\w.%+-])[A-Za-z0-9][\w.%+-]{0,60}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,60}[A-Za-z0-9])?\.){1,5}[A-Za-z]{2,24}(?![\w-])/;
export const readEmail = (text: string): string | null => EMAIL.exec(text)?.[0].toLowerCase() ?? null;

const INSTAGRAM =
  /(?:instagram|insta|انستغرام|انستقرام|إنستغرام|انستا)[^\n@]{0,20}@([A-Za-z0-9_](?:[A-Za-z0-9_.]{0,28}[A-Za-z0-9_])?)/i;
export const readInstagram = (text: string): string | null => INSTAGRAM.exec(text)?.[1] ?? null;

export const mapLink = (address: string): string =>
  `https://www.google.com/maps/search/?api=1&query=${encodeURIComponent(address)}`;
