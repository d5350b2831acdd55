import { pendingNode } from "./fold-node.ts";
import type { PlanNode } from "./plan.ts";
import type { RunNode } from "./run-node.ts";

/**
 * Steps of a changed plan with the results that still hold: a step keeps what it came to when it was settled, is
 * described as before, and rests on nothing that is not kept or was redone since. All others begin anew. Work whose review begins anew
 * waits for it again. What is kept costs nothing more, so its estimate is zero.
 */
export function keepResults(before: readonly RunNode[], nodes: readonly PlanNode[]): RunNode[] {
  const old = new Map(before.map((node) => [node.id, node]));
  const kept = new Map<string, RunNode>();
  const dependents = new Map<string, string[]>();
  for (const node of nodes) {
    const was = old.get(node.id);
    const holds =
      was && isSettled(was) && isSameStep(was, node) && was.dependsOn.every((id) => cameAfter(was, old.get(id)));
    if (holds) kept.set(node.id, was);
    for (const from of node.dependsOn) dependents.set(from, [...(dependents.get(from) ?? []), node.id]);
  }
  const below = (start: readonly string[], visit: (id: string) => boolean): void => {
    const left = [...start];
    for (let id = left.pop(); id !== undefined; id = left.pop())
      for (const next of dependents.get(id) ?? []) if (visit(next)) left.push(next);
  };
  below(
    nodes.filter((node) => !kept.has(node.id)).map((node) => node.id),
    (id) => kept.delete(id),
  );
  const reviews = new Set(nodes.filter((node) => node.stage === "reviewing").map((node) => node.id));
  const reopened = [...reviews].some((id) => !kept.has(id));
  return nodes.map((node) => {
    const was = kept.get(node.id);
    if (!was) return pendingNode(node);
    const { position } = node;
    const same: RunNode = { ...was, position, estimate: { p50Micros: 0, p90Micros: 0 } };
    if (!reopened || node.stage !== "building" || was.status === "skipped") return same;
    const over = new Set<string>();
    below([node.id], (id) => !over.has(id) && over.add(id).has(id));
    const judges = [...over].filter((id) => reviews.has(id));
    // A step that no review has above it is judged by the last one.
    const again = judges.length === 0 ? reviews.size > 0 : judges.some((id) => !kept.has(id));
    return again
      ? unreviewed(
          same,
          judges.some((id) => kept.has(id)),
        )
      : same;
  });
}

/** Delivered work is there to be used, though a review may still reject it. */
const isSettled = ({ status, stage }: RunNode): boolean =>
  status === "success" ||
  status === "warning" ||
  status === "skipped" ||
  (status === "reviewing" && stage !== "reviewing");

/** Began when what it rests on was there. Work that has been redone since makes what was built on it past. */
function cameAfter(node: RunNode, input: RunNode | undefined): boolean {
  const began = node.attempts.at(-1)?.startedAt;
  const done = input?.attempts.at(-1)?.endedAt;
  // Times of one log have one form, so that they compare as texts.
  return began === undefined || !done || done <= began;
}

function isSameStep(was: PlanNode, now: PlanNode): boolean {
  const text = (node: PlanNode): string =>
    JSON.stringify([
      node.type,
      node.label,
      node.instructions,
      node.agent,
      node.stage,
      node.tier,
      [...node.dependsOn].sort(),
      [...(node.touches ?? [])].sort(),
    ]);
  return text(was) === text(now);
}

/** The checks of a review that stands are kept, since it will not be made again. */
function unreviewed(node: RunNode, keepChecks: boolean): RunNode {
  return {
    ...node,
    status: "reviewing",
    progress: 95,
    finishedAt: null,
    review: null,
    evidence: keepChecks ? node.evidence : node.evidence.filter((one) => one.type !== "check"),
  };
}
