import { z } from "zod";
import { can } from "../../../shared/access/roles.ts";
import { ArtifactView } from "../../../shared/api/workflows.ts";
import { refuse, unwrap } from "../../middleware/problems/problem-error.ts";
import { workflowRoute } from "../../routing/route.ts";
import { RawQuery } from "../files/files.ts";
import { inlineType, rawAnswer } from "../files/raw-answer.ts";

const tag = "Results";
export const ArtifactList = z.object({ items: z.array(ArtifactView) });

export const getArtifacts = workflowRoute(
  {
    method: "GET",
    path: "/api/workflows/:workflowId/artifacts",
    id: "listArtifacts",
    tag,
    summary: "What the workflow made",
    answer: { status: 200, schema: ArtifactList, description: "All results" },
  },
  "artifact.read",
  async (c, { member, workflowId }) => {
    const { artifacts } = unwrap(await c.env.WORKFLOW.getByName(workflowId).view(member));
    return c.json({ items: artifacts });
  },
);

export const getArtifact = workflowRoute(
  {
    method: "GET",
    path: "/api/workflows/:workflowId/artifacts/:artifactId",
    id: "getArtifact",
    tag,
    summary: "The bytes of a result; `?inline=1` to look at it, otherwise a download (not for viewers)",
    query: RawQuery,
    answer: { status: 200, contentType: "application/octet-stream", description: "The bytes, in their own media type" },
    problems: ["role_forbidden"],
  },
  "artifact.read",
  async (c, { member, projectId, workflowId, query }) => {
    const artifactId = c.req.param("artifactId") ?? "";
    const { view, key, header } = unwrap(await c.env.WORKFLOW.getByName(workflowId).artifact(member, artifactId));
    const { name, mediaType } = view;
    const inline = query.inline === "1" && inlineType(mediaType) !== null;
    if (!inline && !can(member.role, "artifact.download")) throw refuse("role_forbidden", { role: member.role });
    return rawAnswer(c, { projectId, key, header, name, mediaType }, inline);
  },
);
