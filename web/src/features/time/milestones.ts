import type { WorkflowEvent } from "../../../../shared/workflow/events.ts";
import type { MessageId } from "../../i18n/i18n.ts";

/** A moment worth going to. */
export interface Milestone {
  readonly version: number;
  readonly at: string;
  readonly kind: "plan" | "approval" | "failure" | "effect" | "end";
  readonly text: MessageId;
}

type Kind = Pick<Milestone, "kind" | "text">;

const KINDS: Partial<Record<WorkflowEvent["name"], Kind>> = {
  "workflow.created": { kind: "plan", text: "time.created" },
  "workflow.imported": { kind: "plan", text: "time.created" },
  "plan.proposed": { kind: "plan", text: "time.plan" },
  "plan.approved": { kind: "approval", text: "time.approved" },
  "approval.requested": { kind: "approval", text: "time.asked" },
  "approval.decided": { kind: "approval", text: "time.decided" },
  "approval.expired": { kind: "approval", text: "time.decided" },
  "question.asked": { kind: "approval", text: "time.asked" },
  "question.answered": { kind: "approval", text: "time.decided" },
  "node.failed": { kind: "failure", text: "time.failure" },
  "effect.settled": { kind: "effect", text: "time.effect" },
  "undo.requested": { kind: "effect", text: "time.undo" },
  "workflow.paused": { kind: "failure", text: "time.paused" },
  "workflow.completed": { kind: "end", text: "time.done" },
  "workflow.failed": { kind: "end", text: "time.ended" },
  "workflow.cancelled": { kind: "end", text: "time.ended" },
};

/** The moments of a log, oldest first: plans, decisions, problems, what was done outside, the end. */
export function milestonesOf(events: readonly WorkflowEvent[]): Milestone[] {
  return events.flatMap((event) => {
    const known = KINDS[event.name];
    // What did not happen, and what a rehearsal wrote down, was not done outside.
    if (!known || (event.name === "effect.settled" && event.data.outcome.kind === "failed")) return [];
    // A run that rests until an answer comes was not paused by anybody.
    if (event.name === "workflow.paused" && event.data.reason === "person" && event.actor.kind === "system") return [];
    return [{ version: event.version, at: event.at, ...known }];
  });
}

/** The last moment up to a version: what a slider says it stands at. */
export const milestoneAt = (milestones: readonly Milestone[], version: number): Milestone | undefined =>
  milestones.findLast((one) => one.version <= version);
