import type { EgressRefusal, EgressRefusalCode } from "./contract.ts";

/** Bounds of one command's traffic. */
export const EGRESS_LIMITS = {
  requests: 100,
  redirects: 5,
  requestBytes: 10 * 1024 * 1024,
  /** Of one answer, decompressed. */
  responseBytes: 10 * 1024 * 1024,
  /** Of all answers of a command together. */
  totalBytes: 50 * 1024 * 1024,
  /** From the first byte sent to the last one received, redirects included. */
  timeMs: 20_000,
} as const;

const ASK = "Ask for it with allow_host, so that a person can approve it.";

const SENTENCES: Record<EgressRefusalCode, (host: string) => string> = {
  address_unreadable: () => "The address cannot be read without doubt. Write it as https://name.example.com/path.",
  scheme: () => "Only https addresses can be reached.",
  credentials: () => "An address must not hold a user name or password. Send an Authorization header instead.",
  port: (host) => `${host} can be reached on the default port only.`,
  numeric_host: () => "Numeric addresses cannot be reached in any spelling. Use the server's name.",
  reserved_host: (host) => `${host} is not the name of a public server and cannot be reached.`,
  not_approved: (host) => `${host} is not approved for this workflow. ${ASK}`,
  private_address: (host) => `${host} leads into a private network and cannot be reached.`,
  unresolved: (host) => `The name ${host} could not be looked up, so nothing was sent.`,
  method: () => "Only GET, HEAD, POST, PUT, PATCH, DELETE and OPTIONS can be sent.",
  request_too_large: () => `The request is larger than ${mib(EGRESS_LIMITS.requestBytes)}.`,
  too_many_requests: () => `One command can send ${EGRESS_LIMITS.requests} requests and no more.`,
  too_many_redirects: (host) => `${host} redirects more than ${EGRESS_LIMITS.redirects} times.`,
  response_too_large: (host) => `The answer of ${host} is larger than ${mib(EGRESS_LIMITS.responseBytes)}.`,
  total_too_large: () => `The answers to one command can be ${mib(EGRESS_LIMITS.totalBytes)} together and no more.`,
  timeout: (host) => `${host} did not answer in full in time.`,
  cancelled: () => "The request was cancelled.",
  unreachable: (host) => `${host} could not be reached.`,
};

const mib = (bytes: number): string => `${Math.round(bytes / 1024 / 1024)} MB`;

/** `host` must have passed the judge's reading: it is shown. */
export function refuse(code: EgressRefusalCode, host: string | null): EgressRefusal {
  return { code, host, sentence: SENTENCES[code](host ?? "The server") };
}

/** The words by which just-bash's curl knows how it failed (its exit codes 7, 28 and 47). */
const PREFIXES: Partial<Record<EgressRefusalCode, string>> = {
  too_many_redirects: "Too many redirects: ",
  timeout: "The transfer was aborted: ",
  cancelled: "The transfer was aborted: ",
};

export class EgressRefused extends Error {
  override readonly name = "EgressRefused";
  readonly refusal: EgressRefusal;

  constructor(refusal: EgressRefusal) {
    super(`${PREFIXES[refusal.code] ?? "Network access denied: "}${refusal.sentence}`);
    this.refusal = refusal;
  }
}
