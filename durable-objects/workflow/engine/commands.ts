import { type Action, can, type Member } from "../../../shared/access/roles.ts";
import type { PlanEdit } from "../../../shared/api/workflows.ts";
import { type Problem, problem } from "../../../shared/errors/problem.ts";
import { ok } from "../../../shared/lib/result.ts";
import { formatUsd } from "../../../shared/money/micros.ts";
import type { CommandOf, WorkflowCommand } from "../../../shared/protocol/workflow-commands.ts";
import type { EventBody } from "../../../shared/workflow/events.ts";
import type { Variant } from "../../../shared/workflow/plan.ts";
import { FINISHED, type WorkflowState } from "../../../shared/workflow/state.ts";
import { answer, decideApproval, lapsedRefusal, undo, unreadyService } from "./decisions.ts";
import { type Pricing, readEdit } from "./edit-plan.ts";
import { migrate } from "./migrate.ts";
import { type Decision, RESUMED, refuse, refuseNow, usedMicros } from "./refusals.ts";
import type { Services } from "./services.ts";

/** Whether this member may do it; a missing workflow is asked about first. */
export function refusalFor(member: Member, action: Action): Problem | null {
  return can(member.role, action) ? null : problem("role_forbidden", { role: member.role });
}

export const isFinished = (state: WorkflowState): boolean => FINISHED.includes(state.phase);

/** Neither finished nor waiting for a person: the executor has it in hand. */
export const isActive = (state: WorkflowState): boolean =>
  !isFinished(state) && state.pause === null && state.phase !== "pending_approval";

/** What a decision may need besides the state. `pricing` is there for edits of the plan. */
export interface Around {
  /** The workflow's time, milliseconds UTC. */
  readonly now: number;
  readonly pricing: Pricing | null;
  /** What this deployment reaches outside. */
  readonly outside: Services["outside"];
  /** Whether this deployment can run a workflow by that orchestrator. */
  carries(framework: WorkflowState["framework"]): boolean;
}

/** What a member's command comes to from this state. */
export function decide(state: WorkflowState, command: WorkflowCommand, around: Around): Decision {
  switch (command.kind) {
    case "edit-plan":
      return around.pricing ? editPlan(state, command.edit, around.pricing) : refuse("internal");
    case "approve-plan":
      return approvePlan(state, command, around.outside);
    case "pause":
      return pause(state);
    case "resume":
      return resume(state);
    case "retry":
      return retry(state, command, around.now);
    case "steer":
      return steer(state, command.message);
    case "cancel":
      return cancel(state, command.reason);
    case "migrate":
      return isFinished(state)
        ? refuseNow("workflow_finished", state)
        : migrate(state, command.framework, around.carries);
    case "answer":
      return answer(state, command);
    case "decide":
      return lapsedRefusal(state, command.approvalId, around.now) ?? decideApproval(state, command, around.outside);
    case "undo":
      return undo(state, command.effectIds);
  }
}

/** SPEC P1: only the version the person saw can be changed, and only before it is approved. */
function planRefusal(state: WorkflowState, planVersion: number): Decision | null {
  if (state.plan?.approved) return refuse("plan_already_approved");
  if (isFinished(state)) return refuseNow("workflow_finished", state);
  if (!state.plan) return refuse("plan_not_ready");
  if (state.plan.version !== planVersion) return refuse("plan_stale", { planVersion, current: state.plan.version });
  return null;
}

export function editPlan(state: WorkflowState, edit: PlanEdit, pricing: Pricing): Decision {
  const refusal = planRefusal(state, edit.planVersion);
  if (refusal) return refusal;
  const { plan } = state;
  if (!plan) return refuse("plan_not_ready");
  const variant = edit.variant ?? plan.variant;
  const chosen = plan.variants.find((one) => one.name === variant);
  if (!chosen) return refuse("invalid_request", { fields: "variant" });

  let nodes = chosen.nodes;
  let variants: readonly Variant[] = plan.variants;
  if (edit.nodes) {
    const read = readEdit(edit.nodes, pricing);
    if (!read.ok) return read;
    nodes = read.value;
    variants = pricing.orchestrator.refine(plan.variants, variant, nodes, pricing.profiles);
  }
  return ok([
    {
      name: "plan.edited",
      data: { planVersion: plan.version + 1, variant, nodes: [...nodes], variants: [...variants] },
    },
  ]);
}

