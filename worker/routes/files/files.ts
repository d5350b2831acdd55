import { z } from "zod";
import { can } from "../../../shared/access/roles.ts";
import { BinEntry, ChangeFile, FileHistory, FileView, Restored } from "../../../shared/api/files.ts";
import { PageQuery, page } from "../../../shared/api/projects.ts";
import type { StoredVersion } from "../../../shared/protocol/library-rpc.ts";
import type { AppContext } from "../../context.ts";
import { refuse, unwrap } from "../../middleware/problems/problem-error.ts";
import type { FileAccess } from "../../routing/access.ts";
import { fileRoute, projectRoute } from "../../routing/route.ts";
import { disposition } from "./file-name.ts";
import { note } from "./note.ts";
import { previewType } from "./preview.ts";
import { bytesAnswer, inlineType, rawAnswer } from "./raw-answer.ts";

const tag = "Files";
export const FilePage = page(FileView);

/** `?inline=1`: shown in the page instead of saved, where the type allows it. */
export const RawQuery = z.object({ inline: z.enum(["0", "1"]).default("0") });

/** Text beyond this is not shown in a page; the download has all of it. */
const PREVIEW_BYTES = 1024 * 1024;
const bytes = {
  status: 200,
  contentType: "application/octet-stream",
  description: "The bytes, in their own media type; a part of them with `Range`",
} as const;

export const getFiles = projectRoute(
  {
    method: "GET",
    path: "/api/projects/:projectId/files",
    id: "listFiles",
    tag,
    summary: "The project's files, newest first, whatever folder they are in",
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
    summary: "The bytes of a file as they are now; results can be looked at by viewers, and downloaded by the others",
    query: RawQuery,
    answer: bytes,
    problems: ["role_forbidden"],
  },
  "file.read",
  async (c, access) => sendVersion(c, access, null, access.query.inline === "1"),
);

export const getVersion = fileRoute(
  {
    method: "GET",
    path: "/api/files/:fileId/versions/:version",
    id: "getFileVersion",
    tag,
    summary: "The bytes of an earlier version",
    query: RawQuery,
    answer: bytes,
    problems: ["role_forbidden"],
  },
  "file.read",
  async (c, access) => sendVersion(c, access, versionOf(c), access.query.inline === "1"),
);

export const getPreview = fileRoute(
  {
    method: "GET",
    path: "/api/files/:fileId/preview",
    id: "previewFile",
    tag,
    summary:
      "What a page may show of a file: text and code as plain text (the first 1 MB), pictures and PDF; nothing that runs",
    query: z.object({ version: z.coerce.number().int().positive().optional() }),
    answer: { status: 200, contentType: "text/plain", description: "Text, a picture or a PDF" },
    problems: ["file_type_unsupported"],
  },
  "file.read",
  async (c, { projectId, fileId, query }) => {
    const stored = await found(c, { projectId, fileId }, query.version ?? null);
    const type = previewType(stored.name, stored.mediaType);
    if (type === null) throw refuse("file_type_unsupported", { name: stored.name });
    const isText = type.startsWith("text/");
    const as = { type, disposition: disposition("inline", stored.name), ...(isText && { end: PREVIEW_BYTES }) };
    return bytesAnswer(c, { ...stored, projectId, tag: stored.versionId }, as);
  },
);

export const getVersions = fileRoute(
  {
    method: "GET",
    path: "/api/files/:fileId/versions",
    id: "listFileVersions",
    tag,
    summary: "What is known of a file, and its versions, newest first",
    query: PageQuery,
    answer: { status: 200, schema: FileHistory, description: "The file and one page of versions" },
  },
  "file.read",
  async (c, { projectId, fileId, query }) => {
    const input = { limit: query.limit, cursor: query.cursor ?? null };
    const history = await c.env.LIBRARY.getByName(projectId).versions(fileId, input);
    if (!history) throw refuse("not_found");
    return c.json(history);
  },
);

export const restoreVersion = fileRoute(
  {
    method: "POST",
    path: "/api/files/:fileId/versions/:version/restore",
    id: "restoreFileVersion",
    tag,
    summary: "Put the bytes of an earlier version back, as the newest version",
    answer: { status: 200, schema: FileView, description: "The file" },
    idempotent: true,
  },
  "file.write",
  async (c, { projectId, member, fileId }) => {
    const version = versionOf(c);
    const by = { projectId, userId: member.userId };
    const view = unwrap(await c.env.LIBRARY.getByName(projectId).restoreVersion(by, fileId, version));
    await note(c, { projectId, member }, "file.version_restored", { fileId, version });
    return c.json(view);
  },
);

export const changeFile = fileRoute(
  {
    method: "PATCH",
    path: "/api/files/:fileId",
    id: "changeFile",
    tag,
    summary: "Rename a file, or move it to another folder",
    body: ChangeFile,
    answer: { status: 200, schema: FileView, description: "The file" },
    problems: ["file_exists", "path_invalid"],
    idempotent: true,
  },
  "file.write",
  async (c, { projectId, member, fileId, body }) => {
    const view = unwrap(await c.env.LIBRARY.getByName(projectId).change(fileId, body));
    await note(c, { projectId, member }, "file.moved", { fileId });
    return c.json(view);
  },
);

export const deleteFile = fileRoute(
  {
    method: "DELETE",
    path: "/api/files/:fileId",
    id: "deleteFile",
    tag,
    summary: "Put a file into the bin, where it can be taken out of for 30 days",
    answer: { status: 200, schema: BinEntry, description: "What is in the bin" },
    idempotent: true,
  },
  "file.write",
  async (c, { projectId, member, fileId }) => {
    const by = { projectId, userId: member.userId };
    const entry = unwrap(await c.env.LIBRARY.getByName(projectId).remove(by, fileId));
    await note(c, { projectId, member }, "file.deleted", { fileId }, true);
    return c.json(entry);
  },
);

export const restoreFile = fileRoute(
  {
    method: "POST",
    path: "/api/files/:fileId/restore",
    id: "restoreFile",
    tag,
    summary: "Take a file out of the bin",
    answer: { status: 200, schema: Restored, description: "Where it is now" },
    idempotent: true,
  },
  "file.write",
  async (c, { projectId, member, fileId }) => {
    const restored = unwrap(await c.env.LIBRARY.getByName(projectId).restore(fileId));
    await note(c, { projectId, member }, "file.restored", { fileId });
    return c.json(restored);
  },
);

/** The number in the path. @throws not_found for what is none */
function versionOf(c: AppContext): number {
  const text = c.req.param("version") ?? "";
  if (!/^[1-9]\d{0,9}$/.test(text)) throw refuse("not_found");
  return Number(text);
}

async function found(
  c: AppContext,
  { projectId, fileId }: Pick<FileAccess, "projectId" | "fileId">,
  version: number | null,
): Promise<StoredVersion> {
  const stored = await c.env.LIBRARY.getByName(projectId).stored(fileId, version);
  if (!stored) throw refuse("not_found");
  return stored;
}

async function sendVersion(
  c: AppContext,
  { projectId, fileId, member }: FileAccess,
  version: number | null,
  asked: boolean,
): Promise<Response> {
  const stored = await found(c, { projectId, fileId }, version);
  const inline = asked && inlineType(stored.mediaType) !== null;
  const isResult = stored.origin !== "upload";
  if (isResult && !inline && !can(member.role, "artifact.download"))
    throw refuse("role_forbidden", { role: member.role });
  return rawAnswer(c, { ...stored, projectId, tag: stored.versionId }, inline);
}
