import { TIER_MODELS } from "../../../shared/money/prices.ts";
import type { Block } from "../../../shared/workflow/content.ts";
import { NO_USAGE, type Usage } from "../../../shared/workflow/content.ts";
import type { CallOptions, ModelOutcome, ModelPort, ModelRequest } from "../port.ts";
import { answer } from "./answer.ts";

export interface OfflineDeps {
  /** Tokens of each text, o200k_base (SandboxRpc.countTokens). */
  countTokens(texts: readonly string[]): Promise<number[]>;
  /** YYYY-MM-DD, used when a prompt carries no `today`. */
  today(): string;
}

/** Characters per streamed piece: small enough to look like typing, large enough to be cheap. */
const PIECE = 24;

/**
 * A deterministic stand-in for a language model: no key, no network. It reads requests by a grammar (English and
 * Arabic), plans, writes code for the sandbox and reads what that code printed. Its usage is counted like a real
 * model's so that caps and ledgers behave the same; it is labelled simulated and billed nothing.
 */
export function createOfflineModel(deps: OfflineDeps): ModelPort {
  return {
    provider: "offline",
    simulated: true,
    modelFor: (tier) => TIER_MODELS[tier],
    call: (request, options) => call(request, options, deps),
  };
}

async function call(request: ModelRequest, options: CallOptions, deps: OfflineDeps): Promise<ModelOutcome> {
  const blocks = answer(request, deps.today());
  const { known, fresh } = promptPieces(request);
  const said = blocks.map(blockText).join("\n");
  const counted = await count([...known, ...fresh, said], deps);
  const output = counted.at(-1) ?? 0;
  const prompt = cached(sum(counted.slice(0, known.length)), sum(counted.slice(known.length, -1)));
  if (options.signal.aborted) return cut(prompt);
  const over = output > request.maxTokens;
  const content = over ? shorten(blocks, request.maxTokens) : blocks;
  for (const block of content) {
    if (block.type !== "text") continue;
    for (const piece of pieces(block.text)) {
      if (options.signal.aborted) return cut(prompt);
      options.onText(piece);
      await Promise.resolve();
    }
  }
  return {
    ok: true,
    content,
    stopReason: over ? "max_tokens" : content.some((block) => block.type === "tool_use") ? "tool_use" : "end",
    usage: { ...prompt, output: Math.min(output, request.maxTokens) },
    model: request.model,
  };
}

/** Shortest prompt that Anthropic's cache takes (Sonnet and Opus). */
const MIN_CACHED = 1024;

/** Prompt tokens as the Anthropic adapter's caching bills them: what the call before sent is read, the rest written. */
function cached(known: number, fresh: number): Usage {
  if (known >= MIN_CACHED) return { ...NO_USAGE, cacheRead: known, cacheWrite5m: fresh };
  const input = known + fresh;
  return input >= MIN_CACHED ? { ...NO_USAGE, cacheWrite5m: input } : { ...NO_USAGE, input };
}

function cut(prompt: Usage): ModelOutcome {
  return {
    ok: false,
    failure: { code: "model_cancelled", params: {}, technical: "The call was aborted by its caller." },
    retryable: false,
    retryAfterMs: null,
    usage: prompt,
    billingUnknown: false,
  };
}

/** The prompt in pieces: what the call before this one sent too, and what came since. */
function promptPieces(request: ModelRequest): { known: string[]; fresh: string[] } {
  const messages = request.messages.map((message) => message.content.map(blockText).join("\n"));
  const pieces = [request.system, JSON.stringify(request.tools), ...messages];
  // Each turn of a tool loop adds an answer and what came back.
  const before = request.messages.length >= 3 ? pieces.length - 2 : 0;
  return { known: pieces.slice(0, before), fresh: pieces.slice(before) };
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);

/** Counts seen before, newest last: system prompts, tools and earlier turns come again with every call. */
const remembered = new Map<string, number>();
const MAX_REMEMBERED = 2_000;
/** Longer pieces are not kept: they are files, and rarely the same. */
const MAX_PIECE = 20_000;

async function count(pieces: readonly string[], deps: OfflineDeps): Promise<number[]> {
  const missing = [...new Set(pieces.filter((piece) => !remembered.has(piece)))];
  const counts = new Map<string, number>();
  if (missing.length > 0) {
    const found = await deps.countTokens(missing);
    for (const [index, piece] of missing.entries()) counts.set(piece, found[index] ?? 0);
  }
  const answer = pieces.map((piece) => counts.get(piece) ?? remembered.get(piece) ?? 0);
  for (const [piece, tokens] of counts) if (piece.length <= MAX_PIECE) remembered.set(piece, tokens);
  for (const oldest of remembered.keys()) {
    if (remembered.size <= MAX_REMEMBERED) break;
    remembered.delete(oldest);
  }
  return answer;
}

function blockText(block: Block): string {
  switch (block.type) {
    case "text":
      return block.text;
    case "thinking":
      return block.text;
    case "tool_use":
      return `${block.name} ${JSON.stringify(block.input)}`;
    case "tool_result":
      return block.content;
    case "image":
      return "";
  }
}

/** What a model cut at its limit leaves behind: the beginning of its text, and no half tool call. */
function shorten(blocks: readonly Block[], maxTokens: number): Block[] {
  let left = maxTokens * 3;
  const kept: Block[] = [];
  for (const block of blocks) {
    if (block.type !== "text") break;
    const text = block.text.slice(0, left);
    left -= text.length;
    if (text.length > 0) kept.push({ type: "text", text });
  }
  return kept;
}

/** Cuts at spaces where it can, so that no word is torn on screen and no surrogate pair is split. */
function pieces(text: string): string[] {
  const found: string[] = [];
  let piece = "";
  for (const word of text.split(/(?<=\s)/u)) {
    piece += word;
    if (piece.length >= PIECE) {
      found.push(piece);
      piece = "";
    }
  }
  if (piece.length > 0) found.push(piece);
  return found;
}
