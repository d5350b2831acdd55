import type { EgressRefusal, SecureFetch } from "./contract.ts";
import { forOtherOrigin, incoming, withoutBody } from "./headers.ts";
import { type EgressPorts, readBody, sendHop } from "./hop.ts";
import { type Destination, type EgressPolicy, judgeRedirect, judgeUrl } from "./judge.ts";
import { EGRESS_LIMITS, EgressRefused, refuse } from "./refusals.ts";

const REDIRECTS = new Set([301, 302, 303, 307, 308]);

interface Message {
  readonly method: string;
  readonly headers: Headers;
  readonly body: string | null;
}

/**
 * The way out of one command, as just-bash's `fetch`: every hop is judged, redirects are followed by hand, and sizes,
 * times and the number of requests are bounded for the command as a whole.
 */
export function createGuardedFetch(policy: EgressPolicy, ports: EgressPorts): SecureFetch {
  let requests = 0;
  let totalBytes = 0;
  const countRequest = (host: string): void => {
    requests += 1;
    if (requests > EGRESS_LIMITS.requests) throw new EgressRefused(refuse("too_many_requests", host));
  };

  return async (address, options = {}) => {
    const timeMs = Math.min(options.timeoutMs ?? EGRESS_LIMITS.timeMs, EGRESS_LIMITS.timeMs);
    const timeout = AbortSignal.timeout(timeMs);
    const signal = options.signal === undefined ? timeout : AbortSignal.any([options.signal, timeout]);
    const maxRedirects = Math.min(options.maxRedirects ?? EGRESS_LIMITS.redirects, EGRESS_LIMITS.redirects);

    let message: Message = {
      method: (options.method ?? "GET").toUpperCase(),
      headers: new Headers(options.headers),
      body: options.body ?? null,
    };
    let destination = orThrow(judgeUrl(address, policy));
    if (message.body !== null && new TextEncoder().encode(message.body).byteLength > EGRESS_LIMITS.requestBytes) {
      throw new EgressRefused(refuse("request_too_large", destination.host));
    }
    for (let redirects = 0; ; redirects += 1) {
      countRequest(destination.host);
      const response = orThrow(await sendHop(destination, { ...message, signal }, ports));
      const location = REDIRECTS.has(response.status) ? response.headers.get("location") : null;
      if (location === null || options.followRedirects === false) {
        const body = await readBody(response, destination.host, signal, (count) => {
          totalBytes += count;
          if (totalBytes > EGRESS_LIMITS.totalBytes) {
            throw new EgressRefused(refuse("total_too_large", destination.host));
          }
        });
        const headers = Object.fromEntries(incoming(response.headers));
        return { status: response.status, statusText: response.statusText, headers, body, url: destination.url.href };
      }
      await response.body?.cancel().catch(() => undefined);
      if (redirects >= maxRedirects) throw new EgressRefused(refuse("too_many_redirects", destination.host));
      const next = orThrow(judgeRedirect(location, destination.url, policy));
      message = redirected(message, response.status, destination, next);
      destination = next;
    }
  };
}

/** The Fetch standard's rules: 303, and a POST answered with 301 or 302, go on as GET without a body. */
function redirected(message: Message, status: number, from: Destination, to: Destination): Message {
  const { method } = message;
  const becomesGet = status === 303 ? method !== "HEAD" : (status === 301 || status === 302) && method === "POST";
  const kept = becomesGet ? { method: "GET", headers: withoutBody(message.headers), body: null } : message;
  return to.url.origin === from.url.origin ? kept : { ...kept, headers: forOtherOrigin(kept.headers) };
}

function orThrow<T>(result: { ok: true; value: T } | { ok: false; error: EgressRefusal }): T {
  if (!result.ok) throw new EgressRefused(result.error);
  return result.value;
}
