import type { WorkflowCommand } from "../../../../shared/protocol/workflow-commands.ts";
import { FINISHED, type WorkflowState } from "../../../../shared/workflow/state.ts";
import type { Dice } from "./dice.ts";

const open = <T extends { readonly status: string }>(all: readonly T[]): T[] =>
  all.filter((one) => one.status === "open");

/** Something a person may do now, sensible or not; late, early and stale commands are among them. */
export function anyCommand(state: WorkflowState, dice: Dice): WorkflowCommand {
  const question = dice.chance(0.7) ? open(state.questions)[0] : state.questions.at(-1);
  const approval = dice.chance(0.7) ? open(state.approvals)[0] : state.approvals.at(-1);
  const kind = dice.weighted({
    approve: state.phase === "pending_approval" ? 10 : 0.3,
    edit: state.phase === "pending_approval" ? 2 : 0.1,
    answer: question ? 6 : 0,
    decide: approval ? 8 : 0,
    pause: 0.7,
    resume: state.pause ? 5 : 0.2,
    retry: 1,
    steer: 0.5,
    cancel: 0.15,
    undo: state.effects.length > 0 ? 0.7 : 0.05,
  });
  switch (kind) {
    case "approve": {
      const planVersion = (state.plan?.version ?? 1) - (dice.chance(0.1) ? 1 : 0);
      const mode = dice.chance(0.15) ? ("rehearsal" as const) : ("live" as const);
      return { kind: "approve-plan", planVersion, capMicros: dice.pick([3_000, 20_000, 200_000, 2_000_000]), mode };
    }
    case "edit":
      return {
        kind: "edit-plan",
        edit: { planVersion: state.plan?.version ?? 1, variant: dice.pick(["lean", "balanced"]) },
      };
    case "answer":
      return { kind: "answer", questionId: question?.id ?? "", answer: dice.pick(answersTo(question?.kind)) };
    case "decide":
      return approval ? decision(state, approval, dice.chance(0.75), dice.between(1, 400_000)) : { kind: "pause" };
    case "pause":
      return { kind: "pause" };
    case "resume":
      return { kind: "resume" };
    case "retry":
      return { kind: "retry", ...(dice.chance(0.3) ? { instructions: "try harder" } : {}) };
    case "steer":
      return { kind: "steer", message: "mind the gap" };
    case "cancel":
      return { kind: "cancel", reason: "enough" };
    case "undo":
      return { kind: "undo" };
  }
}

function answersTo(kind: string | undefined): [string, ...string[]] {
  if (kind === "repair") return ["retry", "skip", "stop"];
  return kind === "effect" ? ["done", "again", "leave"] : ["A", "B"];
}

function decision(
  state: WorkflowState,
  approval: WorkflowState["approvals"][number],
  yes: boolean,
  more: number,
): WorkflowCommand {
  const base = { kind: "decide", approvalId: approval.id, decision: yes ? "approved" : "rejected" } as const;
  if (approval.kind !== "change_order" || !yes) return base;
  return { ...base, arguments: { capMicros: state.cost.capMicros + more } };
}

/** What brings the run nearer to its end; null when nothing is asked of people. */
export function helpfulCommand(state: WorkflowState): WorkflowCommand | null {
  if (FINISHED.includes(state.phase)) return null;
  if (state.phase === "pending_approval")
    return { kind: "approve-plan", planVersion: state.plan?.version ?? 1, capMicros: 50_000_000 };
  const approval = open(state.approvals)[0];
  if (approval) return decision(state, approval, true, 50_000_000);
  const question = open(state.questions)[0];
  if (question) {
    const answer = question.kind === "repair" ? "skip" : question.kind === "effect" ? "leave" : "A";
    return { kind: "answer", questionId: question.id, answer };
  }
  return state.pause && state.pause.resumeAt === null ? { kind: "resume" } : null;
}
