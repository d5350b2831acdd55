import type { ModelRequest } from "../../durable-objects/models/port.ts";
import type { Block } from "../../shared/workflow/content.ts";
import { systemText, type WireBlock, type WireRequest } from "./anthropic-wire.ts";
import { IMAGE_TOKENS, type PromptPart, tokensOf } from "./bill.ts";
import { asModelRequest } from "./brain.ts";

/** The provider's request turned back into ours, with the images' bytes beside it. */
export function readAnthropicRequest(wire: WireRequest): { request: ModelRequest; images: Map<string, Uint8Array> } {
  const images = new Map<string, Uint8Array>();
  const blockOf = (block: WireBlock): Block[] => {
    switch (block.type) {
      case "text":
        return [{ type: "text", text: block.text }];
      case "image": {
        const fileId = `inline_${images.size}`;
        images.set(fileId, new Uint8Array(Buffer.from(block.source.data, "base64")));
        return [{ type: "image", fileId, mediaType: block.source.media_type }];
      }
      case "tool_use":
        return [{ type: "tool_use", id: block.id, name: block.name, input: block.input }];
      case "tool_result": {
        const content = block.content ?? "";
        const text = typeof content === "string" ? content : content.map((part) => part.text).join("\n");
        return [{ type: "tool_result", toolUseId: block.tool_use_id, ok: block.is_error !== true, content: text }];
      }
      default:
        return [];
    }
  };
  const choice = wire.tool_choice;
  const effort = wire.output_config?.effort;
  const request = asModelRequest({
    model: wire.model,
    system: systemText(wire),
    messages: wire.messages.map(({ role, content }) => ({ role, content: content.flatMap(blockOf) })),
    tools: (wire.tools ?? []).map((tool) => ({
      name: tool.name,
      description: tool.description ?? "",
      inputSchema: tool.input_schema,
    })),
    toolChoice: choice?.type === "tool" ? { name: choice.name } : choice?.type === "any" ? "any" : "auto",
    maxTokens: wire.max_tokens,
    effort: effort === "low" || effort === "medium" ? effort : "high",
  });
  return { request, images };
}

/** The prompt in the order the API reads it: tools, system, messages. */
export function promptParts(wire: WireRequest): PromptPart[] {
  const part = (value: object, text: string, tokens: number): PromptPart => ({
    text,
    tokens,
    mark: "cache_control" in value && Boolean(value.cache_control),
  });
  const tools = (wire.tools ?? []).map((tool) => {
    const text = JSON.stringify([tool.name, tool.description, tool.input_schema]);
    return part(tool, text, tokensOf(text));
  });
  const system =
    typeof wire.system === "string"
      ? [part({}, wire.system, tokensOf(wire.system))]
      : (wire.system ?? []).map((block) => part(block, block.text, tokensOf(block.text)));
  const messages = wire.messages.flatMap(({ role, content }) =>
    content.map((block) => {
      const text = role + JSON.stringify(block, (key, value: unknown) => (key === "cache_control" ? undefined : value));
      return part(block, text, block.type === "image" ? IMAGE_TOKENS : tokensOf(text));
    }),
  );
  return [...tools, ...system, ...messages];
}
