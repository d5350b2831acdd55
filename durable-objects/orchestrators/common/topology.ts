import { topologicalOrder } from "../../../shared/workflow/plan-graph.ts";
import type { RunNode } from "../../../shared/workflow/run-node.ts";
import { inputsAtStart } from "./approaches.ts";
import { markOf, type ReviewTask, reviewTask } from "./batches.ts";
import { coverageOf } from "./coverage.ts";

/** The run's graph as decisions need it, computed once per decision in about one pass over steps and edges. */
export interface Topology {
  readonly byId: ReadonlyMap<string, RunNode>;
  /** Work whose results a step reads: its dependencies, seen through review steps; plan order. */
  inputsOf(node: RunNode): readonly RunNode[];
  /** What a review has to judge: the work above it and what no other review covers, in batches. */
  taskOf(review: RunNode): ReviewTask;
  /** Reviews that must accept a step; empty when every review was skipped. */
  reviewsOf(node: RunNode): readonly RunNode[];
  /** Attempts of the inputs (or, of a review, of the batch it judges), as {@link inputsAtStart} remembers them. */
  inputsKey(node: RunNode): string;
  /** Started from inputs that are still the current ones; of a review also: there is nothing else to judge for it. */
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

  const order = stepsOf(topologicalOrder(nodes) ?? byId.keys());
  for (const node of order) {
    const sources = stepsOf(node.dependsOn).flatMap((one) => (isReview(one) ? (inputs.get(one.id) ?? []) : [one]));
    inputs.set(node.id, inPlanOrder(sources));
    if (!isReview(node) && done(node) && isFresh(node) && allSound(node)) sound.add(node.id);
  }

  const reviews = nodes.filter((node) => isReview(node) && node.status !== "skipped");
  const coverage = coverageOf(nodes, reviews, byId);
  const reviewsById = new Map<string, RunNode[]>();
  for (const review of reviews)
    for (const id of coverage.get(review.id)?.all ?? []) {
      const known = reviewsById.get(id);
      if (known) known.push(review);
      else reviewsById.set(id, [review]);
    }
  const tasks = new Map<string, ReviewTask>();

  function allSound(node: RunNode): boolean {
    return (inputs.get(node.id) ?? []).every((one) => sound.has(one.id));
  }
  function keyOf(steps: readonly RunNode[]): string {
    return steps.map(markOf).join(" ");
  }
  /** Asked for every step it judges; worked out once. */
  function taskOf(review: RunNode): ReviewTask {
    const known = tasks.get(review.id);
    if (known) return known;
    const covered = coverage.get(review.id);
    const judged = (id: string) => covered?.before.has(id) || (covered?.later.has(id) && sound.has(id));
    const work = order.filter((node) => node.status !== "skipped" && judged(node.id));
    const task = reviewTask(review, work, inPlanOrder);
    tasks.set(review.id, task);
    return task;
  }
  function inputsKey(node: RunNode): string {
    return keyOf(isReview(node) ? taskOf(node).batch : (inputs.get(node.id) ?? []));
  }
  function isFresh(node: RunNode): boolean {
    if (node.status === "skipped" || node.attempt === 0) return true;
    if (isReview(node)) return taskOf(node).isFresh;
    const then = inputsAtStart(node);
    return then === null || then === inputsKey(node);
  }

  return {
    byId,
    inputsOf: (node) => inputs.get(node.id) ?? [],
    taskOf,
    reviewsOf: (node) => reviewsById.get(node.id) ?? [],
    inputsKey,
    isFresh,
    isSound: (node) => sound.has(node.id),
    isReady: (node) =>
      isReview(node)
        ? taskOf(node).work.every((one) => sound.has(one.id)) && reviewsBefore(node).every(settled)
        : allSound(node) && reviewsBefore(node).every(settled),
  };

  function reviewsBefore(node: RunNode): RunNode[] {
    return stepsOf(node.dependsOn).filter(isReview);
  }
}
