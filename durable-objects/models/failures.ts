import { z } from "zod";
import { CODES } from "../../shared/errors/codes.ts";
import { NO_USAGE, type Usage } from "../../shared/workflow/content.ts";
import type { ModelFailureCode, ModelOutcome, ModelPort } from "./port.ts";

export type FailedOutcome = Extract<ModelOutcome, { ok: false }>;

/** What went wrong, in the words of HTTP and the provider; read from whatever the SDK threw. */
export interface Fault {
  /** HTTP status; null for an error inside the stream or below HTTP. */
  readonly status: number | null;
  /** Provider's error type and finer codes, lower case. */
  readonly words: readonly string[];
  readonly message: string;
  readonly retryAfterMs: number | null;
  /** True when the connection broke and the provider said nothing. */
  readonly network: boolean;
  /** True when the request cannot have reached the provider. */
  readonly neverSent: boolean;
  /** True when something between us and the provider answered in its place, after the request went through. */
  readonly perhapsServed: boolean;
}

const Inner = z.looseObject({
  type: z.string().nullish(),
  code: z.union([z.string(), z.number()]).nullish(),
  message: z.unknown().optional(),
  details: z.looseObject({ error_code: z.string().nullish() }).nullish().catch(null),
});
/** Both SDKs (made by the same generator) throw an Error of this shape. */
const Thrown = z.looseObject({
  status: z.number().nullish().catch(null),
  error: z.unknown().optional(),
  headers: z
    .custom<Headers>((value) => value instanceof Headers)
    .nullish()
    .catch(null),
});
const Wrapped = z.looseObject({ error: Inner });

/** System error codes that mean that no connection was made, so nothing can have been billed. */
const NOT_CONNECTED =
  /ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT|connection refused/i;

export function readFault(thrown: unknown, now: number): Fault {
  const shape = Thrown.safeParse(thrown);
  const error = shape.success ? shape.data : { status: null, error: undefined, headers: null };
  const wrapped = Wrapped.safeParse(error.error);
  const plain = wrapped.success ? wrapped.data.error : Inner.safeParse(error.error).data;
  const words = [plain?.type, plain?.code, plain?.details?.error_code]
    .filter((word) => word !== null && word !== undefined)
    .map((word) => String(word).toLowerCase());
  // Gateways put an HTTP status into the code of an error inside the stream.
  const inner = words.map(Number).find((code) => code >= 400 && code < 600);
  const status = error.status ?? inner ?? null;
  const below = status === null && error.error === undefined;
  const said = plain?.message;
  return {
    status,
    words,
    message: typeof said === "string" && said !== "" ? said : chainOf(thrown),
    retryAfterMs: retryAfter(error.headers ?? null, now),
    network: below,
    neverSent: below && NOT_CONNECTED.test(chainOf(thrown)),
    perhapsServed: status === 520 || status === 524,
  };
}

/** Messages of an error and its causes: Node hides "connect ECONNREFUSED" two causes deep. */
function chainOf(thrown: unknown): string {
  const parts: string[] = [];
  let at: unknown = thrown;
  for (let depth = 0; depth < 5 && at instanceof Error; depth += 1) {
    const code = "code" in at && typeof at.code === "string" ? ` (${at.code})` : "";
    parts.push(`${at.message}${code}`);
    at = at.cause;
  }
  return parts.length > 0 ? parts.join(": ") : String(thrown);
}

/** Milliseconds to wait by `retry-after-ms` or `retry-after` (seconds or HTTP date); null when neither is readable. */
export function retryAfter(headers: Headers | null, now: number): number | null {
  const exact = headers?.get("retry-after-ms");
  if (exact && Number.isFinite(Number(exact))) return Math.max(0, Math.ceil(Number(exact)));
  const text = headers?.get("retry-after")?.trim();
  if (!text) return null;
  const seconds = Number(text);
  if (Number.isFinite(seconds)) return Math.max(0, Math.ceil(seconds * 1000));
  const date = Date.parse(text);
  return Number.isNaN(date) ? null : Math.max(0, date - now);
}

/** Cloudflare's statuses for a host that refuses, times out at connecting, is unknown or fails at TLS. */
const NO_ORIGIN: readonly number[] = [521, 522, 523, 525, 526, 530];

const NO_CREDIT =
  /insufficient_quota|billing|spend_limit|credit_balance|credit balance|insufficient (?:balance|credits|funds)|exceeded your current quota/i;

/** The code of a fault. `began`: the answer had started to arrive. */
export function codeOf(fault: Fault, began: boolean): ModelFailureCode {
  if (fault.network) return began ? "model_stream_cut" : "model_unreachable";
  const { status } = fault;
  const words = fault.words.join(" ");
  if (status !== 401 && status !== 403 && NO_CREDIT.test(`${words} ${fault.message}`)) return "model_no_credit";
  if (status === 402) return "model_no_credit";
  if (status === 401 || status === 403) return "model_unauthorized";
  if (status === 429) return "model_rate_limited";
  if (status === 503 || status === 529) return "model_overloaded";
  if (status !== null && NO_ORIGIN.includes(status)) return "model_unreachable";
  if (status === 408 || status === 409 || status === 425) return "model_server_error";
  if (status !== null) return status >= 500 ? "model_server_error" : "model_bad_request";
  // Inside a stream only the provider's own words are left.
  if (/overloaded|capacity|unavailable/.test(words)) return "model_overloaded";
  if (/rate_limit|too_many_requests/.test(words)) return "model_rate_limited";
  if (/authentication|permission|invalid_api_key/.test(words)) return "model_unauthorized";
  if (/invalid_request|not_found|too_large|context_length/.test(words)) return "model_bad_request";
  return "model_server_error";
}

/** A failure as a value. Retryable by the catalogue; usage and billing as far as known. */
export function failed(
  provider: ModelPort["provider"],
  code: ModelFailureCode,
  technical: string,
  more: {
    readonly usage?: Usage;
    readonly billingUnknown?: boolean;
    readonly retryAfterMs?: number | null;
    readonly params?: Readonly<Record<string, string | number>>;
  } = {},
): FailedOutcome {
  return {
    ok: false,
    failure: { code, params: { provider, ...more.params }, technical: technical.slice(0, 1000) },
    retryable: CODES[code].retryable,
    retryAfterMs: more.retryAfterMs ?? null,
    usage: more.usage ?? NO_USAGE,
    billingUnknown: more.billingUnknown ?? false,
  };
}

/** Takes keys out of a text: ours by value, others by their usual form (providers quote the key they refuse). */
export function redact(text: string, key: string): string {
  const own = key.length >= 6 ? text.replaceAll(key, "[key]") : text;
  return own.replaceAll(/\b(?:sk|key|pk)-[\w*.-]{6,}|\bBearer\s+\S+/gi, "[key]");
}
