import type { IdPrefix } from "./ports.ts";

const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"; // Crockford base32

/** `<prefix>_` and 26 Crockford base32 characters (130 random bits): unguessable, URL-safe, one case. */
export function newId(prefix: IdPrefix, bytes: Uint8Array = crypto.getRandomValues(new Uint8Array(26))): string {
  let text = "";
  for (const byte of bytes) text += ALPHABET[byte & 31];
  return `${prefix}_${text}`;
}

/** True when `text` has the form {@link newId} gives for this prefix. */
export function isId(prefix: IdPrefix, text: string): boolean {
  return new RegExp(`^${prefix}_[0-9a-hjkmnp-tv-z]{26}$`).test(text);
}
