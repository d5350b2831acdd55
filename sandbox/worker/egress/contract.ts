import type { BashOptions } from "just-bash/browser";

/** just-bash's own type for it, which its browser entry does not export by name. */
export type SecureFetch = NonNullable<BashOptions["fetch"]>;

/** Why a request did not go out, or its answer did not come in. */
export type EgressRefusalCode =
  /** Not an absolute http(s) address that can be read in exactly one way. */
  | "address_unreadable"
  | "scheme"
  | "credentials"
  | "port"
  /** A number instead of a name, in any spelling. */
  | "numeric_host"
  /** A name that never leads to a public server (localhost, *.internal, single labels …). */
  | "reserved_host"
  | "not_approved"
  /** The name leads to an address inside a network. */
  | "private_address"
  | "unresolved"
  | "method"
  | "request_too_large"
  | "too_many_requests"
  | "too_many_redirects"
  | "response_too_large"
  | "total_too_large"
  | "timeout"
  | "cancelled"
  | "unreachable";

/** `sentence` is for the model and people: what happened and what to do. It names the host, never an inner address. */
export interface EgressRefusal {
  readonly code: EgressRefusalCode;
  readonly host: string | null;
  readonly sentence: string;
}

/** Names that the operator points elsewhere (`EGRESS_HOSTS`): host → base URL, which may be local and http. */
export type EgressAliases = ReadonlyMap<string, URL>;

export interface EgressEnv {
  /** JSON object, host → base URL. */
  readonly EGRESS_HOSTS?: string | undefined;
}

/**
 * The one way out for commands of one workflow, to be given to just-bash as `fetch`. It throws an Error whose message
 * is a refusal's sentence. `allowed`: what a person approved (`ExecRequest.egress`); empty: it refuses everything, and
 * says why.
 */
export type EgressFor = (allowed: readonly string[]) => SecureFetch;
