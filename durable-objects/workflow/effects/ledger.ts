import { isProblemCode } from "../../../shared/errors/catalogue/describe.ts";
import { CODES } from "../../../shared/errors/codes.ts";
import type { EffectRecord } from "../../../shared/workflow/effects.ts";
import type { Approval, Failure, Question } from "../../../shared/workflow/records.ts";
import { FINISHED, type WorkflowState } from "../../../shared/workflow/state.ts";

/** What the ledger says of a call or a write; nothing here decides. */

/** One write is sent at most this often under its key. */
export const MAX_SENDS = 3;
const FIRST_WAIT_MS = 1000;
/** A service that asks for a longer wait than this is told to the agent instead. */
const MAX_WAIT_MS = 3_600_000;

/** Own writes of a tool call, oldest first: more than one only when a person had it sent anew. */
export const effectsOfCall = (state: WorkflowState, toolCallId: string): EffectRecord[] =>
  state.effects.filter((one) => one.toolCallId === toolCallId && one.inheritedFrom === null && one.undoOf === null);

export const approvalsOfCall = (state: WorkflowState, toolCallId: string): Approval[] =>
  state.approvals.filter((one) => one.kind === "effect" && one.toolCallId === toolCallId);

export const questionsOf = (state: WorkflowState, effectId: string): Question[] =>
  state.questions.filter((one) => one.kind === "effect" && one.effectId === effectId);

/** What the person answered of a write nobody could tell the end of; null without an answer. */
export const verdictOf = (state: WorkflowState, effectId: string): string | null =>
  questionsOf(state, effectId).findLast((one) => one.status === "answered")?.answer ?? null;

/** True while a tool call rests until a person decides: it takes nobody's place and its end is not torn off. */
export function waitsForPerson(state: WorkflowState, toolCallId: string): boolean {
  if (approvalsOfCall(state, toolCallId).at(-1)?.status === "open") return true;
  const effect = effectsOfCall(state, toolCallId).at(-1);
  return effect?.status === "unknown" && questionsOf(state, effect.effectId).at(-1)?.status === "open";
}

/** Whether something of this run's own is still to be done outside, or asked about: it needs no visitor and no running workflow. */
export const isUnsettled = (state: WorkflowState): boolean =>
  state.effects.some(
    (one) =>
      one.inheritedFrom === null &&
      one.mode === "live" &&
      (one.status === "intended" ||
        one.undo?.status === "requested" ||
        one.undo?.status === "running" ||
        (one.status === "unknown" &&
          FINISHED.includes(state.phase) &&
          one.undoOf === null &&
          !questionsOf(state, one.effectId).some((asked) => asked.status !== "void"))),
  );

/** Whether the same write may succeed later, unchanged. */
export const isRetryable = ({ code }: Failure): boolean => isProblemCode(code) && CODES[code].retryable;

/**
 * When a write that ended without happening is sent again, milliseconds UTC; null when it is not. As the service asked
 * (`seconds` among the failure's parameters), else after 1 s, doubling, spread by the effect's id.
 */
export function nextSendAt(effect: EffectRecord): number | null {
  if (effect.sent >= MAX_SENDS || effect.settledAt === null || effect.mode !== "live") return null;
  const settledAt = Date.parse(effect.settledAt);
  if (effect.status === "failed" && effect.knownBy === "read-back") return settledAt;
  const sendable =
    effect.status === "failed"
      ? effect.knownBy === "answer" && effect.failure !== null && isRetryable(effect.failure)
      : effect.status === "unknown" &&
        effect.effectClass === "idempotent-write" &&
        (effect.failure === null || isRetryable(effect.failure));
  if (!sendable) return null;
  const seconds = effect.failure?.params.seconds;
  const asked = typeof seconds === "number" && seconds > 0 ? seconds * 1000 : null;
  if (asked !== null && asked > MAX_WAIT_MS) return null;
  const spread = 1 + ([...effect.effectId].reduce((sum, char) => sum + char.charCodeAt(0), 0) % 32) / 100;
  return settledAt + Math.round(asked ?? FIRST_WAIT_MS * 2 ** (effect.sent - 1) * spread);
}

/** A write of this run that would do the same thing and has not ended yet. */
export function twinUnderWay(state: WorkflowState, fingerprint: string, toolCallId: string): EffectRecord | undefined {
  return state.effects.find(
    (one) =>
      one.fingerprint === fingerprint &&
      one.toolCallId !== toolCallId &&
      one.inheritedFrom === null &&
      one.undoOf === null &&
      (one.status === "intended" ||
        one.status === "unknown" ||
        (one.status === "failed" && nextSendAt(one) !== null) ||
        (one.status === "done" && (one.undo?.status === "requested" || one.undo?.status === "running"))),
  );
}

/** The same write, left in doubt by a person after `since` (ISO 8601): an older approval does not cover sending it. */
export const twinLeft = (state: WorkflowState, fingerprint: string, since: string): boolean =>
  state.effects.some(
    (one) =>
      one.fingerprint === fingerprint &&
      one.status === "failed" &&
      one.knownBy === "person" &&
      verdictOf(state, one.effectId) === "leave" &&
      (one.settledAt ?? "") > since,
  );

/**
 * The write that has done the same thing, in this run or the one it goes on from; in a rehearsal also one listed.
 * `overwrites`: only while nothing else has been written to its target since.
 */
export function twinDone(state: WorkflowState, fingerprint: string, overwrites: boolean): EffectRecord | undefined {
  const counts = (one: EffectRecord): boolean =>
    one.undoOf === null &&
    (one.status === "done" || (one.status === "recorded" && state.mode === "rehearsal" && one.inheritedFrom === null));
  const twin = state.effects.findLast((one) => one.fingerprint === fingerprint && counts(one));
  if (!twin || !overwrites) return twin;
  const later = state.effects.slice(state.effects.indexOf(twin) + 1);
  const isOverwritten = later.some(
    (one) =>
      one.tool === twin.tool &&
      one.target === twin.target &&
      one.fingerprint !== fingerprint &&
      (counts(one) || (one.undoOf === null && (one.status === "intended" || one.status === "unknown"))),
  );
  return isOverwritten ? undefined : twin;
}

/** Whether a person may have it taken back: done for real by this run, with what its tool needs to undo it. */
export function canUndo(effect: EffectRecord): boolean {
  return (
    effect.status === "done" &&
    effect.mode === "live" &&
    effect.inheritedFrom === null &&
    effect.undoOf === null &&
    effect.reversible &&
    effect.receipt?.undo != null &&
    (effect.undo === null || effect.undo.status === "refused")
  );
}
