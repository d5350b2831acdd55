import { bmad } from "./bmad/orchestrator.ts";
import type { Orchestrator } from "./port.ts";

const ORCHESTRATORS: readonly Orchestrator[] = [bmad];

/** What new workflows are started with; running ones stay with what they were started with. */
export const DEFAULT_FRAMEWORK = { name: bmad.name, version: bmad.version } as const;

/** The orchestrator a workflow is pinned to; null when this deployment no longer has it. */
export function orchestratorFor(name: string, version: string): Orchestrator | null {
  return ORCHESTRATORS.find((one) => one.name === name && one.version === version) ?? null;
}
