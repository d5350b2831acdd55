import { z } from "zod";

/** What a model says and hears: our own message types, mapped to each provider's by its adapter. */
export const Block = z.discriminatedUnion("type", [
  z.object({ type: z.literal("text"), text: z.string() }),
  /** The bytes are fetched when the call is made; the log keeps the reference only. */
  z.object({ type: z.literal("image"), fileId: z.string(), mediaType: z.string() }),
  /** Provider-signed reasoning; must be sent back unchanged within a tool loop. */
  z.object({ type: z.literal("thinking"), text: z.string(), signature: z.string() }),
  z.object({ type: z.literal("tool_use"), id: z.string(), name: z.string(), input: z.record(z.string(), z.unknown()) }),
  z.object({ type: z.literal("tool_result"), toolUseId: z.string(), ok: z.boolean(), content: z.string() }),
]);
export type Block = z.infer<typeof Block>;

export const Message = z.object({ role: z.enum(["user", "assistant"]), content: z.array(Block) });
export type Message = z.infer<typeof Message>;

/** Tokens of one call. Cache writes and reads are counted apart from `input`. */
export const Usage = z.object({
  input: z.number().int().nonnegative(),
  output: z.number().int().nonnegative(),
  cacheRead: z.number().int().nonnegative(),
  cacheWrite5m: z.number().int().nonnegative(),
  cacheWrite1h: z.number().int().nonnegative(),
});
export type Usage = z.infer<typeof Usage>;

export const NO_USAGE: Usage = { input: 0, output: 0, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0 };

/** `fast` for small routine work, `standard` for most, `deep` for hard judgement. */
export const Tier = z.enum(["fast", "standard", "deep"]);
export type Tier = z.infer<typeof Tier>;

export const Operation = z.enum(["chat", "planning", "building", "reviewing", "summary"]);
export type Operation = z.infer<typeof Operation>;

export const StopReason = z.enum(["end", "tool_use", "max_tokens", "refusal"]);
export type StopReason = z.infer<typeof StopReason>;
