import { isPlainText } from "../../../durable-objects/library/kinds.ts";
import { projectKey } from "../../../durable-objects/storage/project-key.ts";
import { createSealedStore, type SealedStore } from "../../../durable-objects/storage/sealed-store.ts";
import { can } from "../../../shared/access/roles.ts";
import { withDeadline } from "../../../shared/lib/deadline.ts";
import type { NewFile } from "../../../shared/protocol/library-rpc.ts";
import type { ParsedFile } from "../../../shared/protocol/sandbox-rpc.ts";
import type { AppContext } from "../../context.ts";
import { report } from "../../middleware/defer.ts";
import { refuse } from "../../middleware/problems/problem-error.ts";
import type { ProjectAccess } from "../../routing/access.ts";
import { mediaTypeOf } from "../../storage/media-type.ts";

/** Reading the largest file takes some seconds; this is for a reader that hangs, or waits behind one that does. */
export const PARSE_WITHIN_MS = 45_000;

export const storeOf = (c: AppContext, projectId: string): SealedStore =>
  createSealedStore(c.env.BUCKET, () => projectKey(c.env, projectId));

/** What a file is and holds, as the library keeps it; `texts` are still to be sealed. */
export type Read = Pick<NewFile, "mediaType" | "profile" | "problem"> & { readonly texts: ParsedFile["derived"] };

/**
 * Reads a file for the agents. Text the parsers do not know (pages, code, data) is kept to be read as it is; pictures,
 * sound and archives of kinds nobody reads are kept and say so. What is of no known kind is refused.
 * @throws the problem the parser found, or sandbox_unavailable
 */
export async function readFile(
  c: AppContext,
  file: { fileId: string; name: string; bytes: Uint8Array },
): Promise<Read> {
  let result: Awaited<ReturnType<typeof c.env.SANDBOX.parseFile>>;
  try {
    const parsing = Promise.resolve(c.env.SANDBOX.parseFile(file));
    result = await withDeadline(parsing, PARSE_WITHIN_MS, () => new Error("the sandbox did not answer in time"));
  } catch (error) {
    report(c, "parse a file", error);
    throw refuse("sandbox_unavailable");
  }
  if (result.ok) {
    const { mediaType, profile, derived } = result.value;
    return { mediaType, profile, problem: null, texts: derived };
  }
  const { problem } = result.error;
  const mediaType = problem === "file_type_unsupported" ? mediaTypeOf(file.name, file.bytes) : null;
  if (mediaType === null) throw refuse(problem, { name: file.name, max: "25 MB" });
  const isText = isPlainText(file.name, mediaType);
  return { mediaType, profile: null, problem: isText ? null : problem, texts: [] };
}

/** `attempt`: where several at the same version may run beside each other, none may overwrite what another sealed. */
export const derivedKeys = (projectId: string, versionId: string, texts: Read["texts"], attempt = ""): string[] =>
  texts.map((_, index) => `${projectId}/files/${versionId}/derived/${attempt}${index}`);

export async function sealTexts(
  store: SealedStore,
  texts: Read["texts"],
  keys: readonly string[],
): Promise<NewFile["derived"]> {
  const derived: NewFile["derived"][number][] = [];
  for (const [index, file] of texts.entries()) {
    const key = keys[index] ?? "";
    derived.push({ path: file.path, key, ...(await store.put(key, file.bytes)) });
  }
  return derived;
}

/** Reading and sealing took a while: a project deleted meanwhile, or a member removed, keeps nothing new. @throws not_found */
export async function stillMay(c: AppContext, { projectId, identity }: ProjectAccess): Promise<void> {
  const role = await c.env.PROJECT.getByName(projectId).roleOf(identity.userId);
  if (role === null || !can(role, "file.write")) throw refuse("not_found");
}

export async function sha256Hex(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  return hex(await crypto.subtle.digest("SHA-256", bytes));
}

export const hex = (bytes: ArrayBuffer): string =>
  [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
