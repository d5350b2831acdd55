import { NO_USAGE, type Usage } from "../../shared/workflow/content.ts";
import { maskKey, PromptCache } from "./bill.ts";
import { runFake } from "./cli.ts";
import type { Fault } from "./faults.ts";
import { type Exchange, type FakeOptions, type FakeServer, json, refusalHeaders, startFake, stream } from "./http.ts";
import { bearer, checkChat, checkHeaders, type Refusal } from "./openai-check.ts";
import { chatParts, readChatRequest } from "./openai-read.ts";
import type { WireChat } from "./openai-wire.ts";
import { type Outgoing, type OutgoingAnswer, pieces, prepare } from "./outgoing.ts";

/**
 * A local server that speaks OpenAI's Chat Completions: real chunks, real checks, automatic prompt caching.
 * See README.md. Its base URL for clients ends in `/v1`.
 */
export async function startFakeOpenAi(options: FakeOptions): Promise<FakeServer> {
  const cache = new PromptCache(1024);
  return await startFake(options, "/v1/chat/completions", (exchange) => answer(exchange, cache));
}

async function answer(exchange: Exchange, cache: PromptCache): Promise<void> {
  const { body, headers, fault, state } = exchange;
  const refusal = refusalOf(fault) ?? checkHeaders(headers, state.options.keys ?? []);
  if (refusal) return refuse(exchange, refusal);
  const checked = checkChat(body);
  if (!("ok" in checked)) return refuse(exchange, checked);
  const wire = checked.ok;

  const { request, images } = readChatRequest(wire);
  const content = await state.options.brain(request, images);
  const told: Fault = fault.kind === "ok" && state.options.thinking ? { kind: "thinking" } : fault;
  const prepared = prepare(
    content,
    told,
    request.tools.map((tool) => tool.name),
    request.maxTokens,
    () => state.newId("call_"),
  );

  const { input, read, write } = cache.account(wire.model, chatParts(wire));
  // This provider does not bill the writing of its cache.
  const usage: Usage = { ...NO_USAGE, input: input + write, cacheRead: read, output: prepared.tokens };
  const id = state.newId("chatcmpl-");
  const entry = state.bill.add({
    id,
    model: wire.model,
    status: 200,
    fault: fault.kind,
    key: maskKey(bearer(headers)),
    usage,
    delivered: false,
  });
  exchange.response.writeHead(200, { "content-type": "text/event-stream; charset=utf-8", "cache-control": "no-cache" });
  await stream(exchange, frames(id, wire, prepared, usage, fault, state.now()), errorFrame, entry);
}

function refusalOf(fault: Fault): Refusal | null {
  if (fault.kind === "status") {
    const type =
      fault.status === 429 ? "rate_limit_exceeded" : fault.status >= 500 ? "server_error" : "invalid_request_error";
    return { status: fault.status, type, code: null, message: `${type} on purpose` };
  }
  if (fault.kind !== "no_credit") return null;
  const message = "You exceeded your current quota, please check your plan and billing details.";
  return { status: 429, type: "insufficient_quota", code: "insufficient_quota", message };
}

function refuse({ response, fault, state, headers, body }: Exchange, refusal: Refusal): void {
  const id = state.newId("req_");
  const model = typeof body === "object" && body && "model" in body ? String(body.model) : "";
  const key = maskKey(bearer(headers));
  state.bill.add({ id, model, status: refusal.status, fault: fault.kind, key, usage: NO_USAGE, delivered: true });
  const wait = refusalHeaders(fault);
  const { message, type, code } = refusal;
  json(response, refusal.status, { error: { message, type, param: null, code } }, { "x-request-id": id, ...wait });
}

const sse = (data: object): string => `data: ${JSON.stringify(data)}\n\n`;

const errorFrame = (type: string): string =>
  sse({ error: { message: `${type} on purpose`, type, param: null, code: null } });

function frames(
  id: string,
  wire: WireChat,
  prepared: OutgoingAnswer,
  usage: Usage,
  fault: Fault,
  now: number,
): string[] {
  const head = { id, object: "chat.completion.chunk", created: Math.floor(now / 1000), model: wire.model };
  const tell = fault.kind !== "no_usage" && wire.stream_options?.include_usage === true;
  const chunk = (delta: object, finish: string | null = null) =>
    sse({
      ...head,
      choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }],
      ...(tell ? { usage: null } : {}),
    });
  const calls = prepared.blocks.filter((block) => block.type === "tool_use");
  const finish = {
    end: "stop",
    tool_use: fault.kind === "stop_with_tools" ? "stop" : "tool_calls",
    max_tokens: "length",
    refusal: "stop",
  }[prepared.stop];
  const prompt = usage.input + usage.cacheRead;
  return [
    chunk({ role: "assistant", content: calls.length > 0 ? null : "", refusal: null }),
    ...prepared.blocks.flatMap((block) =>
      blockChunks(block, block.type === "tool_use" ? calls.indexOf(block) : 0).map((delta) => chunk(delta)),
    ),
    ...(prepared.stop === "refusal"
      ? [chunk({ refusal: "I'm sorry, " }), chunk({ refusal: "I can't help with that." })]
      : []),
    chunk({}, finish),
    ...(tell
      ? [
          sse({
            ...head,
            choices: [],
            usage: {
              prompt_tokens: prompt,
              completion_tokens: usage.output,
              total_tokens: prompt + usage.output,
              prompt_tokens_details: { cached_tokens: usage.cacheRead },
            },
          }),
        ]
      : []),
    "data: [DONE]\n\n",
  ];
}

function blockChunks(block: Outgoing, index: number): object[] {
  switch (block.type) {
    case "text":
      return pieces(block.text).map((content) => ({ content }));
    case "thinking":
      return pieces(block.text).map((text) => ({ reasoning_content: text }));
    case "redacted":
      return [];
    case "tool_use":
      return [
        { tool_calls: [{ index, id: block.id, type: "function", function: { name: block.name, arguments: "" } }] },
        ...pieces(block.json).map((part) => ({ tool_calls: [{ index, function: { arguments: part } }] })),
      ];
  }
}

if (import.meta.main) await runFake("Fake OpenAI", startFakeOpenAi);
