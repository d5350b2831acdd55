import { env } from "cloudflare:test";
import { beforeEach, describe, expect, test } from "vitest";
import { PART_BYTES } from "../../shared/api/limits.ts";
import { CHUNK_BYTES, newHeader, SEALED_CHUNK_BYTES, sealedSize } from "../../shared/sealing/header.ts";
import { SealError } from "../../shared/sealing/seal-error.ts";
import { clearProject, writeProject, writeWorkflow } from "./directory.ts";
import { createWrappedKey, forgetProjectKey, openWrappedKey } from "./project-key.ts";
import { createSealedStore } from "./sealed-store.ts";

const PROJECT = "prj_a";
const bytes = (size: number) => Uint8Array.from({ length: size }, (_, index) => (index * 7) & 255);

async function storeOf(projectId = PROJECT) {
  const key = await openWrappedKey(env, projectId, await createWrappedKey(env, projectId));
  return createSealedStore(env.BUCKET, async () => key);
}

describe("sealed store", () => {
  const key = `${PROJECT}/files/fil_1/original`;
  const size = 2 * CHUNK_BYTES + 1234;

  test("gives back what was put: whole, as a range, as a stream", async () => {
    const store = await storeOf();
    const { header } = await store.put(key, bytes(size));
    expect(await store.get(key, header)).toEqual(bytes(size));
    expect(await store.getRange(key, header, CHUNK_BYTES - 3, CHUNK_BYTES + 3)).toEqual(
      bytes(size).subarray(CHUNK_BYTES - 3, CHUNK_BYTES + 3),
    );
    const stream = await store.stream(key, header);
    expect(stream?.size).toBe(size);
    expect(new Uint8Array(await new Response(stream?.body).arrayBuffer())).toEqual(bytes(size));
  });

  test("what is not there is null; what was deleted is not there", async () => {
    const store = await storeOf();
    const { header } = await store.put(key, bytes(10));
    await store.delete([key]);
    expect(await store.get(key, header)).toBe(null);
    expect(await store.getRange(key, header, 0, 5)).toBe(null);
    expect(await store.stream(key, header)).toBe(null);
  });

  test("an object under another key, of another project, or put earlier does not open", async () => {
    const store = await storeOf();
    const first = await store.put(key, bytes(10));
    const old = await (await env.BUCKET.get(key))?.arrayBuffer();
    const second = await store.put(key, bytes(11));
    await expect(store.get(key, first.header)).rejects.toThrow(SealError);
    await env.BUCKET.put(`${PROJECT}/elsewhere`, (await (await env.BUCKET.get(key))?.arrayBuffer()) ?? "");
    await expect(store.get(`${PROJECT}/elsewhere`, second.header)).rejects.toThrow(SealError);
    await expect((await storeOf("prj_b")).get(key, second.header)).rejects.toThrow(SealError);
    await env.BUCKET.put(key, old ?? "");
    await expect(store.get(key, second.header)).rejects.toThrow(SealError);
    await expect(store.stream(key, second.header)).rejects.toThrow(SealError);
    expect(await store.get(key, first.header)).toEqual(bytes(10));
  });
});

describe("files sealed in parts", () => {
  const key = `${PROJECT}/files/fil_2/original`;
  const size = PART_BYTES + 3 * CHUNK_BYTES + 77;
  const plain = bytes(size);
  const partOf = (part: number) => plain.subarray((part - 1) * PART_BYTES, part * PART_BYTES);

  /** Stores the parts in this order. */
  async function stored(parts: readonly number[], header = newHeader(size)) {
    const store = await storeOf();
    const { uploadId: multipart } = await env.BUCKET.createMultipartUpload(key);
    const done = new Map<number, string>();
    for (const part of parts) {
      const bytes = partOf(part);
      done.set(part, await store.putPart({ key, header, multipart, part, bytes }));
    }
    const etags = [...done]
      .map(([partNumber, etag]) => ({ partNumber, etag }))
      .sort((a, b) => a.partNumber - b.partNumber);
    await env.BUCKET.resumeMultipartUpload(key, multipart).complete(etags);
    return { store, header };
  }
  /** Megabytes, which the matcher takes seconds to compare. */
  const isSame = (one: Uint8Array | null, other: Uint8Array) =>
    one !== null && one.length === other.length && one.every((byte, index) => byte === other[index]);
  const read = async (stream: { body: ReadableStream } | null) =>
    new Uint8Array(await new Response(stream?.body ?? null).arrayBuffer());

  test("NFR-S3.2 parts in any order, one of them twice, open as one file sealed at once", async () => {
    const { store, header } = await stored([2, 1, 2]);
    const sealed = await env.BUCKET.head(key);
    expect(sealed?.size).toBe(sealedSize(size));
    expect(isSame(await store.get(key, header), plain)).toBe(true);
    expect(isSame(await read(await store.stream(key, header)), plain)).toBe(true);
  });

  test("a range is opened alone, across the seam of two parts, and reads only its chunks", async () => {
    const { store, header } = await stored([1, 2]);
    const [start, end] = [PART_BYTES - 5, PART_BYTES + CHUNK_BYTES + 5];
    const range = await store.stream(key, header, { start, end });
    expect(range?.size).toBe(end - start);
    expect(isSame(await read(range), plain.subarray(start, end))).toBe(true);
    expect(await store.getRange(key, header, size - 10, size + 99)).toEqual(plain.subarray(size - 10));
  });

  test("a part that is missing, cut, altered, swapped or of another upload does not open", async () => {
    const { store, header } = await stored([1, 2]);
    const whole = new Uint8Array((await (await env.BUCKET.get(key))?.arrayBuffer()) ?? new ArrayBuffer());
    const seam = 80 * SEALED_CHUNK_BYTES;
    const other = await stored([1, 2]);
    const foreign = new Uint8Array((await (await env.BUCKET.get(key))?.arrayBuffer()) ?? new ArrayBuffer());
    const flipped = whole.slice();
    flipped[seam + 9] = (flipped[seam + 9] ?? 0) ^ 1;
    const swapped = whole.slice();
    swapped.copyWithin(0, SEALED_CHUNK_BYTES, 2 * SEALED_CHUNK_BYTES);
    const mixed = whole.slice();
    mixed.set(foreign.subarray(0, seam));
    for (const bad of [whole.subarray(0, seam), whole.subarray(seam), whole.subarray(0, -1), flipped, swapped, mixed]) {
      await env.BUCKET.put(key, bad);
      await expect(store.get(key, header)).rejects.toThrow(SealError);
      const stream = store.stream(key, header);
      await expect(stream.then(read)).rejects.toThrow();
    }
    await expect(other.store.get(key, header)).rejects.toThrow(SealError);
  });

  test("a part of another length, or at no seam, is not sealed", async () => {
    const store = await storeOf();
    const { uploadId: multipart } = await env.BUCKET.createMultipartUpload(key);
    const put = (part: number, content: Uint8Array) =>
      store.putPart({ key, header: newHeader(size), multipart, part, bytes: content });
    await expect(put(1, bytes(100))).rejects.toThrow(SealError);
    await expect(put(2, bytes(PART_BYTES))).rejects.toThrow(SealError);
    await expect(put(3, bytes(10))).rejects.toThrow(SealError);
    await expect(put(2, bytes(0))).rejects.toThrow(SealError);
  });
});

