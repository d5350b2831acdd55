import { bmad } from "./bmad/orchestrator.ts";
import { lean } from "./lean/orchestrator.ts";
import type { Orchestrator } from "./port.ts";

/** All that this deployment carries, older versions too, so that running workflows finish where they started. */
export const ORCHESTRATORS: readonly Orchestrator[] = [bmad, lean];

/** What new workflows are started with where nothing else is configured. */
export const DEFAULT_FRAMEWORK = { name: bmad.name, version: bmad.version } as const;

/** The orchestrator a workflow is pinned to; null when this deployment no longer has it. */
export function orchestratorFor(name: string, version: string): Orchestrator | null {
  return ORCHESTRATORS.find((one) => one.name === name && one.version === version) ?? null;
}
