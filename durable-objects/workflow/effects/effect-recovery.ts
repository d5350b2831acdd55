import type { EffectRecord } from "../../../shared/workflow/effects.ts";
import type { EventBody } from "../../../shared/workflow/events.ts";
import type { Question } from "../../../shared/workflow/records.ts";
import type { WorkflowState } from "../../../shared/workflow/state.ts";
import { canonicalJson } from "./fingerprint.ts";
import { parseAction } from "./guard.ts";
import { nextSendAt, questionsOf } from "./ledger.ts";
import type { OutsideAction, OutsideTool } from "./port.ts";
import { type EffectStep, type EffectsAround, isGoing, isOver, SETTLING_MS } from "./step-types.ts";
import { doubtText } from "./texts.ts";

/** A send that tears the process off each time is not repeated for ever. */
const MAX_TORN_SENDS = 10;
const REMIND_AFTER_MS = 4 * 3_600_000;

/** Whether somebody waits for it: it may be sent again. */
export const isWanted = (state: WorkflowState, effect: EffectRecord): boolean =>
  effect.undoOf !== null || (!isOver(state) && isCallOpen(state, effect));

/** Whether a step waits for it, or will when a person has a failed run go on. */
const isCallOpen = (state: WorkflowState, effect: EffectRecord): boolean =>
  (!isOver(state) || state.phase === "failed") &&
  state.nodes.some((node) => node.tools.some((run) => run.id === effect.toolCallId && run.result === null));

/** A write that was intended: torn off, in doubt, or to be sent again. */
export function stepOfEffect(state: WorkflowState, effect: EffectRecord, around: EffectsAround): EffectStep | null {
  if (around.underWay(effect.effectId)) return null;
  switch (effect.status) {
    case "intended":
      return stepOfTorn(state, effect, around);
    case "unknown":
      return stepOfDoubt(state, effect, around);
    case "failed":
      return repeatLater(state, effect, around);
    default:
      return null;
  }
}

/** E4: what a crash interrupted is repeated only where the service knows the key; else it may have happened. */
function stepOfTorn(state: WorkflowState, effect: EffectRecord, around: EffectsAround): EffectStep | null {
  const repeatable = effect.effectClass === "idempotent-write" && effect.sent < MAX_TORN_SENDS;
  if (repeatable && isWanted(state, effect)) {
    if (!maySend(state, effect, around)) return null;
    const again = sendAgain(state, effect, around);
    if (again) return again;
  }
  const outcome = { kind: "unknown" as const, detail: "The run was interrupted before the answer came." };
  return {
    kind: "facts",
    nodeId: effect.nodeId,
    facts: [{ name: "effect.settled", data: { effectId: effect.effectId, outcome } }],
  };
}

const maySend = (state: WorkflowState, effect: EffectRecord, around: EffectsAround): boolean =>
  effect.undoOf !== null || isGoing(state, around);

function repeatLater(state: WorkflowState, effect: EffectRecord, around: EffectsAround): EffectStep | null {
  const at = nextSendAt(effect);
  if (at === null || !isWanted(state, effect) || !maySend(state, effect, around)) return null;
  // Asked for anew since, an undo has an effect of its own.
  if (effect.undoOf !== null && !isLastUndo(state, effect)) return null;
  return at > around.now ? { kind: "wait", until: at } : sendAgain(state, effect, around);
}

/** The undo that its original's line stands for. */
export function isLastUndo(state: WorkflowState, undo: EffectRecord): boolean {
  const original = state.effects.find((one) => one.effectId === undo.undoOf);
  const asked = original?.undo?.status === "requested" || original?.status === "undone";
  return !asked && state.effects.findLast((one) => one.undoOf === undo.undoOf) === undo;
}

