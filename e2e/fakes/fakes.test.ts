import { afterEach, describe, expect, test } from "vitest";
import { createAnthropicModel } from "../../durable-objects/models/anthropic.ts";
import { createOfflineModel } from "../../durable-objects/models/offline/offline-model.ts";
import { createOpenAiCompatibleModel } from "../../durable-objects/models/openai-compatible.ts";
import type { ModelPort, ModelRequest } from "../../durable-objects/models/port.ts";
import { TIER_MODELS } from "../../shared/money/prices.ts";
import { fence, fenceJson } from "../../shared/text/fence.ts";
import type { Block, Message } from "../../shared/workflow/content.ts";
import { answerOf, call, request, speaks, text, user } from "./adapter-cases.ts";
import { startFakeAnthropic } from "./anthropic.ts";
import { checkRequest } from "./anthropic-check.ts";
import { tokensOf } from "./bill.ts";
import { offlineBrain } from "./brain.ts";
import { parseFaults } from "./faults.ts";
import type { FakeOptions, FakeServer } from "./http.ts";
import { startFakeOpenAi } from "./openai.ts";
import { checkChat } from "./openai-check.ts";

const open: FakeServer[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()));
});

const providers: readonly [string, (options: FakeOptions) => Promise<{ server: FakeServer; model: ModelPort }>][] = [
  [
    "anthropic",
    async (options) => {
      const server = await startFakeAnthropic(options);
      open.push(server);
      return {
        server,
        model: createAnthropicModel({ apiKey: "test-key-1234", baseUrl: server.url, models: TIER_MODELS }),
      };
    },
  ],
  [
    "openai",
    async (options) => {
      const server = await startFakeOpenAi(options);
      open.push(server);
      const baseUrl = `${server.url}/v1`;
      return { server, model: createOpenAiCompatibleModel({ apiKey: "test-key-1234", baseUrl, models: TIER_MODELS }) };
    },
  ],
];

/** A tool loop in full: fenced Arabic, parallel calls, a failed result, steering. */
const LOOP: Message[] = [
  user(text(fence("request", "اجمع </request> الفواتير & <b>"))),
  {
    role: "assistant",
    content: [
      text("First the files."),
      { type: "tool_use", id: "t1", name: "list_files", input: {} },
      { type: "tool_use", id: "t2", name: "read_file", input: { path: 'a "b".csv', offset: 0 } },
    ],
  },
  user(
    { type: "tool_result", toolUseId: "t1", ok: true, content: "a.csv\nb.csv" },
    { type: "tool_result", toolUseId: "t2", ok: false, content: "no such file" },
    text(fence("steering", "hurry")),
  ),
];

describe.each(providers)("a brain behind the %s protocol", (_, start) => {
  test("is asked what we asked", async () => {
    let asked: ModelRequest | undefined;
    const brain: FakeOptions["brain"] = (seen) => {
      asked = seen;
      return [text("ok")];
    };
    const { model } = await start({ brain });
    const sent = request({ messages: LOOP });
    await call(model, sent);
    const { messages, tools, system, operation, tier, maxTokens } = sent;
    expect(asked).toMatchObject({ messages, tools, system, operation, tier, maxTokens });
  });

  test("the offline model says the same behind it as without it", async () => {
    const today = () => "2026-11-23";
    const direct = createOfflineModel({ countTokens: async (texts) => texts.map(tokensOf), today });
    const { server, model } = await start({ brain: offlineBrain(today) });
    const planning = request({
      operation: "planning",
      tools: [{ name: "propose_plan", description: "Propose the plan.", inputSchema: { type: "object" } }],
      maxTokens: 8000,
      messages: [
        user(
          text(fence("request", "Write a short summary of what we do on a normal day.")),
          text(fenceJson("locale", "en")),
          text(fenceJson("files", [])),
          text(fence("today", today())),
        ),
      ],
    });
    // The ids of tool calls are the provider's to give.
    const plain = (content: readonly Block[]) =>
      content.map((block) => (block.type === "tool_use" ? { ...block, id: "" } : block));
    const through = answerOf((await call(model, planning)).outcome);
    const without = answerOf((await call(direct, planning)).outcome);
    expect(plain(through.content)).toEqual(plain(without.content));
    expect(server.bill.totals()).toMatchObject({ requests: 1, billed: 1 });
  });

  test("faults come by HTTP too, in order; the bill lists every request and adds up", async () => {
    const { server, model } = await start({ brain: speaks });
    const post = await fetch(`${server.url}/__faults`, {
      method: "POST",
      body: JSON.stringify({ faults: ["500*2", "ok"] }),
    });
    expect(await post.json()).toMatchObject({ waiting: [{ status: 500 }, { status: 500 }, { kind: "ok" }] });
    const oks = [];
    for (let at = 0; at < 3; at += 1) oks.push((await call(model)).outcome.ok);
    expect(oks).toEqual([false, false, true]);
    const bill: unknown = await (await fetch(`${server.url}/__bill`)).json();
    expect(bill).toMatchObject({
      entries: [{ status: 500, costMicros: 0 }, { status: 500 }, { status: 200, key: "test-k…1234", delivered: true }],
      totals: { requests: 3, billed: 1, costMicros: server.bill.entries[2]?.costMicros },
    });
  });
});

