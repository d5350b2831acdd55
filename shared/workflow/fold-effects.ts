import type { EffectRecord } from "./effects.ts";
import type { WorkflowEvent } from "./events.ts";
import type { WorkflowState } from "./state.ts";

type EffectEvent = WorkflowEvent & {
  name: "effect.intended" | "effect.sent" | "effect.settled" | "effect.resolved" | "undo.requested" | "undo.refused";
};

/** Folds what happens outside into the effect ledger. */
export function foldEffects(state: WorkflowState, event: EffectEvent): WorkflowState {
  switch (event.name) {
    case "effect.intended": {
      const approval = state.approvals.find((one) => one.id === event.data.approvalId);
      const record: EffectRecord = {
        ...event.data,
        status: "intended",
        knownBy: null,
        sent: event.data.mode === "live" ? 1 : 0,
        intendedAt: event.at,
        settledAt: null,
        receipt: null,
        failure: null,
        approvedBy: approval?.decidedBy ?? null,
        undo: null,
        inheritedFrom: null,
      };
      const begun = { ...state, effects: [...state.effects, record] };
      return event.data.undoOf === null ? begun : withUndo(begun, event.data.undoOf, { status: "running" });
    }
    case "effect.sent": {
      const undoOf = state.effects.find((one) => one.effectId === event.data.effectId)?.undoOf ?? null;
      const open = { status: "intended", knownBy: null, settledAt: null, failure: null } as const;
      const next = withEffect(state, event.data.effectId, (one) => ({
        ...one,
        ...open,
        sent: one.sent + 1,
        // Nobody heard what became of the send before.
        ...(one.status === "intended" ? { doubted: true } : {}),
      }));
      return undoOf === null ? next : withUndo(next, undoOf, { status: "running", failure: null });
    }
    case "effect.settled": {
      const { effectId, outcome } = event.data;
      const next = withEffect(state, effectId, (one) => {
        const status = outcome.kind === "failed" && one.doubted ? "unknown" : outcome.kind;
        return {
          ...one,
          status,
          ...(status === "unknown" ? { doubted: true } : {}),
          knownBy: status === "unknown" ? null : "answer",
          settledAt: event.at,
          receipt: outcome.kind === "done" ? outcome.receipt : null,
          failure: outcome.kind === "failed" ? outcome.failure : null,
        };
      });
      return closeUndo(next, effectId);
    }
    case "effect.resolved": {
      const { effectId, outcome, by, receipt } = event.data;
      const next = withEffect(state, effectId, (one) => ({
        ...one,
        status: outcome === "done" ? "done" : "failed",
        doubted: false,
        failure: null,
        knownBy: by,
        settledAt: event.at,
        receipt,
      }));
      return closeUndo(next, effectId);
    }
    case "undo.requested":
      return event.data.effectIds.reduce(
        (next, id) =>
          withEffect(next, id, (one) => ({
            ...one,
            undo: { status: "requested", by: event.actor.id, at: event.at, failure: null },
          })),
        state,
      );
    case "undo.refused":
      return withUndo(state, event.data.effectId, { status: "refused", failure: event.data.failure });
  }
}

/** An undo that ended says so at the effect it took back. */
function closeUndo(state: WorkflowState, effectId: string): WorkflowState {
  const undo = state.effects.find((one) => one.effectId === effectId);
  if (!undo?.undoOf) return state;
  if (undo.status === "done")
    return withEffect(withUndo(state, undo.undoOf, { status: "done" }), undo.undoOf, (one) => ({
      ...one,
      status: "undone",
    }));
  return undo.status === "failed" ? withUndo(state, undo.undoOf, { status: "refused", failure: undo.failure }) : state;
}

function withUndo(
  state: WorkflowState,
  effectId: string,
  changes: Partial<NonNullable<EffectRecord["undo"]>>,
): WorkflowState {
  return withEffect(state, effectId, (one) => (one.undo ? { ...one, undo: { ...one.undo, ...changes } } : one));
}

function withEffect(
  state: WorkflowState,
  effectId: string,
  change: (effect: EffectRecord) => EffectRecord,
): WorkflowState {
  return { ...state, effects: state.effects.map((one) => (one.effectId === effectId ? change(one) : one)) };
}
