const MASK = "•••";
/** "Bearer abc": the part after the scheme is as secret as the whole. */
const MIN_PART = 8;

/** Replaces every form in which an answer may echo the credential. Give it none and it changes nothing. */
export function maskerOf(credential: string | null | undefined): (text: string) => string {
  if (credential === null || credential === undefined || credential === "") return (text) => text;
  const parts = [credential, ...credential.split(/\s+/).filter((part) => part.length >= MIN_PART)];
  const forms = new Set(
    parts.flatMap((part) => [
      part,
      encodeURIComponent(part),
      JSON.stringify(part).slice(1, -1),
      btoa(part),
      ...basic(part),
    ]),
  );
  const longest = [...forms].filter((form) => form.length >= MIN_PART).sort((a, b) => b.length - a.length);
  return (text) => longest.reduce((left, form) => left.replaceAll(form, MASK), text);
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
