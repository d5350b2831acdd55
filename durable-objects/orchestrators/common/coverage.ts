import type { RunNode } from "../../../shared/workflow/run-node.ts";

export interface Coverage {
  /** Judged whenever the review runs: it waits for these. */
  readonly before: Set<string>;
  /** Comes after the review, so that it is judged in a further run of it. */
  readonly later: Set<string>;
  readonly all: Set<string>;
}

/** Each review covers the work above it; the last one also what no review has above it. */
export function coverageOf(
  nodes: readonly RunNode[],
  reviews: readonly RunNode[],
  byId: ReadonlyMap<string, RunNode>,
): Map<string, Coverage> {
  const coverage = new Map<string, Coverage>();
  const covered = new Set<string>();
  for (const review of reviews) {
    const before = new Set<string>();
    for (const id of ancestorsOf(review, byId)) {
      const node = byId.get(id);
      if (!node || node.stage === "reviewing") continue;
      before.add(id);
      covered.add(id);
    }
    coverage.set(review.id, { before, later: new Set(), all: new Set(before) });
  }
  const last = reviews.at(-1);
  const target = last && coverage.get(last.id);
  if (!target) return coverage;
  const after = descendantsOf(last, nodes);
  for (const node of nodes) {
    if (node.stage === "reviewing" || covered.has(node.id)) continue;
    target.all.add(node.id);
    (after.has(node.id) ? target.later : target.before).add(node.id);
  }
  return coverage;
}

function ancestorsOf(node: RunNode, byId: ReadonlyMap<string, RunNode>): Set<string> {
  const seen = new Set<string>();
  const left = [...node.dependsOn];
  for (let id = left.pop(); id !== undefined; id = left.pop()) {
    if (seen.has(id)) continue;
    seen.add(id);
    left.push(...(byId.get(id)?.dependsOn ?? []));
  }
  return seen;
}

function descendantsOf(node: RunNode, nodes: readonly RunNode[]): Set<string> {
  const dependents = new Map<string, string[]>();
  for (const { id, dependsOn } of nodes)
    for (const from of dependsOn) {
      const known = dependents.get(from);
      if (known) known.push(id);
      else dependents.set(from, [id]);
    }
  const seen = new Set<string>();
  const left = [...(dependents.get(node.id) ?? [])];
  for (let id = left.pop(); id !== undefined; id = left.pop()) {
    if (seen.has(id)) continue;
    seen.add(id);
    left.push(...(dependents.get(id) ?? []));
  }
  return seen;
}
