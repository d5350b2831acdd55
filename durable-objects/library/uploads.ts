import type { CreateUpload, FileView, UploadView } from "../../shared/api/files.ts";
import { MAX_UPLOAD_BYTES, PART_BYTES } from "../../shared/api/limits.ts";
import { problem } from "../../shared/errors/problem.ts";
import { newId } from "../../shared/lib/ids.ts";
import { err, ok } from "../../shared/lib/result.ts";
import type { NewFile, PartClaim, UploadEnd } from "../../shared/protocol/library-rpc.ts";
import type { Answer } from "../../shared/protocol/object-rpc.ts";
import { newHeader } from "../../shared/sealing/header.ts";
import type { Chore } from "../project/chores.ts";
import type { Files } from "./files.ts";
import { cleanName, parsePath } from "./names.ts";
import type { Ground } from "./parts.ts";

/** As R2 itself forgets a multipart upload that nobody completes. */
const UPLOAD_DAYS = 7;
const DAY_MS = 86_400_000;
/** Uploads of a project that have not ended. */
const MAX_OPEN = 100;

type Row = {
  id: string;
  name: string;
  path: string;
  size: number;
  sha256: string | null;
  key: string;
  header: string;
  multipart: string;
  version_id: string;
  created_at: string;
  created_by: string;
  expires_at: number;
  /** The file it became. */
  file: string | null;
};
type Part = { part: number; sha256: string; attempt: number; etag: string | null };

const partsOf = (size: number): number => Math.max(1, Math.ceil(size / PART_BYTES));

/**
 * Uploads in parts. All parts are sealed under one header with nonces by position, so that the file they make opens like
 * one that was sealed at once (docs/decisions/0096).
 *
 * U1 What a part holds is claimed by its hash before it is sealed: under one nonce only one content is ever sealed.
 * U2 Of several attempts at a part only the latest counts: R2 keeps what came last, and so does its etag here.
 * U3 The bytes announced count against the quota from the start, until the upload ends or is forgotten.
 */
export class Uploads implements Chore {
  readonly name = "forget abandoned uploads";
  readonly #ground: Ground;
  readonly #files: Files;

  constructor(ground: Ground, files: Files) {
    this.#ground = ground;
    this.#files = files;
  }

