import { z } from "zod";
import { Message, Operation, Tier } from "./content.ts";
import { EffectRecord, RunMode } from "./effects.ts";
import { SCHEMA_VERSION } from "./events.ts";
import { PlanNode, Stage, Variant, VariantName } from "./plan.ts";
import { Actor, Approval, ArtifactRecord, Evidence, Failure, FileRef, Question, RunReport } from "./records.ts";

/*
 * The snapshot as a schema, published as JSON Schema (NFR-I3.2): what another orchestrator must be able to read.
 * state.ts and run-node.ts hold the same as types; state-schema.test.ts keeps the two alike.
 */

const micros = z.number().int().nonnegative();
const time = z.string().describe("ISO 8601 UTC");

const PlanSchema = z.object({
  version: z.number().int().positive(),
  title: z.string(),
  summary: z.string(),
  limits: z.array(z.string()),
  variant: VariantName,
  variants: z.array(Variant),
  approved: z.boolean(),
});

const ToolRunSchema = z.object({
  id: z.string(),
  toolUseId: z.string(),
  name: z.string(),
  input: z.record(z.string(), z.unknown()),
  startedAt: time,
  result: z
    .object({
      ok: z.boolean(),
      output: z.string(),
      durationMs: z.number(),
      run: RunReport.optional(),
      fullOutputId: z.string().optional(),
    })
    .nullable(),
});

const RunNodeSchema = PlanNode.extend({
  status: z.enum(["pending", "running", "waiting", "reviewing", "success", "warning", "error", "skipped"]),
  attempt: z.number().int().nonnegative(),
  progress: z.number().min(0).max(100),
  summary: z.string().nullable(),
  evidence: z.array(Evidence),
  review: z.object({ by: z.string(), accepted: z.boolean(), reasons: z.string() }).nullable(),
  failure: Failure.nullable(),
  approaches: z.array(z.string()),
  attempts: z.array(
    z.object({
      attempt: z.number().int(),
      approach: z.string(),
      costMicros: micros,
      startedAt: time,
      endedAt: time.nullable(),
      failure: Failure.nullable(),
    }),
  ),
  similar: z.object({ succeeded: z.number().int(), total: z.number().int() }).nullable(),
  retryAt: time.nullable(),
  costMicros: micros,
  startedAt: time.nullable(),
  finishedAt: time.nullable(),
  transcript: z.array(Message),
  tools: z.array(ToolRunSchema),
  callFailures: z.number().int().nonnegative(),
  steered: z.number().int().nonnegative(),
});

const OpenCallSchema = z.object({
  callId: z.string(),
  nodeId: z.string().nullable(),
  operation: Operation,
  tier: Tier,
  model: z.string(),
  maxTokens: z.number().int(),
  reservedMicros: micros,
  attempt: z.number().int().positive(),
  intendedAt: time,
});

export const WorkflowStateSchema = z
  .object({
    id: z.string(),
    projectId: z.string(),
    name: z.string(),
    userInput: z.string(),
    locale: z.enum(["en", "ar"]),
    files: z.array(FileRef),
    framework: z.object({ name: z.string(), version: z.string() }),
    model: z.object({ provider: z.enum(["anthropic", "openai-compatible", "offline"]), simulated: z.boolean() }),
    lineage: z
      .object({ reason: z.enum(["fork", "promote"]), workflowId: z.string(), version: z.number().int().positive() })
      .nullable(),
    mode: RunMode,
    createdBy: z.string(),
    approvedBy: z.string().nullable(),
    createdAt: time,
    startedAt: time.nullable(),
    completedAt: time.nullable(),
    version: z.number().int().positive().describe("Events folded so far"),
    phase: z.enum([
      "planning",
      "pending_approval",
      "orchestrating",
      "building",
      "reviewing",
      "completed",
      "failed",
      "cancelled",
    ]),
    stage: Stage,
    pause: z
      .object({
        reason: z.enum(["person", "money", "service", "attention"]),
        failure: Failure.nullable(),
        resumeAt: time.nullable(),
        by: Actor.shape.kind,
      })
      .nullable(),
    queue: z.object({ since: time }).nullable(),
    planning: z.object({ transcript: z.array(Message), failures: z.array(Failure), retryAt: time.nullable() }),
    plan: PlanSchema.nullable(),
    nodes: z.array(RunNodeSchema),
    calls: z.record(z.string(), OpenCallSchema),
    cost: z.object({
      spentMicros: micros,
      reservedMicros: micros,
      unconfirmedMicros: micros,
      capMicros: micros,
      leasedMicros: micros,
    }),
    questions: z.array(Question.extend({ by: z.string().optional() })),
    approvals: z.array(Approval),
    artifacts: z.array(ArtifactRecord),
    effects: z.array(EffectRecord),
    steering: z.array(z.string()),
    resultSummary: z.string().nullable(),
    failure: Failure.nullable(),
  })
  .describe(`Fold of a workflow's log, event schema ${SCHEMA_VERSION}`);
