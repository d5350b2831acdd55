import type { FileView } from "../../shared/api/files.ts";
import { problem } from "../../shared/errors/problem.ts";
import { err, ok } from "../../shared/lib/result.ts";
import type { NewFile } from "../../shared/protocol/library-rpc.ts";
import type { Answer } from "../../shared/protocol/object-rpc.ts";
import type { NewVersion } from "./items.ts";
import { cleanName, freeName, parsePath } from "./names.ts";
import type { Ground } from "./parts.ts";

/** Adding files and giving them to work. */
export class Files {
  readonly #ground: Ground;

  constructor(ground: Ground) {
    this.#ground = ground;
  }

  /** See FilesRpc.addFile. `reserved`: bytes of it that the quota has counted already. */
  add(file: NewFile, reserved = 0): Answer<FileView> {
    const { ctx, items, tree, quota, projectOf } = this.#ground;
    const names = parsePath(file.folder ?? "");
    const name = cleanName(file.name);
    if (names === null || name === null) return err(problem("path_invalid"));
    projectOf(file.key.split("/")[0]);
    return ctx.storage.transactionSync(() => {
      const known = items.version(file.id);
      const knownItem = known && items.get(known.file);
      if (knownItem) return ok(items.view(knownItem));
      const refusal = quota.refusal(file.size - reserved);
      if (refusal) return err(refusal);
      const folder = tree.ensure(names);
      if (!folder) return err(problem("file_exists", { name: names.at(-1) ?? "" }));
      const there = items.named(folder.id, name);
      if (there && file.sha256 && items.version(there.version_id)?.sha256 === file.sha256) return ok(items.view(there));
      const version = uploaded(file);
      const item = there
        ? items.addVersion(there, version)
        : items.create(
            file.id,
            folder.id,
            freeName(name, (one) => tree.isTaken(folder.id, one)),
            version,
          );
      this.#ground.changed(item);
      return ok(items.view(item));
    });
  }

  /** See FilesRpc.file. */
  readable(versionId: string): (NewFile & { createdAt: string }) | null {
    const version = this.#ground.items.version(versionId);
    return version && this.#ground.items.readable(version);
  }

  view(fileId: string): FileView | null {
    const item = this.#ground.items.live(fileId);
    return item && this.#ground.items.view(item);
  }

  /** Newest first, by the file's first upload. */
  page(input: { limit: number; cursor: string | null }): { items: FileView[]; nextCursor: string | null } {
    const { sql, items, tree } = this.#ground;
    const before = input.cursor === null ? Number.MAX_SAFE_INTEGER : Number.parseInt(input.cursor, 36) || 0;
    const isLive = new Map<number, boolean>();
    const found: FileView[] = [];
    for (const { seq, folder } of sql.exec<{ seq: number; folder: number }>(
      "SELECT seq, folder FROM items WHERE seq < ? AND bin IS NULL ORDER BY seq DESC",
      before,
    )) {
      const live = isLive.get(folder) ?? tree.isLive(folder);
      isLive.set(folder, live);
      const item = live ? items.bySeq(seq) : null;
      if (!item) continue;
      if (found.length === input.limit) return { items: found, nextCursor: (seq + 1).toString(36) };
      found.push(items.view(item));
    }
    return { items: found, nextCursor: null };
  }
}

/** Files that were read when they came say so; the others are read when work or a search needs them. */
function uploaded(file: NewFile): NewVersion {
  return {
    id: file.id,
    size: file.size,
    mediaType: file.mediaType,
    sha256: file.sha256 ?? null,
    key: file.key,
    header: file.header,
    owned: true,
    profile: file.profile && JSON.stringify(file.profile),
    problem: file.problem,
    derived: JSON.stringify(file.derived),
    reading: file.problem ? "no" : file.profile ? "yes" : "pending",
    origin: "upload",
    provenance: null,
    at: new Date().toISOString(),
    by: file.createdBy,
    restoredFrom: null,
  };
}
