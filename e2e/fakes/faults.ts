/** What a fake does wrong on purpose, once per entry, in order. Written on the command line as the text in quotes. */
export type Fault =
  /** "ok": nothing; lets a good answer pass between two faults. */
  | { readonly kind: "ok" }
  /** "429", "429:2" (retry-after seconds), "429:Wed, 21 Oct 2026 07:28:00 GMT": refused with this status, unbilled. */
  | { readonly kind: "status"; readonly status: number; readonly retryAfter: string | null }
  /** "no_credit": refused because the account is out of money, in the provider's own words. */
  | { readonly kind: "no_credit" }
  /** "reset", "reset:200": the connection breaks before any header, at once or after so many ms. */
  | { readonly kind: "reset"; readonly ms: number }
  /** "cut": the connection breaks in the middle of the answer. */
  | { readonly kind: "cut" }
  /** "end_early": the stream ends politely, but before the answer does. */
  | { readonly kind: "end_early" }
  /** "error_event", "error_event:api_error": an error object inside the stream. */
  | { readonly kind: "error_event"; readonly type: string }
  /** "stall:5000": silence of so many ms in the middle of the answer, no pings. */
  | { readonly kind: "stall"; readonly ms: number }
  /** "stall_headers:5000": the same before the headers. */
  | { readonly kind: "stall_headers"; readonly ms: number }
  /** "max_tokens": cut by the output limit half-way. */
  | { readonly kind: "max_tokens" }
  /** "refusal": the model declines. */
  | { readonly kind: "refusal" }
  /** "malformed_tool": a tool call whose input is not JSON. */
  | { readonly kind: "malformed_tool" }
  /** "unknown_tool": a call of a tool nobody offered. */
  | { readonly kind: "unknown_tool" }
  /** "empty": an answer without content. */
  | { readonly kind: "empty" }
  /** "words": the answer's tool calls left out, words instead. */
  | { readonly kind: "words" }
  /** "parallel": one more tool call beside the answer's own. */
  | { readonly kind: "parallel" }
  /** "thinking": reasoning before the answer. */
  | { readonly kind: "thinking" }
  /** "redacted_thinking": reasoning that only the provider can read (Anthropic). */
  | { readonly kind: "redacted_thinking" }
  /** "no_usage": the token counts are left out (OpenAI-compatible servers). */
  | { readonly kind: "no_usage" }
  /** "stop_with_tools": finish_reason "stop" beside tool calls (OpenAI-compatible servers). */
  | { readonly kind: "stop_with_tools" };

const PLAIN = [
  "ok",
  "no_credit",
  "cut",
  "end_early",
  "max_tokens",
  "refusal",
  "malformed_tool",
  "unknown_tool",
  "empty",
  "words",
  "parallel",
  "thinking",
  "redacted_thinking",
  "no_usage",
  "stop_with_tools",
] as const;

/** Reads one fault as written above; "cut*3" is three of them. Throws on what it does not know. */
export function parseFaults(text: string): Fault[] {
  const times = /\*(\d+)$/.exec(text);
  const body = times ? text.slice(0, times.index) : text;
  return Array.from({ length: times ? Number(times[1]) : 1 }, () => parseFault(body));
}

function parseFault(text: string): Fault {
  const colon = text.indexOf(":");
  const name = colon < 0 ? text : text.slice(0, colon);
  const rest = colon < 0 ? null : text.slice(colon + 1);
  if (/^[345]\d\d$/.test(name)) return { kind: "status", status: Number(name), retryAfter: rest };
  if (name === "error_event") return { kind: "error_event", type: rest ?? "overloaded_error" };
  if (name === "reset") return { kind: "reset", ms: Number(rest ?? 0) };
  if (name === "stall" || name === "stall_headers") return { kind: name, ms: Number(rest ?? 120_000) };
  const plain = PLAIN.find((one) => one === name);
  if (!plain || rest !== null) throw new Error(`Unknown fault "${text}". Known: e2e/fakes/README.md`);
  return { kind: plain };
}

/** First in, first out; one per model request. */
export class FaultQueue {
  #waiting: Fault[];

  constructor(faults: readonly Fault[] = []) {
    this.#waiting = [...faults];
  }

  push(...texts: readonly string[]): void {
    this.#waiting.push(...texts.flatMap(parseFaults));
  }

  take(): Fault {
    return this.#waiting.shift() ?? { kind: "ok" };
  }

  clear(): void {
    this.#waiting = [];
  }

  get waiting(): readonly Fault[] {
    return this.#waiting;
  }
}
