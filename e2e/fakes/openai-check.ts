import type { IncomingHttpHeaders } from "node:http";
import { WireChat, type WireMessage } from "./openai-wire.ts";
import { schemaProblem } from "./schemas.ts";
import { isSendable } from "./unicode.ts";

export interface Refusal {
  readonly status: number;
  readonly type: string;
  readonly code: string | null;
  readonly message: string;
}

const bad = (message: string): Refusal => ({ status: 400, type: "invalid_request_error", code: null, message });

export const bearer = (headers: IncomingHttpHeaders): string =>
  /^Bearer (.+)$/.exec(headers.authorization ?? "")?.[1] ?? "";

export function checkHeaders(headers: IncomingHttpHeaders, keys: readonly string[]): Refusal | null {
  const key = bearer(headers);
  if (key !== "" && (keys.length === 0 || keys.includes(key))) return null;
  return {
    status: 401,
    type: "invalid_request_error",
    code: "invalid_api_key",
    message: `Incorrect API key provided: ${key}. You can find your API key at https://platform.openai.com.`,
  };
}

/** The rules of Chat Completions that a client can break. */
export function checkChat(body: unknown): Refusal | { readonly ok: WireChat } {
  if (!isSendable(body)) return bad("The request body is not valid JSON: no low surrogate in string");
  const parsed = WireChat.safeParse(body);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    return bad(`Invalid value: '${issue?.path.join(".") ?? ""}': ${issue?.message ?? "invalid"}`);
  }
  const request = parsed.data;
  const choice = request.tool_choice;
  const names = (request.tools ?? []).map((tool) => tool.function.name);
  if (new Set(names).size !== names.length) return bad("Invalid 'tools': function names must be unique.");
  for (const { function: tool } of request.tools ?? []) {
    const problem = schemaProblem(tool.parameters ?? { type: "object" });
    if (problem) return bad(`Invalid schema for function '${tool.name}': ${problem}`);
  }
  if (choice && names.length === 0) return bad("'tool_choice' is only allowed when 'tools' are specified.");
  if (typeof choice === "object" && !names.includes(choice.function.name)) {
    return bad(`Invalid value for 'tool_choice': no function named '${choice.function.name}' was specified.`);
  }
  if (request.max_tokens && request.max_completion_tokens) {
    return bad("Setting 'max_tokens' and 'max_completion_tokens' at the same time is not supported.");
  }
  return checkOrder(request.messages) ?? { ok: request };
}

/** Every call is answered by a tool message right after it, and no tool message stands alone. */
function checkOrder(messages: readonly WireMessage[]): Refusal | null {
  let open = new Set<string>();
  for (const [index, message] of messages.entries()) {
    if (message.role === "tool") {
      if (!open.delete(message.tool_call_id)) {
        return bad(
          `messages.[${index}]: messages with role 'tool' must be a response to a preceding message with 'tool_calls'.`,
        );
      }
      continue;
    }
    if (open.size > 0) return unanswered(open);
    if (message.role === "assistant") {
      if (!message.content && !message.tool_calls) return bad(`messages.[${index}]: content or tool_calls is required`);
      open = new Set((message.tool_calls ?? []).map((call) => call.id));
    }
  }
  return open.size > 0 ? unanswered(open) : null;
}

const unanswered = (open: ReadonlySet<string>): Refusal =>
  bad(
    "An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'. " +
      `The following tool_call_ids did not have response messages: ${[...open].join(", ")}`,
  );
