import type { WorkflowCommand } from "../../shared/protocol/workflow-commands.ts";
import type { WorkflowState } from "../../shared/workflow/state.ts";
import type { Workflow } from "./compose.ts";
import type { Around } from "./engine/commands.ts";
import { carries } from "./fork/first-event.ts";
import type { Outside } from "./ports.ts";

/**
 * What a command is decided with. Pricing an edit asks another object, so what the command may do is decided after
 * it, from the state as it is then.
 */
export async function aroundOf(
  command: WorkflowCommand,
  state: WorkflowState,
  outside: Outside,
  { clock, pricing }: Pick<Workflow, "clock" | "pricing">,
): Promise<Around> {
  const priced = command.kind === "edit-plan" ? await pricing(state) : null;
  return {
    // Not the machine's: deadlines were set by this one (SPEC R12).
    now: clock.now(),
    pricing: priced,
    outside: {
      services: outside.services(),
      tools: outside.outsideTools({ workflowId: state.id, state: () => state }),
    },
    carries: (framework) => carries(outside, framework),
  };
}
