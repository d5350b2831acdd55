import type { EffectView } from "../../../shared/api/workflows.ts";
import type { WorkflowState } from "../../../shared/workflow/state.ts";
import { toEffectViews } from "../../../shared/workflow/view-effects.ts";
import type { Outside } from "../ports.ts";
import { canUndo } from "./ledger.ts";

/** The ledger for people. What this deployment has no tool for any more cannot be taken back here. */
export function effectViews(state: WorkflowState, outside: Pick<Outside, "outsideTools">): EffectView[] {
  const undoable = new Set(
    outside
      .outsideTools({ workflowId: state.id, state: () => state })
      .flatMap((tool) => (tool.undo ? [tool.name] : [])),
  );
  return toEffectViews(state, state.locale, (effect) => undoable.has(effect.tool) && canUndo(effect));
}
