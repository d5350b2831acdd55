import type { EffectIntent, EffectRecord } from "../../../shared/workflow/effects.ts";
import type { EventBody } from "../../../shared/workflow/events.ts";
import type { Approval } from "../../../shared/workflow/records.ts";
import type { WorkflowState } from "../../../shared/workflow/state.ts";
import { cutMiddle } from "../tools/cut.ts";
import { requestApproval } from "./approvals.ts";
import { actionOf } from "./effect-recovery.ts";
import { canonicalJson, fingerprintOf, keyOf } from "./fingerprint.ts";
import { parseAction } from "./guard.ts";
import { approvalsOfCall, effectsOfCall, nextSendAt, twinDone, twinLeft, twinUnderWay, verdictOf } from "./ledger.ts";
import type { OutsideAction } from "./port.ts";
import { type Call, type EffectStep, type EffectsAround, isGoing } from "./step-types.ts";
import { TOLD } from "./texts.ts";

/** An outside tool call that waits for its answer. */
export function stepOfCall(state: WorkflowState, call: Call, around: EffectsAround): EffectStep | null {
  const effects = effectsOfCall(state, call.run.id);
  const effect = effects.at(-1);
  if (effect) return stepOfWritten(state, call, effects, effect, around);
  if (around.underWay(call.run.id)) return null;
  const approval = approvalsOfCall(state, call.run.id).at(-1);
  switch (approval?.status) {
    case "open":
      return null;
    case "approved":
      return intend(state, call, approval, 1, around);
    case "rejected":
      return tell(call, false, TOLD.declined, around);
    case "expired":
      return tell(call, false, TOLD.expired, around);
    default:
      return isGoing(state, around) ? begin(state, call, around) : null;
  }
}

function stepOfWritten(
  state: WorkflowState,
  call: Call,
  effects: readonly EffectRecord[],
  effect: EffectRecord,
  around: EffectsAround,
): EffectStep | null {
  switch (effect.status) {
    case "intended":
    case "unknown":
      return null;
    case "done":
      return tell(call, true, TOLD.done(effect), around);
    case "undone":
      return tell(call, false, TOLD.takenBack(effect.summary), around);
    case "recorded":
      return tell(call, true, TOLD.rehearsed(effect.summary), around);
    case "failed": {
      if (effect.knownBy === "person") {
        const approval = state.approvals.find((one) => one.id === effect.approvalId);
        const anew = verdictOf(state, effect.effectId) === "again" && approval;
        return anew
          ? intend(state, call, { ...approval, arguments: effect.arguments }, effects.length + 1, around)
          : tell(call, false, TOLD.left, around);
      }
      if (nextSendAt(effect) !== null && actionOf(state, effect, around)) return null;
      return tell(call, false, effect.failure ? TOLD.failed(effect.failure) : TOLD.denied, around);
    }
  }
}

/** E1 – E3: refused, read, answered from the ledger, rehearsed, or put before a person. */
function begin(state: WorkflowState, call: Call, around: EffectsAround): EffectStep | null {
  const { node, run } = call;
  const tool = around.tools.get(run.name);
  if (!tool) return tell(call, false, TOLD.toolGone, around);
  const parsed = parseAction(tool, run.input, state.locale);
  if (!parsed.ok) return tell(call, false, parsed.error, around);
  const action = parsed.value;
  if (!node.touches?.includes(action.service)) return tell(call, false, TOLD.noSuchStep(action.service), around);
  const info = around.services.find((one) => one.name === action.service);
  const ready = info?.ready ?? true;
  if (!ready && (action.effectClass === "read" || state.mode === "live"))
    return tell(call, false, TOLD.notReady(action.service), around);
  if (action.effectClass === "read")
    return {
      kind: "work",
      nodeId: node.id,
      facts: [],
      work: { kind: "read", id: run.id, nodeId: node.id, tool, action },
    };
  const fingerprint = fingerprintOf(run.name, action.arguments, around.hash);
  const same = twinOf(state, call, fingerprint, around);
  if (same) return same.step;
  if (state.mode === "rehearsal") return rehearse(state, call, action, around);
  return {
    kind: "facts",
    nodeId: node.id,
    facts: [requestApproval(state, { toolCallId: run.id, nodeId: node.id, tool: run.name, action, info }, around.now)],
  };
}

