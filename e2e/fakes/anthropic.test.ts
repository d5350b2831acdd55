import { afterEach, describe, expect, test } from "vitest";
import { createAnthropicModel } from "../../durable-objects/models/anthropic.ts";
import type { ModelPort } from "../../durable-objects/models/port.ts";
import { TIER_MODELS } from "../../shared/money/prices.ts";
import { type Message, NO_USAGE } from "../../shared/workflow/content.ts";
import {
  answerOf,
  call,
  FAILURES,
  failureOf,
  PIXEL,
  rambles,
  readsFile,
  request,
  speaks,
  text,
  user,
} from "./adapter-cases.ts";
import { startFakeAnthropic } from "./anthropic.ts";
import type { Brain } from "./brain.ts";
import type { FakeOptions, FakeServer } from "./http.ts";

const KEY = "sk-ant-api03-only-for-tests-123456";
const open: FakeServer[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()));
});

async function setUp(
  options: Partial<FakeOptions> & { brain?: Brain } = {},
  stallMs = 5000,
): Promise<{ server: FakeServer; model: ModelPort }> {
  const server = await startFakeAnthropic({ brain: speaks, ...options });
  open.push(server);
  const model = createAnthropicModel({
    apiKey: KEY,
    baseUrl: server.url,
    models: TIER_MODELS,
    limits: { stallMs, totalMs: 5000 },
  });
  return { server, model };
}

const bodyOf = (server: FakeServer, index = -1) => server.requests.at(index)?.body;

describe("answers", () => {
  test("streams text and gives it whole, with the tokens the provider bills", async () => {
    const { server, model } = await setUp();
    const { outcome, streamed } = await call(model);
    const answer = answerOf(outcome);
    expect(answer.content).toEqual([text("Three invoices are overdue, in total 12.500 KWD. هذا هو الملخص.")]);
    expect(streamed).toBe("Three invoices are overdue, in total 12.500 KWD. هذا هو الملخص.");
    expect(answer.stopReason).toBe("end");
    expect(answer.usage).toEqual(server.bill.entries[0]?.usage);
    expect(answer.usage.output).toBeGreaterThan(5);
    expect(answer.model).toBe("claude-sonnet-5-5");
    expect(server.requests[0]?.headers).toMatchObject({ "x-stainless-retry-count": "0" });
    expect(server.bill.entries[0]).toMatchObject({ key: "sk-ant…3456", delivered: true });
  });

  test("text and tool calls keep their order and input", async () => {
    const { model } = await setUp({ brain: readsFile });
    const answer = answerOf((await call(model)).outcome);
    expect(answer.stopReason).toBe("tool_use");
    expect(answer.content).toEqual([
      text("I read the file first. أقرأ الملف أولًا 🙂."),
      {
        type: "tool_use",
        id: expect.stringMatching(/^toolu_/),
        name: "read_file",
        input: { path: "فواتير.csv", offset: 3 },
      },
    ]);
  });

  test("parallel tool calls arrive as blocks of their own, and their results go back together", async () => {
    const { model } = await setUp({ brain: readsFile, faults: ["parallel"] });
    const answer = answerOf((await call(model)).outcome);
    const calls = answer.content.filter((block) => block.type === "tool_use");
    expect(calls.map((block) => [block.name, block.input])).toEqual([
      ["read_file", { path: "فواتير.csv", offset: 3 }],
      ["list_files", {}],
    ]);
    const results = calls.map((block, index) => ({
      type: "tool_result" as const,
      toolUseId: block.id,
      ok: index === 0,
      content: index === 0 ? "a,b" : "",
    }));
    const messages: Message[] = [
      user(text("go")),
      { role: "assistant", content: [...answer.content] },
      user(...results),
    ];
    expect((await call(model, request({ messages }))).outcome.ok).toBe(true);
  });

  test("max_tokens is the caller's to judge: ok, without a call that was cut", async () => {
    const { server, model } = await setUp({ brain: readsFile, faults: ["max_tokens"] });
    const answer = answerOf((await call(model)).outcome);
    expect(answer.stopReason).toBe("max_tokens");
    expect(answer.content.every((block) => block.type === "text")).toBe(true);
    expect(answer.usage).toEqual(server.bill.entries[0]?.usage);
  });

  test("the output limit of the request is the provider's limit", async () => {
    const { model } = await setUp({ brain: rambles });
    const answer = answerOf((await call(model, request({ maxTokens: 20 }))).outcome);
    expect(answer.stopReason).toBe("max_tokens");
    expect(answer.usage.output).toBe(20);
  });

  test("FR-2.7: images go as base64 of what the host unsealed, each loaded once", async () => {
    const asked: string[] = [];
    let seen: Uint8Array | undefined;
    const brain: Brain = (_, images) => {
      seen = [...images.values()][0];
      return [text("A table.")];
    };
    const { model } = await setUp({ brain });
    const image = { type: "image" as const, fileId: "fil_1", mediaType: "image/png" };
    const messages = [user(image, image, text("What is this?"))];
    const loadImage = async (id: string) => {
      asked.push(id);
      return PIXEL;
    };
    expect((await call(model, request({ messages }), { loadImage })).outcome.ok).toBe(true);
    expect(asked).toEqual(["fil_1"]);
    expect(seen).toEqual(PIXEL);
  });

  test("an image the host cannot load is a storage failure, before anything is sent or billed", async () => {
    const { server, model } = await setUp();
    const messages = [user({ type: "image", fileId: "gone", mediaType: "image/png" })];
    expect(failureOf((await call(model, request({ messages }))).outcome)).toMatchObject({
      code: "storage_error",
      retryable: true,
      billingUnknown: false,
    });
    expect(server.requests).toHaveLength(0);
  });
});

