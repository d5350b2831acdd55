import { profileTokens } from "../../../shared/money/estimates.ts";
import { layoutPlan } from "../../../shared/workflow/plan-graph.ts";
import { FINISHED, type WorkflowState } from "../../../shared/workflow/state.ts";
import type { Intent, Orchestrator, Surroundings } from "../port.ts";
import { decidePlanning } from "./decide-planning.ts";
import { decideRun } from "./decide-run.ts";
import { SOURCE } from "./generated/method.ts";
import { priceSteps, refineVariants } from "./variants.ts";

/** The BMad Method as an orchestrator: its team, its stages, its fresh-context review. */
export const bmad: Orchestrator = {
  name: "bmad",
  version: SOURCE.version,
  decide,
  reprice: (nodes, profiles = []) => priceSteps(layoutPlan(nodes), profileTokens(profiles)),
  refine: (variants, chosen, nodes, profiles = []) => refineVariants(variants, chosen, nodes, profileTokens(profiles)),
};

function decide(state: WorkflowState, around: Surroundings): readonly Intent[] {
  if (state.pause || FINISHED.includes(state.phase)) return [];
  if (state.plan === null) return decidePlanning(state, around);
  return state.plan.approved ? decideRun(state, around) : [];
}
