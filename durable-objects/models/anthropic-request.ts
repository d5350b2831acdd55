import type {
  CacheControlEphemeral,
  ContentBlockParam,
  ImageBlockParam,
  MessageCreateParamsStreaming,
  MessageParam,
  TextBlockParam,
  Tool,
  ToolChoice,
} from "@anthropic-ai/sdk/resources/messages";
import { z } from "zod";
import type { Block } from "../../shared/workflow/content.ts";
import { claudeTraits } from "./anthropic-traits.ts";
import { loopStart, normalise } from "./conversation.ts";
import type { ModelRequest } from "./port.ts";
import { readSignature } from "./provenance.ts";

const FIVE_MINUTES: CacheControlEphemeral = { type: "ephemeral" };

const ImageType = z.enum(["image/jpeg", "image/png", "image/gif", "image/webp"]);

/**
 * Our request as the Messages API takes it. Cached: tools and system (the same for every step of an agent) and,
 * where another call will read it again, the conversation so far; at most three of the four allowed marks.
 * `reasoning: false` leaves all reasoning of earlier answers out.
 */
export function toAnthropic(
  request: ModelRequest,
  images: ReadonlyMap<string, string>,
  reasoning: boolean,
): MessageCreateParamsStreaming {
  const traits = claudeTraits(request.model);
  const tools = toolsOf(request);
  const system = systemOf(request, traits.forcesTools);
  const toolChoice = traits.forcesTools ? forcedChoice(request) : null;
  return {
    model: request.model,
    max_tokens: request.maxTokens,
    stream: true,
    messages: messagesOf(request, images, reasoning),
    ...(system.length > 0 ? { system } : {}),
    ...(tools.length > 0 ? { tools, tool_choice: toolChoice ?? { type: "auto" } } : {}),
    ...(traits.adaptive ? { thinking: { type: "adaptive" }, output_config: { effort: request.effort } } : {}),
  };
}

function forcedChoice(request: ModelRequest): ToolChoice {
  const choice = request.toolChoice;
  if (choice === "auto") return { type: "auto" };
  return choice === "any" ? { type: "any" } : { type: "tool", name: choice.name };
}

function toolsOf(request: ModelRequest): Tool[] {
  return request.tools.map((tool, index) => ({
    name: tool.name,
    description: tool.description,
    input_schema: { ...tool.inputSchema, type: "object" },
    ...(index === request.tools.length - 1 ? { cache_control: FIVE_MINUTES } : {}),
  }));
}

/** The system prompt; where the model can't be forced to call a tool it is told to, in a block of its own. */
function systemOf(request: ModelRequest, forces: boolean): TextBlockParam[] {
  const texts = [request.system.toWellFormed()];
  const choice = request.toolChoice;
  if (!forces && choice !== "auto" && request.tools.length > 0) {
    texts.push(
      choice === "any"
        ? "Every answer must call at least one of the tools. An answer in words alone is discarded."
        : `Answer by calling the tool ${choice.name}. An answer in words alone is discarded.`,
    );
  }
  const blocks = texts.filter((text) => text.trim() !== "").map((text): TextBlockParam => ({ type: "text", text }));
  const last = blocks.at(-1);
  if (last) last.cache_control = FIVE_MINUTES;
  return blocks;
}

function messagesOf(request: ModelRequest, images: ReadonlyMap<string, string>, reasoning: boolean): MessageParam[] {
  const conversation = normalise(request.messages);
  const loop = loopStart(conversation);
  const messages = conversation
    .map((message, index) => ({
      role: message.role,
      content: message.content.flatMap((block) => blockOf(block, images, reasoning && index > loop)),
    }))
    .filter((message) => message.content.length > 0);
  if (readAgain(request)) {
    const last = messages
      .at(-1)
      ?.content.findLast((block) => block.type !== "thinking" && block.type !== "redacted_thinking");
    if (last) markCached(last);
  }
  return messages;
}

/** Writing the cache costs a quarter more than reading the prompt once: only where a next call follows. */
function readAgain(request: ModelRequest): boolean {
  if (request.messages.some((message) => message.role === "assistant")) return true;
  return request.operation === "building" || request.operation === "reviewing" || request.operation === "chat";
}

function markCached(block: ContentBlockParam): void {
  if (block.type === "text" || block.type === "image" || block.type === "tool_result" || block.type === "tool_use") {
    block.cache_control = FIVE_MINUTES;
  }
}

function blockOf(block: Block, images: ReadonlyMap<string, string>, reasoning: boolean): ContentBlockParam[] {
  switch (block.type) {
    case "text":
      return [{ type: "text", text: block.text }];
    case "image":
      return [imageOf(block.fileId, block.mediaType, images)];
    case "thinking": {
      const signed = reasoning ? readSignature(block.signature) : null;
      if (signed?.kind === "anthropic") return [{ type: "thinking", thinking: block.text, signature: signed.value }];
      if (signed?.kind === "anthropic-redacted") return [{ type: "redacted_thinking", data: signed.value }];
      return [];
    }
    case "tool_use":
      return [{ type: "tool_use", id: toolId(block.id), name: block.name, input: block.input }];
    case "tool_result":
      return [
        {
          type: "tool_result",
          tool_use_id: toolId(block.toolUseId),
          content: block.content === "" ? "(no output)" : block.content,
          ...(block.ok ? {} : { is_error: true }),
        },
      ];
  }
}

/** The API takes `[a-zA-Z0-9_-]+`; ids in a conversation begun with another provider may hold more. */
const toolId = (id: string): string => id.replaceAll(/[^a-zA-Z0-9_-]/g, "_");

function imageOf(
  fileId: string,
  mediaType: string,
  images: ReadonlyMap<string, string>,
): ImageBlockParam | TextBlockParam {
  const type = ImageType.safeParse(mediaType);
  const data = images.get(fileId);
  if (!type.success || data === undefined)
    return { type: "text", text: `[an image of type ${mediaType} that can't be shown]` };
  return { type: "image", source: { type: "base64", media_type: type.data, data } };
}
