const MASK = "•••";
/** "Bearer abc": the part after the scheme is as secret as the whole. */
const MIN_PART = 8;

/**
 * Replaces every form in which an answer may echo the credential: as it is or escaped for addresses, forms, HTML and
 * JSON, as hexadecimals, and as base64 of itself or of anything that holds it. Give it none and it changes nothing.
 */
export function maskerOf(credential: string | null | undefined): (text: string) => string {
  if (credential === null || credential === undefined || credential === "") return (text) => text;
  const parts = [credential, ...credential.split(/\s+/)].flatMap((part) => [part, ...basic(part)]);
  const secrets = [...new Set(parts)].filter((part) => part.length >= MIN_PART).sort(byLength);
  if (secrets.length === 0) return (text) => text;
  const escaped = new RegExp(secrets.map(escapedForms).join("|"), "g");
  const forms = [...new Set(secrets.flatMap((part) => [...hexForms(part), ...base64Forms(part)]))]
    .filter((form) => form.length >= MIN_PART)
    .sort(byLength);
  return (text) => forms.reduce((left, form) => left.replaceAll(form, MASK), text.replaceAll(escaped, MASK));
}

const byLength = (a: string, b: string): number => b.length - a.length;

/**
 * A pattern of the text with any of its marks escaped in any way; letters and digits are not escaped by anybody. Every
 * repetition is bounded: the answer is a stranger's.
 */
function escapedForms(part: string): string {
  return [...part]
    .map((char) => {
      if (/[A-Za-z0-9]/.test(char)) return char;
      const code = char.charCodeAt(0);
      const hex = anyCase(code.toString(16).padStart(2, "0"));
      const named = NAMED[char] ?? [];
      const own = char === " " ? " |\\+" : `\\\\{0,8}\\u${code.toString(16).padStart(4, "0")}`;
      return `(?:${[own, `\\\\{1,8}u00${hex}`, `%(?:25){0,4}${hex}`, `&#0{0,7}${code};`, `&#[xX]0{0,7}${hex};`, ...named].join("|")})`;
    })
    .join("");
}

const anyCase = (hex: string): string => hex.replaceAll(/[a-f]/g, (digit) => `[${digit}${digit.toUpperCase()}]`);

const NAMED: Readonly<Record<string, readonly string[]>> = {
  "&": ["&amp;"],
  "<": ["&lt;"],
  ">": ["&gt;"],
  '"': ["&quot;"],
  "'": ["&apos;"],
  " ": ["&nbsp;"],
};

function hexForms(part: string): string[] {
  const hex = [...part].map((char) => char.charCodeAt(0).toString(16).padStart(2, "0")).join("");
  return [hex, hex.toUpperCase()];
}

/** Three bytes are four characters: what is the same whatever stands before and after it, for each place it may begin at. */
function base64Forms(part: string): string[] {
  const inside = [0, 1, 2].map((before) =>
    btoa(`${" ".repeat(before)}${part}`).slice(
      Math.ceil((before * 8) / 6),
      Math.floor(((before + part.length) * 8) / 6),
    ),
  );
  return [btoa(part), ...inside].flatMap((form) => [form, form.replaceAll("+", "-").replaceAll("/", "_")]);
}

/** "user:password" and the password of Basic credentials. */
function basic(part: string): string[] {
  try {
    const pair = atob(part);
    const colon = pair.indexOf(":");
    return /^[\x20-\x7e]+$/.test(pair) && colon > 0 ? [pair, pair.slice(colon + 1)] : [];
  } catch {
    return [];
  }
}

/** The same for every text inside a JSON value, names of fields included: escapes such as \u0061 are gone by then. */
export function maskJson(value: unknown, mask: (text: string) => string): unknown {
  if (typeof value === "string") return mask(value);
  if (Array.isArray(value)) return value.map((one) => maskJson(one, mask));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [mask(name), maskJson(one, mask)]));
}
