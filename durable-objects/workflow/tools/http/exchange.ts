import type { Json } from "./flat.ts";
import { maskerOf, maskJson } from "./mask.ts";
import type { HttpService } from "./services.ts";

/** What the tool needs of the platform. */
export interface HttpPort {
  fetch(address: string, init: RequestInit): Promise<Response>;
  /** Milliseconds, UTC. */
  now(): number;
  /** Resolves after `ms`; sooner when `signal` aborts. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

/** NFR-I2.4. */
export const TIMEOUT_MS = 30_000;
const PROBE_TIMEOUT_MS = 10_000;
/** Of an answer; what is beyond is neither read nor kept. */
export const MAX_ANSWER_BYTES = 64 * 1024;

export interface Wire {
  readonly address: string;
  readonly method: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Json | undefined;
}

/** An answer, masked and cut. `json` is undefined when the body is no JSON (or was cut). */
export interface Answer {
  readonly kind: "answer";
  readonly status: number;
  readonly text: string;
  readonly json: unknown;
  /** The body did not come to its end: too long, or the connection broke. */
  readonly ended: "whole" | "too_long" | "broken";
  /** Where `Location` points, when it may be shown. */
  readonly link: string | null;
  readonly retryAfterMs: number | null;
}

/** `lost`: it was sent, and what came of it is not known. */
export type Exchanged = Answer | { readonly kind: "lost"; readonly why: "timeout" | "cut" | "stopped" };

/** One request and its answer. Redirects come back as they are; the credential leaves in its header and nowhere else. */
export async function exchange(
  service: HttpService,
  wire: Wire,
  port: HttpPort,
  signal: AbortSignal,
): Promise<Exchanged> {
  const timeout = AbortSignal.timeout(TIMEOUT_MS);
  const lost = (): Exchanged => ({
    kind: "lost",
    why: signal.aborted ? "stopped" : timeout.aborted ? "timeout" : "cut",
  });
  let response: Response;
  try {
    response = await port.fetch(wire.address, {
      method: wire.method,
      redirect: "manual",
      signal: AbortSignal.any([signal, timeout]),
      headers: headersOf(service, wire),
      ...(wire.body === undefined ? {} : { body: JSON.stringify(wire.body) }),
    });
  } catch {
    return lost();
  }
  const mask = maskerOf(service.credential);
  const { bytes, ended } = await readUpTo(response, MAX_ANSWER_BYTES + 8192);
  if (ended === "broken" && (signal.aborted || timeout.aborted)) return lost();
  // Masked before it is cut, so that no half of a credential stands at the end.
  const whole = new TextDecoder().decode(bytes);
  const tooLong = bytes.length > MAX_ANSWER_BYTES;
  const json = ended === "whole" && !tooLong ? parsed(whole) : undefined;
  const safe = maskedText(whole, json, mask);
  return {
    kind: "answer",
    status: response.status,
    text: safe.slice(0, MAX_ANSWER_BYTES),
    json: json === undefined ? undefined : parsed(safe),
    ended: tooLong ? "too_long" : ended,
    link: linkOf(response.headers.get("location"), service, mask),
    retryAfterMs: retryAfter(response.headers.get("retry-after"), port.now()),
  };
}

/**
 * Whether anybody answers at the service's address. Asked before each write, without credentials: the runtime reports a
 * refused connection and one that broke after sending in the same words, and only the first is certain to have done
 * nothing.
 */
export async function answers(service: HttpService, port: HttpPort, signal: AbortSignal): Promise<boolean> {
  try {
    const response = await port.fetch(`${service.baseUrl}/`, {
      method: "HEAD",
      redirect: "manual",
      signal: AbortSignal.any([signal, AbortSignal.timeout(PROBE_TIMEOUT_MS)]),
    });
    await response.body?.cancel();
    return true;
  } catch {
    return false;
  }
}

/** Written anew only where escapes hid the credential: large numbers would lose digits by it. */
function maskedText(whole: string, json: unknown, mask: (text: string) => string): string {
  if (json === undefined) return mask(whole);
  const masked = JSON.stringify(maskJson(json, mask));
  return masked === JSON.stringify(json) ? mask(whole) : mask(masked);
}

function headersOf(service: HttpService, wire: Wire): Record<string, string> {
  return {
    accept: "application/json",
    "user-agent": "Nexus",
    ...(wire.body === undefined ? {} : { "content-type": "application/json" }),
    ...wire.headers,
    ...(service.credential ? { [service.credentialHeader]: service.credential } : {}),
  };
}

async function readUpTo(
  response: Response,
  max: number,
): Promise<{ bytes: Uint8Array; ended: "whole" | "too_long" | "broken" }> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  let ended: "whole" | "too_long" | "broken" = "whole";
  try {
    const reader = response.body?.getReader();
    while (reader) {
      const { done, value } = await reader.read();
      if (done) break;
      chunks.push(value);
      size += value.length;
      if (size <= max) continue;
      ended = "too_long";
      // Not waited for: a peer that keeps sending must not hold us.
      void reader.cancel().catch(() => {});
      break;
    }
  } catch {
    ended = "broken";
  }
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return { bytes: bytes.subarray(0, max), ended };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A link people may be shown: https, or at the operator's own address. Null for everything else. */
export function linkOf(given: unknown, service: HttpService, mask: (text: string) => string): string | null {
  if (typeof given !== "string" || given.length > 1000 || !URL.canParse(given, `${service.baseUrl}/`)) return null;
  const url = new URL(given, `${service.baseUrl}/`);
  if (url.username !== "" || url.password !== "" || mask(url.href) !== url.href) return null;
  return url.protocol === "https:" || url.origin === new URL(service.baseUrl).origin ? url.href : null;
}

/** Seconds or an HTTP date, as milliseconds from now; null when absent or unreadable. */
function retryAfter(text: string | null, now: number): number | null {
  if (text === null) return null;
  if (/^\d{1,6}$/.test(text.trim())) return Number(text) * 1000;
  const at = Date.parse(text);
  return Number.isNaN(at) ? null : Math.max(0, at - now);
}
