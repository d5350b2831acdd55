import type { Block, Message } from "../../../shared/workflow/content.ts";

export type ToolUse = Extract<Block, { type: "tool_use" }>;

/** The last answer of a model and what became of its tool calls. */
export interface LastAnswer {
  /** Counts answers of the attempt from 1. */
  readonly turn: number;
  readonly toolUses: readonly { readonly index: number; readonly use: ToolUse; readonly answered: boolean }[];
  readonly hasTools: boolean;
}

export const turnsOf = (transcript: readonly Message[]): number =>
  transcript.filter((message) => message.role === "assistant").length;

/** Null before the first answer. Ids of tool calls are unique within one answer only, so only it is looked at. */
export function lastAnswerOf(transcript: readonly Message[]): LastAnswer | null {
  const at = transcript.findLastIndex((message) => message.role === "assistant");
  const answer = transcript[at];
  if (!answer) return null;
  const answered = new Set(
    transcript
      .slice(at + 1)
      .flatMap((message) =>
        message.content.flatMap((block) => (block.type === "tool_result" ? [block.toolUseId] : [])),
      ),
  );
  const toolUses = answer.content.flatMap((use, index) =>
    use.type === "tool_use" ? [{ index, use, answered: answered.has(use.id) }] : [],
  );
  return { turn: turnsOf(transcript), toolUses, hasTools: toolUses.length > 0 };
}

/**
 * The messages of a call: the first prompt, what was said, and the user turns that the log does not hold because
 * they follow from it (a nudge after an answer without a tool). `closing` is added to the last user turn.
 */
export function conversation(
  first: readonly Block[],
  transcript: readonly Message[],
  nudge: (turn: number) => readonly Block[],
  closing: readonly Block[],
): Message[] {
  const messages: Message[] = [{ role: "user", content: [...first] }];
  let turn = 0;
  for (const message of transcript) {
    if (message.role === "assistant") {
      if (messages.at(-1)?.role === "assistant") messages.push({ role: "user", content: [...nudge(turn)] });
      turn++;
      // Providers refuse a turn that is empty or ends in thought.
      messages.push(
        message.content.some((block) => block.type !== "thinking")
          ? message
          : { role: "assistant", content: [{ type: "text", text: "…" }] },
      );
    } else messages.push(message);
  }
  if (messages.at(-1)?.role === "assistant") messages.push({ role: "user", content: [...nudge(turn)] });
  const last = messages.at(-1)?.content ?? [];
  return closing.length === 0 ? messages : [...messages.slice(0, -1), { role: "user", content: [...last, ...closing] }];
}
