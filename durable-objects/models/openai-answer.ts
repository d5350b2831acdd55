import type { ChatCompletionChunk } from "openai/resources/chat/completions";
import { z } from "zod";
import type { StopReason, Usage } from "../../shared/workflow/content.ts";
import type { Draft, DraftBlock } from "./answer.ts";
import type { Progress } from "./call.ts";
import { sign } from "./provenance.ts";

type ToolDraft = Extract<DraftBlock, { type: "tool_use" }>;

/** UTF-8 bytes a token is taken to have when a provider tells no usage: on the dear side, so that a cap holds. */
const BYTES_PER_TOKEN = 3;
const bytesOf = (text: string): number => new TextEncoder().encode(text).length;
const estimateTokens = (bytes: number): number => Math.ceil(bytes / BYTES_PER_TOKEN);

/** A field outside OpenAI's own protocol that many reasoning models answer with. */
const Reasoning = z.looseObject({ reasoning_content: z.string().nullish().catch(null) });

/**
 * Reads the chunks of one answer. Resolves to null when they end before a `finish_reason`: the stream was cut.
 * `promptBytes` sizes the prompt where the provider tells no usage.
 */
export async function readChatCompletion(
  chunks: AsyncIterable<ChatCompletionChunk>,
  progress: Progress,
  onText: (delta: string) => void,
  promptBytes: number,
): Promise<Draft | null> {
  let text = "";
  let thoughts = "";
  let refusal = "";
  let model = "";
  let stop: StopReason | null = null;
  let told = false;
  const calls: { readonly index: number | undefined; readonly draft: ToolDraft }[] = [];

  for await (const chunk of chunks) {
    progress.began = true;
    model ||= chunk.model ?? "";
    // Usage comes once at the end, or growing with every chunk: the last one counts.
    if (chunk.usage) {
      progress.usage = usageOf(chunk.usage);
      told = true;
    }
    const choice = chunk.choices?.[0];
    if (!choice) continue;
    const delta = choice.delta ?? {};
    if (delta.content) {
      text += delta.content;
      onText(delta.content);
    }
    if (delta.refusal) refusal += delta.refusal;
    thoughts += Reasoning.safeParse(delta).data?.reasoning_content ?? "";
    for (const part of delta.tool_calls ?? []) addToolDelta(calls, part, chunk.id);
    if (choice.finish_reason) stop = stopOf(choice.finish_reason);
  }
  if (stop === null) return null;

  const tools = calls.map((call) => call.draft);
  if (!told) {
    const written = text + thoughts + refusal + tools.map((tool) => tool.name + tool.json).join("");
    progress.usage = {
      ...progress.usage,
      input: estimateTokens(promptBytes),
      output: estimateTokens(bytesOf(written)),
    };
  }
  const blocks: DraftBlock[] = [
    ...(thoughts === ""
      ? []
      : [{ type: "thinking" as const, text: thoughts, signature: sign("reasoning-content", "") }]),
    ...(text === "" ? [] : [{ type: "text" as const, text }]),
    ...tools,
  ];
  return {
    blocks,
    stop: refusal === "" ? stop : "refusal",
    usage: progress.usage,
    ...(told ? {} : { usageEstimated: true }),
    model,
    ...(refusal === "" ? {} : { refusal }),
  };
}

type ToolDelta = NonNullable<ChatCompletionChunk.Choice.Delta["tool_calls"]>[number];

/**
 * Deltas belong to a call by index. Some servers leave the index out or say 0 for every call: then a new id, or a
 * name where one is already known, begins the next call.
 */
function addToolDelta(
  calls: { readonly index: number | undefined; readonly draft: ToolDraft }[],
  part: ToolDelta,
  answerId: string,
): void {
  const index: number | undefined = part.index;
  const same = index === undefined ? calls.at(-1) : calls.findLast((call) => call.index === index);
  const another =
    same !== undefined &&
    ((part.id && part.id !== same.draft.id && part.function?.name) ||
      (index === undefined && part.function?.name && same.draft.name !== ""));
  let call = another ? undefined : same;
  if (!call) {
    const taken = calls.some((one) => one.draft.id === part.id);
    const id = part.id && !taken ? part.id : `call_${answerId || "answer"}_${calls.length}`;
    call = { index, draft: { type: "tool_use", id, name: "", json: "" } };
    calls.push(call);
  }
  call.draft.name ||= part.function?.name ?? "";
  const piece: unknown = part.function?.arguments;
  if (typeof piece === "string") call.draft.json += piece;
  // Some servers give the whole input as an object.
  else if (piece !== null && piece !== undefined) call.draft.json += JSON.stringify(piece);
}

function stopOf(reason: NonNullable<ChatCompletionChunk.Choice["finish_reason"]>): StopReason {
  if (reason === "length") return "max_tokens";
  if (reason === "content_filter") return "refusal";
  return reason === "tool_calls" || reason === "function_call" ? "tool_use" : "end";
}

/** `prompt_tokens` includes what was read from the cache; ours counts it apart. */
function usageOf(usage: NonNullable<ChatCompletionChunk["usage"]>): Usage {
  const cached = Math.min(usage.prompt_tokens_details?.cached_tokens ?? 0, usage.prompt_tokens ?? 0);
  return {
    input: (usage.prompt_tokens ?? 0) - cached,
    output: usage.completion_tokens ?? 0,
    cacheRead: cached,
    cacheWrite5m: 0,
    cacheWrite1h: 0,
  };
}
