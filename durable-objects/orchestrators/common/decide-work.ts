import { z } from "zod";
import type { Evidence } from "../../../shared/workflow/records.ts";
import type { Intent } from "../port.ts";
import { failedMarks, workMark } from "./approaches.ts";
import { append, carryOn, type PendingUse, refuse, type StepContext } from "./decide-step.ts";
import { Finish, verifyEvidence } from "./evidence.ts";
import { proofOf } from "./proof.ts";
import { agentQuestionId } from "./questions.ts";
import { isoAt } from "./retry-policy.ts";

const MAX_QUESTIONS = 3;
/** A question nobody answers lapses after a day: the agent then decides by what it knows and says so. */
const ANSWER_WITHIN_MS = 24 * 3_600_000;
const REMIND_AFTER_MS = 4 * 3_600_000;
const AskUser = z.object({
  question: z.string().trim().min(1).max(2_000),
  choices: z.array(z.string().trim().min(1).max(200)).max(6).catch([]),
});

/** A step of the first three stages: work with tools, questions to the person, a finish that must be proven. */
export function decideWork(context: StepContext, call: () => Intent[]): Intent[] {
  return carryOn(context, call, (pending, others) => {
    if (pending.use.name === "ask_user") return ask(context, pending);
    if (pending.use.name === "finish") return finish(context, pending, others);
    return null;
  });
}

function ask(context: StepContext, pending: PendingUse): Intent[] {
  const { state, node } = context;
  const id = agentQuestionId(node, pending.turn, pending.index);
  const before = state.questions.find((one) => one.id === id);
  if (before)
    return before.status === "void"
      ? refuse(
          node,
          pending,
          "The person did not answer. Decide by what you know and state the assumption in the result.",
        )
      : [];
  const parsed = AskUser.safeParse(pending.use.input);
  if (!parsed.success) return refuse(node, pending, 'ask_user needs "question", a text, and may have "choices".');
  const asked = state.questions.filter((one) => one.nodeId === node.id && one.kind === "agent").length;
  if (asked >= MAX_QUESTIONS)
    return refuse(
      node,
      pending,
      "You have asked enough. Decide by what you know and state the assumption in the result.",
    );
  const { question, choices } = parsed.data;
  return [
    append({
      name: "question.asked",
      data: {
        id,
        nodeId: node.id,
        kind: "agent",
        text: question,
        choices,
        toolUseId: pending.use.id,
        effectId: null,
        remindAt: isoAt(context.around.now + REMIND_AFTER_MS),
        reminded: false,
        deadline: isoAt(context.around.now + ANSWER_WITHIN_MS),
        status: "open",
        answer: null,
      },
    }),
  ];
}

/** Waits for the answer's other tools, whose results may be its evidence. */
function finish(context: StepContext, pending: PendingUse, others: readonly PendingUse[]): Intent[] {
  const { state, node } = context;
  if (others.some((one) => one.use.name === "finish" && one.index < pending.index))
    return refuse(node, pending, "One finish is enough.");
  if (others.some((one) => one.use.name !== "finish")) return [];
  if (node.steered < state.steering.length)
    return refuse(node, pending, "The person has just written something new. Take it into account, then finish.");
  const parsed = Finish.safeParse(pending.use.input);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    return refuse(
      node,
      pending,
      `The arguments of finish cannot be read: ${issue?.path.join(".")}: ${issue?.message}.`,
    );
  }
  const { summary, evidence } = parsed.data;
  const verified = verifyEvidence(evidence, {
    node,
    artifacts: state.artifacts,
    effects: state.effects,
    request: state.userInput,
  });
  if (!verified.ok) return refuse(node, pending, verified.error);
  const own = proofOf(node, state);
  if (!own.ok) return refuse(node, pending, own.error);
  const mark = workMark(node);
  if (node.review?.accepted === false && failedMarks(node).has(mark) && sameWords(context, summary))
    return refuse(node, pending, "This is the very work that was rejected. Put right what <feedback> names.");
  const delivered = append({
    name: "node.delivered",
    data: { nodeId: node.id, summary, evidence: withOwn(verified.value, own.value) },
  });
  // Analysis and design are used at once, on proven evidence; the review still judges them with the rest.
  return node.stage === "building"
    ? [delivered]
    : [delivered, append({ name: "node.finished", data: { nodeId: node.id, status: "success", summary } })];
}

/** What the step had to prove, where its claims did not name it. */
function withOwn(claimed: readonly Evidence[], own: readonly Evidence[]): Evidence[] {
  const named = new Set(
    claimed.flatMap((one) => (one.type === "tests" || one.type === "page" ? [one.toolCallId] : [])),
  );
  return [...claimed, ...own.filter((one) => !("toolCallId" in one && named.has(one.toolCallId)))];
}

/** The summary of the rejected attempt stays in the state until a new delivery. */
const sameWords = (context: StepContext, summary: string): boolean => context.node.summary?.trim() === summary.trim();
