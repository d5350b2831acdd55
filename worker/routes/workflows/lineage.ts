import type { z } from "zod";
import { MAX_MESSAGE_CHARS } from "../../../shared/api/limits.ts";
import { ForkBody, WorkflowView } from "../../../shared/api/workflows.ts";
import type { ForkRequest } from "../../../shared/protocol/object-rpc.ts";
import type { AppContext } from "../../context.ts";
import { lastingId } from "../../middleware/idempotency/idempotency.ts";
import { unwrap } from "../../middleware/problems/problem-error.ts";
import type { WorkflowAccess } from "../../routing/access.ts";
import { workflowRoute } from "../../routing/route.ts";

const tag = "Workflows";

async function begin(
  c: AppContext,
  { identity, member, projectId, workflowId }: WorkflowAccess,
  request: Omit<ForkRequest, "locale">,
): Promise<Response> {
  const project = c.env.PROJECT.getByName(projectId);
  const id = await lastingId(c, identity, "wf");
  const workflow = unwrap(await project.fork(member, { id, workflowId, ...request, locale: c.get("locale") }));
  c.set("workflowId", workflow.id);
  return c.json(workflow satisfies z.output<typeof WorkflowView>, 201);
}

export const forkWorkflow = workflowRoute(
  {
    method: "POST",
    path: "/api/workflows/:workflowId/fork",
    id: "forkWorkflow",
    tag,
    summary: "Another run that goes on from a checkpoint; what was done outside before it is read, never sent again",
    body: ForkBody,
    messageField: { name: "message", max: MAX_MESSAGE_CHARS },
    answer: { status: 201, schema: WorkflowView, description: "The new workflow" },
    problems: [
      "workflow_busy",
      "snapshot_invalid",
      "message_too_long",
      "plan_empty",
      "plan_too_large",
      "plan_duplicate_id",
      "plan_missing_dependency",
      "plan_cycle",
      "plan_orphan",
      "plan_no_work",
      "plan_no_review",
      "plan_unknown_service",
    ],
    idempotent: "lasting",
  },
  "workflow.write",
  (c, { body, ...access }) => begin(c, access, { reason: "fork", ...body }),
);

export const promoteWorkflow = workflowRoute(
  {
    method: "POST",
    path: "/api/workflows/:workflowId/promote",
    id: "promoteWorkflow",
    tag,
    summary: "The real run of a rehearsal, from before the first step that reached outside; it asks for approval first",
    answer: {
      status: 201,
      schema: WorkflowView,
      description: "The real run: a new one, in `pending_approval`, or the one that is under way",
    },
    problems: ["nothing_to_promote", "workflow_busy", "snapshot_invalid"],
    idempotent: "lasting",
  },
  "workflow.write",
  // The object finds the checkpoint of a promotion itself.
  (c, access) => begin(c, access, { reason: "promote", version: 1 }),
);
