import { RebuildProjections, RebuiltProjections } from "../../../shared/api/operator.ts";
import { isId } from "../../../shared/lib/ids.ts";
import { openDatabase } from "../../db/client.ts";
import { nextProject } from "../../db/projects.ts";
import { refuse } from "../../middleware/problems/problem-error.ts";
import { operatorRoute } from "../../routing/route.ts";

const NOTHING = { workflows: 0, ledger: 0, audit: 0, repairs: 0, unread: [], auditBrokenAt: null };

/** One part of one project a call, so that each ends soon whatever there is to do. */
export const rebuildProjections = operatorRoute(
  {
    method: "POST",
    path: "/api/operator/projections/rebuild",
    id: "rebuildProjections",
    tag: "Operator",
    summary: "Derive lists, ledgers, audit trails and totals again from the workflows' logs, a part at a time",
    body: RebuildProjections,
    bodyOptional: true,
    answer: { status: 200, schema: RebuiltProjections, description: "What this call did, and where to go on" },
  },
  async (c, { body }) => {
    const db = openDatabase(c.env.DB);
    const place = placeIn(body.cursor);
    const projectId = place ? place.projectId : await nextProject(db, "");
    if (projectId === null) return c.json({ projectId, ...NOTHING, cursor: null } satisfies RebuiltProjections);
    const { next, unread, ...part } = await c.env.PROJECT.getByName(projectId).rebuild(place?.workflowId ?? null);
    const following = next === null ? await nextProject(db, projectId) : projectId;
    const cursor = following === null ? null : `${following} ${next ?? ""}`.trim();
    return c.json({ projectId, ...part, unread: [...unread], cursor } satisfies RebuiltProjections);
  },
);

/** @throws invalid_request for a text we never gave: a made-up id would create an object */
function placeIn(cursor: string | undefined): { projectId: string; workflowId: string | null } | null {
  if (cursor === undefined) return null;
  const [projectId = "", workflowId = null, ...rest] = cursor.split(" ");
  if (!isId("prj", projectId) || rest.length > 0) throw refuse("invalid_request", { fields: "cursor" });
  return { projectId, workflowId };
}
