import type { WorkflowState } from "../../shared/workflow/state.ts";
import type { ModelPort } from "../models/port.ts";
import type { Outside } from "./ports.ts";

/** The model of each tier under the provider that this run is pinned to. */
export function modelNames(outside: Pick<Outside, "model">, state: WorkflowState): ModelPort["modelFor"] {
  try {
    const model = outside.model(state.model.provider);
    return (tier) => model.modelFor(tier);
  } catch {
    // Settings of that provider are gone; the run will say so, the view still opens.
    return (tier) => tier;
  }
}
