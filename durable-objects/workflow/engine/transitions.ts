import type { EventBody, EventName } from "../../../shared/workflow/events.ts";
import { FINISHED, type WorkflowState } from "../../../shared/workflow/state.ts";

type Phase = WorkflowState["phase"];

const RUNNING: readonly Phase[] = ["orchestrating", "building", "reviewing"];
const OPEN: readonly Phase[] = ["planning", "pending_approval", ...RUNNING];
const ANY: readonly Phase[] = [
  ...OPEN,
  ...FINISHED.filter((one): one is "completed" | "failed" | "cancelled" => one !== "paused"),
];

/** The phases in which each event may happen. Money is settled and given back whenever it turns up. */
const ALLOWED: Readonly<Record<EventName, readonly Phase[]>> = {
  "workflow.created": [],
  "workflow.imported": [],
  "workflow.migrated": OPEN,
  "queue.entered": OPEN,
  "queue.left": OPEN,
  "plan.proposed": ["planning", "pending_approval"],
  "plan.edited": ["pending_approval"],
  "plan.approved": ["pending_approval"],
  "stage.entered": RUNNING,
  "node.started": RUNNING,
  "node.delivered": RUNNING,
  "node.reviewed": RUNNING,
  "node.finished": RUNNING,
  "node.failed": RUNNING,
  "node.skipped": RUNNING,
  "node.similar": RUNNING,
  "call.intended": OPEN,
  "call.settled": ANY,
  "call.unconfirmed": ANY,
  "tool.started": RUNNING,
  "tool.settled": RUNNING,
  // What was sent is settled whenever its answer turns up; an undo is asked for when the run is over.
  "effect.intended": ANY,
  "effect.sent": ANY,
  "effect.settled": ANY,
  "effect.resolved": ANY,
  "undo.requested": ANY,
  "undo.refused": ANY,
  "artifact.created": RUNNING,
  "artifact.removed": RUNNING,
  // After the end only about a write of unknown outcome.
  "question.asked": ANY,
  "question.answered": ANY,
  "question.reminded": OPEN,
  "question.expired": ANY,
  "approval.requested": OPEN,
  "approval.reminded": OPEN,
  "approval.decided": OPEN,
  "approval.expired": OPEN,
  "approval.voided": OPEN,
  "money.leased": ANY,
  "money.returned": ANY,
  "cap.raised": OPEN,
  "workflow.paused": OPEN,
  // A failed workflow goes on when a person retries it; see SPEC P6.
  "workflow.resumed": [...OPEN, "failed"],
  "workflow.steered": OPEN,
  "workflow.completed": RUNNING,
  "workflow.failed": OPEN,
  "workflow.cancelled": OPEN,
};

/** Why an event cannot happen now, or null when it can. A refusal is a bug of who proposed it, never of a person. */
export function refusalOf(state: WorkflowState | null, body: EventBody): string | null {
  if (state === null)
    return body.name === "workflow.created" || body.name === "workflow.imported" ? null : "nothing was created";
  if (!ALLOWED[body.name].includes(state.phase)) return `the workflow is ${state.phase}`;
  if (body.name === "call.intended" && state.calls[body.data.callId]) return "the call id is taken";
  if (FINISHED.includes(state.phase) && isOtherQuestion(state, body)) return `the workflow is ${state.phase}`;
  const effect = effectRefusalOf(state, body);
  if (effect !== null) return effect;
  const nodeId = nodeOf(body);
  return nodeId !== null && !state.nodes.some((node) => node.id === nodeId) ? `no step ${nodeId}` : null;
}

/** SPEC R4 for the ledger: an outcome is taken once, and only of what was sent. */
function effectRefusalOf(state: WorkflowState, body: EventBody): string | null {
  const find = (effectId: string) => state.effects.find((one) => one.effectId === effectId);
  switch (body.name) {
    case "effect.intended":
      return find(body.data.effectId) ? "the effect id is taken" : null;
    case "effect.settled":
      return find(body.data.effectId)?.status === "intended" ? null : "the effect is not open";
    case "effect.resolved":
      return find(body.data.effectId)?.status === "unknown" ? null : "the effect is not in doubt";
    case "effect.sent": {
      const status = find(body.data.effectId)?.status;
      return status === "intended" || status === "failed" || status === "unknown" ? null : "the effect is over";
    }
    case "undo.refused":
      return find(body.data.effectId)?.undo ? null : "nobody asked to undo it";
    default:
      return null;
  }
}

/** A question that ends with its run. */
function isOtherQuestion(state: WorkflowState, body: EventBody): boolean {
  if (body.name === "question.asked") return body.data.kind !== "effect";
  if (body.name !== "question.answered" && body.name !== "question.expired") return false;
  return state.questions.find((one) => one.id === body.data.questionId)?.kind !== "effect";
}

/** The step an event is about, or null. */
export function nodeOf(body: EventBody): string | null {
  return "nodeId" in body.data ? body.data.nodeId : null;
}
