import { z } from "zod";
import { CreateUpload, FileView, PartReceived, UploadView } from "../../../shared/api/files.ts";
import { MAX_FILE_BYTES, PART_BYTES } from "../../../shared/api/limits.ts";
import { isRefusedHead } from "../../../shared/api/refused-kinds.ts";
import type { NewFile, UploadEnd } from "../../../shared/protocol/library-rpc.ts";
import { readHeader, sealedSize } from "../../../shared/sealing/header.ts";
import type { AppContext } from "../../context.ts";
import { addFile } from "../../db/projects.ts";
import { readBytes } from "../../middleware/body/read-body.ts";
import { defer } from "../../middleware/defer.ts";
import { lastingId } from "../../middleware/idempotency/idempotency.ts";
import { ProblemError, refuse, unwrap } from "../../middleware/problems/problem-error.ts";
import type { UploadAccess } from "../../routing/access.ts";
import { projectRoute, uploadRoute } from "../../routing/route.ts";
import { HEAD_BYTES, mediaTypeOf } from "../../storage/media-type.ts";
import { derivedKeys, hex, type Read, readFile, sealTexts, sha256Hex, stillMay, storeOf } from "./keep-file.ts";
import { note } from "./note.ts";

const tag = "Files";
const Ended = z.object({ id: z.string() });

export const createUpload = projectRoute(
  {
    method: "POST",
    path: "/api/projects/:projectId/uploads",
    id: "createUpload",
    tag,
    summary: "Begin an upload in parts, for files above 10 MB and up to 2 GB; it goes on after a lost connection",
    body: CreateUpload,
    answer: { status: 201, schema: UploadView, description: "How to send its parts" },
    problems: ["file_empty", "file_too_large", "path_invalid", "storage_full", "too_many_uploads"],
    idempotent: "lasting",
  },
  "file.write",
  async (c, access) => {
    const { projectId, identity, db, body } = access;
    const id = await lastingId(c, identity, "upl");
    const by = { projectId, userId: identity.userId };
    // The directory first: an upload without its row could never be reached, a row without one is not found.
    await addFile(db, access, id, new Date(c.var.clock.now()).toISOString());
    return c.json(unwrap(await c.env.LIBRARY.getByName(projectId).createUpload(by, id, body)), 201);
  },
);

export const getUpload = uploadRoute(
  {
    method: "GET",
    path: "/api/uploads/:uploadId",
    id: "getUpload",
    tag,
    summary: "Which parts of an upload are there",
    answer: { status: 200, schema: UploadView, description: "The upload" },
  },
  "file.write",
  async (c, { projectId, uploadId }) => {
    const view = await c.env.LIBRARY.getByName(projectId).upload(uploadId);
    if (!view) throw refuse("not_found");
    return c.json(view);
  },
);

export const putPart = uploadRoute(
  {
    method: "PUT",
    path: "/api/uploads/:uploadId/parts/:part",
    id: "putUploadPart",
    tag,
    summary: "Send a part: exactly `partSize` bytes, the last what is left. Sent again it is one part",
    bytes: true,
    answer: { status: 200, schema: PartReceived, description: "Its number, and how many are there" },
    problems: ["upload_part_invalid", "upload_part_differs", "request_in_progress", "file_type_unsupported"],
  },
  "file.write",
  async (c, { projectId, uploadId }) => {
    const library = c.env.LIBRARY.getByName(projectId);
    const part = Number(c.req.param("part"));
    const upload = await library.upload(uploadId);
    if (!upload) throw refuse("not_found");
    const size = part < upload.parts ? PART_BYTES : upload.size - (upload.parts - 1) * PART_BYTES;
    const wrong = () => refuse("upload_part_invalid", { parts: upload.parts, size });
    const bytes = await readBytes(c.req.raw, size, wrong);
    if (bytes.length !== size) throw wrong();
    if (part === 1 && isRefusedByHead(upload, bytes)) throw refuse("file_type_unsupported", { name: upload.name });
    const claim = unwrap(await library.claimPart(uploadId, part, await sha256Hex(bytes)));
    if (claim.received) return c.json({ part, received: upload.received.length });
    const { key, header, multipart, attempt } = claim;
    const etag = await storeOf(c, projectId).putPart({ key, header, multipart, part, bytes });
    return c.json({ part, received: unwrap(await library.partDone(uploadId, part, attempt, etag)) });
  },
);

