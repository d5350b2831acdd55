import { env, runDurableObjectAlarm } from "cloudflare:test";
import { unzipSync } from "fflate";
import { afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { createdResult, resultFacts } from "../../../durable-objects/library/testing.ts";
import { projectKey } from "../../../durable-objects/storage/project-key.ts";
import { createSealedStore } from "../../../durable-objects/storage/sealed-store.ts";
import type { BinEntry, FileHistory, FileView, FolderPage, SearchPage } from "../../../shared/api/files.ts";
import { newPerson, problemOf, replaced } from "../../testing/person.ts";

/* Folders, versions, previews, zips and searches through the API, with the real sandbox Worker, objects and R2. */

type Account = Awaited<ReturnType<typeof newPerson>>;
let person: Account;
let viewer: Account;
let stranger: Account;
let projectId: string;
let base: string;

beforeAll(async () => {
  [person, viewer, stranger] = await Promise.all([newPerson(), newPerson(), newPerson()]);
  projectId = await person.project();
  base = `/api/projects/${projectId}`;
  await person.json("POST", `${base}/members`, { email: viewer.email, role: "viewer" });
});
afterEach(() => {
  replaced.env = {};
});

async function upload(name: string, content: string | Uint8Array<ArrayBuffer>, path = ""): Promise<FileView> {
  const form = new FormData();
  form.append("file", new File([content], name));
  if (path !== "") form.append("path", path);
  return person.json<FileView>("POST", `${base}/files`, form);
}
const query = (values: Record<string, string>) => new URLSearchParams(values).toString();
const folder = (path: string) => person.json<FolderPage>("GET", `${base}/folders?${query({ path })}`);

/** Everything that waits in the library is looked at. */
async function settle(): Promise<void> {
  const library = env.LIBRARY.getByName(projectId);
  await vi.waitUntil(
    async () => {
      await runDurableObjectAlarm(library);
      return (await search("whatever")).indexing === 0;
    },
    { timeout: 10_000, interval: 50 },
  );
}
const search = (q: string, more: Record<string, string> = {}) =>
  person.json<SearchPage>("GET", `${base}/files/search?${query({ q, ...more })}`);

/** A result of a workflow, sealed as workflows seal theirs. */
async function result(name: string, content: string, mediaType: string, workflowName = "Site"): Promise<FileView> {
  const key = `${projectId}/workflows/wf_a/${crypto.randomUUID()}`;
  const bytes = new TextEncoder().encode(content);
  const store = createSealedStore(env.BUCKET, () => projectKey(env, projectId));
  const { header, size } = await store.put(key, bytes);
  const id = `art_${crypto.randomUUID()}`;
  const fact = createdResult(1, name, { id, key, header, size, mediaType });
  await env.LIBRARY.getByName(projectId).results(
    resultFacts(projectId, [fact], { workflowName, workflowId: `wf_${workflowName}` }),
  );
  const { items } = await person.json<{ items: FileView[] }>("GET", `${base}/files?limit=100`);
  const made = items.find((item) => item.provenance?.artifactId === id);
  if (!made) throw new Error("the result is no file");
  return made;
}

describe("versions (FR-14.2)", () => {
  test("two uploads of one path are two versions; the old bytes open, come back, and are told in the audit", async () => {
    const first = await upload("list.csv", "a,b\n1,2\n", "Tables");
    const second = await upload("list.csv", "a,b\n3,4\n", "tables");
    expect(second).toMatchObject({ id: first.id, version: 2, path: "Tables/list.csv", reading: "yes" });
    expect(await (await person.get(`/api/files/${first.id}`)).text()).toBe("a,b\n3,4\n");
    expect(await (await person.get(`/api/files/${first.id}/versions/1`)).text()).toBe("a,b\n1,2\n");
    const restored = await person.json<FileView>("POST", `/api/files/${first.id}/versions/1/restore`);
    expect(restored).toMatchObject({ version: 3, origin: "edit", sha256: first.sha256 });
    expect(await (await person.get(`/api/files/${first.id}`)).text()).toBe("a,b\n1,2\n");
    const history = await person.json<FileHistory>("GET", `/api/files/${first.id}/versions`);
    expect(history.items.map((one) => one.version)).toEqual([3, 2, 1]);
    for (const version of ["0", "4", "x", "1e3", "-1"])
      expect((await problemOf(await person.get(`/api/files/${first.id}/versions/${version}`))).code).toBe("not_found");
    const audit = await person.json<{ items: { eventType: string; data: object }[] }>("GET", `${base}/audit`);
    const kinds = audit.items.map((line) => line.eventType);
    expect(kinds).toContain("file.version_restored");
    expect(JSON.stringify(audit)).not.toContain("list.csv");
  });

  test("a write under the same key is done once; the bytes of the current version leave nothing behind", async () => {
    const { id } = await upload("twice.csv", "x\n1\n");
    const count = async () => (await env.BUCKET.list({ prefix: `${projectId}/files/` })).objects.length;
    const before = await count();
    expect(await upload("twice.csv", "x\n1\n")).toMatchObject({ id, version: 1 });
    expect(await count()).toBe(before);
    const key = { "idempotency-key": "delete-1" };
    const first = await person.send("DELETE", `/api/files/${id}`, undefined, key);
    expect(await (await person.send("DELETE", `/api/files/${id}`, undefined, key)).json()).toEqual(await first.json());
    expect((await problemOf(await person.send("DELETE", `/api/files/${id}`))).code).toBe("not_found");
    const other = await person.send("DELETE", `${base}/folders?path=A`, undefined, { "idempotency-key": "folder-1" });
    expect((await problemOf(other)).code).toBe("not_found");
  });
});

describe("downloads", () => {
  test("ranges are opened alone; names of versions make repeats cheap", async () => {
    const text = "0123456789".repeat(20_000);
    const { id, versionId } = await upload("long.txt", text);
    const whole = await person.get(`/api/files/${id}`);
    const tag = whole.headers.get("etag") ?? "";
    expect(tag).toBe(`"${versionId}"`);
    expect(whole.headers.get("accept-ranges")).toBe("bytes");
    expect(await whole.text()).toBe(text);
    const part = await person.get(`/api/files/${id}`, { range: "bytes=65530-65545" });
    expect([part.status, part.headers.get("content-range")]).toEqual([206, `bytes 65530-65545/${text.length}`]);
    expect(await part.text()).toBe(text.slice(65530, 65546));
    expect(part.headers.get("content-security-policy")).toContain("sandbox");
    const none = await person.get(`/api/files/${id}`, { range: "bytes=999999999-" });
    expect([none.status, none.headers.get("content-range")]).toEqual([416, `bytes */${text.length}`]);
    expect((await person.get(`/api/files/${id}`, { "if-none-match": `W/"x", ${tag}` })).status).toBe(304);
    const changed = await person.get(`/api/files/${id}`, { range: "bytes=0-1", "if-range": '"other"' });
    expect(changed.status).toBe(200);
    await changed.body?.cancel();
  });

  test("a preview shows text, pictures and PDF; what could run is shown as the text it is, or not at all", async () => {
    const page = await result("site/index.html", "<script>alert(1)</script>", "text/html");
    const shown = await viewer.get(`/api/files/${page.id}/preview`);
    expect(shown.headers.get("content-type")).toBe("text/plain; charset=utf-8");
    expect(shown.headers.get("content-security-policy")).toContain("sandbox");
    expect(shown.headers.get("x-content-type-options")).toBe("nosniff");
    expect(await shown.text()).toBe("<script>alert(1)</script>");
    const drawing = await result("logo.svg", "<svg onload='x()'/>", "image/svg+xml");
    expect((await viewer.get(`/api/files/${drawing.id}/preview`)).headers.get("content-type")).toMatch(/^text\/plain/);
    const packed = await result("all.zip", "PK", "application/zip");
    expect((await problemOf(await person.get(`/api/files/${packed.id}/preview`))).code).toBe("file_type_unsupported");
    const long = await upload("long-preview.txt", "x".repeat(1_500_000));
    expect(await (await person.get(`/api/files/${long.id}/preview`)).text()).toHaveLength(1024 * 1024);
  });

  test("text the parsers do not know is kept as a file of the project; programs are refused", async () => {
    const view = await upload("reconcile.js", "export const sum = (a, b) => a + b;\n", "src");
    expect(view).toMatchObject({ mediaType: "text/javascript", reading: "pending", problem: null });
    const form = new FormData();
    form.append("file", new File([new Uint8Array([0x4d, 0x5a, 0, 1])], "a.exe"));
    expect((await problemOf(await person.send("POST", `${base}/files`, form))).code).toBe("file_type_unsupported");
  });
});

describe("folders", () => {
  test("are made, moved, put into the bin and taken out again", async () => {
    await person.json("POST", `${base}/folders`, { path: "Plans/2026" });
    await upload("q1.csv", "a\n1\n", "Plans/2026");
    await person.json("PATCH", `${base}/folders`, { path: "Plans", to: "Archive/Plans" });
    expect((await folder("archive")).items).toMatchObject([{ kind: "folder", name: "Plans", files: 1 }]);
    const entry = await person.json<BinEntry>("DELETE", `${base}/folders?${query({ path: "Archive" })}`);
    expect(entry).toMatchObject({ kind: "folder", files: 1 });
    const bin = await person.json<{ items: BinEntry[] }>("GET", `${base}/bin`);
    expect(bin.items[0]).toEqual(entry);
    await person.json("POST", `${base}/bin/${entry.id}/restore`);
    expect(await folder("Archive/Plans/2026")).toMatchObject({ files: 1, items: [{ name: "q1.csv" }] });
    for (const path of ["../x", "a/../b"])
      expect((await problemOf(await person.post(`${base}/folders`, { path }))).code).toBe("path_invalid");
    const bad = await problemOf(await person.get(`${base}/folders?cursor=nonsense`));
    expect(bad.code).toBe("invalid_request");
  });

  test("a zip holds everything below, under names that unpack anywhere; it breaks off where a file is gone", async () => {
    await upload("a.csv", "a\n1\n", "Zip/One");
    await upload("b:?.txt", "two", "Zip");
    const gone = await upload("c.txt", "three", "Zip/Two");
    const answer = await person.get(`${base}/folders/zip?path=zip`);
    expect(answer.headers.get("content-disposition")).toContain('filename="Zip.zip"');
    const files = unzipSync(new Uint8Array(await answer.arrayBuffer()));
    expect(Object.keys(files).sort()).toEqual(["One/a.csv", "Two/c.txt", "b__.txt"]);
    expect(new TextDecoder().decode(files["b__.txt"])).toBe("two");
    await env.BUCKET.delete(`${projectId}/files/${gone.versionId}/original`);
    const cut = await person.get(`${base}/folders/zip?path=Zip`);
    await expect(cut.arrayBuffer()).rejects.toThrow();
    await person.json("DELETE", `/api/files/${gone.id}`);
    expect((await problemOf(await person.get(`${base}/folders/zip?path=nowhere`))).code).toBe("not_found");
  });

  test("a client that leaves a zip ends it: no further file is opened", async () => {
    for (let index = 0; index < 12; index++) await upload(`f${index}.txt`, `${index} `.repeat(40_000), "Leave");
    let opened = 0;
    const get = (...args: Parameters<R2Bucket["get"]>) => {
      opened += 1;
      return env.BUCKET.get(...args);
    };
    replaced.env = {
      BUCKET: new Proxy(env.BUCKET, { get: (target, name) => (name === "get" ? get : Reflect.get(target, name)) }),
    };
    const answer = await person.get(`${base}/folders/zip?path=Leave`);
    const reader = answer.body?.getReader();
    await reader?.read();
    await reader?.cancel();
    expect(opened).toBeLessThan(6);
  });
});

describe("search (NFR: < 500 ms)", () => {
  test("finds names and contents of uploads and results, Arabic in every spelling, with places and no markup", async () => {
    await upload("فواتير الموردين.csv", "العميل,المبلغ\nشركة النور,١٢٠٠\n", "Find");
    await upload("notes.md", "# Visit\nThe pharmacist <b>asked</b> about الفاتورة of March.\n", "Find");
    await result("out/summary.json", '{"zebra": "crossing"}', "application/json", "Find me");
    await settle();
    const arabic = await search("فاتورة");
    expect(arabic.items.map((hit) => hit.file.name)).toContain("notes.md");
    const names = await search("المُوَرِّدين");
    expect(names.items[0]?.file.name).toBe("فواتير الموردين.csv");
    expect(names.items[0]?.nameMarks).toEqual([[7, 15]]);
    const digits = await search("1200");
    expect(digits.items[0]?.snippet?.text).toContain("١٢٠٠");
    const html = (await search("pharmac")).items[0];
    expect(html?.snippet?.text).toContain("<b>asked</b>");
    const [from, to] = html?.snippet?.marks[0] ?? [0, 0];
    expect(html?.snippet?.text.slice(from, to)).toBe("pharmacist");
    const zebra = await search("zebra");
    expect(zebra.items[0]?.file).toMatchObject({ origin: "result", path: "Results/Find me/out/summary.json" });
    expect((await search("zebra", { origin: "upload" })).items).toEqual([]);
    expect((await search("zebra", { kind: "data", folder: "Results" })).items).toHaveLength(1);
    expect((await search("zebra", { folder: "Find" })).items).toEqual([]);
    expect((await search("zebra", { folder: "Nowhere" })).items).toEqual([]);
  });

  test.each(['"', "*", "NEAR(", "a AND", "name:x", "' OR 1=1 --", "\u0000", "-", "x".repeat(10_000), "(".repeat(1000)])(
    "%.20j is words, never an error",
    async (q) => {
      const answer = await person.get(`${base}/files/search?${query({ q })}`);
      expect(answer.status).toBe(200);
      await answer.body?.cancel();
    },
  );

  test("what is renamed, replaced or deleted is found as it is now", async () => {
    const { id } = await upload("giraffe.md", "savanna");
    await settle();
    await person.json("PATCH", `/api/files/${id}`, { name: "okapi.md" });
    expect((await search("giraffe")).items).toEqual([]);
    expect((await search("okapi")).items).toHaveLength(1);
    await upload("okapi.md", "rainforest");
    await settle();
    expect((await search("savanna")).items).toEqual([]);
    expect((await search("rainforest")).items).toHaveLength(1);
    await person.json("DELETE", `/api/files/${id}`);
    expect((await search("rainforest")).items).toEqual([]);
  });
});

describe("results as files", () => {
  test("are read when work begins with them, as tables where they are tables", async () => {
    const table = await result("late.csv", "client,total\nBeta,99\n", "text/csv");
    const page = await result("about.html", "<h1>About</h1>", "text/html");
    const picked = await env.LIBRARY.getByName(projectId).pick([table.id, page.id], false);
    expect(picked?.[0]?.profile?.tables[0]?.columns.map((column) => column.name)).toEqual(["client", "total"]);
    expect(picked?.[0]?.profile?.fileId).toBe(picked?.[0]?.id);
    expect(picked?.[1]?.derived[0]).toMatchObject({ path: "about.html" });
    const workflow = await person.json<{ id: string }>("POST", `${base}/workflows`, {
      message: "Sum the totals of this table",
      fileIds: [table.id],
    });
    expect(workflow.id).toMatch(/^wf_/);
    const unknown = { message: "Sum", fileIds: ["fil_00000000000000000000000000"] };
    expect((await problemOf(await person.post(`${base}/workflows`, unknown))).code).toBe("not_found");
  });
});

describe("who may", () => {
  test("viewers read and look at results, and change nothing; strangers find nothing", async () => {
    const { id } = await upload("rights.csv", "a\n1\n");
    const made = await result("secret.csv", "a\n", "text/csv");
    expect((await viewer.get(`/api/files/${id}`)).status).toBe(200);
    expect((await viewer.get(`${base}/folders`)).status).toBe(200);
    expect((await viewer.get(`/api/files/${made.id}/preview`)).status).toBe(200);
    const calls: [string, string, unknown?][] = [
      ["GET", `/api/files/${made.id}`],
      ["GET", `${base}/folders/zip`],
      ["PATCH", `/api/files/${id}`, { name: "x.csv" }],
      ["DELETE", `/api/files/${id}`],
      ["POST", `/api/files/${id}/versions/1/restore`],
      ["POST", `/api/files/${id}/restore`],
      ["POST", `${base}/folders`, { path: "x" }],
      ["PATCH", `${base}/folders`, { path: "x", to: "y" }],
      ["DELETE", `${base}/folders?path=x`],
      ["POST", `${base}/bin/bin_x/restore`],
      ["DELETE", `${base}/bin/bin_x`],
      ["POST", `${base}/uploads`, { name: "x.csv", size: 1 }],
    ];
    for (const [method, path, body] of calls) {
      expect((await problemOf(await viewer.send(method, path, body))).code, `${method} ${path}`).toBe("role_forbidden");
      expect((await problemOf(await stranger.send(method, path, body))).code, `${method} ${path}`).toBe("not_found");
    }
    for (const path of [`/api/files/${id}/preview`, `/api/files/${id}/versions`, `${base}/bin`, `${base}/storage`])
      expect((await problemOf(await stranger.get(path))).code).toBe("not_found");
  });
});
