import { incoming } from "./headers.ts";
import { bounded, type EgressPorts, sendHop } from "./hop.ts";
import { type EgressPolicy, judgeUrl } from "./judge.ts";
import { EGRESS_LIMITS, refuse } from "./refusals.ts";

/** A package or a data set may be larger than what curl in the isolate keeps in memory: here it is only passed on. */
const STREAMED_BYTES = 200 * 1024 * 1024;
const STREAMED_MS = 5 * 60_000;

/**
 * Answers a request that a container sent, as its only way out. Redirects are handed back as they are: following one
 * is a new request, judged like the first.
 * @returns 403 with the reason as plain text when it may not go out, 502 when it came to nothing
 */
export async function forwardRequest(request: Request, policy: EgressPolicy, ports: EgressPorts): Promise<Response> {
  const judged = judgeUrl(request.url, policy);
  if (!judged.ok) return plain(403, judged.error.sentence);
  const { host } = judged.value;
  if (Number(request.headers.get("content-length") ?? 0) > EGRESS_LIMITS.requestBytes) {
    return plain(403, refuse("request_too_large", host).sentence);
  }
  const signal = AbortSignal.any([request.signal, AbortSignal.timeout(STREAMED_MS)]);
  const body = request.body?.pipeThrough(bounded(host, EGRESS_LIMITS.requestBytes)) ?? null;
  const answer = await sendHop(judged.value, { method: request.method, headers: request.headers, body, signal }, ports);
  if (!answer.ok) return plain(refusedByPolicy(answer.error.code) ? 403 : 502, answer.error.sentence);
  const response = answer.value;
  return new Response(response.body?.pipeThrough(bounded(host, STREAMED_BYTES)) ?? null, {
    status: response.status,
    statusText: response.statusText,
    headers: incoming(response.headers),
  });
}

const refusedByPolicy = (code: string): boolean => code === "private_address" || code === "method";

const plain = (status: number, sentence: string): Response =>
  new Response(`${sentence}\n`, { status, headers: { "content-type": "text/plain; charset=utf-8" } });
