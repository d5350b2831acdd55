import { err, ok } from "../../../shared/lib/result.ts";
import type { Answer, CreateWorkflow, ImportWorkflow } from "../../../shared/protocol/object-rpc.ts";
import type { EventBody } from "../../../shared/workflow/events.ts";
import type { WorkflowState } from "../../../shared/workflow/state.ts";
import { problemFrom } from "../engine/faults.ts";
import { PLANNING_CAP_MICROS } from "../engine/money.ts";
import type { Outside } from "../ports.ts";
import { importEvent } from "./import-state.ts";

type Framework = WorkflowState["framework"];

/** How a new run begins: pinned to the model of today and to the orchestrator of the rollout. */
export function createdEvent(outside: Outside, input: CreateWorkflow): Answer<EventBody> {
  const { createdBy: _createdBy, files, ...rest } = input;
  return withModel(outside, (model) => {
    const framework = frameworkForNew(outside, input.id);
    const planningCapMicros = PLANNING_CAP_MICROS;
    return ok({ name: "workflow.created", data: { ...rest, model, framework, files: [...files], planningCapMicros } });
  });
}

/** How a run begins that goes on from a checkpoint. It stays with the orchestrator it came from while there is one. */
export function importedEvent(outside: Outside, input: ImportWorkflow): Answer<EventBody> {
  return withModel(outside, (model) => {
    const { name, version } = input.state.framework;
    const same = { name, version };
    return importEvent(input, { model, framework: carries(outside, same) ? same : frameworkForNew(outside, input.id) });
  });
}

/** Name and version only: a function that came with them would go out with every view as a stub, and keep the object alive. */
function frameworkForNew(outside: Outside, workflowId: string): Framework {
  const { name, version } = outside.frameworkForNew(workflowId);
  return { name, version };
}

function withModel(outside: Outside, first: (model: WorkflowState["model"]) => Answer<EventBody>): Answer<EventBody> {
  try {
    const { provider, simulated } = outside.model();
    return first({ provider, simulated });
  } catch (error) {
    return err(problemFrom(error));
  }
}

/** Whether this deployment has that orchestrator in that version. */
export function carries(outside: Pick<Outside, "orchestrator">, framework: Framework): boolean {
  try {
    outside.orchestrator(framework);
    return true;
  } catch {
    return false;
  }
}
