import { z } from "zod";
import { MAX_MESSAGE_CHARS } from "../../../shared/api/limits.ts";
import { PageQuery, page } from "../../../shared/api/projects.ts";
import { CreateWorkflowBody, WorkflowListItem, WorkflowView } from "../../../shared/api/workflows.ts";
import type { AppContext } from "../../context.ts";
import { lastingId } from "../../middleware/idempotency/idempotency.ts";
import { unwrap } from "../../middleware/problems/problem-error.ts";
import { type ProjectAccess, projectAccess } from "../../routing/access.ts";
import { projectRoute, userRoute } from "../../routing/route.ts";

const tag = "Workflows";
const messageField = { name: "message", max: MAX_MESSAGE_CHARS, required: true } as const;
export const WorkflowPage = page(WorkflowListItem);
export const CreateWorkflowAnywhere = CreateWorkflowBody.extend({ projectId: z.string() });

async function create(
  c: AppContext,
  { identity, member, projectId }: ProjectAccess,
  body: z.output<typeof CreateWorkflowBody>,
): Promise<Response> {
  const { message, name, fileIds, locale = c.get("locale") } = body;
  const project = c.env.PROJECT.getByName(projectId);
  const id = await lastingId(c, identity, "wf");
  const workflow = unwrap(await project.createWorkflow(member, { id, message, name, fileIds, locale }));
  c.set("workflowId", workflow.id);
  return c.json(workflow satisfies WorkflowView, 201);
}

export const createWorkflow = projectRoute(
  {
    method: "POST",
    path: "/api/projects/:projectId/workflows",
    id: "createWorkflow",
    tag,
    summary: "Say what is needed; a plan and its price are proposed",
    body: CreateWorkflowBody,
    messageField,
    answer: { status: 201, schema: WorkflowView, description: "The workflow, in `planning`" },
    problems: ["message_empty", "message_too_long"],
    idempotent: "lasting",
  },
  "workflow.write",
  (c, { body, ...access }) => create(c, access, body),
);

export const createWorkflowAnywhere = userRoute(
  {
    method: "POST",
    path: "/api/workflows",
    id: "createWorkflowAnywhere",
    tag,
    summary: "As createWorkflow, with the project in the body",
    body: CreateWorkflowAnywhere,
    messageField,
    answer: { status: 201, schema: WorkflowView, description: "The workflow, in `planning`" },
    problems: ["not_found", "role_forbidden", "message_empty", "message_too_long"],
    idempotent: "lasting",
  },
  async (c, { body }) => create(c, await projectAccess(c, body.projectId, "workflow.write"), body),
);

export const getWorkflows = projectRoute(
  {
    method: "GET",
    path: "/api/projects/:projectId/workflows",
    id: "listWorkflows",
    tag,
    summary: "The project's workflows, newest first",
    query: PageQuery,
    answer: { status: 200, schema: WorkflowPage, description: "One page" },
  },
  "workflow.read",
  async (c, { member, projectId, query }) => {
    const input = { limit: query.limit, cursor: query.cursor ?? null };
    return c.json(unwrap(await c.env.PROJECT.getByName(projectId).workflows(member, input)));
  },
);
