import { readHostName } from "../../../shared/egress/host-name.ts";
import { err, ok, type Result } from "../../../shared/lib/result.ts";
import type { EgressAliases } from "./contract.ts";

/**
 * Reads `EGRESS_HOSTS`: a JSON object, host name → http(s) base URL without user, query and fragment. The target may
 * be local; the name must be one with a dot that is no number and not under localhost.
 * @returns an error sentence that names the entry, never its target
 */
export function readAliases(text: string | undefined): Result<EgressAliases, string> {
  if (text === undefined || text.trim() === "") return ok(new Map());
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return err("EGRESS_HOSTS is not JSON.");
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return err("EGRESS_HOSTS is not a JSON object of host names and base addresses.");
  }
  const aliases = new Map<string, URL>();
  for (const [key, base] of Object.entries(value)) {
    const host = readHostName(key);
    const name = host.ok ? host.value.name : "";
    if (!name.includes(".") || name.endsWith(".localhost")) return err(`EGRESS_HOSTS: "${key}" is not a host name.`);
    const url = typeof base === "string" ? parseBase(base) : null;
    if (url === null) return err(`EGRESS_HOSTS: the address of "${key}" is not a plain http(s) address.`);
    if (aliases.has(name)) return err(`EGRESS_HOSTS names "${key}" twice.`);
    aliases.set(name, url);
  }
  return ok(aliases);
}

function parseBase(text: string): URL | null {
  if (!/^https?:\/\/[^\s\\@?#]+$/i.test(text)) return null;
  try {
    return new URL(text);
  } catch {
    return null;
  }
}
