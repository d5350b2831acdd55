import { afterEach, describe, expect, test } from "vitest";
import { createOpenAiCompatibleModel } from "../../durable-objects/models/openai-compatible.ts";
import type { ModelPort } from "../../durable-objects/models/port.ts";
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
import type { Brain } from "./brain.ts";
import type { FakeOptions, FakeServer } from "./http.ts";
import { startFakeOpenAi } from "./openai.ts";

const KEY = "sk-proj-only-for-tests-123456";
const open: FakeServer[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()));
});

async function setUp(
  options: Partial<FakeOptions> = {},
  stallMs = 5000,
): Promise<{ server: FakeServer; model: ModelPort }> {
  const server = await startFakeOpenAi({ brain: speaks, ...options });
  open.push(server);
  const model = createOpenAiCompatibleModel({
    apiKey: KEY,
    baseUrl: `${server.url}/v1`,
    models: { fast: "small", standard: "middle", deep: "large" },
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
    expect(answer.usageEstimated).toBeUndefined();
    expect(server.bill.entries[0]).toMatchObject({ key: "sk-pro…3456", delivered: true });
    expect(bodyOf(server)).toMatchObject({ stream_options: { include_usage: true }, max_tokens: 2000 });
  });

  test.each(["ok", "stop_with_tools"])("text and tool calls keep their input (%s)", async (fault) => {
    const { model } = await setUp({ brain: readsFile, faults: [fault] });
    const answer = answerOf((await call(model)).outcome);
    expect(answer.stopReason).toBe("tool_use");
    expect(answer.content).toEqual([
      text("I read the file first. أقرأ الملف أولًا 🙂."),
      {
        type: "tool_use",
        id: expect.stringMatching(/^call_/),
        name: "read_file",
        input: { path: "فواتير.csv", offset: 3 },
      },
    ]);
  });

  test("parallel tool calls arrive as blocks of their own, and their results go back before anything else", async () => {
    const { model } = await setUp({ brain: readsFile, faults: ["parallel"] });
    const answer = answerOf((await call(model)).outcome);
    const calls = answer.content.filter((block) => block.type === "tool_use");
    expect(calls.map((block) => [block.name, block.input])).toEqual([
      ["read_file", { path: "فواتير.csv", offset: 3 }],
      ["list_files", {}],
    ]);
    const results = calls.map((block) => ({
      type: "tool_result" as const,
      toolUseId: block.id,
      ok: false,
      content: "x",
    }));
    const messages: Message[] = [
      user(text("go")),
      { role: "assistant", content: [...answer.content] },
      user(text("And hurry."), ...results),
    ];
    expect((await call(model, request({ messages }))).outcome.ok).toBe(true);
  });

  test("a provider that tells no usage: counted on the high side, and marked", async () => {
    const { server, model } = await setUp({ faults: ["no_usage"] });
    const answer = answerOf((await call(model)).outcome);
    const billed = server.bill.entries[0]?.usage ?? NO_USAGE;
    expect(answer.usageEstimated).toBe(true);
    expect(answer.usage.input).toBeGreaterThanOrEqual(billed.input);
    expect(answer.usage.output).toBeGreaterThanOrEqual(billed.output);
  });

  test("tokens read from the provider's cache are counted apart", async () => {
    const { server, model } = await setUp();
    const long = request({ system: "Rules. ".repeat(800) });
    await call(model, long);
    const answer = answerOf((await call(model, long)).outcome);
    expect(answer.usage.cacheRead).toBeGreaterThan(1024);
    expect(answer.usage).toEqual(server.bill.entries[1]?.usage);
  });

  test("max_tokens is the caller's to judge: ok, without a call that was cut", async () => {
    const { model } = await setUp({ brain: readsFile, faults: ["max_tokens"] });
    const answer = answerOf((await call(model)).outcome);
    expect(answer.stopReason).toBe("max_tokens");
    expect(answer.content.every((block) => block.type === "text")).toBe(true);
  });

  test("FR-2.7: images go as data URLs of what the host unsealed", async () => {
    let seen: Uint8Array | undefined;
    const brain: Brain = (_, images) => {
      seen = [...images.values()][0];
      return [text("A table.")];
    };
    const { server, model } = await setUp({ brain });
    const messages = [user({ type: "image", fileId: "fil_1", mediaType: "image/png" }, text("What is this?"))];
    expect((await call(model, request({ messages }), { loadImage: async () => PIXEL })).outcome.ok).toBe(true);
    expect(seen).toEqual(PIXEL);
    expect(JSON.stringify(bodyOf(server))).toContain("data:image/png;base64,iVBOR");
  });

  test("reasoning goes back within the tool loop, to servers that gave it", async () => {
    const { server, model } = await setUp({ brain: readsFile, faults: ["thinking"] });
    const asked = request();
    const first = answerOf((await call(model, asked)).outcome);
    expect(first.content.map((block) => block.type)).toEqual(["thinking", "text", "tool_use"]);
    const use = first.content.find((block) => block.type === "tool_use");
    const result = { type: "tool_result" as const, toolUseId: use?.id ?? "", ok: true, content: "a,b" };
    const messages: Message[] = [...asked.messages, { role: "assistant", content: [...first.content] }, user(result)];
    expect((await call(model, { ...asked, messages })).outcome.ok).toBe(true);
    expect(JSON.stringify(bodyOf(server))).toContain("reasoning_content");
    const next: Message[] = [...messages, { role: "assistant", content: [text("Done.")] }, user(text("And now?"))];
    await call(model, { ...asked, messages: next });
    expect(JSON.stringify(bodyOf(server))).not.toContain("reasoning_content");
  });

  test("a forced tool is forced by the provider", async () => {
    const { server, model } = await setUp({ brain: readsFile });
    await call(model, request({ toolChoice: { name: "read_file" } }));
    expect(bodyOf(server)).toMatchObject({ tool_choice: { type: "function", function: { name: "read_file" } } });
    await call(model, request({ toolChoice: "any" }));
    expect(bodyOf(server)).toMatchObject({ tool_choice: "required" });
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

  test("words where a call was required are a bad tool call", async () => {
    const { model } = await setUp({ faults: ["words"] });
    expect(failureOf((await call(model, request({ toolChoice: "any" }))).outcome)).toMatchObject({
      code: "model_bad_tool_call",
      billingUnknown: false,
    });
  });

  test("cancelled by the caller: at once, not retried, billing in doubt", async () => {
    const { model } = await setUp({ brain: rambles, delays: { betweenMs: 5 } });
    const controller = new AbortController();
    const { outcome } = await call(model, request(), { signal: controller.signal, onText: () => controller.abort() });
    expect(failureOf(outcome)).toMatchObject({ code: "model_cancelled", retryable: false, billingUnknown: true });
  });

  test("nobody listens: unreachable, and certainly not billed", async () => {
    const { server, model } = await setUp();
    await server.close();
    expect(failureOf((await call(model)).outcome)).toMatchObject({ code: "model_unreachable", billingUnknown: false });
  });

  test("the key is in no failure, though the provider quotes it", async () => {
    const { model } = await setUp({ keys: ["another"] });
    const failure = failureOf((await call(model)).outcome);
    expect(failure.code).toBe("model_unauthorized");
    expect(JSON.stringify(failure)).not.toContain("only-for-tests");
  });
});
