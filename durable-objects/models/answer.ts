import type { Block, StopReason, Usage } from "../../shared/workflow/content.ts";
import { failed } from "./failures.ts";
import type { ModelFailureCode, ModelOutcome, ModelPort, ModelRequest } from "./port.ts";
import { parseToolInput } from "./tool-input.ts";

/** A block as it grows; a tool's input stays text until the answer is complete. */
export type DraftBlock =
  | { type: "text"; text: string }
  | { type: "thinking"; text: string; signature: string }
  | { type: "tool_use"; id: string; name: string; json: string };

export interface Draft {
  readonly blocks: readonly DraftBlock[];
  readonly stop: StopReason;
  readonly usage: Usage;
  readonly usageEstimated?: boolean;
  /** The model that answered, as the provider names it. */
  readonly model: string;
  /** Why, when `stop` is a refusal. */
  readonly refusal?: string;
}

/**
 * Judges a complete answer and makes it an outcome. Refusals, empty answers and unusable tool calls are failures
 * that carry their full usage: the provider bills them. An answer cut by `max_tokens` is the caller's to judge; a
 * tool call cut with it is left out, because its input can't be trusted to be whole.
 */
export function concludeAnswer(provider: ModelPort["provider"], request: ModelRequest, draft: Draft): ModelOutcome {
  const { usage, stop } = draft;
  const fail = (code: ModelFailureCode, technical: string) =>
    failed(provider, code, technical, { usage, params: { model: request.model } });

  if (stop === "refusal") return fail("model_refused", draft.refusal ?? "the model declined");

  const known = new Set(request.tools.map((tool) => tool.name));
  const content: Block[] = [];
  for (const block of draft.blocks) {
    if (block.type === "text") {
      if (block.text.trim() !== "") content.push({ type: "text", text: block.text });
    } else if (block.type === "thinking") {
      content.push({ type: "thinking", text: block.text, signature: block.signature });
    } else {
      const input = parseToolInput(block.json);
      const cut = stop === "max_tokens" && (!input.ok || block.json.trim() === "");
      if (cut) continue;
      if (!input.ok) return fail("model_bad_tool_call", `input of ${block.name}: ${input.error}`);
      if (!known.has(block.name)) return fail("model_bad_tool_call", `no tool is called ${block.name}`);
      content.push({ type: "tool_use", id: block.id, name: block.name, input: input.value });
    }
  }

  if (stop !== "max_tokens") {
    if (!content.some((block) => block.type !== "thinking"))
      return fail("model_empty_answer", "no text and no tool call");
    const missing = missingCall(request, content);
    if (missing) return fail("model_bad_tool_call", missing);
  }
  return {
    ok: true,
    content,
    // By content: some providers say "stop" beside tool calls.
    stopReason: stop === "max_tokens" ? stop : content.some((block) => block.type === "tool_use") ? "tool_use" : "end",
    usage,
    ...(draft.usageEstimated ? { usageEstimated: true } : {}),
    model: draft.model,
  };
}

/** What the caller required and the answer lacks: providers are asked to force a call, and not all can. */
function missingCall(request: ModelRequest, content: readonly Block[]): string | null {
  const choice = request.toolChoice;
  if (choice === "auto" || request.tools.length === 0) return null;
  const names = content.flatMap((block) => (block.type === "tool_use" ? [block.name] : []));
  if (choice === "any") return names.length > 0 ? null : "answered in words where a tool call was required";
  return names.includes(choice.name) ? null : `answered without calling ${choice.name}`;
}
