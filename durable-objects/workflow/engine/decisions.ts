import { ok } from "../../../shared/lib/result.ts";
import { formatUsd } from "../../../shared/money/micros.ts";
import type { CommandOf } from "../../../shared/protocol/workflow-commands.ts";
import type { EventBody } from "../../../shared/workflow/events.ts";
import type { Approval, Question } from "../../../shared/workflow/records.ts";
import { FINISHED, type WorkflowState } from "../../../shared/workflow/state.ts";
import { requestAgain } from "../effects/approvals.ts";
import { waitsForPeople } from "../effects/deadlines.ts";
import { canonicalJson } from "../effects/fingerprint.ts";
import { parseAction } from "../effects/guard.ts";
import { canUndo } from "../effects/ledger.ts";
import { EDIT_REFUSED } from "../effects/texts.ts";
import { failureOf } from "./faults.ts";
import { type Decision, RESUMED, refuse, refuseNow, usedMicros } from "./refusals.ts";
import type { Services } from "./services.ts";

/*
 * What people decide about questions, approvals and writes. Each checks and appends in one turn (SPEC C1): of two at
 * once one wins, and the other is told what the first did.
 */

type Outside = Services["outside"];

/** SPEC P5: an answer ends a pause that waited for people, but not one a person asked for. */
export function answer(state: WorkflowState, input: { questionId: string; answer: string }): Decision {
  const question = state.questions.find((one) => one.id === input.questionId);
  if (FINISHED.includes(state.phase) && question?.kind !== "effect") return refuseNow("workflow_finished", state);
  if (!question) return refuse("not_found");
  if (question.status !== "open")
    return refuse("question_closed", { decision: question.status, ...(question.by ? { by: question.by } : {}) });
  const text = input.answer.trim();
  if (text === "" || (question.kind === "effect" && !question.choices.includes(text)))
    return refuse("invalid_request", { fields: "answer" });
  // Its write is being sent again, or came to an end by itself: an answer would be about something else.
  const effect = state.effects.find((one) => one.effectId === question.effectId);
  if (question.kind === "effect" && effect?.status !== "unknown")
    return refuse("question_closed", { decision: "void" });
  const facts: EventBody[] = [{ name: "question.answered", data: { questionId: question.id, answer: text } }];
  return ok(goingOn(state, [...facts, ...resolutionOf(state, question, text)]));
}

/** SPEC E5: what the person says of a write nobody else can tell the end of. */
function resolutionOf(state: WorkflowState, question: Question, text: string): EventBody[] {
  const effect = state.effects.find((one) => one.effectId === question.effectId);
  if (question.kind !== "effect" || effect?.status !== "unknown") return [];
  const outcome = text === "done" ? ("done" as const) : ("not_done" as const);
  return [{ name: "effect.resolved", data: { effectId: effect.effectId, outcome, by: "person", receipt: null } }];
}

const goingOn = (state: WorkflowState, facts: readonly EventBody[]): readonly EventBody[] =>
  waitsForPeople(state) ? [...facts, RESUMED] : facts;

/** SPEC M6, E3: what runs is what was approved, the arguments as the person left them. */
export function decideApproval(
  state: WorkflowState,
  input: Pick<CommandOf<"decide">, "approvalId" | "decision" | "arguments">,
  outside: Outside,
): Decision {
  if (FINISHED.includes(state.phase)) return refuseNow("workflow_finished", state);
  const approval = state.approvals.find((one) => one.id === input.approvalId);
  if (!approval) return refuse("not_found");
  if (approval.status !== "open")
    return refuse("approval_closed", {
      decision: approval.status,
      ...(approval.decidedBy ? { by: approval.decidedBy } : {}),
    });
  const { id: approvalId } = approval;
  if (input.decision === "rejected") {
    const data = { approvalId, decision: input.decision, arguments: approval.arguments };
    const facts: EventBody[] = [{ name: "approval.decided", data }];
    return ok(approval.kind === "effect" ? goingOn(state, facts) : facts);
  }
  return approval.kind === "effect"
    ? approveEffect(state, approval, input.arguments ?? approval.arguments, outside)
    : approveMoney(state, approval, input.arguments?.capMicros ?? approval.arguments.capMicros);
}

/** SPEC D1: what has lapsed stays so, whenever its timer runs; null while it can be decided. */
export function lapsedRefusal(state: WorkflowState, approvalId: string, now: number): Decision | null {
  const approval = state.approvals.find((one) => one.id === approvalId);
  const lapsed = approval?.status === "open" && approval.deadline !== null && Date.parse(approval.deadline) <= now;
  return lapsed && !FINISHED.includes(state.phase) ? refuse("approval_closed", { decision: "expired" }) : null;
}

/** $1,000, as in shared/api/workflows.ts ApprovePlan. */
const MAX_CAP_MICROS = 1_000_000_000;

