import { env } from "cloudflare:test";
import { beforeEach, describe, expect, test } from "vitest";
import { CHUNK_BYTES } from "../../shared/sealing/header.ts";
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
