import { Done } from "../../../shared/api/auth.ts";
import {
  BudgetView,
  CreateProject,
  PageQuery,
  ProjectView,
  page,
  RenameProject,
  SetBudget,
} from "../../../shared/api/projects.ts";
import { newId } from "../../../shared/lib/ids.ts";
import { openDatabase } from "../../db/client.ts";
import { listProjects } from "../../db/projects.ts";
import { unwrap } from "../../middleware/problems/problem-error.ts";
import { decodeCursor, encodeCursor } from "../../routing/cursor.ts";
import { projectRoute, userRoute } from "../../routing/route.ts";

const tag = "Projects";
export const ProjectPage = page(ProjectView);

export const createProject = userRoute(
  {
    method: "POST",
    path: "/api/projects",
    id: "createProject",
    tag,
    summary: "Create a project; who creates it owns it",
    body: CreateProject,
    answer: { status: 201, schema: ProjectView, description: "The project" },
    idempotent: true,
  },
  async (c, { identity, body }) => {
    const id = newId("prj");
    const row = unwrap(await c.env.PROJECT.getByName(id).create({ id, name: body.name, ownerId: identity.userId }));
    return c.json({ id, name: row.name, role: "owner", createdAt: row.createdAt } satisfies ProjectView, 201);
  },
);

export const getProjects = userRoute(
  {
    method: "GET",
    path: "/api/projects",
    id: "listProjects",
    tag,
    summary: "Your projects, newest first",
    query: PageQuery,
    answer: { status: 200, schema: ProjectPage, description: "One page" },
  },
  async (c, { identity, query }) => {
    const after = decodeCursor(query.cursor);
    const rows = await listProjects(openDatabase(c.env.DB), identity, { limit: query.limit, after });
    const items = rows.slice(0, query.limit);
    const last = items.at(-1);
    return c.json({ items, nextCursor: rows.length > query.limit && last ? encodeCursor(last) : null });
  },
);

export const getProject = projectRoute(
  {
    method: "GET",
    path: "/api/projects/:projectId",
    id: "getProject",
    tag,
    summary: "One project",
    answer: { status: 200, schema: ProjectView, description: "The project" },
  },
  "project.read",
  (c, { member, project }) => c.json({ ...project, role: member.role } satisfies ProjectView),
);

export const renameProject = projectRoute(
  {
    method: "PATCH",
    path: "/api/projects/:projectId",
    id: "renameProject",
    tag,
    summary: "Rename a project",
    body: RenameProject,
    answer: { status: 200, schema: ProjectView, description: "The project as changed" },
  },
  "project.manage",
  async (c, { member, projectId, body }) => {
    const row = unwrap(await c.env.PROJECT.getByName(projectId).rename(member, body.name));
    return c.json({ id: row.id, name: row.name, role: member.role, createdAt: row.createdAt } satisfies ProjectView);
  },
);

export const deleteProject = projectRoute(
  {
    method: "DELETE",
    path: "/api/projects/:projectId",
    id: "deleteProject",
    tag,
    summary: "Stop what runs, then delete the project with all it holds",
    answer: { status: 200, schema: Done, description: "Deleted" },
  },
  "project.manage",
  async (c, { member, projectId }) => {
    unwrap(await c.env.PROJECT.getByName(projectId).remove(member));
    return c.json({ ok: true });
  },
);

export const getBudget = projectRoute(
  {
    method: "GET",
    path: "/api/projects/:projectId/budget",
    id: "getBudget",
    tag,
    summary: "What a project may spend, what is left, what was spent",
    answer: { status: 200, schema: BudgetView, description: "The project's money" },
  },
  "project.read",
  async (c, { member, projectId }) => c.json(unwrap(await c.env.PROJECT.getByName(projectId).budget(member))),
);

export const setBudget = projectRoute(
  {
    method: "PATCH",
    path: "/api/projects/:projectId/budget",
    id: "setBudget",
    tag,
    summary: "Change what a project may spend in all; a workflow that ran dry goes on when it is resumed",
    body: SetBudget,
    answer: { status: 200, schema: BudgetView, description: "The project's money as changed" },
    problems: ["budget_too_low"],
  },
  "project.manage",
  async (c, { member, projectId, body }) =>
    c.json(unwrap(await c.env.PROJECT.getByName(projectId).setBudget(member, body.budgetMicros))),
);