function approveMoney(state: WorkflowState, approval: Approval, capMicros: unknown): Decision {
  if (typeof capMicros !== "number" || !Number.isSafeInteger(capMicros) || capMicros > MAX_CAP_MICROS)
    return refuse("invalid_request", { fields: "capMicros" });
  const floor = Math.max(state.cost.capMicros, usedMicros(state));
  if (capMicros <= floor) return refuse("cap_too_low", { min: formatUsd(floor + 1, state.locale) });
  const facts: EventBody[] = [
    { name: "approval.decided", data: { approvalId: approval.id, decision: "approved", arguments: { capMicros } } },
    { name: "cap.raised", data: { capMicros } },
  ];
  return ok(state.pause?.reason === "money" ? [...facts, RESUMED] : facts);
}

/** The tool itself says whether it can send what the person left of the arguments; the plan, whether it may. */
function approveEffect(
  state: WorkflowState,
  approval: Approval,
  given: Readonly<Record<string, unknown>>,
  { tools, services }: Outside,
): Decision {
  const node = state.nodes.find((one) => one.id === approval.nodeId);
  const run = node?.tools.find((one) => one.id === approval.toolCallId);
  if (!node || !run || run.result !== null) return refuse("approval_closed", { decision: "void" });
  const tool = tools.find((one) => one.name === run.name);
  if (!tool) return refuse("service_not_connected", { service: approval.preview?.service ?? run.name });
  const texts = EDIT_REFUSED[state.locale];
  const invalid = (reason: string) => refuse("approval_arguments_invalid", { reason });
  const parsed = parseAction(tool, given, state.locale);
  if (!parsed.ok) return invalid(parsed.error);
  const action = parsed.value;
  if (action.effectClass === "read") return invalid(texts.read);
  if (!node.touches?.includes(action.service)) return invalid(texts.service(action.service));
  const info = services.find((one) => one.name === action.service);
  if (info?.ready === false) return refuse("service_not_connected", { service: info.label[state.locale] });
  // Approved is what will be sent: a tool that reads its own arguments otherwise each time cannot promise that.
  const again = parseAction(tool, action.arguments, state.locale);
  if (!again.ok || canonicalJson(again.value.arguments) !== canonicalJson(action.arguments))
    return invalid(texts.unstable);
  const data = { approvalId: approval.id, decision: "approved" as const, arguments: { ...action.arguments } };
  return ok(goingOn(state, [{ name: "approval.decided", data }]));
}

/** SPEC E8: all that can be taken back, or what is named; the newest is taken back first. */
export function undo(state: WorkflowState, effectIds: readonly string[] | undefined): Decision {
  for (const id of effectIds ?? []) {
    const effect = state.effects.find((one) => one.effectId === id);
    if (!effect) return refuse("not_found");
    if (!canUndo(effect)) return refuse("undo_impossible", { summary: effect.summary });
  }
  const wanted = state.effects.filter((one) => (effectIds ? effectIds.includes(one.effectId) : canUndo(one)));
  if (wanted.length === 0) return refuse("nothing_to_undo");
  return ok([{ name: "undo.requested", data: { effectIds: wanted.map((one) => one.effectId).reverse() } }]);
}

/** The writes a mode left open is decided for: rehearsed when a service the plan reaches cannot be reached for real. */
export function unreadyService(state: WorkflowState, { services }: Pick<Outside, "services">) {
  const touched = new Set(state.nodes.flatMap((node) => node.touches ?? []));
  return services.find((one) => touched.has(one.name) && !one.ready) ?? null;
}

/**
 * SPEC E7: who approved may no longer do so. Writes approved and not begun are asked about anew, and a run whose plan
 * they approved rests until another member takes it over by resuming it.
 */
export function dropApprover(state: WorkflowState, userId: string, now: number): readonly EventBody[] {
  if (FINISHED.includes(state.phase)) return [];
  const facts: EventBody[] = [];
  for (const approval of state.approvals) {
    const begun = state.effects.some((one) => one.approvalId === approval.id);
    const theirs = approval.kind === "effect" && approval.status === "approved" && approval.decidedBy === userId;
    if (!theirs || begun) continue;
    facts.push({ name: "approval.voided", data: { approvalId: approval.id, reason: "role_lost" } });
    const open = state.nodes.some((node) =>
      node.tools.some((run) => run.id === approval.toolCallId && run.result === null),
    );
    if (open) facts.push(requestAgain(state, approval, now));
  }
  if (state.plan?.approved && state.approvedBy === userId && state.pause?.failure?.code !== "approver_left") {
    const failure = failureOf("approver_left");
    facts.push({ name: "workflow.paused", data: { reason: "person", failure, resumeAt: null } });
  }
  return facts;
}
