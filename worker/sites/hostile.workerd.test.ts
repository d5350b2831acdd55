import { env, SELF } from "cloudflare:test";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { WorkflowObject } from "../../durable-objects/workflow/workflow-object.ts";
import type { ShareCreated } from "../../shared/api/shares.ts";
import type { PreviewView, SiteView } from "../../shared/api/sites.ts";
import { newPerson, problemOf, replaced } from "../testing/person.ts";
import { finishedWorkflow, type Made, visit } from "../testing/results.ts";

let owner: Awaited<ReturnType<typeof newPerson>>;
let made: Made;
let site: SiteView;
let host: string;

beforeAll(async () => {
  owner = await newPerson();
  made = await finishedWorkflow(owner, await owner.project());
  await made.put({
    "site/index.html": "<title>x</title><script>document.title = document.cookie</script>",
    "site/a b.txt": "plain",
    "secret.csv": "names",
  });
  site = await owner.json<SiteView>("POST", `/api/workflows/${made.workflowId}/publish`, { folder: "site" });
  host = new URL(site.url).hostname;
});
afterAll(() => {
  replaced.env = {};
});

const csp = (answer: Response) =>
  Object.fromEntries(
    (answer.headers.get("content-security-policy") ?? "").split("; ").map((one) => {
      const [name = "", ...values] = one.split(" ");
      return [name, values.join(" ")];
    }),
  );

describe("a site's host is never the app", () => {
  test.each(["/api/health", "/api/me", "/api/projects", "/api/openapi.json", "/assets/", "/s/token"])(
    "the app's %s is not there",
    async (path) => {
      const answer = await visit(`http://${host}:8787${path}`, { headers: { cookie: owner.cookie } });
      expect(answer.status).toBe(404);
      expect(answer.headers.get("content-type")).toBe("text/html; charset=utf-8");
      expect(await answer.text()).toContain("does not exist");
    },
  );

  test.each(["POST", "PUT", "PATCH", "DELETE", "OPTIONS"])("%s is refused, whatever it carries", async (method) => {
    const answer = await visit(`${site.url}api/projects`, { method, headers: { cookie: owner.cookie } });
    expect([answer.status, answer.headers.get("allow")]).toEqual([405, "GET, HEAD"]);
  });

  test("a socket does not open", async () => {
    const answer = await visit(`${site.url}api/projects/x/socket`, { headers: { upgrade: "websocket" } });
    expect(answer.status).toBe(404);
  });

  test.each([
    "http://sites.localhost:8787/",
    "http://sites.localhost/api/health",
    "http://zzzzzzzzzzzzzzzzzzzz.sites.localhost:8787/",
    "http://short.sites.localhost:8787/",
    "http://a.b.sites.localhost:8787/api/health",
    "http://xn--ls8h.sites.localhost:8787/",
  ])("%s has no page, and is not the app either", async (url) => {
    const answer = await visit(url, { headers: { cookie: owner.cookie } });
    expect([answer.status, (await answer.text()).includes("does not exist")]).toEqual([404, true]);
  });

  test("upper case is the same host; a dot at the end or a longer name is no site and never the app", async () => {
    expect((await visit(site.url.replace(host, host.toUpperCase()))).status).toBe(200);
    expect((await visit(`http://${host}.:8787/`)).status).toBe(404);
    expect((await visit(`http://${host}.:8787/api/health`)).status).toBe(404);
    expect((await visit(`http://x.${host}:8787/`)).status).toBe(404);
    expect((await visit(`http://user:pass@${host}:8787/`)).status).toBe(200);
  });

  test("headers that name another host change nothing", async () => {
    for (const name of ["host", "x-forwarded-host", "forwarded", "x-original-url", "x-rewrite-url"]) {
      const answer = await visit(`http://localhost:8787/api/health`, { headers: { [name]: host } });
      expect((await answer.json<{ status: string }>()).status).toBe("ok");
      const shown = await visit(site.url, { headers: { [name]: "localhost:8787" } });
      expect(await shown.text()).toContain("<title>x</title>");
    }
  });

  test("the API refuses a page of a site that writes, with the person's own cookie", async () => {
    for (const origin of [`http://${host}:8787`, "null"]) {
      const answer = await owner.send("POST", "/api/projects", { name: "taken over" }, { origin });
      expect(await problemOf(answer)).toMatchObject({ code: "bad_origin" });
    }
    const unnamed = await owner.send(
      "POST",
      "/api/projects",
      { name: "x" },
      { origin: "", "sec-fetch-site": "same-site" },
    );
    expect(await problemOf(unnamed)).toMatchObject({ code: "bad_origin" });
  });
});

