import { problem } from "../../../shared/errors/problem.ts";
import { err, ok } from "../../../shared/lib/result.ts";
import { SCHEMA_VERSION } from "../../../shared/workflow/events.ts";
import type { WorkflowState } from "../../../shared/workflow/state.ts";
import { WorkflowStateSchema } from "../../../shared/workflow/state-schema.ts";
import { waitsForPerson } from "../effects/ledger.ts";
import type { Decision } from "./refusals.ts";

type Framework = WorkflowState["framework"];

/**
 * Another orchestrator goes on from here, by what the published snapshot says and nothing else. Only between two
 * pieces of work (`workflow_busy`): an answer under way belongs to who asked for it. What waits for a person is at
 * rest, since the engine carries it and not the orchestrator.
 */
export function migrate(state: WorkflowState, to: Framework, carries: (framework: Framework) => boolean): Decision {
  const { framework: from } = state;
  const { name, version } = to;
  if (name === from.name && version === from.version) return ok([]);
  if (!carries(to)) return err(problem("framework_unknown", { name, version }));
  if (isBusy(state)) return err(problem("workflow_busy"));
  const snapshot = WorkflowStateSchema.safeParse(JSON.parse(JSON.stringify(state)));
  if (!snapshot.success) return err(problem("snapshot_invalid"));
  return ok([
    {
      name: "workflow.migrated",
      data: { from: { ...from }, to: { name, version }, schemaVersion: SCHEMA_VERSION },
    },
  ]);
}

const isBusy = (state: WorkflowState): boolean =>
  Object.keys(state.calls).length > 0 ||
  state.nodes.some((node) => node.tools.some((run) => run.result === null && !waitsForPerson(state, run.id)));
