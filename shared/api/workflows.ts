import { z } from "zod";
import { EffectRecord, RunMode } from "../workflow/effects.ts";
import { PlanNode, Stage, VariantName } from "../workflow/plan.ts";
import { Approval, Evidence, FileRef, Provenance, Question } from "../workflow/records.ts";
import { MAX_CHANGE_CHARS, MAX_FILES_PER_MESSAGE, MAX_MESSAGE_CHARS } from "./limits.ts";

const micros = z.number().int().nonnegative();

export const CreateWorkflowBody = z.object({
  message: z.string().trim().min(1).max(MAX_MESSAGE_CHARS),
  name: z.string().trim().max(100).optional(),
  fileIds: z.array(z.string()).max(MAX_FILES_PER_MESSAGE).default([]),
  locale: z.enum(["en", "ar"]).optional(),
});

/** Positions and estimates are computed; the rest of a step is the person's to change. */
export const PlanNodeEdit = PlanNode.omit({ estimate: true, position: true }).extend({
  instructions: PlanNode.shape.instructions.default(""),
  optional: PlanNode.shape.optional.default(false),
  tier: PlanNode.shape.tier.default("standard"),
  type: PlanNode.shape.type.default("task"),
  agent: PlanNode.shape.agent.default("dev"),
  stage: PlanNode.shape.stage.default("building"),
  position: PlanNode.shape.position.optional(),
});
export const PlanEdit = z
  .object({
    planVersion: z.number().int().positive(),
    variant: VariantName.optional(),
    nodes: z.array(PlanNodeEdit).max(600).optional(),
  })
  .refine((edit) => edit.variant !== undefined || edit.nodes !== undefined, { message: "variant or nodes" });
export type PlanEdit = z.infer<typeof PlanEdit>;

export const ApprovePlan = z.object({
  planVersion: z.number().int().positive(),
  capMicros: z.number().int().positive().max(1_000_000_000),
  /** `rehearsal`: outside writes are listed, not sent. Absent: live, unless a service it reaches has no credentials. */
  mode: RunMode.optional(),
});
export const RetryBody = z.object({ nodeId: z.string().optional(), instructions: z.string().max(4000).optional() });
export const SteerBody = z.object({ message: z.string().trim().min(1).max(MAX_MESSAGE_CHARS) });
export const AnswerBody = z.object({ questionId: z.string(), answer: z.string().trim().min(1).max(4000) });
export const DecideBody = z.object({
  decision: z.enum(["approved", "rejected"]),
  arguments: z.record(z.string(), z.unknown()).optional(),
});

/** Without `effectIds`: all of the run's effects that can be taken back. */
export const UndoBody = z.object({ effectIds: z.array(z.string().max(100)).min(1).max(500).optional() });
/** An orchestrator of this deployment. */
export const MigrateBody = z.object({ name: z.string().min(1).max(60), version: z.string().min(1).max(60) });
/** Another run from the checkpoint `version`: as it was, with another request, a change to it, or other steps. */
export const ForkBody = z.object({
  version: z.number().int().positive(),
  message: z.string().trim().min(1).max(MAX_MESSAGE_CHARS).optional(),
  change: z
    .string()
    .trim()
    .min(1)
    .max(MAX_CHANGE_CHARS)
    .describe("What is to be different: added to the request and planned; the results so far are there to be changed")
    .optional(),
  nodes: z.array(PlanNodeEdit).min(1).max(600).optional(),
});

export const ArtifactView = z.object({
  id: z.string(),
  name: z.string(),
  mediaType: z.string(),
  size: z.number().int(),
  nodeId: z.string(),
  sha256: z.string(),
  /** `log`: the full text of an output that was cut. Absent: a result. */
  role: z.enum(["result", "log"]).optional(),
  /** How it came about; absent in runs from before it was kept. */
  provenance: Provenance.optional(),
});
export type ArtifactView = z.infer<typeof ArtifactView>;

/** A failure in the reader's language: what happened, what is being done, how long. */
export const FailureView = z.object({
  code: z.string(),
  title: z.string(),
  detail: z.string(),
  doing: z.string(),
  etaSeconds: z.number().optional(),
  attempt: z.number().int().optional(),
  maxAttempts: z.number().int().optional(),
});
export type FailureView = z.infer<typeof FailureView>;

