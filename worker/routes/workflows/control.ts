import type { z } from "zod";
import type { Member } from "../../../shared/access/roles.ts";
import { MAX_MESSAGE_CHARS } from "../../../shared/api/limits.ts";
import {
  AnswerBody,
  ApprovePlan,
  DecideBody,
  PlanEdit,
  RetryBody,
  SteerBody,
  WorkflowView,
} from "../../../shared/api/workflows.ts";
import type { ProblemCode } from "../../../shared/errors/codes.ts";
import type { Answer, WorkflowRpc } from "../../../shared/protocol/object-rpc.ts";
import { unwrap } from "../../middleware/problems/problem-error.ts";
import { type Route, workflowRoute } from "../../routing/route.ts";

const tag = "Workflows";

interface Command<Body extends z.ZodType> {
  readonly method: "POST" | "PATCH" | "DELETE";
  /** After `/api/workflows/:workflowId`. */
  readonly path: string;
  readonly id: string;
  readonly summary: string;
  readonly body?: Body;
  readonly bodyOptional?: boolean;
  readonly messageField?: { name: string; max: number; required?: boolean };
  readonly problems: readonly ProblemCode[];
  readonly run: (
    workflow: WorkflowRpc,
    member: Member,
    body: z.output<Body>,
    param: (name: string) => string,
  ) => Promise<Answer<WorkflowView>>;
}

/** A command on a workflow: it answers with the workflow as it then is. */
function command<Body extends z.ZodType>(given: Command<Body>): Route {
  const { path, run, ...rest } = given;
  const answer = { status: 200, schema: WorkflowView, description: "The workflow as it is now" } as const;
  return workflowRoute(
    { ...rest, path: `/api/workflows/:workflowId${path}`, tag, answer },
    "workflow.write",
    async (c, { member, workflowId, body }) => {
      const workflow = c.env.WORKFLOW.getByName(workflowId);
      return c.json(unwrap(await run(workflow, member, body, (name) => c.req.param(name) ?? "")));
    },
  );
}

export const getWorkflow = workflowRoute(
  {
    method: "GET",
    path: "/api/workflows/:workflowId",
    id: "getWorkflow",
    tag,
    summary: "One workflow: its plan, steps, cost, questions and results",
    answer: { status: 200, schema: WorkflowView, description: "The workflow" },
  },
  "workflow.read",
  async (c, { member, workflowId }) => c.json(unwrap(await c.env.WORKFLOW.getByName(workflowId).view(member))),
);

export const editPlan = command({
  method: "PATCH",
  path: "/plan",
  id: "editPlan",
  summary: "Choose a variant or change the steps; the price follows",
  body: PlanEdit,
  problems: [
    "plan_stale",
    "plan_not_ready",
    "plan_already_approved",
    "plan_empty",
    "plan_too_large",
    "plan_duplicate_id",
    "plan_missing_dependency",
    "plan_cycle",
    "plan_orphan",
    "plan_no_work",
    "plan_no_review",
  ],
  run: (workflow, member, body) => workflow.act(member, { kind: "edit-plan", edit: body }),
});

export const approvePlan = command({
  method: "POST",
  path: "/approve",
  id: "approvePlan",
  summary: "Approve the plan as of `planVersion`, with a cap that is never passed",
  body: ApprovePlan,
  problems: ["plan_stale", "plan_not_ready", "plan_already_approved", "cap_too_low"],
  run: (workflow, member, body) => workflow.act(member, { kind: "approve-plan", ...body }),
});

export const pauseWorkflow = command({
  method: "POST",
  path: "/pause",
  id: "pauseWorkflow",
  summary: "Pause the run",
  problems: ["workflow_finished", "workflow_not_running"],
  run: (workflow, member) => workflow.act(member, { kind: "pause" }),
});

export const resumeWorkflow = command({
  method: "POST",
  path: "/resume",
  id: "resumeWorkflow",
  summary: "Go on after a pause",
  problems: ["workflow_finished", "workflow_not_paused"],
  run: (workflow, member) => workflow.act(member, { kind: "resume" }),
});

export const retryWorkflow = command({
  method: "POST",
  path: "/retry",
  id: "retryWorkflow",
  summary: "Start failed steps again, or one of them with changed instructions",
  body: RetryBody,
  bodyOptional: true,
  problems: ["nothing_to_retry", "message_too_long"],
  run: (workflow, member, body) => workflow.act(member, { kind: "retry", ...body }),
});

export const steerWorkflow = command({
  method: "POST",
  path: "/steer",
  id: "steerWorkflow",
  summary: "Tell the agents something while they work",
  body: SteerBody,
  messageField: { name: "message", max: MAX_MESSAGE_CHARS, required: true },
  problems: ["workflow_finished", "message_empty", "message_too_long"],
  run: (workflow, member, body) => workflow.act(member, { kind: "steer", message: body.message }),
});

export const cancelWorkflow = command({
  method: "DELETE",
  path: "",
  id: "cancelWorkflow",
  summary: "Stop for good; what was made stays",
  problems: ["workflow_finished"],
  run: (workflow, member) => workflow.act(member, { kind: "cancel", reason: "cancelled by a member" }),
});

export const answerQuestion = command({
  method: "POST",
  path: "/answers",
  id: "answerQuestion",
  summary: "Answer a question of the agents",
  body: AnswerBody,
  problems: ["question_closed"],
  run: (workflow, member, body) => workflow.act(member, { kind: "answer", ...body }),
});

export const decideApproval = command({
  method: "POST",
  path: "/approvals/:approvalId",
  id: "decideApproval",
  summary: "Approve or reject, with changed arguments where they may be changed",
  body: DecideBody,
  problems: ["approval_closed"],
  run: (workflow, member, body, param) =>
    workflow.act(member, { kind: "decide", approvalId: param("approvalId"), ...body }),
});
