import type { EffectRecord } from "../../../shared/workflow/effects.ts";
import type { Approval } from "../../../shared/workflow/records.ts";
import type { WorkflowState } from "../../../shared/workflow/state.ts";
import { stepOfCall } from "./call-step.ts";
import { stepOfEffect, stepOfQuestion } from "./effect-recovery.ts";
import { approvalsOfCall, effectsOfCall } from "./ledger.ts";
import type { OutsideTool } from "./port.ts";
import { type Call, type EffectStep, type EffectsAround, isOver } from "./step-types.ts";
import { stepOfUndo } from "./undo-step.ts";

/** Whether a tool call is carried here: its tool reaches outside, or its write stands in the ledger already. */
export const isOutsideCall = (
  state: WorkflowState,
  call: { readonly name: string; readonly toolCallId: string },
  tools: ReadonlyMap<string, OutsideTool>,
): boolean =>
  tools.has(call.name) ||
  approvalsOfCall(state, call.toolCallId).length > 0 ||
  effectsOfCall(state, call.toolCallId).length > 0;

/**
 * Everything that reaches outside, decided from the log alone (SPEC E): called again with the same state it gives the
 * same steps, so a crash between any two events leads to the next right one and never to a second write.
 */
export function effectSteps(state: WorkflowState, around: EffectsAround): EffectStep[] {
  const steps: EffectStep[] = [];
  const add = (step: EffectStep | null) => {
    if (step) steps.push(step);
  };
  for (const effect of state.effects) if (isOwnLive(effect)) add(stepOfEffect(state, effect, around));
  for (const question of state.questions) add(stepOfQuestion(state, question));
  if (!isOver(state)) {
    for (const call of openCalls(state, around)) add(stepOfCall(state, call, around));
    for (const approval of state.approvals) add(stepOfOrphan(state, approval));
  }
  add(stepOfUndo(state, around));
  return steps;
}

const isOwnLive = (effect: EffectRecord): boolean => effect.mode === "live" && effect.inheritedFrom === null;

function openCalls(state: WorkflowState, around: EffectsAround): Call[] {
  return state.nodes.flatMap((node) =>
    node.tools
      .filter((run) => run.result === null)
      .filter((run) => isOutsideCall(state, { name: run.name, toolCallId: run.id }, around.tools))
      .map((run) => ({ node, run })),
  );
}

/** A step that started afresh no longer waits for what its former attempt asked. */
function stepOfOrphan(state: WorkflowState, approval: Approval): EffectStep | null {
  if (approval.kind !== "effect" || approval.status !== "open") return null;
  const wanted = state.nodes.some((node) =>
    node.tools.some((run) => run.id === approval.toolCallId && run.result === null),
  );
  if (wanted) return null;
  return {
    kind: "facts",
    nodeId: approval.nodeId,
    facts: [{ name: "approval.voided", data: { approvalId: approval.id, reason: "superseded" } }],
  };
}
