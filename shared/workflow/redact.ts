import type { WorkflowEvent } from "./events.ts";
import type { ArtifactRecord } from "./records.ts";
import type { WorkflowState } from "./state.ts";

/** Where a result is stored and what opens it stay on the server. The fields are emptied, so that shapes hold. */
const redactArtifact = (artifact: ArtifactRecord): ArtifactRecord => ({ ...artifact, key: "", header: "" });

/** An event as clients may see it. */
export function redactEvent(event: WorkflowEvent): WorkflowEvent {
  return event.name === "artifact.created" ? { ...event, data: redactArtifact(event.data) } : event;
}

/** The state as clients may see it. */
export function redactState(state: WorkflowState): WorkflowState {
  return { ...state, artifacts: state.artifacts.map(redactArtifact) };
}
