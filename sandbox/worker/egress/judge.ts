import { readHostName } from "../../../shared/egress/host-name.ts";
import { err, ok, type Result } from "../../../shared/lib/result.ts";
import type { EgressAliases, EgressRefusal } from "./contract.ts";
import { refuse } from "./refusals.ts";

export interface EgressPolicy {
  /** What a person approved for this workflow: exact names, lower case, ASCII. */
  readonly allowed: ReadonlySet<string>;
  readonly aliases: EgressAliases;
}

/** Where a request may go. */
export interface Destination {
  readonly host: string;
  /** The address as the command knows it: relative redirects start from it. */
  readonly url: URL;
  /** The address to call: the operator's where the host is aliased. */
  readonly target: URL;
  readonly aliased: boolean;
}

const ADDRESS_CHARS = 8192;
const PARTS = /^([a-z][a-z0-9+.-]*):\/\/([^/?#]*)([/?#].*)?$/i;

/**
 * Judges one address before anything is sent to it. Only what every reader of URLs takes for the same thing is let
 * through: what a lenient parser would repair (backslashes, tabs, escapes in the host, missing slashes) is refused.
 */
export function judgeUrl(raw: string, policy: EgressPolicy): Result<Destination, EgressRefusal> {
  const parts = PARTS.exec(raw);
  if (parts === null || raw.length > ADDRESS_CHARS || hasUnsafe(raw)) return err(refuse("address_unreadable", null));
  const [, scheme = "", authority = ""] = parts;
  const secure = /^https$/i.test(scheme);
  if (!secure && !/^http$/i.test(scheme)) return err(refuse("scheme", null));
  if (authority.includes("@")) return err(refuse("credentials", null));

  const { hostText, port } = splitPort(authority);
  const read = readHostName(hostText);
  if (!read.ok) return err(refuse(read.error === "numeric" ? "numeric_host" : "address_unreadable", null));
  const host = read.value.name;
  const alias = policy.aliases.get(host);
  if (read.value.reserved && alias === undefined) return err(refuse("reserved_host", host));
  if (!policy.allowed.has(host)) return err(refuse("not_approved", host));
  if (!secure && alias === undefined) return err(refuse("scheme", host));
  if (port !== null && port !== (secure ? "443" : "80")) return err(refuse("port", host));

  const url = parse(raw);
  // The reader that will make the connection must have understood the same.
  if (url === null || url.hostname !== host || url.port !== "" || url.username !== "" || url.password !== "") {
    return err(refuse("address_unreadable", null));
  }
  url.hash = "";
  return ok({ host, url, target: alias === undefined ? url : onto(alias, url), aliased: alias !== undefined });
}

/** Judges where an answer sends the request next; `location` is the header as it came. */
export function judgeRedirect(location: string, from: URL, policy: EgressPolicy): Result<Destination, EgressRefusal> {
  if (hasUnsafe(location)) return err(refuse("address_unreadable", null));
  if (/^[a-z][a-z0-9+.-]*:/i.test(location)) return judgeUrl(location, policy);
  if (location.startsWith("//")) return judgeUrl(`${from.protocol}${location}`, policy);
  const url = parse(location, from);
  return url === null ? err(refuse("address_unreadable", null)) : judgeUrl(url.href, policy);
}

/** White space, control characters (C1 too), backslashes and invisible marks: read differently by different readers. */
const hasUnsafe = (text: string): boolean => /[\s\\\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u.test(text);

function splitPort(authority: string): { hostText: string; port: string | null } {
  if (authority.startsWith("[")) return { hostText: authority, port: null };
  const colon = authority.indexOf(":");
  if (colon === -1 || authority.indexOf(":", colon + 1) !== -1) return { hostText: authority, port: null };
  return { hostText: authority.slice(0, colon), port: authority.slice(colon + 1) };
}

function parse(text: string, base?: URL): URL | null {
  try {
    return new URL(text, base);
  } catch {
    return null;
  }
}

function onto(base: URL, url: URL): URL {
  const target = new URL(base);
  target.pathname = `${base.pathname.replace(/\/$/, "")}${url.pathname}`;
  target.search = url.search;
  return target;
}
