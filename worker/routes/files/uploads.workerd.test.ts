import { env, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { projectKey } from "../../../durable-objects/storage/project-key.ts";
import { createSealedStore } from "../../../durable-objects/storage/sealed-store.ts";
import type { FileView, StorageView, UploadView } from "../../../shared/api/files.ts";
import { MAX_FILE_BYTES, MAX_UPLOAD_BYTES, PART_BYTES } from "../../../shared/api/limits.ts";
import { newPerson, problemOf, replaced } from "../../testing/person.ts";
import { hex } from "./keep-file.ts";

/* Uploads in parts, through the API into real multipart uploads of R2. */

type Account = Awaited<ReturnType<typeof newPerson>>;
let person: Account;
let projectId: string;
let base: string;

beforeAll(async () => {
  person = await newPerson();
  projectId = await person.project();
  base = `/api/projects/${projectId}`;
});
afterEach(() => {
  replaced.env = {};
});

const HEADER = new TextEncoder().encode("client,total\n");
/** A table of that many bytes, no two of its parts alike. */
function table(size: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(size).fill(0x31);
  bytes.set(HEADER);
  for (let at = HEADER.length; at + 24 < size; at += 4096) bytes.set(new TextEncoder().encode(`\nrow ${at},1`), at);
  return bytes;
}
const sha256 = async (bytes: Uint8Array<ArrayBuffer>) => hex(await crypto.subtle.digest("SHA-256", bytes));
const begin = (body: object, headers?: Record<string, string>) => person.post(`${base}/uploads`, body, headers);
const part = (bytes: Uint8Array<ArrayBuffer>, number: number) =>
  bytes.slice((number - 1) * PART_BYTES, number * PART_BYTES);
const send = (upload: UploadView, number: number, bytes: Uint8Array<ArrayBuffer>) =>
  person.send("PUT", `/api/uploads/${upload.id}/parts/${number}`, bytes, {
    "content-type": "application/octet-stream",
  });
const complete = (upload: UploadView) => person.send("POST", `/api/uploads/${upload.id}/complete`);
const storage = () => person.json<StorageView>("GET", `${base}/storage`);
const library = () => env.LIBRARY.getByName(projectId);

async function begun(bytes: Uint8Array, name: string, more: object = {}): Promise<UploadView> {
  const answer = await begin({ name, size: bytes.length, ...more });
  expect(answer.status).toBe(201);
  return answer.json<UploadView>();
}
async function sent(bytes: Uint8Array<ArrayBuffer>, name: string, more: object = {}): Promise<UploadView> {
  const upload = await begun(bytes, name, more);
  for (let number = upload.parts; number >= 1; number--) {
    const answer = await send(upload, number, part(bytes, number));
    if (!answer.ok) throw new Error(await answer.text());
  }
  return upload;
}

describe("a file in parts (FR-14.2)", () => {
  test("goes on after a break, parts in any order and twice; it becomes a file that agents read", async () => {
    const bytes = table(2 * PART_BYTES + 1000);
    const key = { "idempotency-key": "upload-big" };
    const body = { name: "big.csv", path: "Large", size: bytes.length, sha256: await sha256(bytes) };
    const upload = await (await begin(body, key)).json<UploadView>();
    expect(upload).toMatchObject({ partSize: PART_BYTES, parts: 3, received: [], path: "Large" });
    expect((await (await begin(body, key)).json<UploadView>()).id).toBe(upload.id);
    expect(await storage()).toMatchObject({ uploadsSize: bytes.length });
    expect(await (await send(upload, 3, part(bytes, 3))).json()).toEqual({ part: 3, received: 1 });
    expect(await (await send(upload, 1, part(bytes, 1))).json()).toEqual({ part: 1, received: 2 });
    expect(await (await send(upload, 1, part(bytes, 1))).json()).toEqual({ part: 1, received: 2 });
    const missing = await problemOf(await complete(upload));
    expect(missing).toMatchObject({ status: 409, code: "upload_incomplete" });
    const seen = await person.json<UploadView>("GET", `/api/uploads/${upload.id}`);
    expect(seen.received).toEqual([1, 3]);
    await send(upload, 2, part(bytes, 2));
    const view = await (await complete(upload)).json<FileView>();
    expect(view).toMatchObject({ path: "Large/big.csv", size: bytes.length, reading: "yes", sha256: body.sha256 });
    expect(view.profile?.tables[0]?.columns[0]?.name).toBe("client");
    expect(await (await complete(upload)).json()).toEqual(view);
    expect(await storage()).toMatchObject({ uploadsSize: 0 });
    const raw = await person.get(`/api/files/${view.id}`);
    expect(await sha256(new Uint8Array(await raw.arrayBuffer()))).toBe(body.sha256);
    const seam = await person.get(`/api/files/${view.id}`, { range: `bytes=${PART_BYTES - 2}-${PART_BYTES + 2}` });
    expect(new Uint8Array(await seam.arrayBuffer())).toEqual(bytes.slice(PART_BYTES - 2, PART_BYTES + 3));
    const sealed = await env.BUCKET.get(`${projectId}/files/${view.versionId}/original`);
    expect(new TextDecoder().decode(await sealed?.arrayBuffer())).not.toContain("client,total");
  });

  test("above 25 MB it is kept whole and says that agents do not read it", async () => {
    const bytes = table(MAX_FILE_BYTES + 1);
    const view = await (await complete(await sent(bytes, "huge.csv"))).json<FileView>();
    expect(view).toMatchObject({
      reading: "no",
      problem: "file_too_large_to_read",
      mediaType: "text/csv",
      profile: null,
    });
    expect(view.sha256).toBe(await sha256(bytes));
    const last = await person.get(`/api/files/${view.id}`, { range: "bytes=-5" });
    expect(new Uint8Array(await last.arrayBuffer())).toEqual(bytes.slice(-5));
  });

  test("under a name that is there it is a new version; the same bytes again leave nothing behind", async () => {
    const bytes = table(5000);
    const first = await (await complete(await sent(bytes, "again.csv"))).json<FileView>();
    const before = (await env.BUCKET.list({ prefix: `${projectId}/files/` })).objects.length;
    const same = await (await complete(await sent(bytes, "again.csv"))).json<FileView>();
    expect(same).toMatchObject({ id: first.id, version: 1, versionId: first.versionId });
    await vi.waitUntil(async () => {
      await runDurableObjectAlarm(library());
      return (await env.BUCKET.list({ prefix: `${projectId}/files/` })).objects.length === before;
    });
    const other = await (await complete(await sent(table(6000), "AGAIN.csv"))).json<FileView>();
    expect(other).toMatchObject({ id: first.id, version: 2 });
  });
});

describe("hostile uploads", () => {
  test("a part of another length, number or content is refused; what is there stays", async () => {
    const bytes = table(PART_BYTES + 10);
    const upload = await begun(bytes, "odd.csv");
    for (const [number, content] of [
      [1, bytes.slice(0, 100)],
      [1, bytes.slice(0, PART_BYTES + 1)],
      [2, bytes.slice(0, 11)],
      [3, bytes.slice(0, 10)],
      [0, part(bytes, 1)],
      [1.5, part(bytes, 1)],
    ] as const)
      expect((await problemOf(await send(upload, number, content))).code, `part ${number}`).toBe("upload_part_invalid");
    expect((await send(upload, 1, part(bytes, 1))).status).toBe(200);
    const changed = part(bytes, 1);
    changed[77] = 0x39;
    expect(await problemOf(await send(upload, 1, changed))).toMatchObject({ status: 409, code: "upload_part_differs" });
    expect((await person.json<UploadView>("GET", `/api/uploads/${upload.id}`)).received).toEqual([1]);
  });

  test("what a file is refused for ends its upload: wrong checksum, programs, broken tables; nothing is stored", async () => {
    const bytes = table(3000);
    const wrong = await sent(bytes, "sum.csv", { sha256: "0".repeat(64) });
    expect((await problemOf(await complete(wrong))).code).toBe("upload_differs");
    const unknown = await sent(new Uint8Array(2000).fill(1), "thing.bin");
    expect((await problemOf(await complete(unknown))).code).toBe("file_type_unsupported");
    const fake = await sent(bytes, "fake.xlsx");
    expect((await problemOf(await complete(fake))).status).toBeGreaterThanOrEqual(415);
    for (const upload of [wrong, unknown, fake])
      expect((await problemOf(await person.get(`/api/uploads/${upload.id}`))).code).toBe("not_found");
    expect(await storage()).toMatchObject({ uploadsSize: expect.any(Number) });
  });

  test("beyond what is read, a program is refused with its first part, before gigabytes are sent", async () => {
    const program = new Uint8Array(PART_BYTES);
    program.set([0x4d, 0x5a]);
    const upload = await (await begin({ name: "tool.exe", size: MAX_FILE_BYTES + 1 })).json<UploadView>();
    expect(await problemOf(await send(upload, 1, program))).toMatchObject({ code: "file_type_unsupported" });
    expect((await person.json<UploadView>("GET", `/api/uploads/${upload.id}`)).received).toEqual([]);
    await person.json("DELETE", `/api/uploads/${upload.id}`);
  });

  test.each([
    ["old.rar", [0x52, 0x61, 0x72, 0x21, 0x1a, 7, 1, 0]],
    ["old.7z", [0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c, 0, 4]],
    ["old.xls", [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]],
    ["tool", [0x7f, 0x45, 0x4c, 0x46]],
  ])("FR-14.2: %s is refused with its first part, whatever its size", async (name, head) => {
    const part = new Uint8Array(PART_BYTES);
    part.set(head);
    for (const size of [PART_BYTES + 1, MAX_FILE_BYTES + 1]) {
      const upload = await (await begin({ name, size })).json<UploadView>();
      expect(await problemOf(await send(upload, 1, part))).toMatchObject({ code: "file_type_unsupported" });
      await person.json("DELETE", `/api/uploads/${upload.id}`);
    }
  });

  test("the parser away: the upload waits and ends later", async () => {
    const upload = await sent(table(4000), "later.csv");
    replaced.env = { SANDBOX: new Proxy(env.SANDBOX, { get: () => () => Promise.reject(new Error("gone")) }) };
    expect((await problemOf(await complete(upload))).code).toBe("sandbox_unavailable");
    replaced.env = {};
    expect((await complete(upload)).status).toBe(201);
  });

  test("sizes, names and folders are checked before a byte is sent", async () => {
    const codes = async (body: object) => (await problemOf(await begin(body))).code;
    expect(await codes({ name: "a.csv", size: 0 })).toBe("file_empty");
    expect(await codes({ name: "a.csv", size: MAX_UPLOAD_BYTES + 1 })).toBe("file_too_large");
    expect(await codes({ name: "a.csv", size: -1 })).toBe("invalid_request");
    expect(await codes({ name: "a.csv", size: 1.5 })).toBe("invalid_request");
    expect(await codes({ name: "..", size: 1 })).toBe("path_invalid");
    expect(await codes({ name: "a.csv", path: "../x", size: 1 })).toBe("path_invalid");
    expect(await codes({ name: "a.csv", size: 1, sha256: "xyz" })).toBe("invalid_request");
  });

  test("another person's upload is not found, and neither is one that is none", async () => {
    const upload = await begun(table(100), "mine.csv");
    const stranger = await newPerson();
    const path = `/api/uploads/${upload.id}`;
    for (const [method, where] of [
      ["GET", path],
      ["PUT", `${path}/parts/1`],
      ["POST", `${path}/complete`],
      ["DELETE", path],
      ["GET", "/api/uploads/upl_00000000000000000000000000"],
      ["GET", "/api/uploads/x"],
    ] as const)
      expect((await problemOf(await stranger.send(method, where))).code).toBe("not_found");
    expect((await problemOf(await person.get(`/api/files/${upload.id}`))).code).toBe("not_found");
  });
});

/** D1 away for the directory of files, and only there. */
function withoutDirectory(): D1Database {
  return new Proxy(env.DB, {
    get(db, name) {
      const value: unknown = Reflect.get(db, name);
      if (name !== "prepare") return typeof value === "function" ? value.bind(db) : value;
      return (sql: string) => {
        if (/insert into "file_index"/i.test(sql)) throw new Error("D1 is away");
        return db.prepare(sql);
      };
    },
  });
}

describe("an end that is asked for twice, or breaks off", () => {
  test("two ends at once: one file, whose texts open, and nothing of the other stays", async () => {
    const bytes = table(5000);
    const upload = await sent(bytes, "twice.csv");
    const prefix = `${projectId}/files/`;
    const before = (await env.BUCKET.list({ prefix })).objects.length;
    const views = await Promise.all(
      [complete(upload), complete(upload)].map(async (one) => (await one).json<FileView>()),
    );
    expect(views[0]).toEqual(views[1]);
    const [file] = (await library().pick([views[0]?.id ?? ""], false)) ?? [];
    expect(file?.derived).toHaveLength(1);
    const store = createSealedStore(env.BUCKET, () => projectKey(env, projectId));
    for (const { key, header } of file?.derived ?? [])
      expect(new TextDecoder().decode((await store.get(key, header)) ?? undefined)).toMatch(/^client,total/);
    await vi.waitUntil(async () => {
      await runDurableObjectAlarm(library());
      return (await env.BUCKET.list({ prefix })).objects.length === before + 2;
    });
  });

  test("the directory away at the end: asked again, the file is found by its id", async () => {
    const upload = await sent(table(4500), "lost.csv");
    replaced.env = { DB: withoutDirectory() };
    expect((await complete(upload)).status).toBe(500);
    replaced.env = {};
    const view = await (await complete(upload)).json<FileView>();
    expect((await person.get(`/api/files/${view.id}`)).status).toBe(200);
  });

  test("the same for a file sent whole: its bytes stay, sent again it is found", async () => {
    const form = () => {
      const data = new FormData();
      data.append("file", new Blob(["client,total\nNoor,1\n"]), "whole.csv");
      return data;
    };
    replaced.env = { DB: withoutDirectory() };
    expect((await person.send("POST", `${base}/files`, form())).status).toBe(500);
    replaced.env = {};
    const view = await (await person.send("POST", `${base}/files`, form())).json<FileView>();
    expect(await (await person.get(`/api/files/${view.id}`)).text()).toBe("client,total\nNoor,1\n");
  });
});

describe("uploads that do not end", () => {
  test("one that is given up, and one nobody ended for 7 days, are forgotten with their parts and their share", async () => {
    const before = (await storage()).uploadsSize;
    const bytes = table(PART_BYTES + 5);
    const [given, left] = [await begun(bytes, "given.csv"), await begun(bytes, "left.csv")];
    await send(given, 1, part(bytes, 1));
    await send(left, 1, part(bytes, 1));
    expect((await storage()).uploadsSize).toBe(before + 2 * bytes.length);
    await person.json("DELETE", `/api/uploads/${given.id}`);
    expect((await problemOf(await send(given, 2, part(bytes, 2)))).code).toBe("not_found");
    await runInDurableObject(library(), async (_, { storage: { sql } }) => {
      sql.exec("UPDATE uploads SET expires_at = 1 WHERE id = ?", left.id);
    });
    await vi.waitUntil(async () => {
      await runDurableObjectAlarm(library());
      return (await person.get(`/api/uploads/${left.id}`)).status === 404;
    });
    expect((await storage()).uploadsSize).toBe(before);
    const known = await env.DB.prepare("SELECT 1 FROM file_index WHERE id = ?").bind(left.id).first();
    expect(known).toBe(null);
  });

  test("an attempt at a part that another overtook does not count (U2)", async () => {
    const bytes = table(50);
    const upload = await begun(bytes, "race.csv");
    const hash = await sha256(bytes);
    const first = await library().claimPart(upload.id, 1, hash);
    const second = await library().claimPart(upload.id, 1, hash);
    if (!first.ok || !second.ok) throw new Error("not claimed");
    expect(await library().partDone(upload.id, 1, second.value.attempt, "b")).toEqual({ ok: true, value: 1 });
    expect(await library().partDone(upload.id, 1, first.value.attempt, "a")).toMatchObject({
      error: { code: "request_in_progress" },
    });
    expect((await library().upload(upload.id))?.received).toEqual([]);
  });

  test("erasing the project ends them and leaves nothing (NFR-S3.4)", async () => {
    const other = await person.project("Gone");
    const answer = await person.post(`/api/projects/${other}/uploads`, { name: "a.csv", size: 100 });
    const upload = await answer.json<UploadView>();
    await person.json("DELETE", `/api/projects/${other}`);
    await vi.waitUntil(async () => {
      await runDurableObjectAlarm(env.PROJECT.getByName(other));
      return (await env.DB.prepare("SELECT 1 FROM file_index WHERE project_id = ?").bind(other).first()) === null;
    });
    expect(await env.LIBRARY.getByName(other).upload(upload.id)).toBe(null);
    expect((await env.BUCKET.list({ prefix: `${other}/` })).objects).toEqual([]);
  });
});
