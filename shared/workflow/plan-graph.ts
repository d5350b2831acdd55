import type { PlanNode, PlanProblem } from "./plan.ts";
import { MAX_PLAN_NODES, STAGES } from "./plan-limits.ts";

/**
 * Checks that a plan can run: unique ids, every dependency present, no cycle, at least one building and
 * one reviewing step (nobody marks their own work done), and no orphan (with several steps, each is tied
 * to another by at least one edge). Gives the first problem found, or null.
 */
export function findPlanProblem(nodes: readonly PlanNode[]): PlanProblem | null {
  if (nodes.length === 0) return { code: "plan_empty" };
  if (nodes.length > MAX_PLAN_NODES) return { code: "plan_too_large", max: MAX_PLAN_NODES };
  const byId = new Map<string, PlanNode>();
  for (const node of nodes) {
    if (byId.has(node.id)) return { code: "plan_duplicate_id", nodeId: node.id };
    byId.set(node.id, node);
  }
  for (const node of nodes)
    for (const dependsOn of node.dependsOn)
      if (!byId.has(dependsOn)) return { code: "plan_missing_dependency", nodeId: node.id, dependsOn };
  const order = topologicalOrder(nodes);
  if (order === null) return { code: "plan_cycle", nodeIds: findCycle(nodes) };
  const tied = new Set(nodes.flatMap((node) => (node.dependsOn.length > 0 ? [node.id, ...node.dependsOn] : [])));
  if (nodes.length > 1) {
    const orphan = nodes.find((node) => !tied.has(node.id));
    if (orphan) return { code: "plan_orphan", nodeId: orphan.id };
  }
  if (!nodes.some((node) => node.stage === "building")) return { code: "plan_no_work" };
  if (!nodes.some((node) => node.stage === "reviewing")) return { code: "plan_no_review" };
  return null;
}

/** Ids so that every step follows all it depends on (stable: plan order breaks ties), or null on a cycle. */
export function topologicalOrder(nodes: readonly PlanNode[]): string[] | null {
  const waiting = new Map(nodes.map((node) => [node.id, new Set(node.dependsOn)]));
  const dependents = new Map<string, string[]>();
  for (const node of nodes)
    for (const from of new Set(node.dependsOn)) dependents.set(from, [...(dependents.get(from) ?? []), node.id]);
  const ready = nodes.filter((node) => node.dependsOn.length === 0).map((node) => node.id);
  const order: string[] = [];
  // `ready` grows while it is walked.
  for (const id of ready) {
    order.push(id);
    for (const next of dependents.get(id) ?? []) {
      const left = waiting.get(next);
      left?.delete(id);
      if (left?.size === 0) ready.push(next);
    }
  }
  return order.length === nodes.length ? order : null;
}

function findCycle(nodes: readonly PlanNode[]): string[] {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const done = new Set<string>();
  for (const start of nodes) {
    const path: string[] = [];
    const visit = (id: string): string[] | null => {
      const at = path.indexOf(id);
      if (at >= 0) return path.slice(at);
      if (done.has(id)) return null;
      path.push(id);
      for (const next of byId.get(id)?.dependsOn ?? []) {
        const found = visit(next);
        if (found) return found;
      }
      path.pop();
      done.add(id);
      return null;
    };
    const cycle = visit(start.id);
    if (cycle) return cycle;
  }
  return [];
}

/** Removes a step and ties its dependents to what it depended on, so that the order of the rest is kept. */
export function removeStep(nodes: readonly PlanNode[], id: string): PlanNode[] {
  const gone = nodes.find((node) => node.id === id);
  if (!gone) return [...nodes];
  return nodes
    .filter((node) => node.id !== id)
    .map((node) =>
      node.dependsOn.includes(id)
        ? {
            ...node,
            dependsOn: [...new Set(node.dependsOn.flatMap((from) => (from === id ? gone.dependsOn : [from])))],
          }
        : node,
    );
}

/** Layered positions: one column per stage depth, rows in plan order. Units: card widths and heights. */
export function layoutPlan(nodes: readonly PlanNode[]): PlanNode[] {
  const order = topologicalOrder(nodes) ?? nodes.map((node) => node.id);
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const depth = new Map<string, number>();
  for (const id of order) {
    const node = byId.get(id);
    if (!node) continue;
    const above = node.dependsOn.map((from) => depth.get(from) ?? 0);
    depth.set(id, Math.max(STAGES.indexOf(node.stage), above.length > 0 ? Math.max(...above) + 1 : 0));
  }
  const rows = new Map<number, number>();
  const columns = [...new Set(depth.values())].sort((a, b) => a - b);
  return nodes.map((node) => {
    const x = columns.indexOf(depth.get(node.id) ?? 0);
    const y = rows.get(x) ?? 0;
    rows.set(x, y + 1);
    return { ...node, position: { x, y } };
  });
}
