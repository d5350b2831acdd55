import type { ChatCompletionChunk } from "openai/resources/chat/completions";
import { expect, test } from "vitest";
import { NO_USAGE } from "../../shared/workflow/content.ts";
import { concludeAnswer } from "./answer.ts";
import type { Progress } from "./call.ts";
import { readChatCompletion } from "./openai-answer.ts";
import type { ModelRequest } from "./port.ts";

const REQUEST: ModelRequest = {
  operation: "building",
  tier: "standard",
  model: "m",
  system: "",
  messages: [],
  tools: [
    { name: "read_file", description: "", inputSchema: {} },
    { name: "list_files", description: "", inputSchema: {} },
  ],
  toolChoice: "auto",
  maxTokens: 100,
  effort: "low",
};

/** Chunks as odd servers send them: JSON, not what the SDK's types promise. */
async function read(...deltas: { delta?: object; finish?: string; usage?: object; choices?: null }[]) {
  const chunks = deltas.map(({ delta = {}, finish = null, usage, choices }) => ({
    id: "cmpl-1",
    model: "m",
    choices: choices === null ? null : [{ index: 0, delta, finish_reason: finish }],
    ...(usage ? { usage } : {}),
  }));
  async function* stream(): AsyncGenerator<ChatCompletionChunk> {
    // SAFETY: what comes over the wire is what is tested here; the reader must cope with it.
    for (const chunk of chunks) yield JSON.parse(JSON.stringify(chunk)) as ChatCompletionChunk;
  }
  const progress: Progress = { usage: NO_USAGE, began: false };
  let shown = "";
  const draft = await readChatCompletion(stream(), progress, (delta) => (shown += delta), 300);
  return { draft, progress, shown, outcome: draft && concludeAnswer("openai-compatible", REQUEST, draft) };
}

const part = (index: number | undefined, id: string | undefined, name: string | undefined, args: unknown) => ({
  tool_calls: [{ index, id, function: { name, arguments: args } }],
});

const callsOf = (result: Awaited<ReturnType<typeof read>>) =>
  result.outcome?.ok
    ? result.outcome.content.flatMap((block) =>
        block.type === "tool_use" ? [[block.id, block.name, block.input]] : [],
      )
    : result.outcome;

test("parallel calls by index, pieces interleaved", async () => {
  const result = await read(
    { delta: part(0, "a", "read_file", "") },
    { delta: part(1, "b", "list_files", "{") },
    { delta: part(0, undefined, undefined, '{"path":') },
    { delta: part(1, undefined, undefined, "}") },
    { delta: part(0, undefined, undefined, '"x"}'), finish: "tool_calls" },
  );
  expect(callsOf(result)).toEqual([
    ["a", "read_file", { path: "x" }],
    ["b", "list_files", {}],
  ]);
});

test("servers that leave the index out, or say 0 for every call", async () => {
  for (const index of [undefined, 0]) {
    const result = await read(
      { delta: part(index, "a", "read_file", '{"path":"x"}') },
      { delta: part(index, "b", "read_file", '{"path":') },
      { delta: part(index, undefined, undefined, '"y"}'), finish: "stop" },
    );
    expect(callsOf(result)).toEqual([
      ["a", "read_file", { path: "x" }],
      ["b", "read_file", { path: "y" }],
    ]);
  }
});

test("servers that give no id, or one id twice: every call has its own", async () => {
  const none = await read(
    { delta: part(0, undefined, "list_files", "{}") },
    { delta: part(1, undefined, "list_files", "{}"), finish: "tool_calls" },
  );
  const twice = await read(
    { delta: part(0, "same", "list_files", "{}") },
    { delta: part(1, "same", "list_files", "{}"), finish: "tool_calls" },
  );
  for (const result of [none, twice]) {
    const calls = callsOf(result);
    expect(calls).toHaveLength(2);
    expect(new Set(Array.isArray(calls) ? calls.map(([id]) => id) : []).size).toBe(2);
  }
});

test("input given as an object instead of text, or not at all", async () => {
  const object = await read({ delta: part(0, "a", "read_file", { path: "x" }), finish: "stop" });
  expect(callsOf(object)).toEqual([["a", "read_file", { path: "x" }]]);
  const nothing = await read({ delta: part(0, "a", "list_files", undefined), finish: "stop" });
  expect(callsOf(nothing)).toEqual([["a", "list_files", {}]]);
});

test("an array as input is refused: a tool's input is an object", async () => {
  const result = await read({ delta: part(0, "a", "read_file", "[1]"), finish: "tool_calls" });
  expect(result.outcome).toMatchObject({ ok: false, failure: { code: "model_bad_tool_call" } });
});

test("usage that grows with every chunk: the last one counts, cached tokens apart", async () => {
  const usage = (output: number) => ({
    prompt_tokens: 50,
    completion_tokens: output,
    prompt_tokens_details: { cached_tokens: 30 },
  });
  const result = await read(
    { delta: { content: "a" }, usage: usage(1) },
    { delta: { content: "b" }, finish: "stop", usage: usage(2) },
  );
  expect(result.draft?.usage).toEqual({ ...NO_USAGE, input: 20, cacheRead: 30, output: 2 });
  expect(result.shown).toBe("ab");
});

test("chunks without choices pass; content_filter and the refusal field are refusals", async () => {
  const filtered = await read({ choices: null }, { delta: { content: "I" } }, { finish: "content_filter" });
  expect(filtered.outcome).toMatchObject({ ok: false, failure: { code: "model_refused" }, retryable: false });
  const refused = await read({ delta: { refusal: "No." } }, { finish: "stop" });
  expect(refused.outcome).toMatchObject({ ok: false, failure: { code: "model_refused", technical: "No." } });
});

test("no finish_reason: the stream was cut", async () => {
  const result = await read({ delta: { content: "half" } });
  expect(result.draft).toBeNull();
  expect(result.progress.began).toBe(true);
});
