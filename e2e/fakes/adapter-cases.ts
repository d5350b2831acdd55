import type { CallOptions, ModelOutcome, ModelPort, ModelRequest } from "../../durable-objects/models/port.ts";
import type { Block, Message } from "../../shared/workflow/content.ts";
import type { Brain } from "./brain.ts";

/** What the adapters' tests share: a request, scripted brains, a way to call. */
export const TOOLS: ModelRequest["tools"] = [
  { name: "list_files", description: "List the files.", inputSchema: { type: "object", properties: {} } },
  {
    name: "read_file",
    description: "Read a file.",
    inputSchema: { type: "object", properties: { path: { type: "string" } }, required: ["path"] },
  },
];

export const user = (...content: Block[]): Message => ({ role: "user", content });
export const text = (value: string): Block => ({ type: "text", text: value });

export const request = (change: Partial<ModelRequest> = {}): ModelRequest => ({
  operation: "building",
  tier: "standard",
  model: "claude-sonnet-5-5",
  system: "You are careful.",
  messages: [user(text("Read a.csv — اقرأ الملف"))],
  tools: TOOLS,
  toolChoice: "auto",
  maxTokens: 2000,
  effort: "medium",
  ...change,
});

export const readsFile: Brain = () => [
  text("I read the file first. أقرأ الملف أولًا 🙂."),
  { type: "tool_use", id: "ignored", name: "read_file", input: { path: "فواتير.csv", offset: 3 } },
];

export const speaks: Brain = () => [text("Three invoices are overdue, in total 12.500 KWD. هذا هو الملخص.")];

/** Long enough to be cut anywhere. */
export const rambles: Brain = () => [text("One after the other, all of it. ".repeat(40))];

export interface Called {
  readonly outcome: ModelOutcome;
  /** What streamed to the screen. */
  readonly streamed: string;
}

export async function call(model: ModelPort, asked = request(), options: Partial<CallOptions> = {}): Promise<Called> {
  let streamed = "";
  const outcome = await model.call(asked, {
    signal: new AbortController().signal,
    loadImage: async () => {
      throw new Error("no image expected");
    },
    onText: (delta) => {
      streamed += delta;
    },
    ...options,
  });
  return { outcome, streamed };
}

/** The failure of an outcome, flat for matching. */
export function failureOf(outcome: ModelOutcome) {
  if (outcome.ok) throw new Error(`expected a failure, got ${JSON.stringify(outcome.content)}`);
  const { failure, retryable, retryAfterMs, usage, billingUnknown } = outcome;
  return {
    code: failure.code,
    params: failure.params,
    technical: failure.technical,
    retryable,
    retryAfterMs,
    usage,
    billingUnknown,
  };
}

export function answerOf(outcome: ModelOutcome) {
  if (!outcome.ok) throw new Error(`expected an answer, got ${JSON.stringify(outcome.failure)}`);
  return outcome;
}

/** A one-pixel PNG. */
export const PIXEL = new Uint8Array(
  Buffer.from(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
    "base64",
  ),
);

/** What every adapter must make of a fault: code, whether to try again, what it may have cost. */
export const FAILURES: readonly {
  readonly fault: string;
  readonly code: string;
  readonly retryable: boolean;
  /** none: unbilled. known: billed in full, and we know it. unknown: maybe billed. */
  readonly bill: "none" | "known" | "unknown";
  readonly retryAfterMs?: number;
}[] = [
  { fault: "401", code: "model_unauthorized", retryable: false, bill: "none" },
  { fault: "403", code: "model_unauthorized", retryable: false, bill: "none" },
  { fault: "402", code: "model_no_credit", retryable: false, bill: "none" },
  { fault: "no_credit", code: "model_no_credit", retryable: false, bill: "none" },
  { fault: "400", code: "model_bad_request", retryable: false, bill: "none" },
  { fault: "404", code: "model_bad_request", retryable: false, bill: "none" },
  { fault: "413", code: "model_bad_request", retryable: false, bill: "none" },
  { fault: "429:2", code: "model_rate_limited", retryable: true, bill: "none", retryAfterMs: 2000 },
  { fault: "429", code: "model_rate_limited", retryable: true, bill: "none" },
  { fault: "529", code: "model_overloaded", retryable: true, bill: "none" },
  { fault: "503:1.5", code: "model_overloaded", retryable: true, bill: "none", retryAfterMs: 1500 },
  { fault: "500", code: "model_server_error", retryable: true, bill: "none" },
  { fault: "502", code: "model_server_error", retryable: true, bill: "none" },
  { fault: "524", code: "model_server_error", retryable: true, bill: "unknown" },
  { fault: "521", code: "model_unreachable", retryable: true, bill: "none" },
  { fault: "307", code: "model_bad_request", retryable: false, bill: "none" },
  { fault: "reset", code: "model_unreachable", retryable: true, bill: "none" },
  { fault: "reset:70", code: "model_unreachable", retryable: true, bill: "unknown" },
  { fault: "cut", code: "model_stream_cut", retryable: true, bill: "unknown" },
  { fault: "end_early", code: "model_stream_cut", retryable: true, bill: "unknown" },
  { fault: "error_event", code: "model_overloaded", retryable: true, bill: "unknown" },
  { fault: "error_event:api_error", code: "model_server_error", retryable: true, bill: "unknown" },
  { fault: "stall:60000", code: "model_stalled", retryable: true, bill: "unknown" },
  { fault: "stall_headers:60000", code: "model_stalled", retryable: true, bill: "unknown" },
  { fault: "refusal", code: "model_refused", retryable: false, bill: "known" },
  { fault: "empty", code: "model_empty_answer", retryable: true, bill: "known" },
  { fault: "malformed_tool", code: "model_bad_tool_call", retryable: true, bill: "known" },
  { fault: "unknown_tool", code: "model_bad_tool_call", retryable: true, bill: "known" },
];
