import { env, evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { beforeEach, describe, expect, test, vi } from "vitest";
import type { FilesRpc } from "../../shared/protocol/library-rpc.ts";
import { compose } from "./parts.ts";
import { createdResult, folderQuery, resultFacts, searchQuery, someFile } from "./testing.ts";

let projects = 0;
let projectId: string;
let library: FilesRpc & DurableObjectStub;
const BY = { projectId: "", userId: "usr_a" };

beforeEach(() => {
  projectId = `prj_lib${++projects}`;
  library = env.LIBRARY.getByName(projectId);
});

async function add(name: string, changes: Parameters<typeof someFile>[2] = {}) {
  const added = await library.addFile(someFile(projectId, name, changes));
  if (!added.ok) throw new Error(added.error.code);
  return added.value;
}
async function folder(path = "", query: Parameters<typeof folderQuery>[0] = {}) {
  const page = await library.folder(folderQuery({ path, ...query }));
  if (!page.ok) throw new Error(page.error.code);
  return page.value;
}
const names = async (path = "", query: Parameters<typeof folderQuery>[0] = {}) =>
  (await folder(path, query)).items.map((item) => item.name);

/** What the folders say they hold against what lies in them (T3, T4). */
async function expectCounts(): Promise<void> {
  await runInDurableObject(library, (_, { storage: { sql } }) => {
    type Row = { id: number; files: number; folders: number; total_files: number; size: number; old_size: number };
    for (const row of sql.exec<Row>("SELECT * FROM folders").toArray()) {
      const below = `WITH RECURSIVE below (id) AS (SELECT ? UNION ALL
        SELECT folders.id FROM below JOIN folders ON parent = below.id AND bin IS NULL)`;
      const real = sql
        .exec(
          `${below} SELECT (SELECT COUNT(*) FROM items WHERE folder = ? AND bin IS NULL) AS files,
             (SELECT COUNT(*) FROM folders WHERE parent = ? AND bin IS NULL) AS folders,
             COUNT(*) AS total_files, COALESCE(SUM(size), 0) AS size, COALESCE(SUM(old_size), 0) AS old_size
           FROM items WHERE folder IN below AND bin IS NULL`,
          row.id,
          row.id,
          row.id,
        )
        .one();
      expect({ id: row.id, ...real }).toEqual({
        id: row.id,
        files: row.files,
        folders: row.folders,
        total_files: row.total_files,
        size: row.size,
        old_size: row.old_size,
      });
    }
  });
}

describe("versions (NFR-R2.4)", () => {
  test("a second upload of a path is a new version, whatever case or normal form its name has; nothing is lost", async () => {
    const first = await add("r\u00e9port.csv", { folder: "Docs", size: 10 });
    const second = await add("Re\u0301PORT.csv", { folder: "docs/", size: 30, createdBy: "usr_b" });
    expect(second).toMatchObject({
      id: first.id,
      version: 2,
      size: 30,
      path: "Docs/r\u00e9port.csv",
      updatedBy: "usr_b",
    });
    const history = await library.versions(first.id, { limit: 10, cursor: null });
    expect(history?.items.map((one) => [one.version, one.size, one.createdBy, one.current])).toEqual([
      [2, 30, "usr_b", true],
      [1, 10, "usr_a", false],
    ]);
    expect(await library.stored(first.id, 1)).toMatchObject({ versionId: first.versionId, size: 10 });
    expect(await library.storage()).toMatchObject({ files: 1, size: 30, versionsSize: 10 });
    await expectCounts();
  });

  test("the same id, or the bytes of the current version, add nothing", async () => {
    const file = someFile(projectId, "a.txt", { sha256: "same" });
    const first = await library.addFile(file);
    expect(await library.addFile(file)).toEqual(first);
    const again = await add("A.TXT", { sha256: "same" });
    expect(again).toMatchObject({ version: 1, versionId: file.id });
  });

  test("an old version comes back as the newest; the numbers go on", async () => {
    const { id } = await add("a.txt", { size: 1 });
    await add("a.txt", { size: 2 });
    const restored = await library.restoreVersion({ ...BY, projectId }, id, 1);
    expect(restored).toMatchObject({ ok: true, value: { version: 3, size: 1, origin: "edit" } });
    const history = await library.versions(id, { limit: 2, cursor: null });
    expect(history?.items[0]).toMatchObject({ version: 3, restoredFrom: 1, current: true });
    expect((await library.versions(id, { limit: 2, cursor: history?.nextCursor ?? null }))?.items).toHaveLength(1);
    expect(await library.restoreVersion({ ...BY, projectId }, id, 9)).toMatchObject({ error: { code: "not_found" } });
    await expectCounts();
  });

  test("work keeps the version it was given, also after a newer one and in the bin", async () => {
    const first = await add("a.txt", { size: 1 });
    const second = await add("a.txt", { size: 2 });
    expect(await library.pick([first.id], false)).toMatchObject([{ id: second.versionId, size: 2 }]);
    expect(await library.pick([first.versionId], true)).toMatchObject([{ id: first.versionId, size: 1 }]);
    await library.remove({ ...BY, projectId }, first.id);
    expect(await library.file(second.versionId)).toMatchObject({ id: second.versionId, size: 2 });
    expect(await library.pick([first.id], false)).toBe(null);
    expect(await library.pick(["fil_unknown"], false)).toBe(null);
  });
});

describe("folders and names", () => {
  test("folders come of paths, empty ones can be made, and files stand in no folder's way", async () => {
    expect(await library.createFolder({ ...BY, projectId }, "Empty/Deep")).toEqual({
      ok: true,
      value: { path: "Empty/Deep" },
    });
    await add("b.txt", { folder: "empty" });
    expect(await names("Empty")).toEqual(["Deep", "b.txt"]);
    const blocked = await library.createFolder({ ...BY, projectId }, "Empty/B.TXT/x");
    expect(blocked).toMatchObject({ ok: false, error: { code: "file_exists" } });
    const file = await library.addFile(someFile(projectId, "deep", { folder: "Empty" }));
    expect(file).toMatchObject({ ok: true, value: { name: "deep (2)" } });
    expect(await library.folder(folderQuery({ path: "nowhere" }))).toMatchObject({ error: { code: "not_found" } });
    await expectCounts();
  });

  test.each(["../up", "a/../b", "\u202e/x", `${"d/".repeat(30)}`])(
    "hostile folder %j is refused, nothing made",
    async (path) => {
      expect(await library.addFile(someFile(projectId, "a.txt", { folder: path }))).toMatchObject({
        error: { code: "path_invalid" },
      });
      expect(await library.createFolder({ ...BY, projectId }, path)).toMatchObject({ error: { code: "path_invalid" } });
      expect(await names()).toEqual([]);
    },
  );

  test("a file is renamed and moved; never over something else", async () => {
    const { id } = await add("a.txt");
    await add("b.txt");
    expect(await library.change(id, { name: "B.txt" })).toMatchObject({ error: { code: "file_exists" } });
    expect(await library.change(id, { name: "A.TXT" })).toMatchObject({ value: { name: "A.TXT" } });
    expect(await library.change(id, { path: "New/Place", name: "c.txt" })).toMatchObject({
      value: { path: "New/Place/c.txt" },
    });
    expect(await library.change(id, { path: "../x" })).toMatchObject({ error: { code: "path_invalid" } });
    expect(await library.change(id, { name: "x/y" })).toMatchObject({ error: { code: "path_invalid" } });
    await expectCounts();
  });

  test("a folder moves with everything in it, never into itself, over another or too deep", async () => {
    await add("a.txt", { folder: "One/Two", size: 7 });
    await add("b.txt", { folder: "Three" });
    const move = (from: string, to: string) => library.moveFolder(from, to);
    expect(await move("One", "one/two/inside")).toMatchObject({ error: { code: "folder_into_itself" } });
    expect(await move("One", "Three")).toMatchObject({ error: { code: "file_exists" } });
    expect(await move("One", "ONE")).toEqual({ ok: true, value: { path: "ONE" } });
    expect(await move("ONE", "Three/Moved")).toEqual({ ok: true, value: { path: "Three/Moved" } });
    expect(await folder("Three")).toMatchObject({ folders: 1, files: 1, totalFiles: 2, totalSize: 17 });
    expect(await names("Three/Moved/Two")).toEqual(["a.txt"]);
    expect(await move("Three", "d/".repeat(19))).toMatchObject({ error: { code: "path_invalid" } });
    expect(await move("nowhere", "x")).toMatchObject({ error: { code: "not_found" } });
    await expectCounts();
  });
});

describe("bin", () => {
  const by = () => ({ ...BY, projectId });

  test("a deleted file comes back, with a number when its name was taken; bytes are counted where they are", async () => {
    const { id } = await add("a.txt", { size: 4, folder: "Docs" });
    await add("a.txt", { size: 6, folder: "Docs" });
    const binned = await library.remove(by(), id);
    expect(binned).toMatchObject({ value: { kind: "file", path: "Docs/a.txt", size: 6, fileId: id } });
    expect(await library.view(id)).toBe(null);
    expect(await library.stored(id, null)).toBe(null);
    expect(await library.storage()).toMatchObject({ files: 0, size: 0, versionsSize: 0, binSize: 10 });
    await add("a.txt", { size: 1, folder: "Docs" });
    expect(await library.restore(id)).toEqual({
      ok: true,
      value: { kind: "file", name: "a (2).txt", path: "Docs/a (2).txt" },
    });
    expect(await library.storage()).toMatchObject({ files: 2, binSize: 0 });
    expect(await library.restore(id)).toMatchObject({ error: { code: "not_found" } });
    await expectCounts();
  });

  test("a folder goes and comes as one; single files can be taken out of it", async () => {
    await add("a.txt", { folder: "Docs/In" });
    const { id } = await add("b.txt", { folder: "Docs/In" });
    const binned = await library.removeFolder(by(), "docs");
    if (!binned.ok) throw new Error("not deleted");
    expect(binned.value).toMatchObject({ kind: "folder", files: 2, size: 20, path: "Docs" });
    expect(await names()).toEqual([]);
    expect((await library.files({ limit: 10, cursor: null })).items).toEqual([]);
    expect((await library.search(searchQuery("txt"))).items).toEqual([]);
    expect(await library.restore(id)).toMatchObject({ value: { path: "Docs/In/b.txt" } });
    expect((await library.bin({ limit: 10, cursor: null })).items).toMatchObject([{ files: 1, size: 10 }]);
    expect(await library.restoreBin(binned.value.id)).toMatchObject({ value: { path: "Docs (2)" } });
    expect(await names("Docs (2)/In")).toEqual(["a.txt"]);
    expect(await library.storage()).toMatchObject({ files: 2, binSize: 0 });
    await expectCounts();
  });

  test("what was in the bin for 30 days, or is erased, goes with its rows, words and sealed bytes", async () => {
    const kept = await add("keep.txt");
    const gone = await add("gone.txt", { folder: "Docs/Deep" });
    const old = await add("old.txt");
    for (const key of [kept, gone, old].map((file) => `${projectId}/files/${file.id}/original`))
      await env.BUCKET.put(key, "x");
    await library.remove(by(), old.id);
    const binned = await library.removeFolder(by(), "Docs");
    if (!binned.ok) throw new Error("not deleted");
    expect(await library.eraseBin(binned.value.id)).toEqual({ ok: true, value: null });
    expect(await library.restoreBin(binned.value.id)).toMatchObject({ error: { code: "not_found" } });
    await runInDurableObject(library, (_, { storage: { sql } }) => {
      sql.exec("UPDATE bin SET erase_at = 1 WHERE file = ?", old.id);
    });
    await vi.waitUntil(async () => {
      await runDurableObjectAlarm(library);
      return (await env.BUCKET.list({ prefix: `${projectId}/` })).objects.length === 1;
    });
    await vi.waitUntil(async () => {
      await runDurableObjectAlarm(library);
      return (await library.storage()).binSize === 0;
    });
    await runInDurableObject(library, (_, { storage: { sql } }) => {
      const count = (table: string) => sql.exec<{ n: number }>(`SELECT COUNT(*) AS n FROM ${table}`).one().n;
      expect([count("items"), count("versions"), count("name_words")]).toEqual([1, 1, 1]);
    });
    expect(await library.file(gone.id)).toBe(null);
    await expectCounts();
  });
});

describe("libraries of the first format", () => {
  test("keep every file: its path is its name, and names that meet get a number", async () => {
    await runInDurableObject(library, (_, ctx) => {
      const { sql } = ctx.storage;
      for (const { name, type } of sql
        .exec<{ name: string; type: string }>(
          "SELECT name, type FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE '_cf%' AND name NOT LIKE '%_words_%'",
        )
        .toArray())
        sql.exec(`DROP ${type} IF EXISTS "${name}"`);
      sql.exec(`CREATE TABLE files (seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, project_id TEXT NOT NULL,
        name TEXT NOT NULL, size INTEGER NOT NULL, media_type TEXT NOT NULL, profile TEXT, problem TEXT, key TEXT NOT NULL,
        header TEXT NOT NULL, derived TEXT NOT NULL, created_by TEXT NOT NULL, created_at TEXT NOT NULL)`);
      for (const [id, name] of [
        ["fil_a", "list.csv"],
        ["fil_b", "LIST.csv"],
        ["fil_c", "other.csv"],
      ])
        sql.exec(
          "INSERT INTO files VALUES (NULL, ?, ?, ?, 5, 'text/csv', NULL, 'file_broken', 'k', 'h', '[]', 'usr_a', '2026-01-01T00:00:00.000Z')",
          ...[id ?? "", projectId, name ?? ""],
        );
      compose(ctx, env, { name: "none", due: () => null, run: async () => undefined });
    });
    await evictDurableObject(library);
    expect(await names()).toEqual(["LIST (2).csv", "list.csv", "other.csv"]);
    expect(await library.file("fil_b")).toMatchObject({ id: "fil_b", key: "k", createdAt: "2026-01-01T00:00:00.000Z" });
    expect(await library.storage()).toMatchObject({ files: 3, size: 15 });
    expect((await library.search(searchQuery("list"))).items).toHaveLength(2);
    await expectCounts();
  });
});

describe("quota", () => {
  test("earlier versions, the bin and announced uploads count; the problem says so", async () => {
    await runInDurableObject(library, (_, { storage: { sql } }) => {
      sql.exec("UPDATE library SET bin_size = ?", 100 * 1024 ** 3 - 15);
    });
    await add("a.txt", { size: 10 });
    expect(await library.addFile(someFile(projectId, "b.txt"))).toMatchObject({
      error: { code: "storage_full", params: { max: "100 GB", used: "100 GB" } },
    });
    const upload = await library.createUpload({ ...BY, projectId }, "upl_1", { name: "c", path: "", size: 100 });
    expect(upload).toMatchObject({ error: { code: "storage_full" } });
  });
});

describe("results of workflows", () => {
  const told = (...facts: Parameters<typeof resultFacts>[1][number][]) =>
    library.results(resultFacts(projectId, facts));

  test("R1 R2 lie in a folder of their workflow, with provenance; written again they are versions; told twice, once", async () => {
    const first = createdResult(4, "tables/late.csv");
    await told(first);
    await told(first, createdResult(9, "tables/late.csv", { size: 8 }));
    expect(await names("Results/Late invoices/tables")).toEqual(["late.csv"]);
    const [entry] = (await folder("Results/Late invoices/tables")).items;
    expect(entry).toMatchObject({ origin: "result", version: 2, size: 8, updatedBy: "wf_a", simulated: true });
    const history = await library.versions(entry?.kind === "file" ? entry.id : "", { limit: 10, cursor: null });
    expect(history?.file.provenance).toEqual({
      workflowId: "wf_a",
      workflowName: "Late invoices",
      artifactId: "art_9",
      nodeId: "s1",
      step: "Find",
      toolCallId: "tool_1",
      tool: "run_code",
      code: "late.js",
      inputs: ["invoices.csv"],
      simulated: true,
    });
    expect(history?.items).toHaveLength(2);
    const listed = await env.DB.prepare("SELECT project_id FROM file_index WHERE id = ?")
      .bind(history?.file.id)
      .first();
    expect(listed).toEqual({ project_id: projectId });
    await expectCounts();
  });

  test("two workflows of one name have two folders; Arabic ones an Arabic one; names are cleaned, never refused", async () => {
    await told(createdResult(1, "../../etc/passwd"));
    await library.results(resultFacts(projectId, [createdResult(1, "a.csv")], { workflowId: "wf_b" }));
    await library.results(
      resultFacts(projectId, [createdResult(1, "a.csv")], {
        workflowId: "wf_c",
        locale: "ar",
        workflowName: "فواتير/متأخرة",
      }),
    );
    expect(await names("Results")).toEqual(["Late invoices", "Late invoices (2)"]);
    expect(await names("Results/Late invoices")).toEqual([".._.._etc_passwd"]);
    expect(await names("النتائج")).toEqual(["فواتير-متأخرة"]);
  });

  test("R2 R3 a moved file gets its versions where it is; one in people's bin stays there; a removed one comes back", async () => {
    await told(createdResult(1, "a.csv"), createdResult(2, "b.csv"), createdResult(3, "c.csv"));
    const [a, b, c] = (await folder("Results/Late invoices")).items.map((item) =>
      item.kind === "file" ? item.id : "",
    );
    await library.change(a ?? "", { path: "Mine", name: "moved.csv" });
    await library.remove({ ...BY, projectId }, b ?? "");
    await told({
      kind: "removed",
      sourceVersion: 4,
      at: "2026-11-23T10:00:00.000Z",
      artifactId: "art_3",
      name: "c.csv",
    });
    expect(await names("Results/Late invoices")).toEqual([]);
    await told(createdResult(5, "a.csv"), createdResult(6, "b.csv"), createdResult(7, "c.csv"));
    expect(await library.view(a ?? "")).toMatchObject({ path: "Mine/moved.csv", version: 2 });
    const now = (await folder("Results/Late invoices")).items.map((item) => (item.kind === "file" ? item.id : ""));
    expect(now).toHaveLength(2);
    expect(now).not.toContain(b);
    expect(await library.view(c ?? "")).toMatchObject({ version: 2 });
    await expectCounts();
  });

  test("erasing a result forgets the file and leaves the workflow its bytes", async () => {
    await env.BUCKET.put(`${projectId}/workflows/wf_a/art_1`, "sealed");
    await told(createdResult(1, "a.csv", { key: `${projectId}/workflows/wf_a/art_1` }));
    const binned = await library.removeFolder({ ...BY, projectId }, "Results");
    if (!binned.ok) throw new Error("not deleted");
    await library.eraseBin(binned.value.id);
    await vi.waitUntil(async () => {
      await runDurableObjectAlarm(library);
      return runInDurableObject(
        library,
        (_, { storage: { sql } }) => sql.exec("SELECT 1 FROM bin").toArray().length === 0,
      );
    });
    expect(await env.BUCKET.head(`${projectId}/workflows/wf_a/art_1`)).not.toBe(null);
    await told(createdResult(1, "a.csv"));
    expect(await names()).toEqual([]);
  });

  test("after the project was erased nothing comes back", async () => {
    await add("a.txt");
    expect(await library.destroy()).toHaveLength(1);
    expect(await library.destroy()).toEqual([]);
    await told(createdResult(1, "a.csv"));
    expect(await library.addFile(someFile(projectId, "b.txt"))).toMatchObject({ error: { code: "not_found" } });
    expect(await names()).toEqual([]);
    expect((await library.files({ limit: 10, cursor: null })).items).toEqual([]);
  });
});
