import type { WorkflowEvent } from "../../../../shared/workflow/events.ts";

const MAX_LINEAGE = 100;

/**
 * The workflow a run's lineage began with: what it was forked or promoted from, and so on. All of a lineage publishes
 * to the same address.
 * @param firstEvent of another workflow of the project; null where it cannot be read: the lineage is known up to there
 */
export async function rootOf(
  workflowId: string,
  parent: string | null,
  firstEvent: (workflowId: string) => Promise<WorkflowEvent | null>,
): Promise<string> {
  let root = workflowId;
  let next = parent;
  for (let round = 0; next !== null && round < MAX_LINEAGE; round++) {
    root = next;
    const event = await firstEvent(root);
    next = event?.name === "workflow.imported" ? event.data.from.workflowId : null;
  }
  return root;
}
