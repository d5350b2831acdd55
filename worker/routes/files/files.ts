import { z } from "zod";
import { FileView } from "../../../shared/api/files.ts";
import { PageQuery, page } from "../../../shared/api/projects.ts";
import { refuse } from "../../middleware/problems/problem-error.ts";
import { fileRoute, projectRoute } from "../../routing/route.ts";
import { rawAnswer } from "./raw-answer.ts";

const tag = "Files";
export const FilePage = page(FileView);

/** `?inline=1`: shown in the page instead of saved, where the type allows it. */
export const RawQuery = z.object({ inline: z.enum(["0", "1"]).default("0") });

export const getFiles = projectRoute(
  {
    method: "GET",
    path: "/api/projects/:projectId/files",
    id: "listFiles",
    tag,
    summary: "The project's files, newest first",
    query: PageQuery,
    answer: { status: 200, schema: FilePage, description: "One page" },
  },
  "file.read",
  async (c, { projectId, query }) =>
    c.json(await c.env.LIBRARY.getByName(projectId).files({ limit: query.limit, cursor: query.cursor ?? null })),
);

export const getFile = fileRoute(
  {
    method: "GET",
    path: "/api/files/:fileId",
    id: "getFile",
    tag,
    summary: "The bytes of a file as they were uploaded",
    query: RawQuery,
    answer: { status: 200, contentType: "application/octet-stream", description: "The bytes, in their own media type" },
  },
  "file.read",
  async (c, { projectId, fileId, query }) => {
    const file = await c.env.LIBRARY.getByName(projectId).file(fileId);
    if (!file) throw refuse("not_found");
    return rawAnswer(c, { ...file, projectId }, query.inline === "1");
  },
);
