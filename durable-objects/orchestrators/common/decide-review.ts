import type { Evidence, Failure } from "../../../shared/workflow/records.ts";
import type { Intent } from "../port.ts";
import { answerTool, append, carryOn, failAttempt, type PendingUse, refuse, type StepContext } from "./decide-step.ts";
import { pageEvidence, publishedBy } from "./proof.ts";
import { type Judgement, looksAt, readVerdict } from "./review.ts";
import { textsFor } from "./texts.ts";

/** Pages of a published site that stand with a verdict on it. */
const MAX_LOOKS = 3;

/**
 * A reviewing step: checks with tools, then one verdict on every step of its batch. What follows from a verdict is seen
 * in the state: it ends the review, or the review starts again with what is left or was redone.
 */
export function decideReview(context: StepContext, call: () => Intent[]): Intent[] {
  return carryOn(context, call, (pending, others) =>
    pending.use.name === "verdict" ? judge(context, pending, others) : null,
  );
}

function judge(context: StepContext, pending: PendingUse, others: readonly PendingUse[]): Intent[] {
  const { state, node, graph } = context;
  if (others.some((one) => one.use.name !== "verdict" || one.index < pending.index)) return [];
  if (node.steered < state.steering.length)
    return refuse(node, pending, "The person has just written something new. Take it into account, then judge.");
  const verdict = readVerdict(pending.use.input, graph.taskOf(node).batch, node, state);
  if (!verdict.ok) return refuse(node, pending, verdict.error);
  // The answer comes last: what stands in the log as recorded has been carried out.
  return [
    ...verdict.value.verdicts.flatMap((judgement) => applyJudgement(context, judgement)),
    ...answerTool(node, pending, true, "Recorded."),
  ];
}

function applyJudgement(context: StepContext, judgement: Judgement): Intent[] {
  const work = context.graph.byId.get(judgement.nodeId);
  if (!work) return [];
  const published = publishedBy(work, context.state);
  const looks = published ? looksAt(context.node, published.link).slice(-MAX_LOOKS) : [];
  const evidence: Evidence[] = [
    ...judgement.checks.map((check) => ({ type: "check" as const, ...check })),
    ...looks.flatMap((run) => pageEvidence(run, textsFor(context.state.locale).pageSeen) ?? []),
  ];
  const { accepted, reasons } = judgement;
  const reviewed = append({
    name: "node.reviewed",
    data: { nodeId: work.id, by: context.node.id, accepted, reasons, evidence },
  });
  if (accepted) return [reviewed];
  const failure: Failure = { code: "step_rejected", params: { reasons: reasons.slice(0, 1_000) }, technical: "" };
  return [reviewed, ...failAttempt({ ...context, node: work }, failure)];
}