/** One attempt at a step, with what it cost and what it failed on. */
export const AttemptView = z.object({
  attempt: z.number().int(),
  costMicros: micros,
  startedAt: z.string(),
  endedAt: z.string().nullable(),
  failure: FailureView.nullable(),
});
export type AttemptView = z.infer<typeof AttemptView>;

/** A line of the effect ledger as people see it. */
export const EffectView = EffectRecord.omit({
  key: true,
  fingerprint: true,
  doubted: true,
  failure: true,
  receipt: true,
  undo: true,
}).extend({
  stepLabel: z.string(),
  receipt: z.object({ reference: z.string().nullable(), link: z.string().nullable(), detail: z.string() }).nullable(),
  failure: FailureView.nullable(),
  undo: z
    .object({
      status: z.enum(["requested", "running", "done", "refused"]),
      by: z.string(),
      at: z.string(),
      failure: FailureView.nullable(),
    })
    .nullable(),
  canUndo: z.boolean(),
});
export type EffectView = z.infer<typeof EffectView>;

export const NodeView = PlanNode.extend({
  status: z.enum(["pending", "running", "waiting", "reviewing", "success", "warning", "error", "skipped"]),
  attempt: z.number().int(),
  progress: z.number(),
  statusMessage: z.string(),
  evidence: z.array(Evidence),
  /** The model that works or will work on it. */
  model: z.string(),
  costMicros: micros,
  summary: z.string().nullable(),
  review: z.object({ by: z.string(), accepted: z.boolean(), reasons: z.string() }).nullable(),
  error: FailureView.nullable(),
  attempts: z.array(AttemptView),
  similar: z.object({ succeeded: z.number().int(), total: z.number().int() }).nullable(),
  startedAt: z.string().nullable(),
  finishedAt: z.string().nullable(),
});
export type NodeView = z.infer<typeof NodeView>;

export const WorkflowView = z.object({
  id: z.string(),
  projectId: z.string(),
  name: z.string(),
  userInput: z.string(),
  status: z.enum([
    "planning",
    "pending_approval",
    "orchestrating",
    "building",
    "reviewing",
    "paused",
    "completed",
    "failed",
    "cancelled",
  ]),
  stage: Stage,
  paused: z
    .object({ reason: z.enum(["person", "money", "service", "attention"]), resumeAt: z.string().nullable() })
    .nullable(),
  /** Waiting for room to run; `position` counts from 1, null while it is not known yet. */
  queue: z.object({ position: z.number().int().positive().nullable(), since: z.string() }).nullable(),
  version: z.number().int(),
  /** `rehearsal`: nothing was sent outside. */
  mode: RunMode,
  lineage: z
    .object({ reason: z.enum(["fork", "promote"]), workflowId: z.string(), version: z.number().int() })
    .nullable(),
  framework: z.object({ name: z.string(), version: z.string() }),
  model: z.object({ provider: z.string(), simulated: z.boolean() }),
  files: z.array(FileRef),
  plan: z
    .object({
      version: z.number().int(),
      title: z.string(),
      summary: z.string(),
      limits: z.array(z.string()),
      variant: VariantName,
      variants: z.array(z.object({ name: VariantName, p50Micros: micros, p90Micros: micros, steps: z.number().int() })),
      nodes: z.array(NodeView),
      p50Micros: micros,
      p90Micros: micros,
    })
    .nullable(),
  stages: z.array(z.object({ stage: Stage, percent: z.number() })),
  cost: z.object({
    spentMicros: micros,
    reservedMicros: micros,
    unconfirmedMicros: micros,
    capMicros: micros,
    efficiency: z.enum(["green", "yellow", "red"]),
    simulated: z.boolean(),
  }),
  questions: z.array(Question),
  approvals: z.array(Approval),
  artifacts: z.array(ArtifactView),
  resultSummary: z.string().nullable(),
  createdBy: z.string(),
  createdAt: z.string(),
  startedAt: z.string().nullable(),
  completedAt: z.string().nullable(),
  error: FailureView.nullable(),
});
export type WorkflowView = z.infer<typeof WorkflowView>;

export const WorkflowListItem = z.object({
  id: z.string(),
  projectId: z.string(),
  name: z.string(),
  status: z.string(),
  stage: z.string(),
  version: z.number().int(),
  spentMicros: micros,
  capMicros: micros,
  simulated: z.boolean(),
  waiting: z.number().int(),
  createdBy: z.string(),
  createdAt: z.string(),
  updatedAt: z.string(),
  completedAt: z.string().nullable(),
});
export type WorkflowListItem = z.infer<typeof WorkflowListItem>;
