import { projectKey } from "../../../durable-objects/storage/project-key.ts";
import { createSealedStore, type SealedStore } from "../../../durable-objects/storage/sealed-store.ts";
import { can } from "../../../shared/access/roles.ts";
import { FileView } from "../../../shared/api/files.ts";
import { MAX_FILE_BYTES } from "../../../shared/api/limits.ts";
import { withDeadline } from "../../../shared/lib/deadline.ts";
import { newId } from "../../../shared/lib/ids.ts";
import type { NewFile } from "../../../shared/protocol/library-rpc.ts";
import type { ParsedFile } from "../../../shared/protocol/sandbox-rpc.ts";
import type { AppContext } from "../../context.ts";
import { addFile } from "../../db/projects.ts";
import { readBytes } from "../../middleware/body/read-body.ts";
import { defer, report } from "../../middleware/defer.ts";
import { fingerprintOf, once } from "../../middleware/idempotency/idempotency.ts";
import { refuse, unwrap } from "../../middleware/problems/problem-error.ts";
import type { ProjectAccess } from "../../routing/access.ts";
import { projectRoute } from "../../routing/route.ts";
import { cleanFileName } from "./file-name.ts";

/** Room for the multipart framing around the largest file. */
const MAX_BODY_BYTES = MAX_FILE_BYTES + 64 * 1024;
/** Reading the largest file takes some seconds; this is for a reader that hangs, or waits behind one that does. */
export const PARSE_WITHIN_MS = 45_000;
const tooLarge = () => refuse("file_too_large", { max: "25 MB" });

export const uploadFile = projectRoute(
  {
    method: "POST",
    path: "/api/projects/:projectId/files",
    id: "uploadFile",
    tag: "Files",
    summary: "Upload one file: CSV, TSV, XLSX, TXT, MD, PDF, DOCX, PNG, JPEG, up to 25 MB",
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
      "sandbox_unavailable",
    ],
    idempotent: true,
  },
  "file.write",
  async (c, access) => {
    const { name, bytes } = await readUpload(c.req.raw);
    return once(
      c,
      access.identity,
      () => fingerprintOf([name, bytes]),
      async () => c.json(await storeFile(c, access, name, bytes), 201),
    );
  },
);

/** The multipart field `file`. @throws file_missing, file_empty, file_too_large, unsupported_media_type */
async function readUpload(request: Request): Promise<{ name: string; bytes: Uint8Array<ArrayBuffer> }> {
  const type = request.headers.get("content-type") ?? "";
  if (!/^multipart\/form-data\s*;/i.test(type)) throw refuse("unsupported_media_type");
  const body = await readBytes(request, MAX_BODY_BYTES, tooLarge);
  let field: unknown;
  try {
    field = (await new Response(body, { headers: { "content-type": type } }).formData()).get("file");
  } catch {
    throw refuse("file_missing");
  }
  if (!(field instanceof File)) throw refuse("file_missing");
  if (field.size > MAX_FILE_BYTES) throw tooLarge();
  const name = cleanFileName(field.name);
  if (field.size === 0) throw refuse("file_empty", { name });
  return { name, bytes: new Uint8Array(await field.arrayBuffer()) };
}

async function storeFile(
  c: AppContext,
  access: ProjectAccess,
  name: string,
  bytes: Uint8Array<ArrayBuffer>,
): Promise<FileView> {
  const id = newId("fil");
  const parsed = await parse(c, { fileId: id, name, bytes });
  const folder = `${access.projectId}/files/${id}`;
  const store = createSealedStore(c.env.BUCKET, () => projectKey(c.env, access.projectId));
  const derivedKeys = parsed.derived.map((_, index) => `${folder}/derived/${index}`);
  const key = `${folder}/original`;
  try {
    const { header } = await store.put(key, bytes);
    const derived = await sealDerived(store, parsed, derivedKeys);
    const { mediaType, profile } = parsed;
    const file: NewFile = {
      id,
      name,
      size: bytes.length,
      mediaType,
      profile,
      problem: null,
      key,
      header,
      derived,
      createdBy: access.identity.userId,
    };
    // Reading and sealing took a while: a project deleted meanwhile, or a member removed, keeps nothing new.
    const role = await c.env.PROJECT.getByName(access.projectId).roleOf(access.identity.userId);
    if (role === null || !can(role, "file.write")) throw refuse("not_found");
    const view = unwrap(await c.env.LIBRARY.getByName(access.projectId).addFile(file));
    await addFile(access.db, access, id, view.createdAt);
    return view;
  } catch (error) {
    // What no row names could never be found again, not even to be erased.
    defer(c, "drop a file", store.delete([key, ...derivedKeys]));
    throw error;
  }
}

async function sealDerived(
  store: SealedStore,
  parsed: ParsedFile,
  keys: readonly string[],
): Promise<NewFile["derived"]> {
  const derived: NewFile["derived"][number][] = [];
  for (const [index, file] of parsed.derived.entries()) {
    const key = keys[index] ?? "";
    derived.push({ path: file.path, key, ...(await store.put(key, file.bytes)) });
  }
  return derived;
}

/** What the file is and holds. @throws the problem the parser found, or sandbox_unavailable */
async function parse(c: AppContext, file: { fileId: string; name: string; bytes: Uint8Array }): Promise<ParsedFile> {
  let result: Awaited<ReturnType<typeof c.env.SANDBOX.parseFile>>;
  try {
    const parsing = Promise.resolve(c.env.SANDBOX.parseFile(file));
    result = await withDeadline(parsing, PARSE_WITHIN_MS, () => new Error("the sandbox did not answer in time"));
  } catch (error) {
    report(c, "parse a file", error);
    throw refuse("sandbox_unavailable");
  }
  if (!result.ok) throw refuse(result.error.problem, { name: file.name, max: "25 MB" });
  return result.value;
}
