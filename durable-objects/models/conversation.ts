import type { Block, Message } from "../../shared/workflow/content.ts";

/** JSON of a model's own making, with no half letter in it. */
function whole(value: unknown): unknown {
  if (typeof value === "string") return value.toWellFormed();
  if (Array.isArray(value)) return value.map(whole);
  return typeof value === "object" && value !== null ? wholeRecord(value) : value;
}

const wholeRecord = (record: object): Record<string, unknown> =>
  Object.fromEntries(Object.entries(record).map(([name, value]) => [name.toWellFormed(), whole(value)]));

/**
 * Half of a surrogate pair, from a text that was cut or from a program's output, is no Unicode: providers refuse the
 * whole request for it, and would do so for ever. Reasoning goes back as it came: it is signed.
 */
function sendable(block: Block): Block {
  if (block.type === "text") return { ...block, text: block.text.toWellFormed() };
  if (block.type === "tool_result") return { ...block, content: block.content.toWellFormed() };
  return block.type === "tool_use" ? { ...block, input: wholeRecord(block.input) } : block;
}

/**
 * The conversation as every provider takes it: blank text and empty messages left out, neighbours of one role
 * joined, tool results before anything else in their message, no half letters.
 */
export function normalise(messages: readonly Message[]): Message[] {
  const joined: { role: Message["role"]; content: Block[] }[] = [];
  for (const message of messages) {
    const content = message.content.filter((block) => block.type !== "text" || block.text.trim() !== "").map(sendable);
    if (content.length === 0) continue;
    const last = joined.at(-1);
    if (last?.role === message.role) last.content.push(...content);
    else joined.push({ role: message.role, content });
  }
  return joined.map(({ role, content }) => ({
    role,
    content: [
      ...content.filter((block) => block.type === "tool_result"),
      ...content.filter((block) => block.type !== "tool_result"),
    ],
  }));
}

/**
 * Where the tool loop under way begins: the index of the last user message that answers no tool call. Reasoning
 * must go back within this loop, and only there: providers bind it to all that came before it, so reasoning of
 * earlier turns would break as soon as a caller shortens the history.
 */
export function loopStart(messages: readonly Message[]): number {
  return messages.findLastIndex(
    (message) => message.role === "user" && !message.content.some((block) => block.type === "tool_result"),
  );
}
