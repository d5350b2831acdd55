import { z } from "zod";

/** The part of the Messages API's request that the fake reads; other fields pass. */
const CacheControl = z.object({ type: z.literal("ephemeral"), ttl: z.enum(["5m", "1h"]).optional() }).nullish();

export const WireBlock = z.discriminatedUnion("type", [
  z.looseObject({ type: z.literal("text"), text: z.string(), cache_control: CacheControl }),
  z.looseObject({
    type: z.literal("image"),
    source: z.looseObject({
      type: z.literal("base64"),
      media_type: z.enum(["image/jpeg", "image/png", "image/gif", "image/webp"]),
      data: z.base64(),
    }),
    cache_control: CacheControl,
  }),
  z.looseObject({ type: z.literal("thinking"), thinking: z.string(), signature: z.string() }),
  z.looseObject({ type: z.literal("redacted_thinking"), data: z.string() }),
  z.looseObject({
    type: z.literal("tool_use"),
    id: z.string().regex(/^[a-zA-Z0-9_-]+$/),
    name: z.string().min(1).max(200),
    input: z.record(z.string(), z.unknown()),
    cache_control: CacheControl,
  }),
  z.looseObject({
    type: z.literal("tool_result"),
    tool_use_id: z.string().regex(/^[a-zA-Z0-9_-]+$/),
    content: z.union([z.string(), z.array(z.looseObject({ type: z.literal("text"), text: z.string() }))]).optional(),
    is_error: z.boolean().optional(),
    cache_control: CacheControl,
  }),
]);
export type WireBlock = z.infer<typeof WireBlock>;

const Text = z.looseObject({ type: z.literal("text"), text: z.string().min(1), cache_control: CacheControl });

export const WireRequest = z.looseObject({
  model: z.string().min(1),
  max_tokens: z.int().min(1).max(128_000),
  stream: z.literal(true, { error: "this fake only streams" }),
  system: z.union([z.string(), z.array(Text)]).optional(),
  messages: z
    .array(
      z.object({
        role: z.enum(["user", "assistant"]),
        content: z.union([z.string().transform((text): WireBlock[] => [{ type: "text", text }]), z.array(WireBlock)]),
      }),
    )
    .min(1),
  tools: z
    .array(
      z.looseObject({
        name: z.string().regex(/^[a-zA-Z0-9_-]{1,128}$/),
        description: z.string().optional(),
        input_schema: z.looseObject({ type: z.literal("object") }),
        cache_control: CacheControl,
      }),
    )
    .optional(),
  tool_choice: z
    .discriminatedUnion("type", [
      z.looseObject({ type: z.literal("auto") }),
      z.looseObject({ type: z.literal("any") }),
      z.looseObject({ type: z.literal("none") }),
      z.looseObject({ type: z.literal("tool"), name: z.string() }),
    ])
    .optional(),
  thinking: z
    .discriminatedUnion("type", [
      z.looseObject({ type: z.literal("adaptive") }),
      z.looseObject({ type: z.literal("disabled") }),
      z.looseObject({ type: z.literal("between_tools") }),
      z.looseObject({ type: z.literal("enabled"), budget_tokens: z.int().min(1024) }),
    ])
    .optional(),
  output_config: z.looseObject({ effort: z.enum(["low", "medium", "high", "xhigh", "max"]).nullish() }).optional(),
});
export type WireRequest = z.infer<typeof WireRequest>;

export const systemText = (request: WireRequest): string =>
  typeof request.system === "string" ? request.system : (request.system ?? []).map((block) => block.text).join("\n");
