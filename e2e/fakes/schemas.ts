const COMBINED = ["oneOf", "anyOf", "allOf", "enum", "not"] as const;
const NAME = /^[a-zA-Z0-9_.-]{1,64}$/;

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/**
 * Why a tool's input schema is refused; null when it is taken. What both providers insist on: an object at the top,
 * nothing combined there, plain names, lists that say what is in them, and required names that exist.
 */
export function schemaProblem(schema: unknown): string | null {
  if (!isRecord(schema) || schema.type !== "object") return 'schema must be of type "object"';
  const combined = COMBINED.find((word) => word in schema);
  if (combined) return `schema does not support ${combined} at the top level`;
  return problemIn(schema, "schema");
}

function problemIn(schema: unknown, at: string): string | null {
  if (schema === true || schema === false) return null;
  if (!isRecord(schema)) return `${at} is not a schema`;
  if (schema.type === "array" && !("items" in schema) && !("prefixItems" in schema))
    return `${at}: array schema missing items`;
  const properties = isRecord(schema.properties) ? schema.properties : {};
  const odd = Object.keys(properties).find((name) => !NAME.test(name));
  if (odd !== undefined) return `${at}: property keys should match pattern '${NAME.source}': ${odd}`;
  const required = Array.isArray(schema.required) ? schema.required : [];
  const unknown = required.find((name) => !(String(name) in properties));
  if (unknown !== undefined) return `${at}: required names an unknown property: ${String(unknown)}`;
  const inner: [string, unknown][] = Object.entries(properties).map(([name, one]) => [`${at}.${name}`, one]);
  if ("items" in schema) inner.push([`${at}[]`, schema.items]);
  for (const word of ["oneOf", "anyOf", "allOf"])
    if (Array.isArray(schema[word])) inner.push(...schema[word].map((one): [string, unknown] => [`${at}|`, one]));
  if (isRecord(schema.additionalProperties)) inner.push([`${at}.*`, schema.additionalProperties]);
  for (const [where, one] of inner) {
    const problem = problemIn(one, where);
    if (problem) return problem;
  }
  return null;
}
