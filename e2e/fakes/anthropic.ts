import { NO_USAGE, type Usage } from "../../shared/workflow/content.ts";
import { checkHeaders, checkRequest, keyOf, type Refusal, Signatures } from "./anthropic-check.ts";
import { promptParts, readAnthropicRequest } from "./anthropic-read.ts";
import type { WireRequest } from "./anthropic-wire.ts";
import { maskKey, PromptCache } from "./bill.ts";
import { runFake } from "./cli.ts";
import type { Fault } from "./faults.ts";
import { type Exchange, type FakeOptions, type FakeServer, json, refusalHeaders, startFake, stream } from "./http.ts";
import { type Outgoing, type OutgoingAnswer, pieces, prepare } from "./outgoing.ts";

/** Error types of the API by status. */
const TYPES: Readonly<Record<number, string>> = {
  400: "invalid_request_error",
  401: "authentication_error",
  402: "billing_error",
  403: "permission_error",
  404: "not_found_error",
  413: "request_too_large",
  429: "rate_limit_error",
  504: "timeout_error",
  529: "overloaded_error",
};

/**
 * A local server that speaks the Messages API: real streaming events, real checks, usage with prompt caching,
 * signed reasoning. See README.md.
 */
export async function startFakeAnthropic(options: FakeOptions): Promise<FakeServer> {
  const signatures = new Signatures();
  const cache = new PromptCache(512);
  return await startFake(options, "/v1/messages", (exchange) => answer(exchange, signatures, cache));
}

async function answer(exchange: Exchange, signatures: Signatures, cache: PromptCache): Promise<void> {
  const { body, headers, fault, state } = exchange;
  const refusal = refusalOf(fault) ?? checkHeaders(headers, state.options.keys ?? []);
  if (refusal) return refuse(exchange, refusal);
  const checked = checkRequest(body);
  if (!("ok" in checked)) return refuse(exchange, checked);
  const wire = checked.ok;
  const unsigned = signatures.check(wire);
  if (unsigned) return refuse(exchange, unsigned);

  const { request, images } = readAnthropicRequest(wire);
  const content = await state.options.brain(request, images);
  const told: Fault = fault.kind === "ok" && state.options.thinking ? { kind: "thinking" } : fault;
  const prepared = prepare(
    content,
    told,
    request.tools.map((tool) => tool.name),
    wire.max_tokens,
    () => state.newId("toolu_"),
  );

  const { input, read, write } = cache.account(wire.model, promptParts(wire));
  const usage: Usage = { ...NO_USAGE, input, cacheRead: read, cacheWrite5m: write, output: prepared.tokens };
  const id = state.newId("msg_");
  const entry = state.bill.add({
    id,
    model: wire.model,
    status: 200,
    fault: fault.kind,
    key: maskKey(keyOf(headers)),
    usage,
    delivered: false,
  });
  exchange.response.writeHead(200, {
    "content-type": "text/event-stream; charset=utf-8",
    "cache-control": "no-cache",
    "request-id": state.newId("req_"),
  });
  await stream(exchange, frames(id, wire, prepared, usage, signatures), errorFrame, entry);
}

function refusalOf(fault: Fault): Refusal | null {
  if (fault.kind === "status") {
    const type = TYPES[fault.status] ?? "api_error";
    return { status: fault.status, type, message: `${type} on purpose` };
  }
  if (fault.kind !== "no_credit") return null;
  const message = "Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing.";
  return { status: 400, type: "invalid_request_error", message };
}

function refuse({ response, fault, state, headers, body }: Exchange, refusal: Refusal): void {
  const id = state.newId("req_");
  const model = typeof body === "object" && body && "model" in body ? String(body.model) : "";
  const key = maskKey(keyOf(headers));
  state.bill.add({ id, model, status: refusal.status, fault: fault.kind, key, usage: NO_USAGE, delivered: true });
  const wait = refusalHeaders(fault);
  const error = { type: refusal.type, message: refusal.message };
  json(response, refusal.status, { type: "error", error, request_id: id }, { "request-id": id, ...wait });
}

const sse = (event: string, data: object): string =>
  `event: ${event}\ndata: ${JSON.stringify({ type: event, ...data })}\n\n`;

const errorFrame = (type: string): string => sse("error", { error: { type, message: `${type} on purpose` } });

const STOPS = { end: "end_turn", tool_use: "tool_use", max_tokens: "max_tokens", refusal: "refusal" } as const;

function frames(
  id: string,
  wire: WireRequest,
  prepared: OutgoingAnswer,
  usage: Usage,
  signatures: Signatures,
): string[] {
  const counts = {
    input_tokens: usage.input,
    cache_creation_input_tokens: usage.cacheWrite5m,
    cache_read_input_tokens: usage.cacheRead,
  };
  const message = {
    id,
    type: "message",
    role: "assistant",
    model: wire.model,
    content: [],
    stop_reason: null,
    stop_sequence: null,
    usage: {
      ...counts,
      cache_creation: { ephemeral_5m_input_tokens: usage.cacheWrite5m, ephemeral_1h_input_tokens: 0 },
      output_tokens: Math.min(1, usage.output),
      service_tier: "standard",
    },
  };
  const refused = prepared.stop === "refusal";
  return [
    sse("message_start", { message }),
    sse("ping", {}),
    ...prepared.blocks.flatMap((block, index) => blockFrames(block, index, wire, signatures)),
    sse("message_delta", {
      delta: {
        stop_reason: STOPS[prepared.stop],
        stop_sequence: null,
        stop_details: refused
          ? { type: "refusal", category: "general_harms", explanation: "declined on purpose" }
          : null,
      },
      usage: { ...counts, output_tokens: usage.output },
    }),
    sse("message_stop", {}),
  ];
}

function blockFrames(block: Outgoing, index: number, wire: WireRequest, signatures: Signatures): string[] {
  const start = (content: object) => sse("content_block_start", { index, content_block: content });
  const delta = (content: object) => sse("content_block_delta", { index, delta: content });
  const stop = sse("content_block_stop", { index });
  switch (block.type) {
    case "text":
      return [
        start({ type: "text", text: "" }),
        ...pieces(block.text).map((text) => delta({ type: "text_delta", text })),
        stop,
      ];
    case "thinking":
      return [
        start({ type: "thinking", thinking: "", signature: "" }),
        ...pieces(block.text).map((thinking) => delta({ type: "thinking_delta", thinking })),
        delta({ type: "signature_delta", signature: signatures.sign(wire, block.text) }),
        stop,
      ];
    case "redacted":
      signatures.issueRedacted(wire, block.data);
      return [start({ type: "redacted_thinking", data: block.data }), stop];
    case "tool_use":
      return [
        start({ type: "tool_use", id: block.id, name: block.name, input: {} }),
        ...(block.json === "{}" ? [""] : pieces(block.json)).map((partial_json) =>
          delta({ type: "input_json_delta", partial_json }),
        ),
        stop,
      ];
  }
}

if (import.meta.main) await runFake("Fake Anthropic", startFakeAnthropic);
