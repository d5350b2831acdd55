import { createHash } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { systemText, type WireBlock, WireRequest } from "./anthropic-wire.ts";
import { schemaProblem } from "./schemas.ts";
import { isSendable } from "./unicode.ts";

export interface Refusal {
  readonly status: number;
  readonly type: string;
  readonly message: string;
}

const bad = (message: string): Refusal => ({ status: 400, type: "invalid_request_error", message });

/** Versions of the API that this fake speaks; nothing it does differs between them. */
const VERSIONS: readonly string[] = ["2023-06-01", "2026-10-21"];

/** The key in the documented header, or as the bearer token that newer SDKs send. */
export const keyOf = (headers: IncomingHttpHeaders): string => {
  const key = headers["x-api-key"];
  return typeof key === "string" ? key : (/^Bearer (.+)$/.exec(headers.authorization ?? "")?.[1] ?? "");
};

/** Headers the API insists on. `keys`: the accepted ones; none: any. */
export function checkHeaders(headers: IncomingHttpHeaders, keys: readonly string[]): Refusal | null {
  const key = keyOf(headers);
  if (key === "") {
    return { status: 401, type: "authentication_error", message: "x-api-key header is required" };
  }
  if (keys.length > 0 && !keys.includes(key)) {
    return { status: 401, type: "authentication_error", message: "invalid x-api-key" };
  }
  const version = String(headers["anthropic-version"] ?? "");
  if (version === "") return bad("anthropic-version: header is required");
  if (!VERSIONS.includes(version)) return bad(`anthropic-version: "${version}" is not a valid version`);
  if (!headers["content-type"]?.includes("application/json")) return bad("content-type must be application/json");
  return null;
}

/** The rules of the Messages API that a client can break. */
export function checkRequest(body: unknown): Refusal | { readonly ok: WireRequest } {
  if (!isSendable(body)) return bad("The request body is not valid JSON: no low surrogate in string");
  const parsed = WireRequest.safeParse(body);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    return bad(`${issue?.path.join(".") ?? ""}: ${issue?.message ?? "invalid"}`);
  }
  const request = parsed.data;
  return checkModel(request) ?? checkMessages(request) ?? checkCacheMarks(request) ?? { ok: request };
}

/** Current models think adaptively; the 5.5 generation cannot be forced to call a tool. */
function checkModel(request: WireRequest): Refusal | null {
  const earlier = /-(?:3|4)(?:-[0-5])?(?:-\d{8})?$/.test(request.model);
  const choice = request.tool_choice;
  const forced = choice?.type === "any" || choice?.type === "tool";
  if (forced && !request.tools?.length) return bad("tool_choice may only be specified while providing tools");
  if (choice?.type === "tool" && !request.tools?.some((tool) => tool.name === choice.name)) {
    return bad(`tool_choice.tool.name: Tool '${choice.name}' not found in provided tools`);
  }
  if (forced && /(?:opus|sonnet)-5-5|fable-5/.test(request.model)) {
    return bad('tool_choice: type "tool" and "any" are not supported for this model.');
  }
  if (forced && request.thinking?.type === "adaptive") {
    return bad("Thinking may not be enabled when tool_choice forces tool use.");
  }
  if (earlier && request.thinking?.type === "adaptive") return bad("adaptive thinking is not supported on this model");
  if (earlier && request.output_config?.effort) return bad("This model does not support the effort parameter.");
  if (!earlier && request.thinking?.type === "enabled") {
    return bad('"thinking.type.enabled" is not supported for this model.');
  }
  if (!earlier && request.messages.at(-1)?.role === "assistant") {
    return bad("This model does not support assistant message prefill. The conversation must end with a user message.");
  }
  const names = (request.tools ?? []).map((tool) => tool.name);
  if (new Set(names).size !== names.length) return bad("tools: Tool names must be unique.");
  for (const [index, tool] of (request.tools ?? []).entries()) {
    const problem = schemaProblem(tool.input_schema);
    if (problem) return bad(`tools.${index}.custom.input_schema: ${problem}`);
  }
  return null;
}