export function approvePlan(
  state: WorkflowState,
  input: Pick<CommandOf<"approve-plan">, "planVersion" | "capMicros" | "mode">,
  outside: Pick<Services["outside"], "services">,
): Decision {
  const refusal = planRefusal(state, input.planVersion);
  if (refusal) return refusal;
  const used = usedMicros(state);
  if (input.capMicros <= used) return refuse("cap_too_low", { min: formatUsd(used + 1, state.locale) });
  const unready = unreadyService(state, outside);
  if (unready && input.mode === "live")
    return refuse("service_not_connected", { service: unready.label[state.locale] });
  const { planVersion, capMicros, mode = unready ? "rehearsal" : "live" } = input;
  const facts: EventBody[] = [{ name: "plan.approved", data: { planVersion, capMicros, mode } }];
  return ok(state.pause ? [...facts, RESUMED] : facts);
}

export function pause(state: WorkflowState): Decision {
  if (isFinished(state)) return refuseNow("workflow_finished", state);
  if (state.pause || state.phase === "pending_approval") return refuseNow("workflow_not_running", state);
  return ok([{ name: "workflow.paused", data: { reason: "person", failure: null, resumeAt: null } }]);
}

export function resume(state: WorkflowState): Decision {
  if (isFinished(state)) return refuseNow("workflow_finished", state);
  return state.pause ? ok([RESUMED]) : refuseNow("workflow_not_paused", state);
}

/** SPEC P6: what is retried is, in this order: open repair questions, failed steps, a pause, a failed workflow. */
export function retry(
  state: WorkflowState,
  input: { nodeId?: string | undefined; instructions?: string | undefined },
  now: number,
): Decision {
  if (state.phase === "completed" || state.phase === "cancelled") return refuseNow("workflow_finished", state);
  if (input.nodeId !== undefined && !state.nodes.some((node) => node.id === input.nodeId)) return refuse("not_found");
  const wanted = (nodeId: string | null) => input.nodeId === undefined || nodeId === input.nodeId;

  const facts: EventBody[] = [];
  const asked = state.questions.filter((one) => one.kind === "repair" && one.status === "open" && wanted(one.nodeId));
  for (const question of asked)
    facts.push({ name: "question.answered", data: { questionId: question.id, answer: "retry" } });
  for (const node of state.nodes) {
    // A failed workflow may have ended on a person's "stop": its broken steps are no longer in error then.
    const broken = node.status === "error" || (state.phase === "failed" && node.failure !== null && !isDone(node));
    if (!broken || !wanted(node.id) || asked.some((one) => one.nodeId === node.id)) continue;
    const { id: nodeId, attempt, label } = node;
    const failure = node.failure ?? { code: "step_failed", params: { label, attempts: attempt }, technical: "" };
    const maxAttempts = Math.max(attempt + 1, 3);
    facts.push({
      name: "node.failed",
      data: { nodeId, failure, attempt, maxAttempts, retryAt: new Date(now).toISOString() },
    });
  }
  const stopped = state.phase === "failed" || (state.pause !== null && state.pause.reason !== "money");
  if (facts.length === 0 && !(stopped && input.nodeId === undefined)) return refuse("nothing_to_retry");
  const message = input.instructions?.trim() ?? "";
  if (message === "") return ok([...(stopped ? [RESUMED] : []), ...facts]);
  const refusal = crowdingRefusal(state, message);
  if (refusal) return refusal;
  return ok([...(stopped ? [RESUMED] : []), { name: "workflow.steered", data: { message } }, ...facts]);
}

const isDone = ({ status }: { readonly status: string }): boolean => ["success", "warning", "skipped"].includes(status);

export function steer(state: WorkflowState, message: string): Decision {
  if (isFinished(state)) return refuseNow("workflow_finished", state);
  const text = message.trim();
  if (text === "") return refuse("message_empty");
  return crowdingRefusal(state, text) ?? ok([{ name: "workflow.steered", data: { message: text } }]);
}

/** Every later call carries all that was said: beyond this it would crowd out the work, and cost more than it. */
const MAX_STEERING_CHARS = 60_000;

function crowdingRefusal(state: WorkflowState, text: string): Decision | null {
  const left = MAX_STEERING_CHARS - state.steering.reduce((sum, one) => sum + one.length, 0);
  return text.length > left ? refuse("message_too_long", { max: Math.max(0, left), length: text.length }) : null;
}

export function cancel(state: WorkflowState, reason: string): Decision {
  if (isFinished(state)) return refuseNow("workflow_finished", state);
  return ok([{ name: "workflow.cancelled", data: { reason } }]);
}
