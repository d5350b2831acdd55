import type { z } from "zod";
import { MAX_MESSAGE_CHARS } from "../../../shared/api/limits.ts";
import {
  AnswerBody,
  ApprovePlan,
  DecideBody,
  MigrateBody,
  PlanEdit,
  RetryBody,
  SteerBody,
  UndoBody,
  WorkflowView,
} from "../../../shared/api/workflows.ts";
import type { ProblemCode } from "../../../shared/errors/codes.ts";
import type { WorkflowCommand } from "../../../shared/protocol/workflow-commands.ts";
import { lastingKey } from "../../middleware/idempotency/idempotency.ts";
import { unwrap } from "../../middleware/problems/problem-error.ts";
import { type Route, workflowRoute } from "../../routing/route.ts";

const tag = "Workflows";

interface CommandRoute<Body extends z.ZodType> {
  readonly method: "POST" | "PATCH" | "DELETE";
  /** After `/api/workflows/:workflowId`. */
  readonly path: string;
  readonly id: string;
  readonly summary: string;
  readonly body?: Body;
  readonly bodyOptional?: boolean;
  readonly messageField?: { name: string; max: number; required?: boolean };
  readonly problems: readonly ProblemCode[];
  readonly command: (body: z.output<Body>, param: (name: string) => string) => WorkflowCommand;
}

/** A command on a workflow: it answers with the workflow as it then is. */
function commandRoute<Body extends z.ZodType>(given: CommandRoute<Body>): Route {
  const { path, command, ...rest } = given;
  const answer = { status: 200, schema: WorkflowView, description: "The workflow as it is now" } as const;
  return workflowRoute(
    { ...rest, path: `/api/workflows/:workflowId${path}`, tag, answer, idempotent: "lasting" },
    "workflow.write",
    async (c, { identity, member, workflowId, body }) => {
      const asked = command(body, (name) => c.req.param(name) ?? "");
      const key = await lastingKey(c, identity);
      return c.json(unwrap(await c.env.WORKFLOW.getByName(workflowId).act(member, asked, key)));
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

export const editPlan = commandRoute({
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
  command: (edit) => ({ kind: "edit-plan", edit }),
});

export const approvePlan = commandRoute({
  method: "POST",
  path: "/approve",
  id: "approvePlan",
  summary: "Approve the plan as of `planVersion`, with a cap that is never passed; `rehearsal` sends nothing outside",
  body: ApprovePlan,
  problems: ["plan_stale", "plan_not_ready", "plan_already_approved", "cap_too_low"],
  command: (body) => ({ kind: "approve-plan", ...body }),
});

export const pauseWorkflow = commandRoute({
  method: "POST",
  path: "/pause",
  id: "pauseWorkflow",
  summary: "Pause the run",
  problems: ["workflow_finished", "workflow_not_running"],
  command: () => ({ kind: "pause" }),
});

export const resumeWorkflow = commandRoute({
  method: "POST",
  path: "/resume",
  id: "resumeWorkflow",
  summary: "Go on after a pause",
  problems: ["workflow_finished", "workflow_not_paused"],
  command: () => ({ kind: "resume" }),
});

export const retryWorkflow = commandRoute({
  method: "POST",
  path: "/retry",
  id: "retryWorkflow",
  summary: "Start failed steps again, or one of them with changed instructions",
  body: RetryBody,
  bodyOptional: true,
  problems: ["nothing_to_retry", "message_too_long"],
  command: (body) => ({ kind: "retry", ...body }),
});

export const steerWorkflow = commandRoute({
  method: "POST",
  path: "/steer",
  id: "steerWorkflow",
  summary: "Tell the agents something while they work",
  body: SteerBody,
  messageField: { name: "message", max: MAX_MESSAGE_CHARS, required: true },
  problems: ["workflow_finished", "message_empty", "message_too_long"],
  command: ({ message }) => ({ kind: "steer", message }),
});

export const cancelWorkflow = commandRoute({
  method: "DELETE",
  path: "",
  id: "cancelWorkflow",
  summary: "Stop for good; what was made stays",
  problems: ["workflow_finished"],
  command: () => ({ kind: "cancel", reason: "cancelled by a member" }),
});

export const answerQuestion = commandRoute({
  method: "POST",
  path: "/answers",
  id: "answerQuestion",
  summary: "Answer a question of the agents",
  body: AnswerBody,
  problems: ["question_closed"],
  command: (body) => ({ kind: "answer", ...body }),
});

export const decideApproval = commandRoute({
  method: "POST",
  path: "/approvals/:approvalId",
  id: "decideApproval",
  summary: "Approve or reject, with changed arguments where they may be changed",
  body: DecideBody,
  problems: ["approval_closed", "approval_arguments_invalid", "cap_too_low"],
  command: (body, param) => ({ kind: "decide", approvalId: param("approvalId"), ...body }),
});

export const undoWorkflow = commandRoute({
  method: "POST",
  path: "/undo",
  id: "undoEffects",
  summary: "Take back what was done outside, newest first: all that can be, or the effects named; also after the end",
  body: UndoBody,
  bodyOptional: true,
  problems: ["nothing_to_undo", "undo_impossible"],
  command: (body) => ({ kind: "undo", ...body }),
});

export const migrateWorkflow = commandRoute({
  method: "POST",
  path: "/migrate",
  id: "migrateWorkflow",
  summary: "Let another orchestrator go on from here, by the published snapshot",
  body: MigrateBody,
  problems: ["workflow_finished", "workflow_busy", "framework_unknown", "snapshot_invalid"],
  command: (framework) => ({ kind: "migrate", framework }),
});
