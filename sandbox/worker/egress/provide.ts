import { readAliases } from "./aliases.ts";
import type { EgressEnv, EgressFor } from "./contract.ts";
import { forwardRequest } from "./forward.ts";
import { createGuardedFetch } from "./guarded-fetch.ts";
import type { EgressPorts } from "./hop.ts";
import type { EgressPolicy } from "./judge.ts";
import { resolveOverHttps } from "./resolve.ts";

const RESOLVER = "https://cloudflare-dns.com/dns-query";

const ports = (): EgressPorts => ({
  fetch: (input, init) => fetch(input, init),
  resolve: resolveOverHttps((input, init) => fetch(input, init), RESOLVER),
});

/** An `EGRESS_HOSTS` that cannot be read points no name anywhere; `npm start` refuses it with a sentence. */
function policyOf(env: EgressEnv, allowed: readonly string[]): EgressPolicy {
  const aliases = readAliases(env.EGRESS_HOSTS);
  return { allowed: new Set(allowed), aliases: aliases.ok ? aliases.value : new Map() };
}

/** For commands in the isolate: one guarded fetch per command. */
export const egressFor =
  (env: EgressEnv): EgressFor =>
  (allowed) =>
    createGuardedFetch(policyOf(env, allowed), ports());

/** For what a container sends. */
export const forwardFor = (env: EgressEnv, allowed: readonly string[], request: Request): Promise<Response> =>
  forwardRequest(request, policyOf(env, allowed), ports());
