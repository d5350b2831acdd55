import {
  type FileEntry,
  type FileOrigin,
  FileProfile,
  FileProvenance,
  type FileReading,
  type FileView,
} from "../../shared/api/files.ts";
import type { NewFile, StoredVersion } from "../../shared/protocol/library-rpc.ts";
import { kindOf } from "./kinds.ts";
import { nameKey, sortKey } from "./names.ts";
import type { Tree } from "./tree.ts";

export type ItemRow = {
  seq: number;
  id: string;
  folder: number;
  name: string;
  sort_key: string;
  bin: string | null;
  version: number;
  version_id: string;
  size: number;
  old_size: number;
  media_type: string;
  kind: string;
  origin: FileOrigin;
  reading: FileReading;
  simulated: number;
  created_at: string;
  updated_at: string;
  updated_by: string;
};

export type VersionRow = {
  id: string;
  file: string;
  version: number;
  size: number;
  media_type: string;
  sha256: string | null;
  key: string;
  header: string;
  owned: number;
  profile: string | null;
  problem: string | null;
  derived: string;
  reading: FileReading;
  origin: FileOrigin;
  provenance: string | null;
  created_at: string;
  created_by: string;
  restored_from: number | null;
};

/** Bytes that become a version. `owned`: they are this library's to erase. */
export interface NewVersion {
  readonly id: string;
  readonly size: number;
  readonly mediaType: string;
  readonly sha256: string | null;
  readonly key: string;
  readonly header: string;
  readonly owned: boolean;
  readonly profile: string | null;
  readonly problem: string | null;
  /** JSON of NewFile["derived"]. */
  readonly derived: string;
  readonly reading: FileReading;
  readonly origin: FileOrigin;
  readonly provenance: FileProvenance | null;
  readonly at: string;
  readonly by: string;
  readonly restoredFrom: number | null;
}

const ITEM =
  "seq, id, folder, name, sort_key, bin, version, version_id, size, old_size, media_type, kind, origin, reading, simulated, created_at, updated_at, updated_by";

/** The files of a project and their versions, and how much of everything there is (T3, T4). */
export class Items {
  readonly #sql: SqlStorage;
  readonly #tree: Tree;
  readonly #projectId: () => string;

  constructor(sql: SqlStorage, tree: Tree, projectId: () => string) {
    this.#sql = sql;
    this.#tree = tree;
    this.#projectId = projectId;
  }

  get(id: string): ItemRow | null {
    return this.#sql.exec<ItemRow>(`SELECT ${ITEM} FROM items WHERE id = ?`, id).toArray()[0] ?? null;
  }

  bySeq(seq: number): ItemRow | null {
    return this.#sql.exec<ItemRow>(`SELECT ${ITEM} FROM items WHERE seq = ?`, seq).toArray()[0] ?? null;
  }

  named(folder: number, name: string): ItemRow | null {
    const query = `SELECT ${ITEM} FROM items WHERE folder = ? AND name_key = ? AND bin IS NULL`;
    return this.#sql.exec<ItemRow>(query, folder, nameKey(name)).toArray()[0] ?? null;
  }

  /** Neither it nor a folder above it is in the bin. */
  isLive(item: ItemRow): boolean {
    return item.bin === null && this.#tree.isLive(item.folder);
  }

  live(id: string): ItemRow | null {
    const item = this.get(id);
    return item && this.isLive(item) ? item : null;
  }

  /** A new file; the caller has seen that the name is free. */
  create(id: string, folder: number, name: string, version: NewVersion): ItemRow {
    const { size, mediaType, origin, reading, at, by } = version;
    const item = this.#sql
      .exec<ItemRow>(
        `INSERT INTO items (id, folder, name, name_key, sort_key, version, version_id, size, media_type, kind, origin,
           reading, simulated, created_at, updated_at, updated_by)
         VALUES (?, ?, ?, ?, ?, 1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING ${ITEM}`,
        id,
        folder,
        name,
        nameKey(name),
        sortKey(name),
        version.id,
        size,
        mediaType,
        kindOf(name, mediaType),
        origin,
        reading,
        version.provenance?.simulated ? 1 : 0,
        at,
        at,
        by,
      )
      .one();
    this.#insert(id, 1, version);
    this.#count(folder, { files: 1, size, oldSize: 0 });
    return item;
  }

  /** A newer version of a file that is not in the bin. */
  addVersion(item: ItemRow, version: NewVersion): ItemRow {
    const { size, mediaType, origin, reading, at, by } = version;
    const number = this.#lastVersion(item.id) + 1;
    this.#insert(item.id, number, version);
    const after = this.#sql
      .exec<ItemRow>(
        `UPDATE items SET version = ?, version_id = ?, old_size = old_size + size, size = ?, media_type = ?, kind = ?,
           origin = ?, reading = ?, simulated = ?, updated_at = ?, updated_by = ? WHERE seq = ? RETURNING ${ITEM}`,
        number,
        version.id,
        size,
        mediaType,
        kindOf(item.name, mediaType),
        origin,
        reading,
        version.provenance?.simulated ? 1 : 0,
        at,
        by,
        item.seq,
      )
      .one();
    this.#count(item.folder, { files: 0, size: size - item.size, oldSize: item.size });
    return after;
  }

  /** Another place or name. The caller has seen that it is free. */
  move(item: ItemRow, folder: number, name: string): ItemRow {
    this.#take(item);
    const after = this.#sql
      .exec<ItemRow>(
        `UPDATE items SET folder = ?, name = ?, name_key = ?, sort_key = ?, kind = ?, bin = NULL WHERE seq = ?
         RETURNING ${ITEM}`,
        folder,
        name,
        nameKey(name),
        sortKey(name),
        kindOf(name, item.media_type),
        item.seq,
      )
      .one();
    this.#count(folder, { files: 1, size: item.size, oldSize: item.old_size });
    return after;
  }

