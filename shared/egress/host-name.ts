import { err, ok, type Result } from "../lib/result.ts";

/**
 * - `unreadable`: not a host name that every reader takes for the same one.
 * - `numeric`: a number in any spelling: decimal, octal, hexadecimal, shortened, IPv6, full-width digits.
 * - `reserved`: a name that leads into a network or nowhere, never to a public server.
 */
export type HostNameProblem = "unreadable" | "numeric" | "reserved";

/** A name, in ASCII and lower case, and whether it may belong to a public server. */
export interface HostName {
  readonly name: string;
  readonly reserved: boolean;
}

/**
 * Names under these lead into a network (RFC 6762, 6761, 8375, ICANN's `internal`, what routers, clouds and clusters
 * use), to no server at all (RFC 2606, 7686, 9476), or to whatever address is written into the name.
 */
const RESERVED = [
  ...["localhost", "local", "localdomain", "internal", "intranet", "private", "corp", "home", "lan", "arpa", "svc"],
  ...["test", "example", "invalid", "onion", "alt"],
  ...["metadata.tencentyun.com", "metadata.platformequinix.com", "metadata.packet.net"],
  ...["nip.io", "sslip.io", "xip.io", "localtest.me", "lvh.me", "vcap.me", "lacolhost.com", "traefik.me"],
  ...["1u.ms", "rbndr.us"],
];

const LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
const TOP_LEVEL = /^(?:[a-z]{2,63}|xn--[a-z0-9-]{1,59})$/;

/**
 * Reads a host name strictly: no port, no trailing dot, no escapes. A name in another script is turned into its ASCII
 * form, unless that mapping would give plain ASCII (full-width letters, circled digits, hidden hyphens).
 * @param raw as somebody wrote it, without scheme and path
 */
export function readHostName(raw: string): Result<HostName, Exclude<HostNameProblem, "reserved">> {
  if (raw === "" || raw.length > 253) return err("unreadable");
  if (raw.startsWith("[") || raw.split(":").length > 2) return err("numeric");
  const ascii = toAscii(raw);
  if (ascii === null) return err("unreadable");
  const labels = ascii.split(".");
  const last = labels.at(-1) ?? "";
  // What the URL standard reads as an IPv4 address ends in a number; a trailing dot does not hide it.
  const end = last === "" ? (labels.at(-2) ?? "") : last;
  if (/^(?:\d+|0x[0-9a-f]*)$/.test(end)) return err("numeric");
  const written = raw.split(".");
  if (written.length !== labels.length || !written.every((label, at) => sameLabel(label, labels[at]))) {
    return err("unreadable");
  }
  if (labels.some((label) => !LABEL.test(label))) return err("unreadable");
  if (labels.length > 1 && !TOP_LEVEL.test(last)) return err("unreadable");
  return ok({ name: ascii, reserved: labels.length === 1 || isUnder(ascii, RESERVED) });
}

/** As {@link readHostName}, refusing reserved names: what a person may be asked to open. */
export function readPublicHostName(raw: string): Result<string, HostNameProblem> {
  const host = readHostName(raw);
  if (!host.ok) return host;
  return host.value.reserved ? err("reserved") : ok(host.value.name);
}

/** Null where the standard's own reading fails or where a character could end the name. */
function toAscii(raw: string): string | null {
  if (!/^[\p{L}\p{M}\p{N}\p{Cf}.\-:。．｡]+$/u.test(raw)) return null;
  if (raw.includes(":")) return null;
  const lower = raw.toLowerCase();
  const plain = /^[a-z0-9.-]*$/.test(lower) && !/(?:^|\.)xn--/.test(lower);
  if (plain) return lower;
  try {
    return new URL(`https://${raw}/`).hostname;
  } catch {
    return null;
  }
}

function sameLabel(raw: string, ascii: string | undefined): boolean {
  if (ascii === undefined) return false;
  return /^[\x21-\x7e]+$/.test(raw) ? raw.toLowerCase() === ascii : ascii.startsWith("xn--");
}

const isUnder = (name: string, suffixes: readonly string[]): boolean =>
  suffixes.some((suffix) => name === suffix || name.endsWith(`.${suffix}`));
