import { expect, test } from "vitest";
import type { Message } from "../../shared/workflow/content.ts";
import { toAnthropic } from "./anthropic-request.ts";
import { claudeTraits } from "./anthropic-traits.ts";
import { loopStart, normalise } from "./conversation.ts";
import { toBase64 } from "./images.ts";
import { dialectOf, toChatCompletion } from "./openai-request.ts";
import type { ModelRequest } from "./port.ts";

const user = (...texts: string[]): Message => ({
  role: "user",
  content: texts.map((text) => ({ type: "text", text })),
});

const request = (change: Partial<ModelRequest> = {}): ModelRequest => ({
  operation: "chat",
  tier: "fast",
  model: "claude-haiku-5-5",
  system: "",
  messages: [user("hi")],
  tools: [],
  toolChoice: "auto",
  maxTokens: 10,
  effort: "low",
  ...change,
});

test("which Claude models think adaptively", () => {
  const current = ["claude-opus-5-5", "claude-sonnet-5-5", "claude-haiku-5-5", "claude-fable-5-1", "claude-sonnet-4-6"];
  const unknown = ["claude-opus-4-7", "claude-opus-6", "my-gateway-model", "anthropic.claude-opus-5"];
  for (const model of [...current, ...unknown]) expect(claudeTraits(model), model).toMatchObject({ adaptive: true });
  const earlier = [
    "claude-haiku-4-5",
    "claude-haiku-4-5-20251001",
    "claude-sonnet-4-5",
    "claude-sonnet-4-20250514",
    "claude-opus-4-1-20250805",
    "claude-3-5-haiku-latest",
    "anthropic.claude-haiku-4-5-20251001-v1:0",
  ];
  for (const model of earlier) expect(claudeTraits(model), model).toEqual({ adaptive: false, forcesTools: true });
});

test("nothing empty is sent: no system, no tools, no choice", () => {
  const body = toAnthropic(request(), new Map(), true);
  expect(Object.keys(body).sort()).toEqual(["max_tokens", "messages", "model", "output_config", "stream", "thinking"]);
  expect(toChatCompletion(request(), new Map(), { original: false })).not.toHaveProperty("tools");
});

test("an image the provider can't show is said in words, not sent as a broken block", () => {
  const messages: Message[] = [{ role: "user", content: [{ type: "image", fileId: "f", mediaType: "image/tiff" }] }];
  const body = toAnthropic(request({ messages }), new Map([["f", "AAAA"]]), true);
  expect(body.messages[0]?.content).toMatchObject([{ type: "text", text: expect.stringContaining("image/tiff") }]);
});

test("OpenAI's own parameter names only for OpenAI; its reasoning models get the effort", () => {
  const own = dialectOf("https://api.openai.com/v1");
  expect(toChatCompletion(request({ model: "gpt-5.4-mini" }), new Map(), own)).toMatchObject({
    max_completion_tokens: 10,
    reasoning_effort: "low",
  });
  expect(toChatCompletion(request({ model: "gpt-4o" }), new Map(), own)).not.toHaveProperty("reasoning_effort");
  const other = toChatCompletion(request({ model: "gpt-5.4" }), new Map(), dialectOf("http://localhost:11434/v1"));
  expect(other).toMatchObject({ max_tokens: 10 });
  expect(other).not.toHaveProperty("reasoning_effort");
});

test("a conversation is joined by role, blanks dropped, results first; its tool loop starts at the last question", () => {
  const result = { type: "tool_result" as const, toolUseId: "t", ok: true, content: "r" };
  const use = { type: "tool_use" as const, id: "t", name: "n", input: {} };
  const messages: Message[] = [
    user("one", " "),
    user("two"),
    { role: "assistant", content: [use] },
    { role: "user", content: [{ type: "text", text: "steer" }, result] },
    { role: "assistant", content: [] },
  ];
  const joined = normalise(messages);
  expect(joined.map((message) => [message.role, message.content.map((block) => block.type)])).toEqual([
    ["user", ["text", "text"]],
    ["assistant", ["tool_use"]],
    ["user", ["tool_result", "text"]],
  ]);
  expect(loopStart(joined)).toBe(0);
  expect(messages[0]?.content).toHaveLength(2);
});

test("half letters never leave: providers refuse what is no Unicode", () => {
  const half = "\u{1f600}".slice(0, 1);
  const messages: Message[] = [
    user(`cut ${half}`),
    {
      role: "assistant",
      content: [{ type: "tool_use", id: "t", name: "n", input: { a: [{ [half]: half }], n: null, b: 1 } }],
    },
    { role: "user", content: [{ type: "tool_result", toolUseId: "t", ok: false, content: half }] },
  ];
  const given = request({ system: half, messages });
  const bodies = [
    toAnthropic(given, new Map(), true),
    toChatCompletion(given, new Map(), dialectOf("https://api.openai.com/v1")),
  ];
  for (const body of bodies) {
    // A half letter is escaped in JSON, a whole one is not.
    expect(JSON.stringify(body)).not.toMatch(/\\ud[89a-f]/);
    expect(JSON.stringify(body)).toContain("cut \ufffd");
  }
  expect(JSON.stringify(messages)).toMatch(/\\ud[89a-f]/);
});

test("base64 across chunk borders", () => {
  for (const size of [0, 1, 2, 3, 8189, 8190, 8191, 20_000]) {
    const bytes = Uint8Array.from({ length: size }, (_, index) => (index * 7) % 256);
    expect(toBase64(bytes)).toBe(Buffer.from(bytes).toString("base64"));
  }
});
