import type { PlanEdit } from "../../../../shared/api/workflows.ts";
import { describe } from "../../../../shared/errors/catalogue/describe.ts";
import type { PlanNode, PlanProblem } from "../../../../shared/workflow/plan.ts";
import { findPlanProblem, removeStep, topologicalOrder } from "../../../../shared/workflow/plan-graph.ts";
import { STAGES } from "../../../../shared/workflow/plan-limits.ts";

/** A step as the editor holds it: a plan node whose price and place the server computes. */
export type Step = PlanNode;
export type StepEdit = NonNullable<PlanEdit["nodes"]>[number];

/** A node of a view has the run's fields as well; what is sent is the plan's only. */
export const toStep = (node: Step): Step => ({
  id: node.id,
  type: node.type,
  label: node.label,
  instructions: node.instructions,
  agent: node.agent,
  stage: node.stage,
  dependsOn: node.dependsOn,
  tier: node.tier,
  optional: node.optional,
  ...(node.touches ? { touches: node.touches } : {}),
  position: node.position,
  estimate: node.estimate,
});

/** Without positions, so that the server lays the map out anew. */
export const toEdit = (step: Step): StepEdit => {
  const { estimate: _estimate, position: _position, ...rest } = step;
  return rest;
};

/** In the order of the run: by stage, then so that every step follows what it builds on. */
export function inOrder<T extends Step>(steps: readonly T[]): T[] {
  const order = topologicalOrder(steps) ?? steps.map((step) => step.id);
  const rank = new Map(order.map((id, index) => [id, index]));
  return [...steps].sort(
    (a, b) => STAGES.indexOf(a.stage) - STAGES.indexOf(b.stage) || (rank.get(a.id) ?? 0) - (rank.get(b.id) ?? 0),
  );
}

/** Everything that must be done before `id`. */
export function upstreamOf(steps: readonly Step[], id: string): Set<string> {
  const byId = new Map(steps.map((step) => [step.id, step]));
  const found = new Set<string>();
  const visit = (at: string) => {
    for (const from of byId.get(at)?.dependsOn ?? []) {
      if (found.has(from)) continue;
      found.add(from);
      visit(from);
    }
  };
  visit(id);
  return found;
}

const union = (...lists: readonly (readonly string[])[]): string[] => [...new Set(lists.flat())];

/**
 * Moves a step one or more places within its stage: the order is a chain of dependencies, so moving is rewiring.
 * The step is taken out (its neighbours are tied together), put after its new predecessor, and whatever built on it
 * still does, unless it now comes before.
 */
export function moveStep(steps: readonly Step[], id: string, to: number): Step[] {
  const moved = steps.find((step) => step.id === id);
  if (!moved) return [...steps];
  const group = inOrder(steps).filter((step) => step.stage === moved.stage);
  const others = group.filter((step) => step.id !== id);
  const place = Math.max(0, Math.min(to, others.length));
  if (group.findIndex((step) => step.id === id) === place) return [...steps];
  const rest = removeStep(steps, id);
  const before = others[place - 1];
  const after = others[place];
  const restById = new Map(rest.map((step) => [step.id, step]));
  const dependsOn = before ? [before.id] : (restById.get(after?.id ?? "")?.dependsOn ?? moved.dependsOn);
  const upstream = new Set(dependsOn.flatMap((from) => [from, ...upstreamOf(rest, from)]));
  const builtOnIt = new Set(steps.filter((step) => step.dependsOn.includes(id)).map((step) => step.id));
  const rewired = rest.map((step) => {
    if (upstream.has(step.id)) return step;
    const follows =
      step.id === after?.id || builtOnIt.has(step.id) || (before !== undefined && step.dependsOn.includes(before.id));
    return follows ? { ...step, dependsOn: union(step.dependsOn, [id]) } : step;
  });
  const index = after
    ? rewired.findIndex((step) => step.id === after.id)
    : rewired.findIndex((step) => step.id === before?.id) + 1;
  return [...rewired.slice(0, index), { ...moved, dependsOn }, ...rewired.slice(index)];
}

export type NewStep = Pick<Step, "label" | "agent" | "stage" | "instructions" | "tier">;

/** Adds a step after another: it builds on that one, and whatever built on that one now waits for it too. */
export function addStep(steps: readonly Step[], input: NewStep, afterId: string | null): Step[] {
  const taken = new Set(steps.map((step) => step.id));
  let count = steps.length + 1;
  while (taken.has(`step-${count}`)) count++;
  const id = `step-${count}`;
  const added: Step = {
    ...input,
    id,
    type: "task",
    dependsOn: afterId === null ? [] : [afterId],
    optional: false,
    position: { x: 0, y: 0 },
    estimate: { p50Micros: 0, p90Micros: 0 },
  };
  const rank = STAGES.indexOf(input.stage);
  // A step cannot be waited for by one of an earlier stage.
  const rewired = steps.map((step) =>
    afterId !== null && step.dependsOn.includes(afterId) && STAGES.indexOf(step.stage) >= rank
      ? { ...step, dependsOn: union(step.dependsOn, [id]) }
      : step,
  );
  const index = afterId === null ? 0 : rewired.findIndex((step) => step.id === afterId) + 1;
  return [...rewired.slice(0, index), added, ...rewired.slice(index)];
}

export const changeStep = (steps: readonly Step[], id: string, change: Partial<Step>): Step[] =>
  steps.map((step) => (step.id === id ? { ...step, ...change } : step));

/** Why this plan cannot run, in words with the steps' own names; null when it can. */
export function explainProblem(steps: readonly Step[], locale: "en" | "ar"): { title: string; detail: string } | null {
  const problem = findPlanProblem(steps);
  return problem && describe({ code: problem.code, params: paramsOf(problem, steps) }, locale);
}

function paramsOf(problem: PlanProblem, steps: readonly Step[]): Record<string, string | number> {
  const name = (id: string) => steps.find((step) => step.id === id)?.label ?? id;
  switch (problem.code) {
    case "plan_too_large":
      return { max: problem.max };
    case "plan_duplicate_id":
    case "plan_orphan":
      return { nodeId: name(problem.nodeId) };
    case "plan_missing_dependency":
      return { nodeId: name(problem.nodeId), dependsOn: name(problem.dependsOn) };
    case "plan_cycle":
      return { nodeIds: problem.nodeIds.map((id) => `“${name(id)}”`).join(" → ") };
    default:
      return {};
  }
}

export interface PlanDifference {
  readonly added: readonly Step[];
  readonly removed: readonly Step[];
  readonly changed: readonly Step[];
}

/** What an edited plan has that the first one had not, and the reverse. */
export function differenceOf(before: readonly Step[], after: readonly Step[]): PlanDifference {
  const old = new Map(before.map((step) => [step.id, step]));
  const now = new Set(after.map((step) => step.id));
  return {
    added: after.filter((step) => !old.has(step.id)),
    removed: before.filter((step) => !now.has(step.id)),
    changed: after.filter((step) => {
      const was = old.get(step.id);
      return was !== undefined && fingerprint(was) !== fingerprint(step);
    }),
  };
}

const fingerprint = (step: Step): string =>
  JSON.stringify([
    step.label,
    step.instructions,
    step.agent,
    step.tier,
    [...step.dependsOn].sort(),
    [...(step.touches ?? [])].sort(),
  ]);