describe("requests", () => {
  test("FR-7.6: tools, system and conversation are cached, and read back on the next call", async () => {
    const { server, model } = await setUp({ brain: readsFile });
    const long = request({ system: "Rules. ".repeat(400) });
    const first = answerOf((await call(model, long)).outcome);
    expect(first.usage.cacheWrite5m).toBeGreaterThan(512);
    expect(first.usage.cacheRead).toBe(0);
    const use = first.content.find((block) => block.type === "tool_use");
    const result = { type: "tool_result" as const, toolUseId: use?.id ?? "", ok: true, content: "a,b\n1,2" };
    const messages: Message[] = [...long.messages, { role: "assistant", content: [...first.content] }, user(result)];
    const second = answerOf((await call(model, { ...long, messages })).outcome);
    expect(second.usage.cacheRead).toBe(first.usage.cacheWrite5m);
    expect(second.usage).toEqual(server.bill.entries[1]?.usage);
    expect(bodyOf(server)).toMatchObject({
      system: [{ cache_control: { type: "ephemeral" } }],
      tools: [{}, { cache_control: { type: "ephemeral" } }],
      messages: [{}, {}, { content: [{ cache_control: { type: "ephemeral" } }] }],
    });
  });

  test("a single planning call does not pay for caching its conversation", async () => {
    const { server, model } = await setUp();
    await call(model, request({ operation: "planning" }));
    expect(bodyOf(server)).toMatchObject({ messages: [{ content: [{ type: "text", text: expect.any(String) }] }] });
    expect(bodyOf(server)).not.toHaveProperty("messages.0.content.0.cache_control");
  });

  test("current models think adaptively and are told, not forced, to call a tool", async () => {
    const { server, model } = await setUp({ brain: readsFile });
    const outcome = (await call(model, request({ toolChoice: { name: "read_file" }, effort: "low" }))).outcome;
    expect(outcome.ok).toBe(true);
    expect(bodyOf(server)).toMatchObject({
      thinking: { type: "adaptive" },
      output_config: { effort: "low" },
      tool_choice: { type: "auto" },
      system: [{ text: "You are careful." }, { text: expect.stringContaining("read_file") }],
    });
  });

  test("earlier models are forced, and get no thinking settings they would refuse", async () => {
    const { server, model } = await setUp({ brain: readsFile });
    const outcome = (await call(model, request({ model: "claude-haiku-4-5-20251001", toolChoice: "any" }))).outcome;
    expect(outcome.ok).toBe(true);
    expect(bodyOf(server)).toMatchObject({ tool_choice: { type: "any" } });
    expect(bodyOf(server)).not.toHaveProperty("thinking");
    expect(bodyOf(server)).not.toHaveProperty("output_config");
  });

  test("words where a call was required are a bad tool call, billed", async () => {
    const { server, model } = await setUp({ faults: ["words"] });
    const failure = failureOf((await call(model, request({ toolChoice: { name: "read_file" } }))).outcome);
    expect(failure).toMatchObject({ code: "model_bad_tool_call", retryable: true, billingUnknown: false });
    expect(failure.usage).toEqual(server.bill.entries[0]?.usage);
  });

  test.each(["thinking", "redacted_thinking"])("%s goes back unchanged within the tool loop", async (fault) => {
    const { server, model } = await setUp({ brain: readsFile, faults: [fault] });
    const asked = request();
    const first = answerOf((await call(model, asked)).outcome);
    expect(first.content.map((block) => block.type)).toEqual(["thinking", "text", "tool_use"]);
    const use = first.content.find((block) => block.type === "tool_use");
    const result = { type: "tool_result" as const, toolUseId: use?.id ?? "", ok: true, content: "a,b" };
    const messages: Message[] = [...asked.messages, { role: "assistant", content: [...first.content] }, user(result)];
    expect((await call(model, { ...asked, messages })).outcome.ok).toBe(true);
    expect(server.requests).toHaveLength(2);
    expect(bodyOf(server)).toMatchObject({ messages: [{}, { content: [{ type: fault }, {}, {}] }, {}] });
    // A new turn begins: reasoning of the finished one stays behind.
    const next: Message[] = [...messages, { role: "assistant", content: [text("Done.")] }, user(text("And now?"))];
    expect((await call(model, { ...asked, messages: next })).outcome.ok).toBe(true);
    expect(JSON.stringify(bodyOf(server))).not.toContain(`"type":"${fault}"`);
  });

  test("reasoning the provider no longer accepts does not stop the run: it is sent again without", async () => {
    const { server, model } = await setUp({ brain: readsFile, faults: ["thinking"] });
    const asked = request();
    const first = answerOf((await call(model, asked)).outcome);
    const use = first.content.find((block) => block.type === "tool_use");
    const result = { type: "tool_result" as const, toolUseId: use?.id ?? "", ok: true, content: "a,b" };
    const messages: Message[] = [...asked.messages, { role: "assistant", content: [...first.content] }, user(result)];
    const outcome = (await call(model, { ...asked, system: "Other rules now.", messages })).outcome;
    expect(outcome.ok).toBe(true);
    expect(server.bill.entries.map((entry) => entry.status)).toEqual([200, 400, 200]);
  });

  test("a conversation begun with another provider is accepted: foreign reasoning and ids, blanks, doubled roles", async () => {
    const { model } = await setUp();
    const messages: Message[] = [
      user(text("one")),
      user(text("  "), text("two")),
      {
        role: "assistant",
        content: [
          { type: "thinking", text: "hm", signature: "reasoning-content:" },
          { type: "tool_use", id: "functions.read:0", name: "read_file", input: {} },
        ],
      },
      user(text("by the way"), { type: "tool_result", toolUseId: "functions.read:0", ok: false, content: "" }),
    ];
    expect((await call(model, request({ messages }))).outcome.ok).toBe(true);
  });
});

