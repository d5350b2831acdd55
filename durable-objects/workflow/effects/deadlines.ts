import type { EventBody } from "../../../shared/workflow/events.ts";
import type { Approval, Question } from "../../../shared/workflow/records.ts";
import { FINISHED, type WorkflowState } from "../../../shared/workflow/state.ts";

type Waiting = Pick<Approval | Question, "remindAt" | "reminded" | "deadline" | "status">;

/** Next time something is due of what waits for a person, milliseconds UTC; null when nothing is. */
export function nextDeadline(state: WorkflowState): number | null {
  if (FINISHED.includes(state.phase)) return null;
  const times = [...state.questions, ...state.approvals].flatMap((one) => (one.status === "open" ? timesOf(one) : []));
  return times.length > 0 ? Math.min(...times) : null;
}

function timesOf({ remindAt, reminded, deadline }: Waiting): number[] {
  const times = [reminded ? null : remindAt, deadline];
  return times.filter((at) => at !== null).map((at) => Date.parse(at));
}

/**
 * Reminders and lapses that are due (SPEC D): what lapsed is answered by its default, and a pause that waited for
 * people ends with it.
 */
export function dueFacts(state: WorkflowState, now: number): EventBody[] {
  if (FINISHED.includes(state.phase)) return [];
  const facts: EventBody[] = [];
  let lapsed = false;
  for (const question of state.questions) {
    const due = dueOf(question, now);
    if (due === "lapse") facts.push({ name: "question.expired", data: { questionId: question.id } });
    if (due === "remind") facts.push({ name: "question.reminded", data: { questionId: question.id } });
    lapsed ||= due === "lapse";
  }
  for (const approval of state.approvals) {
    const due = dueOf(approval, now);
    if (due === "lapse") facts.push({ name: "approval.expired", data: { approvalId: approval.id } });
    if (due === "remind") facts.push({ name: "approval.reminded", data: { approvalId: approval.id } });
    lapsed ||= due === "lapse";
  }
  if (lapsed && waitsForPeople(state)) facts.push({ name: "workflow.resumed", data: {} });
  return facts;
}

function dueOf(one: Waiting, now: number): "lapse" | "remind" | null {
  if (one.status !== "open") return null;
  if (one.deadline !== null && Date.parse(one.deadline) <= now) return "lapse";
  return !one.reminded && one.remindAt !== null && Date.parse(one.remindAt) <= now ? "remind" : null;
}

/** The engine's own pause because only a person's answer can bring the run on; not one with a reason of its own. */
export const waitsForPeople = ({ pause }: Pick<WorkflowState, "pause">): boolean =>
  pause?.reason === "person" && pause.by !== "user" && pause.failure === null;
