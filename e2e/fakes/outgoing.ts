import type { Block } from "../../shared/workflow/content.ts";
import { tokensOf } from "./bill.ts";
import type { Fault } from "./faults.ts";

/** A block on its way out: tool input as the text that is streamed. */
export type Outgoing =
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "thinking"; readonly text: string }
  | { readonly type: "redacted"; readonly data: string }
  | { readonly type: "tool_use"; readonly id: string; readonly name: string; readonly json: string };

export interface OutgoingAnswer {
  readonly blocks: readonly Outgoing[];
  readonly stop: "end" | "tool_use" | "max_tokens" | "refusal";
  readonly tokens: number;
}

/** The brain's answer with the fault worked in, cut at the output limit as a real model's is. */
export function prepare(
  content: readonly Block[],
  fault: Fault,
  tools: readonly string[],
  maxTokens: number,
  newId: () => string,
): OutgoingAnswer {
  const said = content.flatMap((block): Outgoing[] => {
    if (block.type === "text") return block.text === "" ? [] : [{ type: "text", text: block.text }];
    if (block.type !== "tool_use") return [];
    return [{ type: "tool_use", id: newId(), name: block.name, json: JSON.stringify(block.input) }];
  });
  if (fault.kind === "refusal") return { blocks: [], stop: "refusal", tokens: 5 };
  const blocks = distort(said, fault, tools, newId);
  const whole = sizeOf(blocks);
  const limit = fault.kind === "max_tokens" ? Math.max(1, Math.floor(whole / 2)) : maxTokens;
  if (whole > limit) return { blocks: cutTo(blocks, limit), stop: "max_tokens", tokens: limit };
  const stop = blocks.some((block) => block.type === "tool_use") ? "tool_use" : "end";
  return { blocks, stop, tokens: Math.max(whole, 3) };
}

function distort(
  said: readonly Outgoing[],
  fault: Fault,
  tools: readonly string[],
  newId: () => string,
): readonly Outgoing[] {
  const call = said.find((block) => block.type === "tool_use");
  const name = call?.name ?? tools[0] ?? "none";
  switch (fault.kind) {
    case "empty":
      return [];
    case "words":
      return [{ type: "text", text: "Let me think about it in words first." }];
    case "malformed_tool":
      return [{ type: "tool_use", id: newId(), name, json: '{"path": "a.csv", "offset": ' }];
    case "unknown_tool":
      return [{ type: "tool_use", id: newId(), name: "make_coffee", json: '{"sugar": 2}' }];
    case "parallel": {
      const spare = tools.includes("list_files") ? "list_files" : name;
      const json = spare === "list_files" || !call ? "{}" : call.json;
      return [...said, { type: "tool_use", id: newId(), name: spare, json }];
    }
    case "thinking":
      return [{ type: "thinking", text: "First see what is there, then decide." }, ...said];
    case "redacted_thinking":
      return [{ type: "redacted", data: Buffer.from(`opaque ${newId()}`).toString("base64") }, ...said];
    default:
      return said;
  }
}

const textOf = (block: Outgoing): string =>
  block.type === "tool_use" ? block.name + block.json : block.type === "redacted" ? block.data : block.text;

const sizeOf = (blocks: readonly Outgoing[]): number =>
  blocks.reduce((sum, block) => sum + tokensOf(textOf(block)) + (block.type === "tool_use" ? 20 : 0), 0);

function cutTo(blocks: readonly Outgoing[], limit: number): Outgoing[] {
  const kept: Outgoing[] = [];
  let left = limit;
  for (const block of blocks) {
    const size = sizeOf([block]);
    if (size <= left) {
      kept.push(block);
      left -= size;
      continue;
    }
    const chars = Math.max(0, Math.floor(left * 3));
    if (block.type === "text" && chars > 0) kept.push({ ...block, text: block.text.slice(0, chars) });
    if (block.type === "tool_use" && left > 0)
      kept.push({ ...block, json: block.json.slice(0, Math.max(1, chars - 60)) });
    break;
  }
  return kept;
}

/** A text in pieces as a stream brings them; never splits a surrogate pair. */
export function pieces(text: string, size = 24): string[] {
  const letters = [...text];
  const out: string[] = [];
  for (let at = 0; at < letters.length; at += size) out.push(letters.slice(at, at + size).join(""));
  return out;
}
