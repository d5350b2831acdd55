import type { StopReason as ClaudeStop, RawMessageStreamEvent } from "@anthropic-ai/sdk/resources/messages";
import { NO_USAGE, type StopReason, type Usage } from "../../shared/workflow/content.ts";
import type { Draft, DraftBlock } from "./answer.ts";
import type { Progress } from "./call.ts";
import { sign } from "./provenance.ts";

const STOPS: Readonly<Record<ClaudeStop, StopReason>> = {
  end_turn: "end",
  stop_sequence: "end",
  pause_turn: "end",
  tool_use: "tool_use",
  max_tokens: "max_tokens",
  model_context_window_exceeded: "max_tokens",
  refusal: "refusal",
};

/** Reads the events of one answer. Resolves to null when they end before `message_stop`: the stream was cut. */
export async function readAnthropic(
  events: AsyncIterable<RawMessageStreamEvent>,
  progress: Progress,
  onText: (delta: string) => void,
): Promise<Draft | null> {
  const blocks = new Map<number, DraftBlock>();
  let model = "";
  let stop: StopReason | null = null;
  let refusal: string | undefined;
  let complete = false;

  for await (const event of events) {
    switch (event.type) {
      case "message_start":
        progress.began = true;
        progress.usage = merge(NO_USAGE, event.message.usage);
        model = event.message.model;
        break;
      case "content_block_start": {
        const block = event.content_block;
        if (block.type === "text") {
          blocks.set(event.index, { type: "text", text: block.text });
          onText(block.text);
        } else if (block.type === "thinking") {
          blocks.set(event.index, {
            type: "thinking",
            text: block.thinking,
            signature: sign("anthropic", block.signature),
          });
        } else if (block.type === "redacted_thinking") {
          blocks.set(event.index, { type: "thinking", text: "", signature: sign("anthropic-redacted", block.data) });
        } else if (block.type === "tool_use") {
          blocks.set(event.index, { type: "tool_use", id: block.id, name: block.name, json: "" });
        }
        break;
      }
      case "content_block_delta": {
        const block = blocks.get(event.index);
        const delta = event.delta;
        if (delta.type === "text_delta" && block?.type === "text") {
          block.text += delta.text;
          onText(delta.text);
        } else if (delta.type === "input_json_delta" && block?.type === "tool_use") block.json += delta.partial_json;
        else if (delta.type === "thinking_delta" && block?.type === "thinking") block.text += delta.thinking;
        else if (delta.type === "signature_delta" && block?.type === "thinking") block.signature += delta.signature;
        break;
      }
      case "message_delta":
        progress.usage = merge(progress.usage, event.usage);
        if (event.delta.stop_reason) stop = STOPS[event.delta.stop_reason] ?? "end";
        if (event.delta.stop_details) {
          const { category, explanation } = event.delta.stop_details;
          refusal = [category, explanation].filter(Boolean).join(": ");
        }
        break;
      case "message_stop":
        complete = true;
        break;
      default:
        break;
    }
  }
  if (!complete || stop === null) return null;
  const ordered = [...blocks].sort(([a], [b]) => a - b).map(([, block]) => block);
  return { blocks: ordered, stop, usage: progress.usage, model, ...(refusal ? { refusal } : {}) };
}

interface Told {
  readonly input_tokens?: number | null;
  readonly output_tokens?: number | null;
  readonly cache_read_input_tokens?: number | null;
  readonly cache_creation_input_tokens?: number | null;
  readonly cache_creation?: {
    readonly ephemeral_5m_input_tokens?: number | null;
    readonly ephemeral_1h_input_tokens?: number | null;
  } | null;
}

/** Counts are cumulative: a later one replaces an earlier, a missing one keeps it. */
function merge(known: Usage, told: Told): Usage {
  const oneHour = told.cache_creation?.ephemeral_1h_input_tokens ?? known.cacheWrite1h;
  const written = told.cache_creation_input_tokens ?? known.cacheWrite5m + known.cacheWrite1h;
  return {
    input: told.input_tokens ?? known.input,
    output: told.output_tokens ?? known.output,
    cacheRead: told.cache_read_input_tokens ?? known.cacheRead,
    cacheWrite5m: told.cache_creation?.ephemeral_5m_input_tokens ?? Math.max(0, written - oneHour),
    cacheWrite1h: oneHour,
  };
}
