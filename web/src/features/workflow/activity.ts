import type { NodeView, WorkflowView } from "../../../../shared/api/workflows.ts";
import type { WorkflowState } from "../../../../shared/workflow/state.ts";

/** What a step does at this moment, from its events: work in flight, a person, a pause before trying again, nothing. */
export type Activity =
  | { readonly kind: "thinking"; readonly since: string }
  | { readonly kind: "tool"; readonly tool: string; readonly since: string }
  | { readonly kind: "person" }
  | { readonly kind: "retry"; readonly at: string }
  | { readonly kind: "checked" }
  | { readonly kind: "stalled"; readonly since: string }
  | { readonly kind: "queued" }
  | { readonly kind: "idle" };

/** A call that has said nothing for so long is called stalled; providers end theirs at 90 s. */
const STALL_MS = 90_000;

export function activityOf(node: NodeView, view: WorkflowView, state: WorkflowState | null, now: number): Activity {
  if (node.status === "waiting" || view.questions.some((one) => one.status === "open" && one.nodeId === node.id))
    return { kind: "person" };
  if (node.status === "reviewing") return { kind: "checked" };
  const run = state?.nodes.find((one) => one.id === node.id);
  if (run?.retryAt && (node.status === "error" || node.status === "running")) return { kind: "retry", at: run.retryAt };
  if (node.status !== "running") return { kind: "idle" };
  const call = Object.values(state?.calls ?? {}).find((one) => one.nodeId === node.id);
  if (call)
    return now - Date.parse(call.intendedAt) > STALL_MS
      ? { kind: "stalled", since: call.intendedAt }
      : { kind: "thinking", since: call.intendedAt };
  const tool = run?.tools.findLast((one) => one.result === null);
  if (tool) return { kind: "tool", tool: tool.name, since: tool.startedAt };
  return { kind: "queued" };
}

/** Failed and about to be tried again: not yet the person's business. */
export const isRetrying = (node: NodeView, state: WorkflowState | null): boolean =>
  node.status === "error" && (state?.nodes.find((one) => one.id === node.id)?.retryAt ?? null) !== null;
