import { orchestratorOf } from "../common/method.ts";
import type { Orchestrator } from "../port.ts";
import { SOURCE } from "./generated/method.ts";
import { TEAM } from "./roster.ts";
import { planningSystem, reviewSystem, workSystem } from "./system-prompts.ts";

/** The BMad Method as an orchestrator: its team, its stages, its fresh-context review. */
export const bmad: Orchestrator = orchestratorOf({
  name: "bmad",
  version: SOURCE.version,
  agents: TEAM.map((persona) => persona.id),
  stages: ["planning", "orchestrating", "building", "reviewing"],
  secondCheck: true,
  prompts: { planning: planningSystem, work: workSystem, review: reviewSystem },
  shape: (nodes) => [...nodes],
});