  setBin(item: ItemRow, bin: string): void {
    this.#take(item);
    this.#sql.exec("UPDATE items SET bin = ? WHERE seq = ?", bin, item.seq);
  }

  /** What reading a version found; shown by the file while that version is current. */
  setReading(
    id: string,
    found: { reading: FileReading; profile: string | null; problem: string | null; derived: string },
  ): void {
    const { reading, profile, problem, derived } = found;
    this.#sql.exec(
      "UPDATE versions SET reading = ?, profile = ?, problem = ?, derived = ? WHERE id = ?",
      reading,
      profile,
      problem,
      derived,
      id,
    );
    this.#sql.exec(
      "UPDATE items SET reading = ? WHERE version_id = ? AND id = (SELECT file FROM versions WHERE id = ?)",
      reading,
      id,
      id,
    );
  }

  version(id: string): VersionRow | null {
    return this.#sql.exec<VersionRow>("SELECT * FROM versions WHERE id = ?", id).toArray()[0] ?? null;
  }

  numbered(file: string, version: number): VersionRow | null {
    const query = "SELECT * FROM versions WHERE file = ? AND version = ?";
    return this.#sql.exec<VersionRow>(query, file, version).toArray()[0] ?? null;
  }

  /** Newest first, those before `before`. */
  versionsOf(file: string, before: number, limit: number): VersionRow[] {
    const query = "SELECT * FROM versions WHERE file = ? AND version < ? ORDER BY version DESC LIMIT ?";
    return this.#sql.exec<VersionRow>(query, file, before, limit).toArray();
  }

  path(item: Pick<ItemRow, "folder" | "name">): string {
    return [...this.#tree.names(item.folder), item.name].join("/");
  }

  /** `above`: the path of its folder, where the caller has it. */
  entry(item: ItemRow, above?: string): FileEntry {
    return {
      kind: "file",
      id: item.id,
      name: item.name,
      path: above === undefined ? this.path(item) : above === "" ? item.name : `${above}/${item.name}`,
      size: item.size,
      mediaType: item.media_type,
      origin: item.origin,
      reading: item.reading,
      version: item.version,
      createdAt: item.created_at,
      updatedAt: item.updated_at,
      updatedBy: item.updated_by,
      simulated: item.simulated === 1,
    };
  }

  view(item: ItemRow): FileView {
    const version = this.version(item.version_id);
    if (!version) throw new Error("the current version of a file is missing");
    return {
      id: item.id,
      projectId: this.#projectId(),
      name: item.name,
      size: item.size,
      mediaType: item.media_type,
      profile: profileOf(version.profile, item.id),
      problem: version.problem,
      createdAt: item.created_at,
      path: this.path(item),
      origin: item.origin,
      reading: item.reading,
      version: item.version,
      versionId: item.version_id,
      updatedAt: item.updated_at,
      updatedBy: item.updated_by,
      sha256: version.sha256,
      provenance: provenanceOf(version.provenance),
    };
  }

  /** A version as work is given it: under the version's own id. */
  readable(version: VersionRow): (NewFile & { createdAt: string }) | null {
    const item = this.get(version.file);
    if (!item) return null;
    return {
      id: version.id,
      name: item.name,
      size: version.size,
      mediaType: version.media_type,
      profile: profileOf(version.profile, version.id),
      problem: version.problem,
      key: version.key,
      header: version.header,
      // SAFETY: written as NewFile["derived"].
      derived: JSON.parse(version.derived) as NewFile["derived"],
      createdBy: version.created_by,
      createdAt: version.created_at,
      sha256: version.sha256,
    };
  }

  stored(item: ItemRow, version: VersionRow): StoredVersion {
    return {
      fileId: item.id,
      versionId: version.id,
      name: item.name,
      mediaType: version.media_type,
      origin: version.origin,
      size: version.size,
      sha256: version.sha256,
      key: version.key,
      header: version.header,
    };
  }

  #lastVersion(file: string): number {
    return this.#sql.exec<{ last: number }>("SELECT MAX(version) AS last FROM versions WHERE file = ?", file).one()
      .last;
  }

  #insert(file: string, number: number, version: NewVersion): void {
    this.#sql.exec(
      "INSERT INTO versions VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      version.id,
      file,
      number,
      version.size,
      version.mediaType,
      version.sha256,
      version.key,
      version.header,
      version.owned ? 1 : 0,
      version.profile,
      version.problem,
      version.derived,
      version.reading,
      version.origin,
      version.provenance && JSON.stringify(version.provenance),
      version.at,
      version.by,
      version.restoredFrom,
    );
  }

  /** Takes a file out of its folder's counts, when it is counted there. */
  #take(item: ItemRow): void {
    if (item.bin === null) this.#count(item.folder, { files: -1, size: -item.size, oldSize: -item.old_size });
  }

  #count(folder: number, change: { files: number; size: number; oldSize: number }): void {
    this.#tree.load(folder, change);
  }
}

/** The profile under the id by which the reader knows the file. */
function profileOf(text: string | null, fileId: string): FileProfile | null {
  return text === null ? null : { ...FileProfile.parse(JSON.parse(text)), fileId };
}

export const provenanceOf = (text: string | null): FileProvenance | null =>
  text === null ? null : FileProvenance.parse(JSON.parse(text));
