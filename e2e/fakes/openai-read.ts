import type { ModelRequest } from "../../durable-objects/models/port.ts";
import type { Block, Message } from "../../shared/workflow/content.ts";
import { IMAGE_TOKENS, type PromptPart, tokensOf } from "./bill.ts";
import { asModelRequest } from "./brain.ts";
import type { WireChat, WireMessage } from "./openai-wire.ts";

/** The provider's request turned back into ours, with the images' bytes beside it. */
export function readChatRequest(wire: WireChat): { request: ModelRequest; images: Map<string, Uint8Array> } {
  const images = new Map<string, Uint8Array>();
  const imageOf = (url: string): Block => {
    const [head = "", data = ""] = url.split(";base64,");
    const fileId = `inline_${images.size}`;
    images.set(fileId, new Uint8Array(Buffer.from(data, "base64")));
    return { type: "image", fileId, mediaType: head.replace("data:", "") };
  };
  const choice = wire.tool_choice;
  const effort = wire.reasoning_effort;
  const request = asModelRequest({
    model: wire.model,
    system: wire.messages.flatMap((message) => (message.role === "system" ? [message.content] : [])).join("\n"),
    messages: joinResults(wire.messages.flatMap((message) => messageOf(message, imageOf))),
    tools: (wire.tools ?? []).map((tool) => ({
      name: tool.function.name,
      description: tool.function.description ?? "",
      inputSchema: tool.function.parameters ?? { type: "object" },
    })),
    toolChoice: typeof choice === "object" ? { name: choice.function.name } : choice === "required" ? "any" : "auto",
    maxTokens: wire.max_completion_tokens ?? wire.max_tokens ?? 128_000,
    effort: effort === "low" || effort === "medium" ? effort : "high",
  });
  return { request, images };
}

function messageOf(message: WireMessage, imageOf: (url: string) => Block): Message[] {
  switch (message.role) {
    case "system":
      return [];
    case "tool": {
      const failed = message.content.startsWith("Error: ");
      const content = failed ? message.content.slice("Error: ".length) : message.content;
      return [
        { role: "user", content: [{ type: "tool_result", toolUseId: message.tool_call_id, ok: !failed, content }] },
      ];
    }
    case "user": {
      const parts =
        typeof message.content === "string" ? [{ type: "text" as const, text: message.content }] : message.content;
      const content = parts.map((part) =>
        part.type === "text" ? { type: "text" as const, text: part.text } : imageOf(part.image_url.url),
      );
      return [{ role: "user", content }];
    }
    case "assistant": {
      const text: Block[] = message.content ? [{ type: "text", text: message.content }] : [];
      const calls = (message.tool_calls ?? []).map((call): Block => {
        // SAFETY: what came back was sent by us as JSON of an object; a client that breaks this fails the test.
        const input = JSON.parse(call.function.arguments) as Record<string, unknown>;
        return { type: "tool_use", id: call.id, name: call.function.name, input };
      });
      return [{ role: "assistant", content: [...text, ...calls] }];
    }
  }
}

/** Tool messages of one turn are one message of ours. */
function joinResults(messages: readonly Message[]): Message[] {
  const joined: Message[] = [];
  for (const message of messages) {
    const last = joined.at(-1);
    if (last?.role === message.role) last.content.push(...message.content);
    else joined.push({ role: message.role, content: [...message.content] });
  }
  return joined;
}

/** The prompt in order. The provider caches by itself, so every part may end a cached prefix. */
export function chatParts(wire: WireChat): PromptPart[] {
  const tools = (wire.tools ?? []).map((tool) => JSON.stringify(tool));
  const parts = [...tools, ...wire.messages.map((message) => JSON.stringify(message))];
  return parts.map((text) => {
    const images = text.split('"image_url":{').length - 1;
    const tokens =
      images === 0 ? tokensOf(text) : images * IMAGE_TOKENS + tokensOf(text.replaceAll(/base64,[^"]+/g, ""));
    return { text, tokens, mark: true };
  });
}
