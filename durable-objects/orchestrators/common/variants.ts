import { estimateStep, totalOf } from "../../../shared/money/estimates.ts";
import type { Tier } from "../../../shared/workflow/content.ts";
import type { AgentId, PlanNode, Variant, VariantName } from "../../../shared/workflow/plan.ts";
import { findPlanProblem, layoutPlan, removeStep } from "../../../shared/workflow/plan-graph.ts";
import { MAX_PLAN_NODES } from "../../../shared/workflow/plan-limits.ts";
import { coverWithReview, freeId, reviewStep, tieOrphans } from "./plan-repair.ts";
import { textsFor } from "./texts.ts";

type Locale = "en" | "ar";

const CHEAPER: Readonly<Record<Tier, Tier>> = { deep: "standard", standard: "fast", fast: "fast" };
const DEEPER: Readonly<Record<Tier, Tier>> = { fast: "standard", standard: "deep", deep: "deep" };

/** The three priced plans of one goal: balanced as proposed, lean and thorough derived from it. */
export function variantsOf(
  nodes: readonly PlanNode[],
  context: number,
  locale: Locale,
  secondCheck: boolean,
): Variant[] {
  return [
    toVariant("lean", leanFrom(nodes, locale), context),
    toVariant("balanced", nodes, context),
    toVariant("thorough", thoroughFrom(nodes, locale, secondCheck), context),
  ];
}

/** Optional steps left out, work a tier cheaper, the review kept as it is. */
function leanFrom(nodes: readonly PlanNode[], locale: Locale): PlanNode[] {
  let kept = [...nodes];
  for (const node of nodes.filter((one) => one.optional)) kept = removeStep(kept, node.id);
  kept = coverWithReview(tieOrphans(kept), locale);
  const base = findPlanProblem(kept) === null ? kept : nodes;
  return base.map((node) => (node.stage === "reviewing" ? node : { ...node, tier: CHEAPER[node.tier] }));
}

/** Building and reviewing a tier deeper, and where wanted a second check by another agent than the first. */
function thoroughFrom(nodes: readonly PlanNode[], locale: Locale, secondCheck: boolean): PlanNode[] {
  const deeper = nodes.map((node) =>
    node.stage === "building" || node.stage === "reviewing" ? { ...node, tier: DEEPER[node.tier] } : node,
  );
  const review = deeper.findLast((node) => node.stage === "reviewing");
  const work = review?.dependsOn ?? [];
  if (!secondCheck || !review || work.length === 0 || deeper.length >= MAX_PLAN_NODES) return deeper;
  const second: AgentId = review.agent === "analyst" ? "reviewer" : "analyst";
  const check = reviewStep(freeId("second-check", deeper), textsFor(locale).secondCheck, work);
  // Before the last review in plan order, whose summary is the result the person reads.
  const at = deeper.indexOf(review);
  return [...deeper.slice(0, at), { ...check, agent: second, tier: review.tier }, ...deeper.slice(at)];
}

function toVariant(name: VariantName, nodes: readonly PlanNode[], contextTokens: number): Variant {
  const priced = priceSteps(layoutPlan(nodes), contextTokens);
  return { name, ...totalOf(priced), nodes: priced };
}

export function priceSteps(nodes: readonly PlanNode[], contextTokens: number): PlanNode[] {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  return nodes.map((node) => {
    const judged = node.stage === "reviewing" ? workAbove(node, byId) : 0;
    return { ...node, estimate: estimateStep(node, contextTokens, judged) };
  });
}

/** Steps a review will judge: all work it rests on. */
function workAbove(review: PlanNode, byId: ReadonlyMap<string, PlanNode>): number {
  const seen = new Set<string>();
  const left = [...review.dependsOn];
  for (let id = left.pop(); id !== undefined; id = left.pop()) {
    if (seen.has(id)) continue;
    seen.add(id);
    left.push(...(byId.get(id)?.dependsOn ?? []));
  }
  return [...seen].filter((id) => byId.get(id)?.stage !== "reviewing").length;
}

/** The chosen variant takes the person's steps; the others stay as they were. */
export function refineVariants(
  variants: readonly Variant[],
  chosen: VariantName,
  nodes: readonly PlanNode[],
  contextTokens: number,
): Variant[] {
  const edited = toVariant(chosen, nodes, contextTokens);
  return variants.some((one) => one.name === chosen)
    ? variants.map((one) => (one.name === chosen ? edited : one))
    : [...variants, edited];
}
