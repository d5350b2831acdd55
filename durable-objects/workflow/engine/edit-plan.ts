import type { FileProfile } from "../../../shared/api/files.ts";
import type { PlanEdit } from "../../../shared/api/workflows.ts";
import { type Problem, problem } from "../../../shared/errors/problem.ts";
import { err, ok, type Result } from "../../../shared/lib/result.ts";
import type { PlanNode } from "../../../shared/workflow/plan.ts";
import { findPlanProblem, layoutPlan } from "../../../shared/workflow/plan-graph.ts";
import type { Orchestrator } from "../../orchestrators/port.ts";

/** What an edit is read and priced with. */
export interface Pricing {
  readonly orchestrator: Orchestrator;
  readonly profiles: readonly FileProfile[];
  /** Services a step may reach in this deployment. */
  readonly services: readonly { readonly name: string }[];
}

/**
 * A person's steps as a plan that can run, laid out and priced; else what is wrong with them. Positions and prices
 * are never taken from the edit, and no service that is not offered is.
 */
export function readEdit(nodes: NonNullable<PlanEdit["nodes"]>, pricing: Pricing): Result<PlanNode[], Problem> {
  const moved = nodes.some((node) => node.position === undefined);
  const unpriced = nodes.map((node) => ({
    ...node,
    dependsOn: [...new Set(node.dependsOn)],
    position: node.position ?? { x: 0, y: 0 },
    estimate: { p50Micros: 0, p90Micros: 0 },
  }));
  const broken = findPlanProblem(unpriced);
  if (broken) return err(problem(broken.code, paramsOf(broken)));
  const known = new Set(pricing.services.map((service) => service.name));
  for (const { id: nodeId, touches = [] } of unpriced) {
    const service = touches.find((name) => !known.has(name));
    if (service !== undefined) return err(problem("plan_unknown_service", { nodeId, service }));
  }
  return ok(pricing.orchestrator.reprice(moved ? layoutPlan(unpriced) : unpriced, pricing.profiles));
}

function paramsOf(broken: NonNullable<ReturnType<typeof findPlanProblem>>): Record<string, string | number> {
  const { code: _code, ...params } = broken;
  return Object.fromEntries(
    Object.entries(params).map(([name, value]) => [
      name,
      typeof value === "number" ? value : [value].flat().join(", "),
    ]),
  );
}
