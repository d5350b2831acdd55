import { AuditEntry } from "../../../shared/api/audit.ts";
import { PageQuery, page } from "../../../shared/api/projects.ts";
import { unwrap } from "../../middleware/problems/problem-error.ts";
import { projectRoute } from "../../routing/route.ts";

export const AuditPage = page(AuditEntry);

export const getAudit = projectRoute(
  {
    method: "GET",
    path: "/api/projects/:projectId/audit",
    id: "listAudit",
    tag: "Projects",
    summary: "Who changed what in the project and its workflows, newest first; for owners",
    query: PageQuery,
    answer: { status: 200, schema: AuditPage, description: "One page" },
  },
  "project.manage",
  async (c, { member, projectId, query }) => {
    const input = { limit: query.limit, cursor: query.cursor ?? null };
    return c.json(unwrap(await c.env.PROJECT.getByName(projectId).audit(member, input)));
  },
);