describe("project key", () => {
  test("opens for its own project only, and not under another master key", async () => {
    const wrapped = await createWrappedKey(env, PROJECT);
    await expect(openWrappedKey(env, "prj_b", wrapped)).rejects.toThrow(SealError);
    const other = { MASTER_KEY_V1: btoa("x".repeat(32)) };
    await expect(openWrappedKey(other, PROJECT, wrapped)).rejects.toThrow(SealError);
    await expect(openWrappedKey(env, PROJECT, { ...wrapped, keyVersion: 2 })).rejects.toThrow(SealError);
    forgetProjectKey(PROJECT);
  });
});

describe("directory", () => {
  const at = "2026-11-01T00:00:00.000Z";
  const member = (userId: string, role: "owner" | "viewer") => ({ userId, role, createdAt: at });
  const project = { id: PROJECT, name: "Clinic", ownerId: "usr_a", createdAt: at, deletedAt: null };
  const workflow = {
    id: "wf_a",
    projectId: PROJECT,
    name: "secret name",
    status: "building",
    stage: "building",
    version: 3,
    headHash: null,
    spentMicros: 10,
    capMicros: 100,
    simulated: true,
    waiting: 0,
    createdBy: "usr_a",
    createdAt: at,
    updatedAt: at,
    completedAt: null,
  };
  const members = async () =>
    (await env.DB.prepare("SELECT user_id, role FROM project_members ORDER BY user_id").all()).results;

  beforeEach(async () => {
    await env.DB.batch([env.DB.prepare("DELETE FROM projects"), env.DB.prepare("DELETE FROM project_members")]);
  });

  test("follows the project: members come, change and go; a deleted project keeps none and never comes back", async () => {
    const both = [member("usr_a", "owner"), member("usr_b", "viewer")];
    await writeProject(env.DB, { ...project, members: both });
    await writeProject(env.DB, { ...project, members: both });
    expect(await members()).toEqual([
      { user_id: "usr_a", role: "owner" },
      { user_id: "usr_b", role: "viewer" },
    ]);
    await writeProject(env.DB, { ...project, name: "New", members: [member("usr_a", "owner")] });
    expect(await members()).toEqual([{ user_id: "usr_a", role: "owner" }]);
    await writeProject(env.DB, { ...project, deletedAt: at, members: [] });
    await writeProject(env.DB, { ...project, members: [] });
    const row = await env.DB.prepare("SELECT deleted_at FROM projects").first();
    expect(row).toEqual({ deleted_at: at });
    expect(await members()).toEqual([]);
  });

  test("a late delivery never moves a workflow's row back, and its name never gets there", async () => {
    await writeWorkflow(env.DB, workflow);
    await writeWorkflow(env.DB, { ...workflow, version: 5, status: "completed", spentMicros: 50 });
    await writeWorkflow(env.DB, { ...workflow, version: 4 });
    const row = await env.DB.prepare("SELECT * FROM workflow_index").first();
    expect(row).toMatchObject({ version: 5, status: "completed", spent_micros: 50, simulated: 1 });
    expect(JSON.stringify(row)).not.toContain("secret name");
    await clearProject(env.DB, PROJECT);
    expect(await env.DB.prepare("SELECT * FROM workflow_index").first()).toBe(null);
  });
});