describe("an address that is the only secret", () => {
  const preview = () =>
    owner.json<PreviewView>("POST", `/api/workflows/${made.workflowId}/preview`, { folder: "site" });
  const idOf = (url: string) => new URL(url).hostname.split(".")[0] ?? "";

  test("a preview is in no list, no cache and no line of the log, also when it cannot be shown", async () => {
    const { url } = await preview();
    const id = idOf(url);
    const { items } = await owner.json<{ items: SiteView[] }>("GET", `/api/projects/${made.projectId}/sites`);
    expect(items.map((one) => one.id)).toEqual([site.id]);
    const tag = (await visit(url)).headers.get("etag") ?? "";
    for (const [path, headers] of [
      ["", {}],
      ["none", {}],
      ["", { "if-none-match": tag }],
      ["", { range: "bytes=0-3" }],
      ["", { range: "bytes=999999-" }],
    ] as const) {
      const answer = await visit(`${url}${path}`, { headers });
      expect([answer.status, answer.headers.get("cache-control")]).toEqual([
        answer.status,
        expect.stringContaining("no-store"),
      ]);
      expect(answer.headers.get("referrer-policy")).toBe("no-referrer");
    }
    const said: string[] = [];
    const spy = vi.spyOn(console, "error").mockImplementation((line) => void said.push(String(line)));
    const broken = { ...env, BUCKET: { get: () => Promise.reject(new Error("away")) } };
    // SAFETY: an R2 that is away; nothing else of it is called.
    const shown = await visit(url, {}, broken as never);
    const live = await visit(site.url, {}, broken as never);
    spy.mockRestore();
    expect([shown.status, shown.headers.get("cache-control"), live.status]).toEqual([503, "no-store", 503]);
    expect(said).toHaveLength(2);
    expect(said[0]).not.toContain(id);
    expect(said[1]).toContain(site.id);
  });

  test("a preview cannot be published, rolled back or taken down by its id, nor read as a page of the project", async () => {
    const id = idOf((await preview()).url);
    for (const [path, body] of [
      ["/publish", {}],
      ["/unpublish", {}],
      ["/rollback", { version: 1 }],
    ] as const)
      expect(await problemOf(await owner.post(`/api/sites/${id}${path}`, body))).toMatchObject({ code: "not_found" });
  });
});

test("a first page that lies deeper is shown where it lies, so that what it names by relative addresses is found", async () => {
  await made.put({ "deep/en us/home.html": "<link href=style.css rel=stylesheet>", "deep/en us/style.css": "h1{}" });
  const deep = await owner.json<SiteView>("POST", `/api/workflows/${made.workflowId}/publish`, {
    folder: "deep",
    entry: "en us/home.html",
  });
  const first = await visit(`${deep.url}?from=mail`);
  expect([first.status, first.headers.get("location"), first.headers.get("cache-control")]).toEqual([
    308,
    "/en%20us/home.html?from=mail",
    "public, no-cache",
  ]);
  const at = new URL(first.headers.get("location") ?? "", deep.url);
  expect((await visit(at.href)).status).toBe(200);
  expect((await visit(new URL("style.css", at).href)).status).toBe(200);
});

test("NFR-S3.4: a deleted project shows nothing any more, before its logs are erased", async () => {
  const projectId = await owner.project();
  const other = await finishedWorkflow(owner, projectId);
  await other.put({ "site/index.html": "<title>gone</title>" });
  const path = `/api/workflows/${other.workflowId}`;
  const live = await owner.json<SiteView>("POST", `${path}/publish`, { folder: "site" });
  const draft = await owner.json<PreviewView>("POST", `${path}/preview`, { folder: "site" });
  const link = await owner.json<ShareCreated>("POST", `${path}/shares`, { expiresInHours: 1 });
  const shared = () => owner.get(new URL(link.url).pathname.replace("/s/", "/api/shared/"));
  expect([(await visit(live.url)).status, (await visit(draft.url)).status, (await shared()).status]).toEqual([
    200, 200, 200,
  ]);
  const real = WorkflowObject.prototype.destroy;
  const shown: number[] = [];
  const spy = vi.spyOn(WorkflowObject.prototype, "destroy").mockImplementation(async function (this: WorkflowObject) {
    const rows = await env.DB.prepare("SELECT 1 FROM sites WHERE project_id = ?").bind(projectId).all();
    shown.push(rows.results.length);
    return real.call(this);
  });
  expect((await owner.send("DELETE", `/api/projects/${projectId}`)).ok).toBe(true);
  expect((await shared()).status).toBe(404);
  await expect.poll(async () => (await visit(live.url)).status, { timeout: 5_000 }).toBe(404);
  expect((await visit(draft.url)).status).toBe(404);
  // The first log is erased when no host leads here any more: one that cannot be erased keeps no page up.
  await vi.waitUntil(() => shown.length > 0, { timeout: 5_000 });
  expect(shown[0]).toBe(0);
  spy.mockRestore();
});

