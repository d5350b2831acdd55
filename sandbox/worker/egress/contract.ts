/** What a guest's `curl` asks for; the shape just-bash calls its `fetch` option with. */
export interface EgressRequest {
  readonly method?: string;
  readonly headers?: Headers | Record<string, string>;
  readonly body?: string;
  readonly followRedirects?: boolean;
  readonly timeoutMs?: number;
  readonly maxRedirects?: number;
  readonly signal?: AbortSignal;
}

export interface EgressResponse {
  status: number;
  statusText: string;
  headers: Record<string, string>;
  body: Uint8Array;
  /** Of the last hop. */
  url: string;
}

/** Fetches what is allowed; a refusal is an Error whose message tells the guest, in one plain sentence, why. */
export type EgressFetch = (url: string, request?: EgressRequest) => Promise<EgressResponse>;

/** The operator's settings, from the Worker's bindings. */
export interface EgressSettings {
  /** JSON: host → base URL, e.g. {"api.example.com":"http://127.0.0.1:4010"}. */
  readonly EGRESS_HOSTS?: string | undefined;
}

/**
 * The guarded way out for one command. `hosts`: exact names a person approved; empty: every request is refused.
 * Exported as `createEgress` by create-egress.ts.
 */
export type CreateEgress = (hosts: readonly string[], settings: EgressSettings) => EgressFetch;
