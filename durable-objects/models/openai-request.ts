import type {
  ChatCompletionAssistantMessageParam,
  ChatCompletionContentPart,
  ChatCompletionCreateParamsStreaming,
  ChatCompletionMessageParam,
  ChatCompletionToolChoiceOption,
} from "openai/resources/chat/completions";
import type { Block, Message } from "../../shared/workflow/content.ts";
import { loopStart, normalise } from "./conversation.ts";
import type { ModelRequest } from "./port.ts";
import { readSignature } from "./provenance.ts";

/** What differs between OpenAI itself and the many servers that speak its protocol. */
export interface OpenAiDialect {
  /** OpenAI's own service: newer parameter names, effort for its reasoning models. */
  readonly original: boolean;
}

export function dialectOf(baseUrl: string): OpenAiDialect {
  return { original: new URL(baseUrl).hostname.endsWith("api.openai.com") };
}

/** Our request as Chat Completions takes it. Caching is the provider's own affair: stable parts come first. */
export function toChatCompletion(
  request: ModelRequest,
  images: ReadonlyMap<string, string>,
  dialect: OpenAiDialect,
): ChatCompletionCreateParamsStreaming {
  const tools = request.tools.map((tool) => ({
    type: "function" as const,
    function: { name: tool.name, description: tool.description, parameters: { ...tool.inputSchema, type: "object" } },
  }));
  return {
    model: request.model,
    stream: true,
    stream_options: { include_usage: true },
    messages: messagesOf(request, images),
    ...(tools.length > 0 ? { tools, tool_choice: choiceOf(request) } : {}),
    // Reasoning models of OpenAI refuse `max_tokens`; many other servers know nothing else.
    ...(dialect.original ? { max_completion_tokens: request.maxTokens } : { max_tokens: request.maxTokens }),
    ...(dialect.original && /^(?:o\d|gpt-[5-9])/.test(request.model) && !request.model.includes("chat")
      ? { reasoning_effort: request.effort }
      : {}),
  };
}

function choiceOf(request: ModelRequest): ChatCompletionToolChoiceOption {
  const choice = request.toolChoice;
  if (choice === "auto") return "auto";
  return choice === "any" ? "required" : { type: "function", function: { name: choice.name } };
}

function messagesOf(request: ModelRequest, images: ReadonlyMap<string, string>): ChatCompletionMessageParam[] {
  const conversation = normalise(request.messages);
  const loop = loopStart(conversation);
  const system: ChatCompletionMessageParam[] =
    request.system.trim() === "" ? [] : [{ role: "system", content: request.system.toWellFormed() }];
  return [
    ...system,
    ...conversation.flatMap((message, index) =>
      message.role === "user" ? userMessages(message, images) : assistantMessages(message, index > loop),
    ),
  ];
}

/** Tool results are messages of their own and must follow the calls directly; the rest comes after them. */
function userMessages(message: Message, images: ReadonlyMap<string, string>): ChatCompletionMessageParam[] {
  const results = message.content.flatMap((block): ChatCompletionMessageParam[] =>
    block.type === "tool_result"
      ? [{ role: "tool", tool_call_id: block.toolUseId, content: block.ok ? block.content : `Error: ${block.content}` }]
      : [],
  );
  const parts = message.content.flatMap((block) => partOf(block, images));
  const first = parts[0];
  if (!first) return results;
  const content = parts.length === 1 && first.type === "text" ? first.text : parts;
  return [...results, { role: "user", content }];
}

function partOf(block: Block, images: ReadonlyMap<string, string>): ChatCompletionContentPart[] {
  if (block.type === "text") return [{ type: "text", text: block.text }];
  if (block.type !== "image") return [];
  const data = images.get(block.fileId);
  if (data === undefined || !block.mediaType.startsWith("image/")) {
    return [{ type: "text", text: `[an image of type ${block.mediaType} that can't be shown]` }];
  }
  return [{ type: "image_url", image_url: { url: `data:${block.mediaType};base64,${data}` } }];
}

/** DeepSeek, Moonshot and others want their reasoning back within a tool loop; OpenAI neither sends nor takes it. */
type WithReasoning = ChatCompletionAssistantMessageParam & { reasoning_content?: string };

function assistantMessages(message: Message, reasoning: boolean): ChatCompletionMessageParam[] {
  const text = message.content.flatMap((block) => (block.type === "text" ? [block.text] : [])).join("\n");
  const thoughts = message.content.flatMap((block) =>
    block.type === "thinking" && readSignature(block.signature)?.kind === "reasoning-content" ? [block.text] : [],
  );
  const calls = message.content.flatMap((block) =>
    block.type === "tool_use"
      ? [
          {
            id: block.id,
            type: "function" as const,
            function: { name: block.name, arguments: JSON.stringify(block.input) },
          },
        ]
      : [],
  );
  if (text === "" && calls.length === 0) return [];
  const answer: WithReasoning = {
    role: "assistant",
    content: text === "" ? null : text,
    ...(calls.length > 0 ? { tool_calls: calls } : {}),
    ...(reasoning && thoughts.length > 0 ? { reasoning_content: thoughts.join("\n") } : {}),
  };
  return [answer];
}
