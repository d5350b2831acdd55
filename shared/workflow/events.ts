import { z } from "zod";
import { Block, Operation, StopReason, Tier, Usage } from "./content.ts";
import { EffectIntent, EffectOutcome, Receipt, RunMode } from "./effects.ts";
import { PlanNode, Stage, Variant, VariantName } from "./plan.ts";
import { Actor, Approval, ArtifactRecord, Evidence, Failure, FileRef, Question, RunReport } from "./records.ts";
import type { WorkflowState } from "./state.ts";

/** Version of the event schemas below; older rows pass the upcasters of codec.ts. */
export const SCHEMA_VERSION = 3;

const micros = z.number().int().nonnegative();
const nodeId = z.string();

/** Everything that can happen to a workflow. The name is the discriminator; past tense, `subject.verb`. */
export const EventBody = z.discriminatedUnion("name", [
  z.object({
    name: z.literal("workflow.created"),
    data: z.object({
      id: z.string(),
      projectId: z.string(),
      name: z.string(),
      userInput: z.string(),
      locale: z.enum(["en", "ar"]),
      files: z.array(FileRef),
      framework: z.object({ name: z.string(), version: z.string() }),
      /** `simulated`: the offline model; its dollars are shown but never billed. */
      model: z.object({ provider: z.enum(["anthropic", "openai-compatible", "offline"]), simulated: z.boolean() }),
      /** May be spent on planning before anything is approved. */
      planningCapMicros: micros,
    }),
  }),
  /**
   * The first event of a run that goes on from another one's checkpoint. `state` is the published snapshot
   * (state-schema.ts) of that checkpoint, made ready to go on; it was validated before it was written.
   */
  z.object({
    name: z.literal("workflow.imported"),
    data: z.object({
      reason: z.enum(["fork", "promote"]),
      from: z.object({ workflowId: z.string(), version: z.number().int().positive() }),
      schemaVersion: z.number().int().positive(),
      state: z.custom<WorkflowState>((value) => typeof value === "object" && value !== null),
    }),
  }),
  /** Another orchestrator goes on from here; it read the published snapshot of `stateVersion`. */
  z.object({
    name: z.literal("workflow.migrated"),
    data: z.object({
      from: z.object({ name: z.string(), version: z.string() }),
      to: z.object({ name: z.string(), version: z.string() }),
      schemaVersion: z.number().int().positive(),
    }),
  }),
  /** There is no room to run: the workflow waits for its turn, and has it. */
  z.object({ name: z.literal("queue.entered"), data: z.object({}) }),
  z.object({ name: z.literal("queue.left"), data: z.object({}) }),
  z.object({
    name: z.literal("plan.proposed"),
    data: z.object({
      planVersion: z.number().int().positive(),
      title: z.string(),
      summary: z.string(),
      /** What the agents cannot do of the request, in the user's language; empty when nothing. */
      limits: z.array(z.string()),
      variant: VariantName,
      variants: z.array(Variant).min(1),
    }),
  }),
  z.object({
    name: z.literal("plan.edited"),
    data: z.object({
      planVersion: z.number().int().positive(),
      variant: VariantName,
      nodes: z.array(PlanNode),
      variants: z.array(Variant),
    }),
  }),
  z.object({
    name: z.literal("plan.approved"),
    data: z.object({ planVersion: z.number().int(), capMicros: micros, mode: RunMode }),
  }),
  z.object({ name: z.literal("stage.entered"), data: z.object({ stage: Stage }) }),

  z.object({
    name: z.literal("node.started"),
    data: z.object({ nodeId, attempt: z.number().int().positive(), approach: z.string() }),
  }),
  /** The step says its work is done and offers proof; a review must still accept it. */
  z.object({
    name: z.literal("node.delivered"),
    data: z.object({ nodeId, summary: z.string(), evidence: z.array(Evidence) }),
  }),
  /** `by` is the reviewing step. Rejected work goes back with the reasons, as a new attempt. */
  z.object({
    name: z.literal("node.reviewed"),
    data: z.object({ nodeId, by: z.string(), accepted: z.boolean(), reasons: z.string(), evidence: z.array(Evidence) }),
  }),
  z.object({
    name: z.literal("node.finished"),
    data: z.object({ nodeId, status: z.enum(["success", "warning"]), summary: z.string() }),
  }),
  z.object({
    name: z.literal("node.failed"),
    data: z.object({
      nodeId,
      failure: Failure,
      attempt: z.number().int(),
      maxAttempts: z.number().int(),
      retryAt: z.string().nullable(),
    }),
  }),
  z.object({ name: z.literal("node.skipped"), data: z.object({ nodeId, reason: z.string() }) }),
  /** How often such a failure was mended before in this project (FR-5.6); told from five cases on. */
  z.object({
    name: z.literal("node.similar"),
    data: z.object({ nodeId, succeeded: z.number().int().nonnegative(), total: z.number().int().positive() }),
  }),

  /** Written before the request leaves: the reservation holds until settled or booked unconfirmed. */
  z.object({
    name: z.literal("call.intended"),
    data: z.object({
      callId: z.string(),
      nodeId: nodeId.nullable(),
      operation: Operation,
      tier: Tier,
      model: z.string(),
      maxTokens: z.number().int(),
      reservedMicros: micros,
      /** Counts calls for the same purpose: a retry is a new attempt under a new id. */
      attempt: z.number().int().positive(),
    }),
  }),
  z.object({
    name: z.literal("call.settled"),
    data: z.object({
      callId: z.string(),
      costMicros: micros,
      /** What the provider may have billed beyond `costMicros`, when a call broke before its usage was known. */
      unconfirmedMicros: micros.optional(),
      usage: Usage,
      outcome: z.discriminatedUnion("ok", [
        z.object({ ok: z.literal(true), content: z.array(Block), stopReason: StopReason }),
        z.object({
          ok: z.literal(false),
          failure: Failure,
          retryable: z.boolean(),
          retryAfterMs: z.number().int().nullable(),
        }),
      ]),
    }),
  }),
  /** The process died between intent and settlement: the bill is unknown, so the maximum is booked. */
  z.object({ name: z.literal("call.unconfirmed"), data: z.object({ callId: z.string(), bookedMicros: micros }) }),

  z.object({
    name: z.literal("tool.started"),
    data: z.object({
      toolCallId: z.string(),
      toolUseId: z.string(),
      nodeId,
      name: z.string(),
      input: z.record(z.string(), z.unknown()),
    }),
  }),
  z.object({
    name: z.literal("tool.settled"),
    data: z.object({
      toolCallId: z.string(),
      nodeId,
      ok: z.boolean(),
      /** What the model reads; cut in the middle beyond 16,000 characters. */
      output: z.string(),
      durationMs: z.number().int().nonnegative(),
      /** Of code and commands: where they ran and how they ended. */
      run: RunReport.optional(),
      /** The artifact with the full text of an output that was cut. */
      fullOutputId: z.string().optional(),
    }),
  }),

  /** Written before a write leaves for the outside; `effect.sent` before each repetition under the same key. */
  z.object({ name: z.literal("effect.intended"), data: EffectIntent }),
  z.object({ name: z.literal("effect.sent"), data: z.object({ effectId: z.string() }) }),
  z.object({ name: z.literal("effect.settled"), data: z.object({ effectId: z.string(), outcome: EffectOutcome }) }),
  /** What became of an effect of unknown outcome; the `receipt` is what reading back found. */
  z.object({
    name: z.literal("effect.resolved"),
    data: z.object({
      effectId: z.string(),
      outcome: z.enum(["done", "not_done"]),
      by: z.enum(["read-back", "person"]),
      receipt: Receipt.nullable(),
    }),
  }),
  z.object({ name: z.literal("undo.requested"), data: z.object({ effectIds: z.array(z.string()).min(1) }) }),
  /** The service no longer allows it, or it was never reversible. */
  z.object({ name: z.literal("undo.refused"), data: z.object({ effectId: z.string(), failure: Failure }) }),

  z.object({ name: z.literal("artifact.created"), data: ArtifactRecord }),
  /** The step that made it removed the file; its bytes stay, and earlier checkpoints have it. */
  z.object({ name: z.literal("artifact.removed"), data: z.object({ artifactId: z.string(), toolCallId: z.string() }) }),
  z.object({ name: z.literal("question.asked"), data: Question }),
  z.object({ name: z.literal("question.answered"), data: z.object({ questionId: z.string(), answer: z.string() }) }),
  z.object({ name: z.literal("question.reminded"), data: z.object({ questionId: z.string() }) }),
  /** Nobody answered in time: the question is void and the agent decides by what it knows. */
  z.object({ name: z.literal("question.expired"), data: z.object({ questionId: z.string() }) }),
  z.object({ name: z.literal("approval.requested"), data: Approval }),
  z.object({ name: z.literal("approval.reminded"), data: z.object({ approvalId: z.string() }) }),
  z.object({ name: z.literal("approval.expired"), data: z.object({ approvalId: z.string() }) }),
  /** Who approved it lost the role before it was carried out: it counts no longer. */
  z.object({
    name: z.literal("approval.voided"),
    data: z.object({ approvalId: z.string(), reason: z.enum(["role_lost", "superseded"]) }),
  }),
  z.object({
    name: z.literal("approval.decided"),
    data: z.object({
      approvalId: z.string(),
      decision: z.enum(["approved", "rejected"]),
      arguments: z.record(z.string(), z.unknown()),
    }),
  }),

  /** A tranche of the project's budget, idempotent by its id. */
  z.object({ name: z.literal("money.leased"), data: z.object({ trancheId: z.string(), micros }) }),
  z.object({ name: z.literal("money.returned"), data: z.object({ micros }) }),
  z.object({ name: z.literal("cap.raised"), data: z.object({ capMicros: micros }) }),

  z.object({
    name: z.literal("workflow.paused"),
    data: z.object({
      reason: z.enum(["person", "money", "service", "attention"]),
      failure: Failure.nullable(),
      resumeAt: z.string().nullable(),
    }),
  }),
  z.object({ name: z.literal("workflow.resumed"), data: z.object({}) }),
  z.object({ name: z.literal("workflow.steered"), data: z.object({ message: z.string() }) }),
  z.object({ name: z.literal("workflow.completed"), data: z.object({ resultSummary: z.string() }) }),
  z.object({ name: z.literal("workflow.failed"), data: z.object({ failure: Failure }) }),
  z.object({ name: z.literal("workflow.cancelled"), data: z.object({ reason: z.string() }) }),
]);
export type EventBody = z.infer<typeof EventBody>;
export type EventName = EventBody["name"];
export type EventData<Name extends EventName> = Extract<EventBody, { name: Name }>["data"];

/** A stored event. `version` counts from 1 without gaps; `at` is ISO 8601 UTC. */
export const WorkflowEvent = z.intersection(
  z.object({ version: z.number().int().positive(), at: z.string(), actor: Actor }),
  EventBody,
);
export type WorkflowEvent = { version: number; at: string; actor: Actor } & EventBody;
