import type { FileHistory, FileVersion, FileView } from "../../shared/api/files.ts";
import { problem } from "../../shared/errors/problem.ts";
import { newId } from "../../shared/lib/ids.ts";
import { err, ok } from "../../shared/lib/result.ts";
import type { NewFile, StoredVersion } from "../../shared/protocol/library-rpc.ts";
import type { Answer } from "../../shared/protocol/object-rpc.ts";
import { type ItemRow, type NewVersion, provenanceOf, type VersionRow } from "./items.ts";
import { cleanName, freeName, parsePath } from "./names.ts";
import type { Ground } from "./parts.ts";
import type { Reader } from "./reader.ts";

/** Adding files and giving them to work. */
export class Files {
  readonly #ground: Ground;
  readonly #reader: Reader;

  constructor(ground: Ground, reader: Reader) {
    this.#ground = ground;
    this.#reader = reader;
  }

  /** See FilesRpc.addFile. `reserved`: bytes of it that the quota has counted already. */
  add(file: NewFile, reserved = 0): Answer<FileView> {
    const { ctx, items, tree, quota, projectOf } = this.#ground;
    const names = parsePath(file.folder ?? "");
    const name = cleanName(file.name);
    if (names === null || name === null) return err(problem("path_invalid"));
    projectOf(file.key.split("/")[0]);
    return ctx.storage.transactionSync(() => {
      if (this.#ground.isErased()) return err(problem("not_found"));
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

  /** See FilesRpc.pick. */
  async pick(ids: readonly string[], exact: boolean): Promise<(NewFile & { createdAt: string })[] | null> {
    const { env, items, projectOf } = this.#ground;
    const picked: VersionRow[] = [];
    for (const id of ids) {
      const item = exact ? null : items.live(id);
      const version = items.version(item?.version_id ?? id);
      const whole = version && items.get(version.file);
      if (!version || !whole || !(exact || items.isLive(whole))) return null;
      picked.push(await this.#reader.ready(version));
    }
    // Work names versions: whoever follows such an id finds its project by it.
    const at = new Date().toISOString();
    const insert = "INSERT INTO file_index (id, project_id, created_at) VALUES (?, ?, ?) ON CONFLICT (id) DO NOTHING";
    const later = picked.filter((version) => version.id !== version.file);
    if (later.length > 0)
      await env.DB.batch(later.map((version) => env.DB.prepare(insert).bind(version.id, projectOf(), at)));
    return picked.flatMap((version) => items.readable(version) ?? []);
  }

  view(fileId: string): FileView | null {
    const item = this.#found(fileId)?.item;
    return item ? this.#ground.items.view(item) : null;
  }

  /** See FilesRpc.stored. */
  stored(fileId: string, version: number | null): StoredVersion | null {
    const { items } = this.#ground;
    const found = this.#found(fileId);
    const row = found && (version === null ? items.version(found.versionId) : items.numbered(found.item.id, version));
    return found && row ? items.stored(found.item, row) : null;
  }

  versions(fileId: string, input: { limit: number; cursor: string | null }): FileHistory | null {
    const { items } = this.#ground;
    const item = this.#found(fileId)?.item;
    if (!item) return null;
    const before = input.cursor === null ? Number.MAX_SAFE_INTEGER : Number.parseInt(input.cursor, 36) || 0;
    const rows = items.versionsOf(item.id, before, input.limit + 1);
    const shown = rows.slice(0, input.limit);
    const last = shown.at(-1);
    return {
      file: items.view(item),
      items: shown.map((row) => toVersion(row, item)),
      nextCursor: rows.length > input.limit && last ? last.version.toString(36) : null,
    };
  }

  /** The bytes of an old version, as the newest one. */
  restoreVersion(userId: string, fileId: string, number: number): Answer<FileView> {
    const { ctx, items } = this.#ground;
    return ctx.storage.transactionSync(() => {
      const item = items.live(fileId);
      const old = item && items.numbered(item.id, number);
      if (!item || !old) return err(problem("not_found"));
      if (old.id === item.version_id) return ok(items.view(item));
      const restored = items.addVersion(item, {
        id: newId("fil"),
        size: old.size,
        mediaType: old.media_type,
        sha256: old.sha256,
        key: old.key,
        header: old.header,
        owned: old.owned === 1,
        profile: old.profile,
        problem: old.problem,
        derived: old.derived,
        reading: old.reading,
        origin: "edit",
        provenance: provenanceOf(old.provenance),
        at: new Date().toISOString(),
        by: userId,
        restoredFrom: number,
      });
      this.#ground.changed(restored);
      return ok(items.view(restored));
    });
  }

  /** A file that is not in the bin, by its id or one of its later versions'. */
  #found(id: string): { item: ItemRow; versionId: string } | null {
    const { items } = this.#ground;
    const item = items.live(id);
    if (item) return { item, versionId: item.version_id };
    const version = items.version(id);
    const whole = version && items.live(version.file);
    return whole ? { item: whole, versionId: id } : null;
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

const toVersion = (row: VersionRow, item: ItemRow): FileVersion => ({
  version: row.version,
  size: row.size,
  mediaType: row.media_type,
  origin: row.origin,
  sha256: row.sha256,
  createdAt: row.created_at,
  createdBy: row.created_by,
  restoredFrom: row.restored_from,
  provenance: provenanceOf(row.provenance),
  current: row.id === item.version_id,
});