/** Under the same key. Null when the tool is gone or reads the arguments in another way than before. */
function sendAgain(state: WorkflowState, effect: EffectRecord, around: EffectsAround): EffectStep | null {
  const { effectId, nodeId, key } = effect;
  const known = actionOf(state, effect, around);
  if (!known) return null;
  const facts: EventBody[] = [{ name: "effect.sent", data: { effectId } }];
  if (effect.undoOf === null)
    return { kind: "work", nodeId, facts, work: { kind: "send", id: effectId, ...known, key } };
  const receipt = state.effects.find((one) => one.effectId === effect.undoOf)?.receipt;
  if (!receipt) return null;
  return { kind: "work", nodeId: null, facts, work: { kind: "undo", id: effectId, ...known, key, receipt } };
}

export function actionOf(
  state: WorkflowState,
  effect: EffectRecord,
  around: EffectsAround,
): { tool: OutsideTool; action: OutsideAction } | null {
  const tool = around.tools.get(effect.tool);
  const action = tool && parseAction(tool, effect.arguments, state.locale);
  if (!tool || !action?.ok || action.value.effectClass === "read") return null;
  return canonicalJson(action.value.arguments) === canonicalJson(effect.arguments)
    ? { tool, action: action.value }
    : null;
}

/** E5: repeat where the service knows the key, else read back, else ask the person. */
function stepOfDoubt(state: WorkflowState, effect: EffectRecord, around: EffectsAround): EffectStep | null {
  const { effectId, nodeId, key } = effect;
  const again = repeatLater(state, effect, around);
  if (again) return again;
  if (effect.undoOf !== null) return giveUpUndo(state, effect);
  if (!isOver(state) && !isGoing(state, around)) return null;
  const memory = around.readBacks.get(effectId);
  const known = actionOf(state, effect, around);
  if (known?.tool.readBack && memory?.kind !== "unknown") {
    const waitUntil = memory ? memory.at + SETTLING_MS : 0;
    if (waitUntil > around.now) return { kind: "wait", until: waitUntil };
    return { kind: "work", nodeId, facts: [], work: { kind: "read-back", id: effectId, ...known, key } };
  }
  const asked = questionsOf(state, effectId);
  if (asked.some((one) => one.status !== "void")) return null;
  const label = around.services.find((one) => one.name === effect.service)?.label[state.locale] ?? effect.service;
  // When nobody waits for it any more, what happened still has to be known; it is not sent again.
  const isWaitedFor = isWanted(state, effect);
  return {
    kind: "facts",
    nodeId,
    facts: [
      {
        name: "question.asked",
        data: {
          id: `q_${effectId}${asked.length > 0 ? `_${asked.length + 1}` : ""}`,
          nodeId: isCallOpen(state, effect) ? nodeId : null,
          kind: "effect",
          text: doubtText({ ...effect, service: label }, isWaitedFor, state.locale),
          choices: isWaitedFor ? ["done", "again", "leave"] : ["done", "leave"],
          toolUseId: null,
          effectId,
          remindAt: isOver(state) ? null : new Date(around.now + REMIND_AFTER_MS).toISOString(),
          reminded: false,
          deadline: null,
          status: "open",
          answer: null,
        },
      },
    ],
  };
}

/**
 * A question is void when its write came to an end by itself, and when the step that waited for it began anew: what
 * still is in doubt then is asked without that step.
 */
export function stepOfQuestion(state: WorkflowState, question: Question): EffectStep | null {
  if (question.kind !== "effect" || question.status !== "open") return null;
  const effect = state.effects.find((one) => one.effectId === question.effectId);
  const inDoubt = effect && (effect.status === "unknown" || effect.status === "intended");
  if (inDoubt && (question.nodeId === null || isCallOpen(state, effect))) return null;
  return {
    kind: "facts",
    nodeId: question.nodeId,
    facts: [{ name: "question.expired", data: { questionId: question.id } }],
  };
}

/** Taking back can be asked for anew; nobody is asked about it. */
function giveUpUndo(state: WorkflowState, undo: EffectRecord): EffectStep | null {
  const original = state.effects.find((one) => one.effectId === undo.undoOf);
  if (original?.undo?.status !== "running" || !isLastUndo(state, undo)) return null;
  const failure = { code: "undo_unknown", params: { summary: original.summary }, technical: "" };
  return {
    kind: "facts",
    nodeId: null,
    facts: [{ name: "undo.refused", data: { effectId: original.effectId, failure } }],
  };
}
