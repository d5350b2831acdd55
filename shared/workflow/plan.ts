import { z } from "zod";
import { Tier } from "./content.ts";
import { MAX_INSTRUCTIONS, MAX_LABEL, MAX_PLAN_NODES, STAGES } from "./plan-limits.ts";

export const Stage = z.enum(STAGES);
export type Stage = z.infer<typeof Stage>;

export const NodeType = z.enum(["agent", "task", "integration", "decision"]);
export type NodeType = z.infer<typeof NodeType>;

/** Ids of the team. The first five are BMAD's roster, `reviewer` its fresh-context review. */
export const AgentId = z.enum(["analyst", "pm", "ux", "architect", "dev", "reviewer"]);
export type AgentId = z.infer<typeof AgentId>;

export const VariantName = z.enum(["lean", "balanced", "thorough"]);
export type VariantName = z.infer<typeof VariantName>;

/** Micro-dollars: half of such steps cost at most p50, nine in ten at most p90. */
export const Estimate = z.object({
  p50Micros: z.number().int().nonnegative(),
  p90Micros: z.number().int().nonnegative(),
});
export type Estimate = z.infer<typeof Estimate>;

/** One step of the plan. What it came to at run time is in NodeRun, never here. */
export const PlanNode = z.object({
  id: z.string().regex(/^[a-z0-9][a-z0-9_-]{0,39}$/),
  type: NodeType,
  label: z.string().trim().min(1).max(MAX_LABEL),
  /** What the agent is told to do; empty for a step the user added by name only (the label counts then). */
  instructions: z.string().max(MAX_INSTRUCTIONS),
  agent: AgentId,
  stage: z.enum(["planning", "orchestrating", "building", "reviewing"]),
  dependsOn: z.array(z.string()).max(MAX_PLAN_NODES),
  tier: Tier,
  /** Left out of the lean variant. */
  optional: z.boolean(),
  /** Names of the outside services the step may reach, as approved with the plan; absent: none. */
  touches: z.array(z.string().max(60)).max(20).optional(),
  /**
   * What the step cannot be finished without: `tests` that ran green, or a look at the live `page`. Absent: any
   * evidence that holds.
   */
  proof: z.enum(["tests", "page"]).optional(),
  position: z.object({ x: z.number(), y: z.number() }),
  estimate: Estimate,
});
export type PlanNode = z.infer<typeof PlanNode>;

export const Variant = z.object({
  name: VariantName,
  p50Micros: z.number().int().nonnegative(),
  p90Micros: z.number().int().nonnegative(),
  nodes: z.array(PlanNode),
});
export type Variant = z.infer<typeof Variant>;

/** Why a plan cannot run; each is a problem code of its own with a plain-language text. */
export type PlanProblem =
  | { readonly code: "plan_empty" }
  | { readonly code: "plan_too_large"; readonly max: number }
  | { readonly code: "plan_duplicate_id"; readonly nodeId: string }
  | { readonly code: "plan_missing_dependency"; readonly nodeId: string; readonly dependsOn: string }
  | { readonly code: "plan_cycle"; readonly nodeIds: readonly string[] }
  | { readonly code: "plan_orphan"; readonly nodeId: string }
  | { readonly code: "plan_no_work" }
  | { readonly code: "plan_no_review" };
