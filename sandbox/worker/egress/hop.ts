import { err, ok, type Result } from "../../../shared/lib/result.ts";
import { isPublicAddress } from "./addresses.ts";
import type { EgressRefusal } from "./contract.ts";
import { outgoing } from "./headers.ts";
import type { Destination } from "./judge.ts";
import { EGRESS_LIMITS, EgressRefused, refuse } from "./refusals.ts";
import type { Resolve } from "./resolve.ts";

export interface EgressPorts {
  readonly fetch: typeof fetch;
  /** Null where nothing can resolve: addresses are then not checked. */
  readonly resolve: Resolve | null;
}

const METHODS = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);

export interface HopRequest {
  readonly method: string;
  readonly headers: Headers;
  readonly body: BodyInit | null;
  readonly signal: AbortSignal;
}

/** Sends one request to a judged destination, after its addresses were looked at. Never follows a redirect. */
export async function sendHop(
  destination: Destination,
  request: HopRequest,
  ports: EgressPorts,
): Promise<Result<Response, EgressRefusal>> {
  const { host, target, aliased } = destination;
  const method = request.method.toUpperCase();
  if (!METHODS.has(method)) return err(refuse("method", host));
  if (!aliased && ports.resolve !== null) {
    const problem = await addressProblem(host, ports.resolve, request.signal);
    if (problem !== null) return err(problem);
  }
  try {
    const response = await untilAborted(
      ports.fetch(target.href, {
        method,
        headers: outgoing(request.headers),
        body: method === "GET" || method === "HEAD" ? null : request.body,
        redirect: "manual",
        signal: request.signal,
      }),
      request.signal,
    );
    return ok(response);
  } catch {
    return err(failure(host, request.signal));
  }
}

async function addressProblem(host: string, resolve: Resolve, signal: AbortSignal): Promise<EgressRefusal | null> {
  try {
    const addresses = await untilAborted(resolve(host, signal), signal);
    if (addresses.length === 0) return refuse("unresolved", host);
    return addresses.every(isPublicAddress) ? null : refuse("private_address", host);
  } catch {
    return signal.aborted ? failure(host, signal) : refuse("unresolved", host);
  }
}

/** What a broken exchange is called: `TimeoutError` is what AbortSignal.timeout aborts with. */
export function failure(host: string, signal: AbortSignal): EgressRefusal {
  if (!signal.aborted) return refuse("unreachable", host);
  const timedOut = signal.reason instanceof DOMException && signal.reason.name === "TimeoutError";
  return refuse(timedOut ? "timeout" : "cancelled", host);
}

/** Ends the waiting also where what is waited for does not look at the signal. */
export async function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  // Looked at by nobody once the signal won.
  work.catch(() => undefined);
  signal.throwIfAborted();
  const { promise, reject } = Promise.withResolvers<never>();
  const onAbort = (): void => reject(signal.reason);
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    return await Promise.race([work, promise]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}

/** Passes bytes on until there are more than `limit`; `onBytes` may throw to end it sooner. */
export function bounded(host: string, limit: number, onBytes: (count: number) => void = () => undefined) {
  let seen = 0;
  return new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      seen += chunk.byteLength;
      if (seen > limit) throw new EgressRefused(refuse("response_too_large", host));
      onBytes(chunk.byteLength);
      controller.enqueue(chunk);
    },
  });
}

/** The whole body, decompressed. @throws EgressRefused beyond the limit, in time's or the caller's name, or broken off */
export async function readBody(
  response: Response,
  host: string,
  signal: AbortSignal,
  onBytes: (count: number) => void,
): Promise<Uint8Array> {
  if (response.body === null) return new Uint8Array();
  const chunks: Uint8Array[] = [];
  const reader = response.body.pipeThrough(bounded(host, EGRESS_LIMITS.responseBytes, onBytes)).getReader();
  try {
    for (;;) {
      const { done, value } = await untilAborted(reader.read(), signal);
      if (done) break;
      chunks.push(value);
    }
  } catch (error) {
    reader.cancel().catch(() => undefined);
    throw error instanceof EgressRefused ? error : new EgressRefused(failure(host, signal));
  }
  const whole = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.byteLength, 0));
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.byteLength;
  }
  return whole;
}