/** Not null: the same write is done or under way, and `step` says what that means for this call. */
function twinOf(
  state: WorkflowState,
  call: Call,
  fingerprint: string,
  around: EffectsAround,
): { step: EffectStep | null } | null {
  if (twinUnderWay(state, fingerprint, call.run.id)) return { step: null };
  const done = twinDone(state, fingerprint, around.tools.get(call.run.name)?.overwrites ?? false);
  if (!done) return null;
  const told = done.status === "recorded" ? TOLD.alreadyRehearsed(done) : TOLD.alreadyDone(done);
  return { step: tell(call, true, told, around) };
}

function rehearse(state: WorkflowState, call: Call, action: OutsideAction, around: EffectsAround): EffectStep {
  const intent = intentOf(state, call, action, null, 1, around);
  return {
    kind: "facts",
    nodeId: call.node.id,
    facts: [
      { name: "effect.intended", data: intent },
      { name: "effect.settled", data: { effectId: intent.effectId, outcome: { kind: "recorded" } } },
      settled(call, true, TOLD.rehearsed(action.summary), around),
    ],
  };
}

/** Sends exactly what was approved; `turn` counts how often a person had it sent. */
function intend(
  state: WorkflowState,
  call: Call,
  approval: Approval,
  turn: number,
  around: EffectsAround,
): EffectStep | null {
  if (!isGoing(state, around)) return null;
  const tool = around.tools.get(call.run.name);
  if (!tool) return tell(call, false, TOLD.toolGone, around);
  const parsed = parseAction(tool, approval.arguments, state.locale);
  const exact = parsed.ok && canonicalJson(parsed.value.arguments) === canonicalJson(approval.arguments);
  if (!parsed.ok || !exact || parsed.value.effectClass === "read") return tell(call, false, TOLD.changed, around);
  const action = parsed.value;
  if (!call.node.touches?.includes(action.service)) return tell(call, false, TOLD.noSuchStep(action.service), around);
  const fingerprint = fingerprintOf(call.run.name, action.arguments, around.hash);
  const same = twinOf(state, call, fingerprint, around);
  if (same) return same.step;
  if (turn === 1 && twinLeft(state, fingerprint, approval.decidedAt ?? "")) return tell(call, false, TOLD.left, around);
  const intent = intentOf(state, call, action, approval.id, turn, around);
  const { effectId: id, key } = intent;
  return {
    kind: "work",
    nodeId: call.node.id,
    facts: [{ name: "effect.intended", data: intent }],
    work: { kind: "send", id, tool, action, key },
  };
}

function intentOf(
  state: WorkflowState,
  { node, run }: Call,
  action: OutsideAction,
  approvalId: string | null,
  turn: number,
  { hash }: EffectsAround,
): EffectIntent {
  const { effectClass, service, target, summary, reversible } = action;
  // Lines inherited from the run this one goes on from may be of the very same call.
  const taken = state.effects.filter((one) => one.toolCallId === run.id).length;
  return {
    effectId: `eff_${run.id.replace(/^tool_/, "")}${taken > 0 ? `_${taken + 1}` : ""}`,
    nodeId: node.id,
    toolCallId: run.id,
    tool: run.name,
    effectClass: effectClass === "read" ? "write" : effectClass,
    key: keyOf({ workflowId: state.id, nodeId: node.id, callId: run.id, turn }, hash),
    service,
    action: action.action,
    target,
    summary,
    arguments: { ...action.arguments },
    fingerprint: fingerprintOf(run.name, action.arguments, hash),
    reversible,
    approvalId,
    mode: state.mode,
    undoOf: null,
  };
}

const tell = (call: Call, ok: boolean, output: string, around: EffectsAround): EffectStep => ({
  kind: "facts",
  nodeId: call.node.id,
  facts: [settled(call, ok, output, around)],
});

function settled({ node, run }: Call, ok: boolean, output: string, { now }: EffectsAround): EventBody {
  const durationMs = Math.max(0, now - Date.parse(run.startedAt));
  return {
    name: "tool.settled",
    data: { toolCallId: run.id, nodeId: node.id, ok, output: cutMiddle(output), durationMs },
  };
}
