import { REVIEW_BATCH } from "../../../shared/workflow/plan-limits.ts";
import type { RunNode } from "../../../shared/workflow/run-node.ts";
import { acceptedBefore, inputsAtStart, marksIn } from "./approaches.ts";
import { recordedVerdict } from "./review.ts";

/**
 * What a review has to do. One verdict judges at most {@link REVIEW_BATCH} steps; the review starts again as long as
 * something is left, and remembers in `approaches` what it has accepted.
 */
export interface ReviewTask {
  /** All it judges, plan order. */
  readonly work: readonly RunNode[];
  /** What its run judges (or its next one, when it has none under way), plan order. */
  readonly batch: readonly RunNode[];
  /** Steps that are to be judged after the batch. */
  readonly left: number;
  /** The current run has given its verdict. */
  readonly over: boolean;
  /** Marks of the work accepted in that verdict. */
  readonly accepted: readonly string[];
  /** The batch of its run is as it was, and once it is over nothing is left to judge. */
  readonly isFresh: boolean;
}

/** A step's work in one attempt. */
export const markOf = (node: RunNode): string => `${node.id}@${node.status === "skipped" ? "-" : node.attempt}`;

/** `work` so that every step follows what it rests on: what is rejected early spoils little that was accepted. */
export function reviewTask(
  review: RunNode,
  work: readonly RunNode[],
  inPlanOrder: (steps: readonly RunNode[]) => readonly RunNode[],
): ReviewTask {
  const started = review.attempt > 0 ? inputsAtStart(review) : null;
  const begun = started === null ? null : marksIn(started);
  const ended = review.status === "success" || review.status === "warning";
  const verdict = begun === null ? null : recordedVerdict(review);
  const over = ended || verdict !== null;
  // A review ends only when it has accepted its whole batch.
  const accepted = over
    ? (begun ?? []).filter((mark) => ended || verdict?.accepts(mark.slice(0, mark.lastIndexOf("@"))))
    : [];

  const known = new Set([...acceptedBefore(review), ...accepted]);
  // Accepted work holds what was checked of it; without, it was done anew under an old number, as in a changed plan.
  const isAccepted = (node: RunNode): boolean =>
    known.has(markOf(node)) && node.evidence.some((one) => one.type === "check");
  const open = work.filter((node) => !isAccepted(node));

  const marks = new Set(work.map(markOf));
  const holds = begun?.every((mark) => marks.has(mark)) === true;
  const underWay = holds && !over && begun.length <= REVIEW_BATCH;
  const batch = underWay ? stepsOf(begun, work) : nextOf(open, work);
  const judged = new Set(batch);
  return {
    work: inPlanOrder(work),
    batch: inPlanOrder(batch),
    left: open.filter((node) => !judged.has(node)).length,
    over,
    accepted,
    isFresh: over ? holds && open.length === 0 : underWay,
  };
}

function stepsOf(marks: readonly string[], work: readonly RunNode[]): RunNode[] {
  const wanted = new Set(marks);
  return work.filter((node) => wanted.has(markOf(node)));
}

/** What is not accepted yet; room that is left is filled up from the end, so that results are judged together. */
function nextOf(open: readonly RunNode[], work: readonly RunNode[]): RunNode[] {
  const first = new Set(open);
  return [...open, ...work.toReversed().filter((node) => !first.has(node))].slice(0, REVIEW_BATCH);
}
