import { z } from "zod";
import { Failure } from "./records.ts";

/** Whether a tool only looks, may be repeated under the same key, or acts anew each time it is called. */
export const EffectClass = z.enum(["read", "idempotent-write", "write"]);
export type EffectClass = z.infer<typeof EffectClass>;

/** `rehearsal`: writes are listed and not sent. */
export const RunMode = z.enum(["live", "rehearsal"]);
export type RunMode = z.infer<typeof RunMode>;

/** Proof from outside that a write happened. */
export const Receipt = z.object({
  /** The service's own id of what was made; null when it gave none. */
  reference: z.string().nullable(),
  /** https address of the record, for people; null when there is none. */
  link: z.string().nullable(),
  detail: z.string().max(2000),
  /** What the tool needs to undo it; opaque to everybody else. */
  undo: z.record(z.string(), z.unknown()).nullable(),
});
export type Receipt = z.infer<typeof Receipt>;

/** How an outside write ended. `unknown`: it may have happened; only reading back or a person can tell. */
export const EffectOutcome = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("done"), receipt: Receipt }),
  /** A rehearsal: it would have been sent. `output` of the tool says so to the model. */
  z.object({ kind: z.literal("recorded") }),
  /** It certainly did not happen. */
  z.object({ kind: z.literal("failed"), failure: Failure }),
  z.object({ kind: z.literal("unknown"), detail: z.string().max(2000) }),
]);
export type EffectOutcome = z.infer<typeof EffectOutcome>;

/** An outside write before it is sent. */
export const EffectIntent = z.object({
  effectId: z.string(),
  nodeId: z.string(),
  /** The step's tool call; null for an undo, which no agent asked for. */
  toolCallId: z.string().nullable(),
  tool: z.string(),
  effectClass: z.enum(["idempotent-write", "write"]),
  /** Idempotency key: from workflow, step and tool call; the same however often it is sent. */
  key: z.string(),
  service: z.string(),
  action: z.string(),
  target: z.string(),
  summary: z.string(),
  /** As approved: what is sent. Holds no secret. */
  arguments: z.record(z.string(), z.unknown()),
  /** SHA-256 of tool and canonical arguments: two writes with the same one would do the same thing. */
  fingerprint: z.string(),
  reversible: z.boolean(),
  approvalId: z.string().nullable(),
  mode: RunMode,
  /** The effect this one takes back. */
  undoOf: z.string().nullable(),
});
export type EffectIntent = z.infer<typeof EffectIntent>;

/** One line of the effect ledger, folded from its events. */
export const EffectRecord = EffectIntent.extend({
  status: z.enum(["intended", "done", "recorded", "failed", "unknown", "undone"]),
  /** How the outcome became known when the answer itself did not tell. */
  knownBy: z.enum(["answer", "read-back", "person"]).nullable(),
  /** How often it was sent. */
  sent: z.number().int().nonnegative(),
  /** One of the sends may have happened: what a later one failed on proves nothing. */
  doubted: z.boolean().optional(),
  intendedAt: z.string(),
  settledAt: z.string().nullable(),
  receipt: Receipt.nullable(),
  failure: Failure.nullable(),
  approvedBy: z.string().nullable(),
  /** A person asked for it to be taken back; `refused`: the service no longer allows it. */
  undo: z
    .object({
      status: z.enum(["requested", "running", "done", "refused"]),
      by: z.string(),
      at: z.string(),
      failure: Failure.nullable(),
    })
    .nullable(),
  /** The run that did it, when this run was forked from it: read, never sent again. */
  inheritedFrom: z.string().nullable(),
});
export type EffectRecord = z.infer<typeof EffectRecord>;
