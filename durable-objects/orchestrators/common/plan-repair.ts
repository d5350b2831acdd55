import type { PlanNode } from "../../../shared/workflow/plan.ts";
import { topologicalOrder } from "../../../shared/workflow/plan-graph.ts";
import { STAGES } from "../../../shared/workflow/plan-limits.ts";
import { textsFor } from "./texts.ts";

/** Drops dependencies that point against the order in which the steps were listed, if the plan has a cycle. */
export function breakCycles(nodes: readonly PlanNode[]): PlanNode[] {
  if (topologicalOrder(nodes) !== null) return [...nodes];
  const place = new Map(nodes.map((node, index) => [node.id, index]));
  return nodes.map((node, index) => ({
    ...node,
    dependsOn: node.dependsOn.filter((id) => (place.get(id) ?? index) < index),
  }));
}

/** Ties a step without any edge to its neighbours: after all of the nearest earlier stage, else before the next. */
export function tieOrphans(nodes: readonly PlanNode[]): PlanNode[] {
  if (nodes.length < 2) return [...nodes];
  const tied = new Set(nodes.flatMap((node) => (node.dependsOn.length > 0 ? [node.id, ...node.dependsOn] : [])));
  const rank = (node: PlanNode): number => STAGES.indexOf(node.stage);
  const result = nodes.map((node) => ({ ...node }));
  for (const orphan of result) {
    if (tied.has(orphan.id)) continue;
    const earlier = result.filter((node) => rank(node) < rank(orphan));
    const nearest = Math.max(...earlier.map(rank));
    if (earlier.length > 0) orphan.dependsOn = earlier.filter((node) => rank(node) === nearest).map((node) => node.id);
    else {
      // First in order: what starts without it today shall start after it, as far as it lies in a later stage.
      const later = result.filter((node) => rank(node) > rank(orphan) && node.dependsOn.length === 0);
      for (const node of later) node.dependsOn = [...node.dependsOn, orphan.id];
    }
  }
  return result;
}

/**
 * Makes sure that a review stands after all work: steps whose work nobody uses feed the last review; work that
 * comes after every review gets a review of its own.
 */
export function coverWithReview(nodes: readonly PlanNode[], locale: "en" | "ar"): PlanNode[] {
  const work = nodes.filter((node) => node.stage !== "reviewing");
  if (work.length === 0) return [...nodes];
  const used = new Set(nodes.flatMap((node) => node.dependsOn));
  const ends = work.filter((node) => !used.has(node.id)).map((node) => node.id);
  if (ends.length === 0) return [...nodes];
  const reviews = nodes.filter((node) => node.stage === "reviewing");
  const last = reviews.at(-1);
  if (last) {
    const covered = nodes.map((node) =>
      node.id === last.id ? { ...node, dependsOn: [...new Set([...node.dependsOn, ...ends])] } : node,
    );
    if (topologicalOrder(covered) !== null) return covered;
  }
  return [...nodes, reviewStep(freeId("review", nodes), textsFor(locale).review, ends)];
}

export function reviewStep(id: string, label: string, dependsOn: readonly string[]): PlanNode {
  return {
    id,
    type: "agent",
    label,
    instructions: "",
    agent: "reviewer",
    stage: "reviewing",
    dependsOn: [...dependsOn],
    tier: "standard",
    optional: false,
    position: { x: 0, y: 0 },
    estimate: { p50Micros: 0, p90Micros: 0 },
  };
}

export function freeId(wanted: string, nodes: readonly PlanNode[]): string {
  const taken = new Set(nodes.map((node) => node.id));
  let id = wanted;
  for (let count = 2; taken.has(id); count++) id = `${wanted}-${count}`;
  return id;
}