describe("failures (each a value with its code, its cost and whether to try again)", () => {
  test.each(FAILURES)("$fault → $code", async ({ fault, code, retryable, bill, retryAfterMs }) => {
    const { server, model } = await setUp({ brain: rambles, faults: [fault] }, fault.startsWith("stall") ? 150 : 5000);
    const failure = failureOf((await call(model)).outcome);
    expect(failure).toMatchObject({
      code,
      retryable,
      retryAfterMs: retryAfterMs ?? null,
      billingUnknown: bill === "unknown",
    });
    if (bill === "none") expect(failure.usage).toEqual(NO_USAGE);
    if (bill === "known") expect(failure.usage).toEqual(server.bill.entries[0]?.usage);
    expect(server.requests).toHaveLength(1);
  });

  test("the prompt's tokens of a cut answer are known; only the output is in doubt", async () => {
    const { server, model } = await setUp({ brain: rambles, faults: ["cut"] });
    const { usage } = failureOf((await call(model)).outcome);
    const billed = server.bill.entries[0]?.usage;
    expect({ ...usage, output: 0 }).toEqual({ ...billed, output: 0 });
    expect(usage.output).toBeLessThanOrEqual(billed?.output ?? 0);
  });

  test("retry-after as an HTTP date", async () => {
    const date = new Date(Date.now() + 30_000).toUTCString();
    const { model } = await setUp({ faults: [`429:${date}`] });
    const wait = failureOf((await call(model)).outcome).retryAfterMs ?? 0;
    expect(wait).toBeGreaterThan(25_000);
    expect(wait).toBeLessThanOrEqual(30_000);
  });

  test("pings are a sign of life, silence is not: a slow stream passes, a stalled one ends in time", async () => {
    const { model } = await setUp({ delays: { betweenMs: 60 } }, 400);
    expect((await call(model)).outcome.ok).toBe(true);
    const { model: silent } = await setUp({ faults: ["stall:60000"] }, 150);
    const failure = failureOf((await call(silent)).outcome);
    expect(failure).toMatchObject({ code: "model_stalled", params: { seconds: 1 } });
    expect(failure.usage.input).toBeGreaterThan(0);
  });

  test("cancelled by the caller: at once, not retried, billing in doubt; nothing more streams", async () => {
    const { model } = await setUp({ brain: rambles, delays: { betweenMs: 5 } });
    const controller = new AbortController();
    let streamed = "";
    const { outcome } = await call(model, request(), {
      signal: controller.signal,
      onText: (delta) => {
        streamed += delta;
        controller.abort();
      },
    });
    expect(failureOf(outcome)).toMatchObject({ code: "model_cancelled", retryable: false, billingUnknown: true });
    expect(streamed.length).toBeLessThan(100);
  });

  test("cancelled before it began: nothing sent, nothing billed", async () => {
    const { server, model } = await setUp();
    const failure = failureOf((await call(model, request(), { signal: AbortSignal.abort() })).outcome);
    expect(failure).toMatchObject({ code: "model_cancelled", billingUnknown: false });
    expect(server.requests).toHaveLength(0);
  });

  test("nobody listens: unreachable, and certainly not billed", async () => {
    const { server, model } = await setUp();
    await server.close();
    expect(failureOf((await call(model)).outcome)).toMatchObject({
      code: "model_unreachable",
      retryable: true,
      billingUnknown: false,
    });
  });

  test("the key is in no failure", async () => {
    const { model } = await setUp({ keys: ["another"] });
    const failure = failureOf((await call(model)).outcome);
    expect(failure.code).toBe("model_unauthorized");
    expect(JSON.stringify(failure)).not.toContain("only-for-tests");
  });
});
