import type { PlanNode } from "../../../shared/workflow/plan.ts";
import { removeStep } from "../../../shared/workflow/plan-graph.ts";
import { orchestratorOf } from "../common/method.ts";
import type { Orchestrator } from "../port.ts";
import { planningSystem, reviewSystem, workSystem } from "./system-prompts.ts";

/** Plan, execute, review: one worker, one reviewer, one review at the end. */
export const lean: Orchestrator = orchestratorOf({
  name: "lean",
  version: "1.0.0",
  agents: ["dev", "reviewer"],
  stages: ["building", "reviewing"],
  secondCheck: false,
  prompts: { planning: planningSystem, work: workSystem, review: reviewSystem },
  shape: (nodes) => onlyOneReview(nodes).map(assigned),
});

/** The last review judges all work; others are left out, and what waited for them waits for what they judged. */
function onlyOneReview(nodes: readonly PlanNode[]): PlanNode[] {
  const reviews = nodes.filter((node) => node.stage === "reviewing");
  let kept = [...nodes];
  for (const review of reviews.slice(0, -1)) kept = removeStep(kept, review.id);
  return kept;
}

const assigned = (node: PlanNode): PlanNode => ({ ...node, agent: node.stage === "reviewing" ? "reviewer" : "dev" });
