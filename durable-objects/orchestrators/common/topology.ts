import { topologicalOrder } from "../../../shared/workflow/plan-graph.ts";
import type { RunNode } from "../../../shared/workflow/run-node.ts";
import { inputsAtStart } from "./approaches.ts";

/** The run's graph as decisions need it, computed once per decision in about one pass over steps and edges. */
export interface Topology {
  readonly byId: ReadonlyMap<string, RunNode>;
  /** Work whose results a step reads: its dependencies, seen through review steps; plan order. */
  inputsOf(node: RunNode): readonly RunNode[];
  /** Steps a review judges now: the work above it, and what no other review covers. */
  workOf(review: RunNode): readonly RunNode[];
  /** Reviews that must accept a step; empty when every review was skipped. */
  reviewsOf(node: RunNode): readonly RunNode[];
  /** Attempts of the inputs (or, of a review, of the work it judges), as {@link inputsAtStart} remembers them. */
  inputsKey(node: RunNode): string;
  /** Started from inputs that are still the current ones. */
  isFresh(node: RunNode): boolean;
  /** Done, fresh, and resting only on steps that are: others may use its work. */
  isSound(node: RunNode): boolean;
  /** Everything it needs is there. */
  isReady(node: RunNode): boolean;
}

export const isReview = (node: RunNode): boolean => node.stage === "reviewing";

const settled = (node: RunNode): boolean =>
  node.status === "success" || node.status === "warning" || node.status === "skipped";

/** Its work is there to be used, though a review may still reject it. */
const done = (node: RunNode): boolean => settled(node) || (node.status === "reviewing" && !isReview(node));

export function topologyOf(nodes: readonly RunNode[]): Topology {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const place = new Map(nodes.map((node, index) => [node.id, index]));
  const inputs = new Map<string, readonly RunNode[]>();
  const sound = new Set<string>();
  const inPlanOrder = (steps: Iterable<RunNode>): RunNode[] =>
    [...new Set(steps)].sort((a, b) => (place.get(a.id) ?? 0) - (place.get(b.id) ?? 0));
  const stepsOf = (ids: Iterable<string>): RunNode[] => [...ids].flatMap((id) => byId.get(id) ?? []);

  for (const node of stepsOf(topologicalOrder(nodes) ?? byId.keys())) {
    const sources = stepsOf(node.dependsOn).flatMap((one) => (isReview(one) ? (inputs.get(one.id) ?? []) : [one]));
    inputs.set(node.id, inPlanOrder(sources));
    if (!isReview(node) && done(node) && fresh(node) && allSound(node)) sound.add(node.id);
  }

  const reviews = nodes.filter((node) => isReview(node) && node.status !== "skipped");
  const coverage = coverageOf(nodes, reviews, byId);
  const reviewsById = new Map<string, RunNode[]>();
  for (const review of reviews)
    for (const id of coverage.get(review.id)?.all ?? []) reviewsById.set(id, [...(reviewsById.get(id) ?? []), review]);

  function allSound(node: RunNode): boolean {
    return (inputs.get(node.id) ?? []).every((one) => sound.has(one.id));
  }
  function keyOf(steps: readonly RunNode[]): string {
    return steps.map((one) => `${one.id}@${one.status === "skipped" ? "-" : one.attempt}`).join(" ");
  }
  function workOf(review: RunNode): RunNode[] {
    const covered = coverage.get(review.id);
    if (!covered) return [];
    const later = [...covered.later].filter((id) => sound.has(id));
    return inPlanOrder(stepsOf([...covered.before, ...later])).filter((node) => node.status !== "skipped");
  }
  function inputsKey(node: RunNode): string {
    return keyOf(isReview(node) ? workOf(node) : (inputs.get(node.id) ?? []));
  }
  function fresh(node: RunNode): boolean {
    if (node.status === "skipped" || node.attempt === 0) return true;
    const then = inputsAtStart(node);
    return then === null || then === inputsKey(node);
  }

  return {
    byId,
    inputsOf: (node) => inputs.get(node.id) ?? [],
    workOf,
    reviewsOf: (node) => reviewsById.get(node.id) ?? [],
    inputsKey,
    isFresh: fresh,
    isSound: (node) => sound.has(node.id),
    isReady: (node) =>
      isReview(node)
        ? workOf(node).every((one) => sound.has(one.id)) && reviewsBefore(node).every(settled)
        : allSound(node) && reviewsBefore(node).every(settled),
  };

  function reviewsBefore(node: RunNode): RunNode[] {
    return stepsOf(node.dependsOn).filter(isReview);
  }
}

interface Coverage {
  /** Judged whenever the review runs: it waits for these. */
  readonly before: Set<string>;
  /** Comes after the review, so that it is judged in a further run of it. */
  readonly later: Set<string>;
  readonly all: Set<string>;
}

/** Each review covers the work above it; the last one also what no review has above it. */
function coverageOf(
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
      if (!node || isReview(node)) continue;
      before.add(id);
      covered.add(id);
    }
    coverage.set(review.id, { before, later: new Set(), all: new Set(before) });
  }
  const last = reviews.at(-1);
  const target = last && coverage.get(last.id);
  if (!target) return coverage;
  for (const node of nodes) {
    if (isReview(node) || covered.has(node.id)) continue;
    target.all.add(node.id);
    if (ancestorsOf(node, byId).has(last.id)) target.later.add(node.id);
    else target.before.add(node.id);
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
