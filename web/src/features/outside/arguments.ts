/** What a tool would send, as a person can read and change it: one field for each single value, however deep it lies. */
export interface Field {
  /** Keys on the way to the value; numbers count in lists. */
  readonly path: readonly string[];
  /** `path` as one string. */
  readonly id: string;
  readonly kind: "text" | "long" | "number" | "boolean" | "none";
  /** As it stands, and as the field shows it. */
  readonly value: unknown;
  readonly shown: string;
}

/** What was typed, by field. */
export type Typed = Readonly<Record<string, string>>;

/** Where and how are no values of the message: the person says yes or no to them. */
const FIXED = new Set(["service", "method"]);
const LONG = 60;

export function fieldsOf(args: Readonly<Record<string, unknown>>): Field[] {
  return Object.entries(args).flatMap(([key, value]) => (FIXED.has(key) ? [] : leaves([key], value)));
}

function leaves(path: readonly string[], value: unknown): Field[] {
  if (typeof value === "object" && value !== null && Object.keys(value).length > 0)
    return Object.entries(value).flatMap(([key, inner]) => leaves([...path, key], inner));
  const id = path.join("/");
  switch (typeof value) {
    case "string":
      return [{ path, id, kind: value.length > LONG || value.includes("\n") ? "long" : "text", value, shown: value }];
    case "number":
      return [{ path, id, kind: "number", value, shown: String(value) }];
    case "boolean":
      return [{ path, id, kind: "boolean", value, shown: String(value) }];
    default:
      // Nothing, an empty list or an empty record: there is nothing to write over, so it stays as it is.
      return [{ path, id, kind: "none", value, shown: "" }];
  }
}

const ARABIC_DIGITS = /[٠-٩۰-۹]/g;

/** "12.5", "١٢٫٥" → the number; null when it is none. */
export function numberOf(text: string): number | null {
  const latin = text
    .trim()
    .replace(ARABIC_DIGITS, (digit) => String((digit.codePointAt(0) ?? 0) & 0xf))
    .replaceAll("٫", ".")
    .replaceAll("٬", "");
  return /^[-−]?\d+(\.\d+)?$/.test(latin) ? Number(latin.replace("−", "-")) : null;
}

/** The fields that hold something else than what was proposed. */
export const changedFields = (fields: readonly Field[], typed: Typed): Field[] =>
  fields.filter((field) => {
    const text = typed[field.id];
    if (text === undefined || text === field.shown) return false;
    return field.kind !== "number" || numberOf(text) !== field.value;
  });

/** The fields whose text is no value of their kind. */
export const wrongFields = (fields: readonly Field[], typed: Typed): Field[] =>
  fields.filter((field) => field.kind === "number" && numberOf(typed[field.id] ?? field.shown) === null);

/** The arguments with what was typed in its places; everything else is as it was proposed. */
export function withTyped(args: Readonly<Record<string, unknown>>, typed: Typed): Record<string, unknown> {
  const fields = fieldsOf(args);
  let next: Record<string, unknown> = { ...args };
  for (const field of changedFields(fields, typed)) {
    const text = typed[field.id] ?? "";
    const value = field.kind === "number" ? numberOf(text) : field.kind === "boolean" ? text === "true" : text;
    next = { ...next, ...placed(next, field.path, value) };
  }
  return next;
}

function placed(
  into: Readonly<Record<string, unknown>>,
  [key = "", ...rest]: readonly string[],
  value: unknown,
): Record<string, unknown> {
  const inner = into[key];
  if (rest.length === 0) return { ...into, [key]: value };
  if (Array.isArray(inner)) {
    const list: unknown[] = inner;
    const copy = Object.values(placed({ ...list }, rest, value));
    return { ...into, [key]: copy };
  }
  return { ...into, [key]: placed(isRecord(inner) ? inner : {}, rest, value) };
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;

/** A key as people write: "guest_name" → "Guest name", "dueDate" → "Due date". */
export function readable(key: string): string {
  const spaced = key
    .replaceAll(/([a-z0-9])([A-Z])/g, "$1 $2")
    .replaceAll(/[_-]+/g, " ")
    .trim()
    .toLowerCase();
  return spaced.charAt(0).toUpperCase() + spaced.slice(1);
}
