import type { EffectIntent, EffectRecord } from "../../../shared/workflow/effects.ts";
import type { WorkflowState } from "../../../shared/workflow/state.ts";
import { actionOf, isLastUndo } from "./effect-recovery.ts";
import { keyOf } from "./fingerprint.ts";
import { canUndo, nextSendAt } from "./ledger.ts";
import type { EffectStep, EffectsAround } from "./step-types.ts";

/** E8: one after the other, the newest first; a person asked for it, so it needs no approval and no running workflow. */
export function stepOfUndo(state: WorkflowState, around: EffectsAround): EffectStep | null {
  const underWay = (one: EffectRecord) =>
    one.undo?.status === "running" || (one.undoOf !== null && nextSendAt(one) !== null && isLastUndo(state, one));
  if (state.effects.some(underWay)) return null;
  const effect = state.effects.findLast((one) => one.undo?.status === "requested");
  if (!effect) return null;
  const known = actionOf(state, effect, around);
  const receipt = effect.receipt;
  const { effectId } = effect;
  if (!known?.tool.undo || !receipt?.undo || !canUndo({ ...effect, undo: null })) {
    const failure = { code: "undo_impossible", params: { summary: effect.summary }, technical: "" };
    return { kind: "facts", nodeId: null, facts: [{ name: "undo.refused", data: { effectId, failure } }] };
  }
  const before = state.effects.filter((one) => one.undoOf === effectId);
  const turn = 1 + before.length;
  const call = { workflowId: state.id, nodeId: effect.nodeId, callId: `${effectId}:undo`, turn };
  // One that may have happened is not done a second time by a service that knows its key.
  const last = before.at(-1);
  const key = last?.status === "unknown" ? last.key : keyOf(call, around.hash);
  const intent: EffectIntent = {
    ...pickIntent(effect),
    effectId: `${effectId}_undo${turn > 1 ? turn : ""}`,
    toolCallId: null,
    key,
    reversible: false,
    approvalId: null,
    mode: "live",
    undoOf: effectId,
  };
  return {
    kind: "work",
    nodeId: null,
    facts: [{ name: "effect.intended", data: intent }],
    work: { kind: "undo", id: intent.effectId, ...known, key, receipt },
  };
}

function pickIntent(effect: EffectRecord) {
  const { nodeId, tool, effectClass, service, action, target, summary, fingerprint } = effect;
  return { nodeId, tool, effectClass, service, action, target, summary, arguments: effect.arguments, fingerprint };
}
