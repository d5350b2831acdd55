import { z } from "zod";
import { freeName, zipName } from "../../../durable-objects/library/names.ts";
import { projectKey } from "../../../durable-objects/storage/project-key.ts";
import { createSealedStore } from "../../../durable-objects/storage/sealed-store.ts";
import { can } from "../../../shared/access/roles.ts";
import { ArtifactView } from "../../../shared/api/workflows.ts";
import { refuse, unwrap } from "../../middleware/problems/problem-error.ts";
import { workflowRoute } from "../../routing/route.ts";
import { RawQuery } from "../files/files.ts";
import { inlineType, rawAnswer } from "../files/raw-answer.ts";
import { type ZipInput, zipAnswer } from "../files/zip-answer.ts";

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

export const zipArtifacts = workflowRoute(
  {
    method: "GET",
    path: "/api/workflows/:workflowId/zip",
    id: "zipArtifacts",
    tag,
    summary: "What the workflow made in `folder`, with the folders below, as one zip; without `folder` all of it",
    query: z.object({ folder: z.string().max(1000).default("") }),
    answer: { status: 200, contentType: "application/zip", description: "The zip, sent while it is made" },
  },
  "artifact.download",
  async (c, { member, projectId, workflowId, query }) => {
    const workflow = c.env.WORKFLOW.getByName(workflowId);
    const { name, artifacts } = unwrap(await workflow.view(member));
    const top = query.folder === "" ? "" : `${query.folder}/`;
    // A name stands once, in its last version; full texts of long outputs are no results.
    const results = new Map(
      artifacts.flatMap((one) => (one.role !== "log" && one.name.startsWith(top) ? [[one.name, one.id]] : [])),
    );
    if (results.size === 0) throw refuse("not_found");
    const store = createSealedStore(c.env.BUCKET, () => projectKey(c.env, projectId));
    async function* entries(): AsyncGenerator<ZipInput> {
      const taken = new Set<string>();
      for (const [path, id] of results) {
        const { key, header } = unwrap(await workflow.artifact(member, id));
        const bytes = await store.get(key, header);
        // Broken off, so that it never passes for whole.
        if (!bytes) throw new Error("a result is gone");
        const free = freeName(zipName(path.slice(top.length)), (one) => taken.has(one.toLowerCase()));
        taken.add(free.toLowerCase());
        yield { name: free, input: bytes };
      }
    }
    return zipAnswer(query.folder.split("/").at(-1) || name, entries());
  },
);