export const completeUpload = uploadRoute(
  {
    method: "POST",
    path: "/api/uploads/:uploadId/complete",
    id: "completeUpload",
    tag,
    summary: "Make the parts one file; asked again, the file it became",
    answer: {
      status: 201,
      schema: FileView,
      description: "The file; files above 25 MB are kept, and agents do not read them",
    },
    problems: [
      "upload_incomplete",
      "upload_differs",
      "file_type_unsupported",
      "file_mislabelled",
      "file_broken",
      "file_zip_bomb",
      "file_encrypted",
      "file_exists",
      "sandbox_unavailable",
    ],
    idempotent: true,
  },
  "file.write",
  async (c, access) => {
    const { projectId, uploadId, db } = access;
    const library = c.env.LIBRARY.getByName(projectId);
    const ending = unwrap(await library.endUpload(uploadId));
    if ("done" in ending) {
      // The request that ended it may have broken off before this.
      await addFile(db, access, ending.done.id, ending.done.createdAt);
      return c.json(ending.done, 201);
    }
    const file = await putTogether(c, access, ending.end);
    const finished = await library.finishUpload(uploadId, file);
    if (!finished.ok) dropTexts(c, projectId, file.derived);
    const view = unwrap(finished);
    await addFile(db, access, view.id, view.createdAt);
    await note(c, access, "file.added", { fileId: view.id, version: view.version });
    return c.json(view, 201);
  },
);

export const abortUpload = uploadRoute(
  {
    method: "DELETE",
    path: "/api/uploads/:uploadId",
    id: "abortUpload",
    tag,
    summary: "Give an upload up; what was sent of it is erased",
    answer: { status: 200, schema: Ended, description: "Its id" },
    idempotent: true,
  },
  "file.write",
  async (c, { projectId, uploadId }) => {
    unwrap(await c.env.LIBRARY.getByName(projectId).abortUpload(uploadId));
    return c.json({ id: uploadId });
  },
);

/** Whether the end is certain to refuse it for its kind, so that the rest need not be sent first. */
function isRefusedByHead({ name, size }: UploadView, bytes: Uint8Array): boolean {
  if (isRefusedHead(name, bytes)) return true;
  // Of what is too large to be read the beginning decides, as in `look`.
  return size > MAX_FILE_BYTES && mediaTypeOf(name, bytes.subarray(0, HEAD_BYTES)) === null;
}

/**
 * Joins the parts and reads what came of them back: the bytes are hashed as they open. A file that is refused ends its
 * upload, since what was sent would be refused again.
 */
async function putTogether(c: AppContext, access: UploadAccess, end: UploadEnd): Promise<NewFile> {
  const { projectId, uploadId } = access;
  const { key, header, versionId: id } = end;
  const { name, path: folder, size } = end.upload;
  await join(c, end);
  const store = storeOf(c, projectId);
  let texts: readonly { key: string }[] = [];
  try {
    const { sha256, read } = await look(c, projectId, end);
    if (end.sha256 !== null && end.sha256 !== sha256) throw refuse("upload_differs", { name });
    const keys = derivedKeys(projectId, id, read.texts, `${crypto.randomUUID()}/`);
    texts = keys.map((key) => ({ key }));
    const derived = await sealTexts(store, read.texts, keys);
    await stillMay(c, access);
    const { mediaType, profile, problem } = read;
    const { createdBy } = end;
    return { id, name, folder, size, sha256, mediaType, profile, problem, key, header, derived, createdBy };
  } catch (error) {
    dropTexts(c, projectId, texts);
    if (isAboutTheFile(error)) await c.env.LIBRARY.getByName(projectId).abortUpload(uploadId);
    throw error;
  }
}

function dropTexts(c: AppContext, projectId: string, texts: readonly { readonly key: string }[]): void {
  const keys = texts.map((one) => one.key);
  if (keys.length > 0) defer(c, "drop texts of an upload", storeOf(c, projectId).delete(keys));
}

/** Asked again it would be refused again. */
const isAboutTheFile = (error: unknown): boolean =>
  error instanceof ProblemError && /^(file_|upload_differs)/.test(error.problem.code);

/** One object of the parts. It may have been made before, by a request that ended there. */
async function join(c: AppContext, { key, header, multipart, etags }: UploadEnd): Promise<void> {
  try {
    await c.env.BUCKET.resumeMultipartUpload(key, multipart).complete([...etags]);
  } catch (error) {
    const there = await c.env.BUCKET.head(key);
    if (there?.size !== sealedSize(readHeader(header).size)) throw error;
  }
}

/** Hash and content: of a file agents can read all of it is read, of a larger one the beginning. */
async function look(c: AppContext, projectId: string, end: UploadEnd): Promise<{ sha256: string; read: Read }> {
  const { key, header, versionId } = end;
  const { name, size } = end.upload;
  const store = storeOf(c, projectId);
  if (size <= MAX_FILE_BYTES) {
    const bytes = await store.get(key, header);
    if (!bytes) throw refuse("not_found");
    const sha256 = await sha256Hex(bytes);
    return { sha256, read: await readFile(c, { fileId: versionId, name, bytes }) };
  }
  const [head, whole] = await Promise.all([store.getRange(key, header, 0, HEAD_BYTES), store.stream(key, header)]);
  if (!head || !whole) throw refuse("not_found");
  const digest = new crypto.DigestStream("SHA-256");
  await whole.body.pipeTo(digest);
  const mediaType = mediaTypeOf(name, head);
  if (mediaType === null) throw refuse("file_type_unsupported", { name });
  const read: Read = { mediaType, profile: null, problem: "file_too_large_to_read", texts: [] };
  return { sha256: hex(await digest.digest), read };
}
