import { problem } from "../../../../shared/errors/problem.ts";
import { err, ok } from "../../../../shared/lib/result.ts";
import type { Answer } from "../../../../shared/protocol/object-rpc.ts";
import type { Published, SiteFile, SitesRpc, SiteWish } from "../../../../shared/protocol/sites-rpc.ts";
import type { Candidate, FolderFile } from "./folder.ts";

export interface PublishDeps<File extends Candidate> {
  readonly library: Pick<SitesRpc, "beginSite" | "commitSite">;
  /** The bytes of a result. */
  readonly read: (file: File) => Promise<Uint8Array>;
  /** Seals and stores under an R2 key. */
  readonly write: (key: string, bytes: Uint8Array) => Promise<{ readonly header: string }>;
  /** A name nobody else uses: two who publish under one key at once must not write over each other. */
  readonly attempt: () => string;
}

const AT_ONCE = 3;

/**
 * Puts a folder on its site's address. Under the same key it happens once, wherever it was torn off before: the bytes
 * are stored first, and nobody sees them until the library says that the version is live.
 * @param files null when the content is no longer there: `site_files_changed` unless it was published before
 */
export async function publishFolder<File extends Candidate>(
  deps: PublishDeps<File>,
  wish: SiteWish,
  files: readonly FolderFile<File>[] | null,
): Promise<Answer<Published>> {
  const begun = await deps.library.beginSite(wish);
  if (!begun.ok) return begun;
  if ("done" in begun.value) return ok(begun.value.done);
  if (files === null) return err(problem("site_files_changed"));
  const { draft } = begun.value;
  const folder = `sites/${draft.siteId}/${draft.version}/${deps.attempt()}`;
  const stored: SiteFile[] = [];
  for (let at = 0; at < files.length; at += AT_ONCE)
    stored.push(
      ...(await Promise.all(
        files.slice(at, at + AT_ONCE).map(async ({ path, file }, index) => {
          const key = `${folder}/${at + index}`;
          const { header } = await deps.write(key, await deps.read(file));
          return { path, size: file.size, sha256: file.sha256, key, header };
        }),
      )),
    );
  const made = await deps.library.commitSite(wish, draft, stored);
  return made.ok ? ok(made.value.done) : made;
}
