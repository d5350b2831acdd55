import type { Message, Operation, Tier } from "./content.ts";
import type { EffectRecord, RunMode } from "./effects.ts";
import type { Stage } from "./plan.ts";
import type { Actor, Approval, ArtifactRecord, Failure, FileRef, Question } from "./records.ts";
import type { Plan, RunNode } from "./run-node.ts";

/** FR-3 statuses. `paused` is a status of its own for readers; what it interrupted is in `stage`. */
export type WorkflowStatus =
  | "planning"
  | "pending_approval"
  | "orchestrating"
  | "building"
  | "reviewing"
  | "paused"
  | "completed"
  | "failed"
  | "cancelled";

export const FINISHED: readonly WorkflowStatus[] = ["completed", "failed", "cancelled"];

export interface Pause {
  readonly reason: "person" | "money" | "service" | "attention";
  readonly failure: Failure | null;
  readonly resumeAt: string | null;
  /** A person's own pause ends only when a person resumes it. */
  readonly by: Actor["kind"];
}

/** A model call that was intended and not yet settled. */
export interface OpenCall {
  readonly callId: string;
  readonly nodeId: string | null;
  readonly operation: Operation;
  readonly tier: Tier;
  readonly model: string;
  readonly maxTokens: number;
  readonly reservedMicros: number;
  readonly attempt: number;
  readonly intendedAt: string;
}

/** The planning conversation, kept until a plan is proposed. */
export interface PlanningRun {
  readonly transcript: readonly Message[];
  readonly failures: readonly Failure[];
  readonly retryAt: string | null;
}

export interface Cost {
  readonly spentMicros: number;
  readonly reservedMicros: number;
  readonly unconfirmedMicros: number;
  readonly capMicros: number;
  readonly leasedMicros: number;
}

/** The run and checkpoint this one goes on from. */
export interface Lineage {
  readonly reason: "fork" | "promote";
  readonly workflowId: string;
  readonly version: number;
}

/** The whole state of one workflow: the fold of its log, the same in the object and in the browser. */
export interface WorkflowState {
  readonly id: string;
  readonly projectId: string;
  readonly name: string;
  readonly userInput: string;
  readonly locale: "en" | "ar";
  readonly files: readonly FileRef[];
  readonly framework: { readonly name: string; readonly version: string };
  readonly model: { readonly provider: "anthropic" | "openai-compatible" | "offline"; readonly simulated: boolean };
  /** Null for a run that began with a request. */
  readonly lineage: Lineage | null;
  /** Set by the approval; `live` until then. */
  readonly mode: RunMode;
  readonly createdBy: string;
  /** Who approved the plan last; null before. */
  readonly approvedBy: string | null;
  readonly createdAt: string;
  readonly startedAt: string | null;
  readonly completedAt: string | null;
  readonly version: number;
  /** Status without the pause; see `statusOf`. */
  readonly phase: Exclude<WorkflowStatus, "paused">;
  readonly stage: Stage;
  readonly pause: Pause | null;
  /** Waits for room to run since then; null while it has it. */
  readonly queue: { readonly since: string } | null;
  readonly planning: PlanningRun;
  readonly plan: Plan | null;
  /** In plan order. */
  readonly nodes: readonly RunNode[];
  readonly calls: Readonly<Record<string, OpenCall>>;
  readonly cost: Cost;
  /** `by`: who answered. */
  readonly questions: readonly (Question & { readonly by?: string | undefined })[];
  readonly approvals: readonly Approval[];
  readonly artifacts: readonly ArtifactRecord[];
  /** The effect ledger: what was done outside, oldest first; inherited lines come before this run's own. */
  readonly effects: readonly EffectRecord[];
  /** Messages to a running workflow, oldest first; agents read those they have not seen yet. */
  readonly steering: readonly string[];
  readonly resultSummary: string | null;
  readonly failure: Failure | null;
}

/** The status a person reads. */
export function statusOf(state: WorkflowState): WorkflowStatus {
  return state.pause && !FINISHED.includes(state.phase) ? "paused" : state.phase;
}
