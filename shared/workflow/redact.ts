import type { EffectOutcome, EffectRecord, Receipt } from "./effects.ts";
import type { WorkflowEvent } from "./events.ts";
import type { ArtifactRecord } from "./records.ts";
import type { WorkflowState } from "./state.ts";

/*
 * Where a result is stored and what opens it, the keys of writes and what a tool needs to take one back stay on the
 * server. The fields are emptied, so that shapes hold.
 */

const redactArtifact = (artifact: ArtifactRecord): ArtifactRecord => ({ ...artifact, key: "", header: "" });

/** That something can be taken back still shows. */
const redactReceipt = (receipt: Receipt): Receipt => (receipt.undo === null ? receipt : { ...receipt, undo: {} });

const redactEffect = (effect: EffectRecord): EffectRecord => ({
  ...effect,
  key: "",
  receipt: effect.receipt && redactReceipt(effect.receipt),
});

const redactOutcome = (outcome: EffectOutcome): EffectOutcome =>
  outcome.kind === "done" ? { ...outcome, receipt: redactReceipt(outcome.receipt) } : outcome;

/** Every part of a state that has something to hide; the first event of a run that goes on from another holds one. */
const redactParts = <State extends Pick<WorkflowState, "artifacts" | "effects">>(state: State) => ({
  ...state,
  artifacts: state.artifacts.map(redactArtifact),
  effects: state.effects.map(redactEffect),
});

/** An event as clients may see it. */
export function redactEvent(event: WorkflowEvent): WorkflowEvent {
  switch (event.name) {
    case "artifact.created":
      return { ...event, data: redactArtifact(event.data) };
    case "workflow.imported":
      return { ...event, data: { ...event.data, state: redactParts(event.data.state) } };
    case "effect.intended":
      return { ...event, data: { ...event.data, key: "" } };
    case "effect.settled":
      return { ...event, data: { ...event.data, outcome: redactOutcome(event.data.outcome) } };
    case "effect.resolved":
      return { ...event, data: { ...event.data, receipt: event.data.receipt && redactReceipt(event.data.receipt) } };
    default:
      return event;
  }
}

/** The state as clients may see it. */
export function redactState(state: WorkflowState): WorkflowState {
  return redactParts(state);
}
