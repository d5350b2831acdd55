import type { Block, Message } from "../../shared/workflow/content.ts";

/**
 * The conversation as every provider takes it: blank text and empty messages left out, neighbours of one role
 * joined, tool results before anything else in their message.
 */
export function normalise(messages: readonly Message[]): Message[] {
  const joined: { role: Message["role"]; content: Block[] }[] = [];
  for (const message of messages) {
    const content = message.content.filter((block) => block.type !== "text" || block.text.trim() !== "");
    if (content.length === 0) continue;
    const last = joined.at(-1);
    if (last?.role === message.role) last.content.push(...content);
    else joined.push({ role: message.role, content: [...content] });
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