  async create(
    by: { projectId: string; userId: string },
    id: string,
    input: CreateUpload,
  ): Promise<Answer<UploadView>> {
    const { ctx, env, sql, quota, projectOf } = this.#ground;
    const known = this.#row(id);
    if (known) return ok(this.#view(known));
    if (this.#ground.isErased()) return err(problem("not_found"));
    const name = cleanName(input.name);
    const names = parsePath(input.path);
    if (name === null || names === null) return err(problem("path_invalid"));
    if (input.size === 0) return err(problem("file_empty", { name }));
    if (input.size > MAX_UPLOAD_BYTES) return err(problem("file_too_large", { max: "2 GB" }));
    const refusal = quota.refusal(input.size);
    if (refusal) return err(refusal);
    if (this.#open() >= MAX_OPEN) return err(problem("too_many_uploads", { max: MAX_OPEN }));
    const versionId = newId("fil");
    const key = `${projectOf(by.projectId)}/files/${versionId}/original`;
    const { uploadId } = await env.BUCKET.createMultipartUpload(key);
    const now = Date.now();
    return ctx.storage.transactionSync(() => {
      const meanwhile = this.#row(id);
      if (meanwhile) return ok(this.#view(meanwhile));
      const row = sql
        .exec<Row>(
          "INSERT INTO uploads VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL) RETURNING *",
          id,
          name,
          names.join("/"),
          input.size,
          input.sha256 ?? null,
          key,
          newHeader(input.size),
          uploadId,
          versionId,
          new Date(now).toISOString(),
          by.userId,
          now + UPLOAD_DAYS * DAY_MS,
        )
        .one();
      quota.uploads(input.size);
      return ok(this.#view(row));
    });
  }

  view(id: string): UploadView | null {
    const row = this.#row(id);
    return row && this.#view(row);
  }

  claim(id: string, part: number, sha256: string): Answer<PartClaim> {
    const row = this.#row(id);
    if (!row || row.file !== null) return err(problem("not_found"));
    const size = partSize(row.size, part);
    if (size === null) return err(problem("upload_part_invalid", { parts: partsOf(row.size), size: PART_BYTES }));
    const { ctx, sql } = this.#ground;
    return ctx.storage.transactionSync(() => {
      const known = this.#part(id, part);
      if (known && known.sha256 !== sha256) return err(problem("upload_part_differs", { part }));
      const attempt = (known?.attempt ?? 0) + 1;
      if (!known?.etag)
        sql.exec(
          `INSERT INTO upload_parts VALUES (?, ?, ?, ?, NULL)
           ON CONFLICT (upload, part) DO UPDATE SET attempt = excluded.attempt`,
          id,
          part,
          sha256,
          attempt,
        );
      const { key, header, multipart } = row;
      return ok({ key, header, multipart, size, attempt, received: Boolean(known?.etag) });
    });
  }

  /** How many parts are there now. */
  done(id: string, part: number, attempt: number, etag: string): Answer<number> {
    const row = this.#row(id);
    const known = this.#part(id, part);
    if (!row || row.file !== null || !known) return err(problem("not_found"));
    // U2: it may have replaced the bytes of the attempt after it.
    const isLatest = known.attempt === attempt;
    const { sql } = this.#ground;
    sql.exec("UPDATE upload_parts SET etag = ? WHERE upload = ? AND part = ?", isLatest ? etag : null, id, part);
    return isLatest ? ok(this.#received(id).length) : err(problem("request_in_progress"));
  }

  end(id: string): Answer<{ done: FileView } | { end: UploadEnd }> {
    const row = this.#row(id);
    const done = row?.file ? this.#ground.items.get(row.file) : null;
    if (!row || (row.file !== null && !done)) return err(problem("not_found"));
    if (done) return ok({ done: this.#ground.items.view(done) });
    const received = this.#received(id);
    const parts = partsOf(row.size);
    if (received.length < parts) return err(problem("upload_incomplete", { missing: parts - received.length, parts }));
    const etags = received.map((one) => ({ partNumber: one.part, etag: one.etag ?? "" }));
    const { version_id: versionId, created_by: createdBy, key, header, multipart, sha256 } = row;
    return ok({ end: { upload: this.#view(row), versionId, createdBy, key, header, multipart, sha256, etags } });
  }

  finish(id: string, file: NewFile): Answer<FileView> {
    const { ctx, sql, quota } = this.#ground;
    return ctx.storage.transactionSync(() => {
      const row = this.#row(id);
      if (!row || file.id !== row.version_id) return err(problem("not_found"));
      if (row.file !== null) return this.#again(row.file, file);
      const added = this.#files.add(file, row.size);
      if (!added.ok) return added;
      quota.uploads(-row.size);
      sql.exec("UPDATE uploads SET file = ? WHERE id = ?", added.value.id, id);
      sql.exec("DELETE FROM upload_parts WHERE upload = ?", id);
      // The bytes of the current version came again: nothing names these.
      if (added.value.versionId !== file.id) for (const key of keysOf(file)) this.#ground.drop(key);
      return added;
    });
  }

  /** Another request ended it first: the texts that this one sealed are nobody's. */
  #again(fileId: string, { id, derived }: NewFile): Answer<FileView> {
    const { items } = this.#ground;
    const item = items.get(fileId);
    // SAFETY: written as NewFile["derived"].
    const kept = JSON.parse(items.version(id)?.derived ?? "[]") as NewFile["derived"];
    const named = new Set(kept.map((one) => one.key));
    for (const { key } of derived) if (!named.has(key)) this.#ground.drop(key);
    return item ? ok(items.view(item)) : err(problem("not_found"));
  }

  async abort(id: string): Promise<Answer<null>> {
    const row = this.#row(id);
    if (!row || row.file !== null) return err(problem("not_found"));
    await this.#forget(row);
    return ok(null);
  }

  due(): number | null {
    return this.#ground.sql.exec<{ at: number | null }>("SELECT MIN(expires_at) AS at FROM uploads").one().at;
  }

  async run(): Promise<void> {
    const { sql } = this.#ground;
    const query = "SELECT * FROM uploads WHERE expires_at <= ? ORDER BY expires_at LIMIT 20";
    for (const row of sql.exec<Row>(query, Date.now()).toArray()) await this.#forget(row);
  }

  /** R2 keys of what has not ended, for who erases everything. */
  async abortAll(): Promise<void> {
    const { sql } = this.#ground;
    for (const row of sql.exec<Row>("SELECT * FROM uploads").toArray()) await this.#forget(row);
  }

  async #forget(row: Row): Promise<void> {
    const { ctx, env, sql, quota } = this.#ground;
    if (row.file === null)
      await env.BUCKET.resumeMultipartUpload(row.key, row.multipart)
        .abort()
        .catch(() => undefined);
    await env.DB.prepare("DELETE FROM file_index WHERE id = ?").bind(row.id).run();
    ctx.storage.transactionSync(() => {
      const now = this.#row(row.id);
      if (!now) return;
      if (now.file === null) {
        quota.uploads(-now.size);
        // It may have been put together just before.
        this.#ground.drop(now.key);
      }
      sql.exec("DELETE FROM upload_parts WHERE upload = ?", now.id);
      sql.exec("DELETE FROM uploads WHERE id = ?", now.id);
    });
  }

  #row(id: string): Row | null {
    return this.#ground.sql.exec<Row>("SELECT * FROM uploads WHERE id = ?", id).toArray()[0] ?? null;
  }

  #part(id: string, part: number): Part | null {
    const query = "SELECT part, sha256, attempt, etag FROM upload_parts WHERE upload = ? AND part = ?";
    return this.#ground.sql.exec<Part>(query, id, part).toArray()[0] ?? null;
  }

  #received(id: string): Part[] {
    const query =
      "SELECT part, sha256, attempt, etag FROM upload_parts WHERE upload = ? AND etag IS NOT NULL ORDER BY part";
    return this.#ground.sql.exec<Part>(query, id).toArray();
  }

  #open(): number {
    return this.#ground.sql.exec<{ open: number }>("SELECT COUNT(*) AS open FROM uploads WHERE file IS NULL").one()
      .open;
  }

  #view(row: Row): UploadView {
    const parts = partsOf(row.size);
    return {
      id: row.id,
      name: row.name,
      path: row.path,
      size: row.size,
      partSize: PART_BYTES,
      parts,
      received:
        row.file === null
          ? this.#received(row.id).map((one) => one.part)
          : Array.from({ length: parts }, (_, index) => index + 1),
      createdAt: row.created_at,
      expiresAt: new Date(row.expires_at).toISOString(),
    };
  }
}

/** Plaintext bytes of a part; null when there is no such part. */
function partSize(size: number, part: number): number | null {
  const parts = partsOf(size);
  if (!Number.isSafeInteger(part) || part < 1 || part > parts) return null;
  return part < parts ? PART_BYTES : size - (parts - 1) * PART_BYTES;
}

export const keysOf = (file: Pick<NewFile, "key" | "derived">): string[] => [
  file.key,
  ...file.derived.map((one) => one.key),
];
