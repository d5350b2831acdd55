import { type Problem, problem } from "../../../shared/errors/problem.ts";
import { err, ok, type Result } from "../../../shared/lib/result.ts";
import type { ImportWorkflow } from "../../../shared/protocol/object-rpc.ts";
import { type EventBody, SCHEMA_VERSION } from "../../../shared/workflow/events.ts";
import { findPlanProblem } from "../../../shared/workflow/plan-graph.ts";
import type { WorkflowState } from "../../../shared/workflow/state.ts";
import { WorkflowStateSchema } from "../../../shared/workflow/state-schema.ts";

/** The first event of a run that goes on from a checkpoint, validated as the published snapshot. */
export function importEvent(
  input: ImportWorkflow,
  pinned: Pick<WorkflowState, "framework" | "model">,
): Result<EventBody, Problem> {
  const { id, projectId, createdBy, reason, from } = input;
  // Results are sealed with their project's key: a run of another one could neither read nor have them.
  if (input.schemaVersion !== SCHEMA_VERSION || input.state.projectId !== projectId)
    return err(problem("snapshot_invalid"));
  const read = WorkflowStateSchema.safeParse({ ...input.state, ...pinned, id, projectId, createdBy });
  if (!read.success || !canBegin(read.data)) return err(problem("snapshot_invalid"));
  return ok({
    name: "workflow.imported",
    data: { reason, from, schemaVersion: SCHEMA_VERSION, state: read.data },
  });
}

/** A new run begins with nothing under way, nothing spent, and a plan nobody has approved. */
function canBegin(state: WorkflowState): boolean {
  const { spentMicros, reservedMicros, unconfirmedMicros, leasedMicros } = state.cost;
  const planned = state.plan !== null && !state.plan.approved && findPlanProblem(state.nodes) === null;
  return (
    (state.phase === "pending_approval" ? planned : state.phase === "planning" && state.plan === null) &&
    spentMicros + reservedMicros + unconfirmedMicros + leasedMicros === 0 &&
    Object.keys(state.calls).length === 0 &&
    state.pause === null &&
    state.queue === null &&
    state.questions.every((one) => one.status !== "open") &&
    state.approvals.every((one) => one.status !== "open") &&
    state.nodes.every((node) => node.tools.every((run) => run.result !== null)) &&
    state.effects.every((one) => one.inheritedFrom !== null)
  );
}
