import type { Message } from "./content.ts";
import type { PlanNode, Variant, VariantName } from "./plan.ts";
import type { Evidence, Failure, RunReport } from "./records.ts";

export interface Plan {
  /** Counts proposals and edits from 1. */
  readonly version: number;
  readonly title: string;
  readonly summary: string;
  readonly limits: readonly string[];
  readonly variant: VariantName;
  readonly variants: readonly Variant[];
  readonly approved: boolean;
}

/** `debugging` of FR-4.3 is `running` with `attempt` > 1. */
export type NodeStatus = "pending" | "running" | "waiting" | "reviewing" | "success" | "warning" | "error" | "skipped";

/** A tool call of a step and how it ended. */
export interface ToolRun {
  readonly id: string;
  /** The model's own id of the call: unique within one answer only. */
  readonly toolUseId: string;
  readonly name: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly startedAt: string;
  readonly result: {
    readonly ok: boolean;
    readonly output: string;
    readonly durationMs: number;
    readonly run?: RunReport | undefined;
    readonly fullOutputId?: string | undefined;
  } | null;
}

/** One attempt at a step: how, what it cost, and what it failed on. */
export interface Attempt {
  readonly attempt: number;
  readonly approach: string;
  readonly costMicros: number;
  readonly startedAt: string;
  readonly endedAt: string | null;
  readonly failure: Failure | null;
}

/** Stands for the step of results that a run began with, to change them; no step can be called so. */
export const BEFORE = "(before)";

/** A step of the approved plan, and what came of it. */
export interface RunNode extends PlanNode {
  readonly status: NodeStatus;
  /** 0 before the first start. */
  readonly attempt: number;
  /** 0–100, from the log; finer progress is broadcast only. */
  readonly progress: number;
  readonly summary: string | null;
  readonly evidence: readonly Evidence[];
  readonly review: { readonly by: string; readonly accepted: boolean; readonly reasons: string } | null;
  readonly failure: Failure | null;
  /** Fingerprints of approaches that were tried; a failed one is never repeated (FR-5.8). */
  readonly approaches: readonly string[];
  /** Oldest first; the last one is the current. */
  readonly attempts: readonly Attempt[];
  /** How often such a failure was mended before in this project; null without enough cases. */
  readonly similar: { readonly succeeded: number; readonly total: number } | null;
  readonly retryAt: string | null;
  readonly costMicros: number;
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
  /** The conversation of the current attempt: what the model said and what the tools answered. */
  readonly transcript: readonly Message[];
  readonly tools: readonly ToolRun[];
  /** Model calls of this attempt that ended in a retryable failure since the last success. */
  readonly callFailures: number;
  /** How many of the workflow's steering messages this step has been given. */
  readonly steered: number;
}
