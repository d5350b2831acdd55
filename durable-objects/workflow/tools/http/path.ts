const MAX_PATH = 500;
/** RFC 3986 path characters without ";" (some servers cut there before they resolve dots) and without quotes. */
const CHARACTERS = /^(?:[A-Za-z0-9\-._~!$&()*+,=:@/]|%[0-9A-Fa-f]{2})*$/;
/** Escapes of what would be read as structure once decoded: / \ . ? # % and control characters. */
const HIDDEN = /%(?:2f|5c|2e|3f|23|25|3b|7f|[01][0-9a-f])/i;

export type PathProblem = "start" | "long" | "query" | "characters" | "hidden" | "dots" | "empty";

/**
 * What is wrong with a path that comes from an agent, a person or a service; null when nothing is. A good one starts
 * with "/", names no host, climbs nowhere and reads the same to everybody on the way.
 */
export function checkPath(path: string): PathProblem | null {
  if (path.length > MAX_PATH) return "long";
  if (!path.startsWith("/")) return "start";
  if (/[?#]/.test(path)) return "query";
  if (!CHARACTERS.test(path)) return "characters";
  if (HIDDEN.test(path)) return "hidden";
  const segments = path.split("/").slice(1);
  if (segments.some((segment) => segment === "." || segment === "..")) return "dots";
  // A trailing slash is a segment of its own to some services; an empty one in the middle, or "//", is not.
  if (segments.slice(0, -1).includes("")) return "empty";
  try {
    decodeURIComponent(path);
  } catch {
    return "hidden";
  }
  return null;
}

/**
 * The whole address of a checked path under a service's base; null when it would lead anywhere else.
 * `query` is encoded here, so that a value can hold no second parameter.
 */
export function addressOf(
  base: string,
  path: string,
  query: Readonly<Record<string, string | number | boolean>> = {},
): string | null {
  if (checkPath(path) !== null) return null;
  const root = new URL(base);
  const url = new URL(`${base}${path}`);
  const prefix = root.pathname.replace(/\/+$/, "");
  const inside =
    url.origin === root.origin && url.username === "" && url.password === "" && url.pathname === `${prefix}${path}`;
  if (!inside) return null;
  for (const [name, value] of Object.entries(query)) url.searchParams.append(name, String(value));
  return url.href;
}

/** Fills `{name}` with encoded values (`{path}` as it is); null when the result is no good path. May hold a query. */
export function fillTemplate(base: string, template: string, values: Readonly<Record<string, string>>): string | null {
  const filled = template.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
    name === "path" ? (values[name] ?? "") : encodeURIComponent(values[name] ?? ""),
  );
  const [path = "", query] = filled.split("?", 2);
  const address = addressOf(base, path);
  return address === null || query === undefined ? address : `${address}?${query}`;
}