describe("what a page may do", () => {
  test("it runs apart from everything: no cookies, no storage, no frame, nothing of other hosts", async () => {
    const answer = await visit(site.url);
    const rules = csp(answer);
    expect(rules.sandbox?.split(" ")).not.toContain("allow-same-origin");
    expect(rules["default-src"]).toBe("'none'");
    expect(rules["connect-src"]).toBe(`'self' http://${host}:8787`);
    expect(rules["form-action"]).toBe(`'self' http://${host}:8787 mailto:`);
    for (const name of ["frame-src", "worker-src", "object-src", "base-uri", "frame-ancestors"])
      expect([name, rules[name]]).toEqual([name, "'none'"]);
    expect(rules["script-src"]).not.toContain("unsafe-eval");
    expect(answer.headers.get("referrer-policy")).toBe("no-referrer");
    expect(answer.headers.get("x-robots-tag")).toContain("noindex");
    expect(answer.headers.get("permissions-policy")).toContain("camera=()");
  });

  test("no answer sets a cookie, and its policy is on every one of them", async () => {
    const { id } = site;
    const answers = [
      await visit(site.url),
      await visit(`${site.url}none`),
      await visit(site.url, { method: "POST" }),
      await visit(`http://${"z".repeat(20)}.sites.localhost:8787/`),
    ];
    await owner.json("POST", `/api/sites/${id}/unpublish`, {});
    answers.push(await visit(site.url));
    await owner.json("POST", `/api/sites/${id}/publish`, {});
    for (const answer of answers) {
      expect(answer.headers.get("set-cookie")).toBe(null);
      expect(answer.headers.get("content-security-policy")).toMatch(/^sandbox allow-scripts/);
      expect(answer.headers.get("x-content-type-options")).toBe("nosniff");
    }
    expect(answers.at(-1)?.status).toBe(410);
  });
});

describe("addresses that look for a way out", () => {
  test.each([
    "/../secret.csv",
    "/%2e%2e/secret.csv",
    "/%2e%2e%2fsecret.csv",
    "/..%5csecret.csv",
    "/\\..\\secret.csv",
    "/%252e%252e/secret.csv",
    "/site/../../secret.csv",
    "/index.html%00.csv",
    "/%00",
    "/%ff%fe",
    "/%",
    "//secret.csv",
    "/%2f%2fevil.example/",
    "/./index.html/",
    "/__proto__",
    "/constructor",
    `/${"a/".repeat(400)}`,
    `/${"x".repeat(5000)}`,
    "/.env",
    "/1/0",
  ])("%s is missing", async (path) => {
    const answer = await visit(`http://${host}:8787${path}`);
    expect(answer.status).toBe(404);
    expect(answer.headers.get("location")).toBe(null);
    expect(await answer.text()).not.toContain("names");
  });

  test("a name with a space is found by its encoded address", async () => {
    expect(await (await visit(`${site.url}a%20b.txt`)).text()).toBe("plain");
  });
});

test("the app's host shows no published page, and other paths than the API are the client's", async () => {
  const asset = { ...env, ASSETS: { fetch: async () => new Response("the client") } };
  const { createFrontDoor } = await import("../front-door.ts");
  const door = createFrontDoor({ api: () => new Response("the api") });
  // SAFETY: neither of the two looks at the context.
  const ctx = {} as ExecutionContext;
  // SAFETY: nothing but ASSETS and the domain is looked at.
  const ask = async (url: string) => (await door(new Request(url), asset as never, ctx)).text();
  expect(await ask("http://localhost:8787/")).toBe("the client");
  expect(await ask(`http://localhost:8787/sites/${site.id}/1/index.html`)).toBe("the client");
  expect(await ask("http://localhost:8787/api/health")).toBe("the api");
  expect(await ask(`http://evil-sites.localhost:8787/`)).toBe("the client");
});

test("the Worker's own front door leads to the page: what fetch_page goes through", async () => {
  expect(await (await SELF.fetch(site.url)).text()).toContain("<title>x</title>");
  expect(await (await env.SELF.fetch(site.url)).text()).toContain("<title>x</title>");
});