function checkMessages(request: WireRequest): Refusal | null {
  const seen = new Set<string>();
  for (const [index, message] of request.messages.entries()) {
    const before = request.messages[index - 1];
    if (index === 0 && message.role !== "user") return bad("messages: first message must use the user role");
    if (before?.role === message.role) return bad(`messages.${index}: roles must alternate between user and assistant`);
    if (message.content.length === 0) return bad(`messages.${index}: all messages must have non-empty content`);
    if (message.content.some((block) => block.type === "text" && block.text.trim() === "")) {
      return bad(`messages.${index}: text content blocks must contain non-whitespace text`);
    }
    const misplaced = message.content.find((block) =>
      message.role === "user"
        ? block.type === "tool_use" || block.type === "thinking" || block.type === "redacted_thinking"
        : block.type === "tool_result" || block.type === "image",
    );
    if (misplaced)
      return bad(`messages.${index}: ${misplaced.type} blocks are not allowed in ${message.role} messages`);
    const problem = checkTools(before?.content ?? [], message.content, index, seen);
    if (problem) return problem;
  }
  const open = request.messages.at(-1)?.content.find((block) => block.type === "tool_use");
  return open ? bad("`tool_use` ids were found without `tool_result` blocks immediately after") : null;
}

function checkTools(
  before: readonly WireBlock[],
  content: readonly WireBlock[],
  index: number,
  seen: Set<string>,
): Refusal | null {
  const asked = before.flatMap((block) => (block.type === "tool_use" ? [block.id] : []));
  const answered = content.flatMap((block) => (block.type === "tool_result" ? [block.tool_use_id] : []));
  const unanswered = asked.filter((id) => !answered.includes(id));
  if (unanswered.length > 0) {
    return bad(
      `messages.${index}: \`tool_use\` ids were found without \`tool_result\` blocks immediately after: ${unanswered.join(", ")}`,
    );
  }
  const stray = answered.find((id) => !asked.includes(id));
  if (stray) return bad(`messages.${index}: unexpected \`tool_use_id\` found in \`tool_result\` blocks: ${stray}`);
  if (new Set(answered).size !== answered.length)
    return bad(`messages.${index}: each tool_use must have a single result`);
  if (asked.length > 0 && content.slice(0, asked.length).some((block) => block.type !== "tool_result")) {
    return bad(`messages.${index}: tool_result blocks must come first`);
  }
  for (const block of content) {
    if (block.type !== "tool_use") continue;
    if (seen.has(block.id)) return bad(`messages.${index}: \`tool_use\` ids must be unique`);
    seen.add(block.id);
  }
  return null;
}

function checkCacheMarks(request: WireRequest): Refusal | null {
  const marks = JSON.stringify([request.tools, request.system, request.messages]).split('"cache_control":{').length - 1;
  return marks > 4 ? bad(`A maximum of 4 blocks with cache_control may be provided. Found ${marks}.`) : null;
}

/** Signatures as this server gives them: over the reasoning and over all that stood before it. */
export class Signatures {
  readonly #redacted = new Map<string, string>();

  sign(request: WireRequest, thinking: string): string {
    return `${digest(thinking)}.${digest(prefix(request, request.messages.length, 0))}`;
  }

  /** Remembers a redacted block given out. */
  issueRedacted(request: WireRequest, data: string): void {
    this.#redacted.set(data, digest(prefix(request, request.messages.length, 0)));
  }

  check(request: WireRequest): Refusal | null {
    for (const [at, message] of request.messages.entries()) {
      for (const [index, block] of message.content.entries()) {
        if (block.type !== "thinking" && block.type !== "redacted_thinking") continue;
        const here = digest(prefix(request, at, index));
        const expected =
          block.type === "thinking"
            ? `${digest(block.thinking)}.${here}`
            : (this.#redacted.get(block.data) ?? "unknown");
        const given = block.type === "thinking" ? block.signature : here;
        if (given === expected) continue;
        const known = block.type === "thinking" && given.startsWith(`${digest(block.thinking)}.`);
        return bad(
          `messages.${at}.content.${index}: Invalid \`signature\` in \`${block.type}\` block.` +
            (known ? " The block is bound to a different conversation. Remove the block." : ""),
        );
      }
    }
    return null;
  }
}

const digest = (text: string): string => createHash("sha256").update(text).digest("base64url").slice(0, 32);

/** Everything before a block, cache marks aside. */
function prefix(request: WireRequest, message: number, block: number): string {
  const before = request.messages.slice(0, message).map(({ role, content }) => ({ role, content }));
  const within = request.messages[message]?.content.slice(0, block) ?? [];
  const plain = { system: systemText(request), tools: request.tools ?? [], before, within };
  return JSON.stringify(plain, (key, value: unknown) => (key === "cache_control" ? undefined : value));
}
