import { z } from "zod";
import {
  BinEntry,
  CreateFolder,
  FolderPage,
  FolderPath,
  FolderQuery,
  MoveFolder,
  Restored,
  SearchPage,
  SearchQuery,
  StorageView,
} from "../../../shared/api/files.ts";
import { PageQuery, page } from "../../../shared/api/projects.ts";
import { unwrap } from "../../middleware/problems/problem-error.ts";
import { projectRoute } from "../../routing/route.ts";
import { note } from "./note.ts";

const tag = "Files";
const Path = z.object({ path: z.string() });
const Erased = z.object({ id: z.string() });

export const getFolder = projectRoute(
  {
    method: "GET",
    path: "/api/projects/:projectId/folders",
    id: "listFolder",
    tag,
    summary: "What a folder holds: folders first, then files, sorted, with counts",
    query: FolderQuery,
    answer: { status: 200, schema: FolderPage, description: "One page" },
  },
  "file.read",
  async (c, { projectId, query }) => c.json(unwrap(await c.env.LIBRARY.getByName(projectId).folder(query))),
);

export const createFolder = projectRoute(
  {
    method: "POST",
    path: "/api/projects/:projectId/folders",
    id: "createFolder",
    tag,
    summary: "Make a folder, and those above it; one that is there stays",
    body: CreateFolder,
    answer: { status: 201, schema: Path, description: "Its path" },
    problems: ["file_exists", "path_invalid"],
    idempotent: true,
  },
  "file.write",
  async (c, { projectId, member, body }) => {
    const by = { projectId, userId: member.userId };
    return c.json(unwrap(await c.env.LIBRARY.getByName(projectId).createFolder(by, body.path)), 201);
  },
);

export const moveFolder = projectRoute(
  {
    method: "PATCH",
    path: "/api/projects/:projectId/folders",
    id: "moveFolder",
    tag,
    summary: "Move or rename a folder with everything in it",
    body: MoveFolder,
    answer: { status: 200, schema: Path, description: "Its new path" },
    problems: ["file_exists", "path_invalid", "folder_into_itself"],
    idempotent: true,
  },
  "file.write",
  async (c, { projectId, member, body }) => {
    const moved = unwrap(await c.env.LIBRARY.getByName(projectId).moveFolder(body.path, body.to));
    await note(c, { projectId, member }, "folder.moved", {});
    return c.json(moved);
  },
);

export const deleteFolder = projectRoute(
  {
    method: "DELETE",
    path: "/api/projects/:projectId/folders",
    id: "deleteFolder",
    tag,
    summary: "Put a folder with everything in it into the bin",
    query: FolderPath,
    answer: { status: 200, schema: BinEntry, description: "What is in the bin" },
    problems: ["path_invalid"],
    idempotent: true,
  },
  "file.write",
  async (c, { projectId, member, query }) => {
    const by = { projectId, userId: member.userId };
    const entry = unwrap(await c.env.LIBRARY.getByName(projectId).removeFolder(by, query.path));
    await note(c, { projectId, member }, "folder.deleted", { binId: entry.id, files: entry.files }, true);
    return c.json(entry);
  },
);

export const getBin = projectRoute(
  {
    method: "GET",
    path: "/api/projects/:projectId/bin",
    id: "listBin",
    tag,
    summary: "What was deleted and can be put back, newest first",
    query: PageQuery,
    answer: { status: 200, schema: page(BinEntry), description: "One page" },
  },
  "file.read",
  async (c, { projectId, query }) =>
    c.json(await c.env.LIBRARY.getByName(projectId).bin({ limit: query.limit, cursor: query.cursor ?? null })),
);

export const restoreBin = projectRoute(
  {
    method: "POST",
    path: "/api/projects/:projectId/bin/:binId/restore",
    id: "restoreBin",
    tag,
    summary: "Put something back where it was; a name that was taken since gets a number",
    answer: { status: 200, schema: Restored, description: "Where it is now" },
    idempotent: true,
  },
  "file.write",
  async (c, { projectId, member }) => {
    const binId = c.req.param("binId") ?? "";
    const restored = unwrap(await c.env.LIBRARY.getByName(projectId).restoreBin(binId));
    await note(c, { projectId, member }, `${restored.kind}.restored`, { binId });
    return c.json(restored);
  },
);

export const eraseBin = projectRoute(
  {
    method: "DELETE",
    path: "/api/projects/:projectId/bin/:binId",
    id: "eraseBin",
    tag,
    summary: "Erase something in the bin for good, now",
    answer: { status: 200, schema: Erased, description: "Its id" },
    idempotent: true,
  },
  "file.write",
  async (c, { projectId, member }) => {
    const binId = c.req.param("binId") ?? "";
    unwrap(await c.env.LIBRARY.getByName(projectId).eraseBin(binId));
    await note(c, { projectId, member }, "file.erased", { binId }, true);
    return c.json({ id: binId });
  },
);

export const getStorage = projectRoute(
  {
    method: "GET",
    path: "/api/projects/:projectId/storage",
    id: "getStorage",
    tag,
    summary: "What the project's files take, and what they may",
    answer: { status: 200, schema: StorageView, description: "Bytes" },
  },
  "file.read",
  async (c, { projectId }) => c.json(await c.env.LIBRARY.getByName(projectId).storage()),
);

export const searchFiles = projectRoute(
  {
    method: "GET",
    path: "/api/projects/:projectId/files/search",
    id: "searchFiles",
    tag,
    summary: "Find files by name and by what they hold",
    query: SearchQuery,
    answer: {
      status: 200,
      schema: SearchPage,
      description: "Names first, then contents; places of the words as numbers",
    },
  },
  "file.read",
  async (c, { projectId, query }) => c.json(await c.env.LIBRARY.getByName(projectId).search(query)),
);
