import { z } from "zod";
import { MAX_FILES_PER_MESSAGE, MAX_MESSAGE_CHARS } from "./limits.ts";

/** A table read from a screenshot, for the person to check before it is used. */
export const TableToCheck = z.object({
  name: z.string().max(100),
  columns: z.array(z.string()).min(1).max(50),
  rows: z.array(z.array(z.string())).max(500),
});
export type TableToCheck = z.infer<typeof TableToCheck>;

export const MessageView = z.object({
  id: z.string(),
  role: z.enum(["user", "assistant"]),
  text: z.string(),
  /** Answers to tap. */
  choices: z.array(z.string()).optional(),
  /** The workflow this message proposed; its plan is shown in the chat. */
  workflowId: z.string().optional(),
  files: z
    .array(z.object({ id: z.string(), name: z.string(), mediaType: z.string(), size: z.number().int() }))
    .optional(),
  table: TableToCheck.optional(),
  /** `streaming` until the answer is complete; `failed` carries a problem code. */
  status: z.enum(["streaming", "complete", "failed"]),
  problem: z.string().optional(),
  /** What the answer cost; simulated with the offline model. */
  costMicros: z.number().int().optional(),
  simulated: z.boolean().optional(),
  at: z.string(),
});
export type MessageView = z.infer<typeof MessageView>;

export const PostMessage = z.object({
  text: z.string().trim().max(MAX_MESSAGE_CHARS),
  fileIds: z.array(z.string()).max(MAX_FILES_PER_MESSAGE).default([]),
  locale: z.enum(["en", "ar"]).default("en"),
});
export type PostMessage = z.infer<typeof PostMessage>;

/** Frames of the POST's `text/event-stream` (one JSON per `data:` line), and of the project socket. */
export const MessageFrame = z.discriminatedUnion("type", [
  z.object({ type: z.literal("message"), message: MessageView }),
  z.object({ type: z.literal("delta"), messageId: z.string(), text: z.string() }),
  z.object({ type: z.literal("done"), messageId: z.string() }),
]);
export type MessageFrame = z.infer<typeof MessageFrame>;
