import type { WorkflowView } from "../../shared/api/workflows.ts";
import type { Answer, ImportWorkflow } from "../../shared/protocol/object-rpc.ts";
import { statusOf } from "../../shared/workflow/state.ts";
import type { Env } from "../env.ts";
import { writeWorkflow } from "../storage/directory.ts";

/** Creates a run from a checkpoint, its index row first: see start-workflow.ts. Idempotent by `id`. */
export async function importWorkflow(env: Env, input: ImportWorkflow): Promise<Answer<WorkflowView>> {
  const { id, projectId, createdBy, state } = input;
  const at = new Date().toISOString();
  await writeWorkflow(env.DB, {
    id,
    projectId,
    name: state.name,
    status: statusOf(state),
    stage: state.stage,
    version: 0,
    headHash: null,
    spentMicros: state.cost.spentMicros,
    capMicros: state.cost.capMicros,
    simulated: state.model.simulated,
    waiting: 0,
    createdBy,
    createdAt: at,
    updatedAt: at,
    completedAt: null,
  });
  return env.WORKFLOW.getByName(id).importState(input);
}
