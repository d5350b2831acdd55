import type { WorkflowEvent } from "../../../../shared/workflow/events.ts";
import type { PlanNode, VariantName } from "../../../../shared/workflow/plan.ts";

/** The plan as it was proposed, in this variant; null when the log's beginning is not here. */
export function proposedSteps(
  events: readonly WorkflowEvent[],
  variant: VariantName | undefined,
): readonly PlanNode[] | null {
  const proposal = events.findLast((event) => event.name === "plan.proposed");
  if (proposal?.name !== "plan.proposed") return null;
  return proposal.data.variants.find((one) => one.name === variant)?.nodes ?? null;
}