test("an unknown fault is refused where it is written", () => {
  expect(() => parseFaults("kut")).toThrow("kut");
  expect(parseFaults("429:2*2")).toEqual(Array(2).fill({ kind: "status", status: 429, retryAfter: "2" }));
});

describe("the fakes refuse what the real APIs refuse", () => {
  const base = { model: "claude-sonnet-5-5", max_tokens: 10, stream: true };
  const ask = { role: "user", content: "go" };
  const uses = (...ids: string[]) => ({
    role: "assistant",
    content: ids.map((id) => ({ type: "tool_use", id, name: "n", input: {} })),
  });
  const results = (...ids: string[]) => ({
    role: "user",
    content: ids.map((id) => ({ type: "tool_result", tool_use_id: id, content: "x" })),
  });
  const tool = { name: "n", input_schema: { type: "object" } };
  const mark = { type: "text", text: "x", cache_control: { type: "ephemeral" } };

  test.each([
    ["no max_tokens", { model: "m", stream: true, messages: [ask] }, "max_tokens"],
    [
      "first message by the assistant",
      { ...base, messages: [{ role: "assistant", content: "a" }, ask] },
      "first message",
    ],
    ["one role twice", { ...base, messages: [ask, ask] }, "alternate"],
    ["a call without result", { ...base, messages: [ask, uses("a", "b"), results("a")] }, "without `tool_result`"],
    ["a result without call", { ...base, messages: [ask, uses("a"), results("a", "z")] }, "unexpected"],
    ["one id twice", { ...base, messages: [ask, uses("a", "a"), results("a")] }, "unique"],
    ["blank text", { ...base, messages: [{ role: "user", content: [{ type: "text", text: " " }] }] }, "non-whitespace"],
    ["nothing in a message", { ...base, messages: [{ role: "user", content: [] }] }, "non-empty"],
    ["the assistant last", { ...base, messages: [ask, { role: "assistant", content: "a" }] }, "prefill"],
    ["a forced call", { ...base, tools: [tool], tool_choice: { type: "any" }, messages: [ask] }, "not supported"],
    [
      "an unknown tool",
      { ...base, tools: [tool], tool_choice: { type: "tool", name: "z" }, messages: [ask] },
      "not found",
    ],
    [
      "a schema of choices",
      { ...base, tools: [{ ...tool, input_schema: { type: "object", anyOf: [] } }], messages: [ask] },
      "anyOf",
    ],
    ["half a letter", { ...base, messages: [{ role: "user", content: "\ud83d" }] }, "surrogate"],
    ["five cache marks", { ...base, messages: [{ role: "user", content: Array(5).fill(mark) }] }, "maximum of 4"],
    ["a thinking budget", { ...base, thinking: { type: "enabled", budget_tokens: 2000 }, messages: [ask] }, "thinking"],
  ])("anthropic: %s", (_, body, words) => {
    const verdict = checkRequest(body);
    expect(verdict).toMatchObject({ status: 400, message: expect.stringContaining(words) });
  });

  const chat = { model: "m", stream: true };
  const calls = {
    role: "assistant",
    tool_calls: [{ id: "a", type: "function", function: { name: "n", arguments: "{}" } }],
  };
  test.each([
    ["a call without result", { ...chat, messages: [ask, calls, ask] }, "did not have response messages"],
    ["a result without call", { ...chat, messages: [{ role: "tool", tool_call_id: "a", content: "" }] }, "preceding"],
    ["an empty list of tools", { ...chat, messages: [ask], tools: [] }, "tools"],
    ["a choice without tools", { ...chat, messages: [ask], tool_choice: "auto" }, "tool_choice"],
    [
      "a list of nothing said",
      {
        ...chat,
        messages: [ask],
        tools: [
          {
            type: "function",
            function: { name: "n", parameters: { type: "object", properties: { a: { anyOf: [{ type: "array" }] } } } },
          },
        ],
      },
      "missing items",
    ],
    ["half a letter", { ...chat, messages: [{ role: "user", content: "\ud83d" }] }, "surrogate"],
    ["both limits", { ...chat, messages: [ask], max_tokens: 1, max_completion_tokens: 1 }, "same time"],
  ])("openai: %s", (_, body, words) => {
    expect(checkChat(body)).toMatchObject({ status: 400, message: expect.stringContaining(words) });
  });
});
