import { FileView } from "../../../shared/api/files.ts";
import { MAX_FILE_BYTES } from "../../../shared/api/limits.ts";
import { newId } from "../../../shared/lib/ids.ts";
import type { AppContext } from "../../context.ts";
import { addFile } from "../../db/projects.ts";
import { readBytes } from "../../middleware/body/read-body.ts";
import { defer } from "../../middleware/defer.ts";
import { fingerprintOf, once } from "../../middleware/idempotency/idempotency.ts";
import { ProblemError, refuse, unwrap } from "../../middleware/problems/problem-error.ts";
import type { ProjectAccess } from "../../routing/access.ts";
import { projectRoute } from "../../routing/route.ts";
import { cleanFileName } from "./file-name.ts";
import { derivedKeys, readFile, sealTexts, sha256Hex, stillMay, storeOf } from "./keep-file.ts";
import { note } from "./note.ts";

/** Room for the multipart framing around the largest file. */
const MAX_BODY_BYTES = MAX_FILE_BYTES + 64 * 1024;
const tooLarge = () => refuse("file_too_large", { max: "25 MB" });

export const uploadFile = projectRoute(
  {
    method: "POST",
    path: "/api/projects/:projectId/files",
    id: "uploadFile",
    tag: "Files",
    summary:
      "Upload one file up to 25 MB into a folder (`path`, the top without it); a file of that name gets a new version",
    upload: true,
    answer: { status: 201, schema: FileView, description: "The file, with what was found in it" },
    problems: [
      "file_missing",
      "file_empty",
      "file_too_large",
      "file_type_unsupported",
      "file_mislabelled",
      "file_broken",
      "file_zip_bomb",
      "file_encrypted",
      "file_exists",
      "path_invalid",
      "storage_full",
      "sandbox_unavailable",
    ],
    idempotent: true,
  },
  "file.write",
  async (c, access) => {
    const upload = await readUpload(c.req.raw);
    return once(
      c,
      access.identity,
      () => fingerprintOf([upload.folder, upload.name, upload.bytes]),
      async () => c.json(await storeFile(c, access, upload), 201),
    );
  },
);

interface Upload {
  readonly name: string;
  readonly folder: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** The multipart fields `file` and `path`. @throws file_missing, file_empty, file_too_large, unsupported_media_type */
async function readUpload(request: Request): Promise<Upload> {
  const type = request.headers.get("content-type") ?? "";
  if (!/^multipart\/form-data\s*;/i.test(type)) throw refuse("unsupported_media_type");
  const body = await readBytes(request, MAX_BODY_BYTES, tooLarge);
  let form: FormData;
  try {
    form = await new Response(body, { headers: { "content-type": type } }).formData();
  } catch {
    throw refuse("file_missing");
  }
  const field: unknown = form.get("file");
  if (!(field instanceof File)) throw refuse("file_missing");
  if (field.size > MAX_FILE_BYTES) throw tooLarge();
  const name = cleanFileName(field.name);
  if (field.size === 0) throw refuse("file_empty", { name });
  const path = form.get("path");
  return { name, folder: typeof path === "string" ? path : "", bytes: new Uint8Array(await field.arrayBuffer()) };
}

async function storeFile(c: AppContext, access: ProjectAccess, upload: Upload): Promise<FileView> {
  const { name, folder, bytes } = upload;
  const { projectId } = access;
  const id = newId("fil");
  const [read, sha256] = await Promise.all([readFile(c, { fileId: id, name, bytes }), sha256Hex(bytes)]);
  const store = storeOf(c, projectId);
  const textKeys = derivedKeys(projectId, id, read.texts);
  const key = `${projectId}/files/${id}/original`;
  const dropAll = () => defer(c, "drop a file", store.delete([key, ...textKeys]));
  let handed = false;
  try {
    const { header } = await store.put(key, bytes);
    const derived = await sealTexts(store, read.texts, textKeys);
    await stillMay(c, access);
    const { mediaType, profile, problem } = read;
    const createdBy = access.identity.userId;
    const size = bytes.length;
    const file = { id, name, folder, size, sha256, mediaType, profile, problem, key, header, derived, createdBy };
    handed = true;
    const view = unwrap(await c.env.LIBRARY.getByName(projectId).addFile(file));
    await addFile(access.db, access, view.id, view.createdAt);
    // The bytes of the current version came again.
    if (view.versionId !== id) dropAll();
    else await note(c, access, "file.added", { fileId: view.id, version: view.version });
    return view;
  } catch (error) {
    // What no row names is nobody's. Once the library was asked it may have a row, unless it said that it has not.
    if (!handed || error instanceof ProblemError) dropAll();
    throw error;
  }
}
