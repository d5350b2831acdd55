import { env, runInDurableObject } from "cloudflare:test";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { LibraryObject } from "../../../durable-objects/library/library-object.ts";
import type { AuditEntry } from "../../../shared/api/audit.ts";
import type { ShareCreated, SharedView, ShareView } from "../../../shared/api/shares.ts";
import type { SiteView } from "../../../shared/api/sites.ts";
import { withChange } from "../../../shared/text/change.ts";
import { newPerson, Person, problemOf, replaced } from "../../testing/person.ts";
import { finishedWorkflow, type Made } from "../../testing/results.ts";

type Account = Awaited<ReturnType<typeof newPerson>>;
let owner: Account;
let viewer: Account;
let stranger: Account;
let made: Made;

beforeAll(async () => {
  owner = await newPerson();
  viewer = await newPerson();
  stranger = await newPerson();
  const projectId = await owner.project("Secret project name");
  await owner.json("POST", `/api/projects/${projectId}/members`, { email: viewer.email, role: "viewer" });
  made = await finishedWorkflow(owner, projectId);
  await made.put({ "site/index.html": "<script>alert(1)</script>", "totals.csv": "a,b\n1,2\n" });
  await made.put({ "log.txt": "what ran" }, "log");
  made.show({ resultSummary: "All is well", userInput: "the private request" });
});
afterAll(() => {
  replaced.env = {};
});

const share = (hours = 24) =>
  owner.json<ShareCreated>("POST", `/api/workflows/${made.workflowId}/shares`, { expiresInHours: hours });
const tokenOf = ({ url }: ShareCreated) => url.split("/s/")[1] ?? "";
const anybody = () => new Person();
const library = () => env.LIBRARY.getByName(made.projectId);
function must<T>(value: T | null): T {
  if (value === null) throw new Error("nothing there");
  return value;
}

test("FR-9.4: anybody with the link sees the result, its files, its site and nothing else", async () => {
  const site = await owner.json<SiteView>("POST", `/api/workflows/${made.workflowId}/publish`, { folder: "site" });
  const link = await share();
  expect(link.url).toMatch(/^http:\/\/localhost:8787\/s\/[A-Za-z0-9_-]{43}$/);
  const answer = await anybody().get(`/api/shared/${tokenOf(link)}`);
  expect(answer.headers.get("cache-control")).toBe("private, no-store");
  expect(answer.headers.get("referrer-policy")).toBe("no-referrer");
  expect(answer.headers.get("x-robots-tag")).toContain("noindex");
  const text = await answer.text();
  const view: SharedView = JSON.parse(text);
  expect(view).toMatchObject({ name: "Noor Clinic", status: "completed", resultSummary: "All is well" });
  expect(view.artifacts.map((one) => one.name)).toEqual(["site/index.html", "totals.csv"]);
  expect(view.sites).toEqual([{ title: "Noor Clinic", url: site.url }]);
  for (const hidden of [
    made.projectId,
    made.workflowId,
    owner.userId,
    "Secret project name",
    "the private request",
    "log.txt",
  ])
    expect(text).not.toContain(hidden);
});

test("files come as downloads, and only those of this result", async () => {
  const token = tokenOf(await share());
  const view = await (await anybody().get(`/api/shared/${token}`)).json<SharedView>();
  const [page, table] = view.artifacts;
  const answer = await anybody().get(`/api/shared/${token}/artifacts/${page?.id}?inline=1`);
  expect(answer.headers.get("content-disposition")).toMatch(/^attachment/);
  expect(answer.headers.get("content-security-policy")).toContain("sandbox");
  expect(answer.headers.get("cache-control")).toBe("private, no-store");
  expect(await (await anybody().get(`/api/shared/${token}/artifacts/${table?.id}`)).text()).toBe("a,b\n1,2\n");
  const other = await finishedWorkflow(owner, made.projectId);
  await other.put({ "other.csv": "x" });
  const { artifacts } = await owner.json<{ artifacts: { id: string }[] }>("GET", `/api/workflows/${other.workflowId}`);
  for (const id of [artifacts[0]?.id, "art_made_up", "../x"])
    expect(await problemOf(await anybody().get(`/api/shared/${token}/artifacts/${id}`))).toMatchObject({ status: 404 });
});

test("unknown, mistyped, withdrawn and expired links answer alike", async () => {
  const withdrawn = await share();
  await owner.json("DELETE", `/api/shares/${withdrawn.id}`);
  const expired = await share();
  const library = env.LIBRARY.get(env.LIBRARY.idFromName(made.projectId));
  const { runInDurableObject } = await import("cloudflare:test");
  await runInDurableObject(library, (_, state) =>
    state.storage.sql.exec("UPDATE shares SET expires_at = '2020-01-01T00:00:00.000Z' WHERE id = ?", expired.id),
  );
  const said = new Set<string>();
  for (const token of [tokenOf(withdrawn), tokenOf(expired), "A".repeat(43), "short", "%00", "x".repeat(5000)])
    for (const path of ["", "/artifacts/art_x"]) {
      const answer = await anybody().get(`/api/shared/${token}${path}`);
      const { requestId: _id, ...rest } = await answer.json<Record<string, unknown>>();
      said.add(JSON.stringify([answer.status, rest]));
    }
  expect([...said]).toHaveLength(1);
  expect([...said][0]).toContain("share_closed");
});

test("members see who made which link, until when and how often it was opened; the link itself never again", async () => {
  const link = await share(2);
  const token = tokenOf(link);
  await anybody().get(`/api/shared/${token}`);
  await anybody().get(`/api/shared/${token}`);
  const listed = await viewer.get(`/api/workflows/${made.workflowId}/shares`);
  const text = await listed.text();
  expect(text).not.toContain(token);
  const { items }: { items: ShareView[] } = JSON.parse(text);
  expect(items.find((one) => one.id === link.id)).toMatchObject({ createdBy: owner.userId, state: "active", opens: 2 });
  expect(await owner.json<ShareView>("DELETE", `/api/shares/${link.id}`)).toMatchObject({ state: "revoked" });
  const rows = await env.DB.prepare("SELECT * FROM share_links WHERE id = ?").bind(link.id).all();
  expect(JSON.stringify(rows.results)).not.toContain(token);
});

test("FR-12: links of a member who left open nothing, also when they come back; a change of role leaves them", async () => {
  const leaver = await newPerson();
  const members = `/api/projects/${made.projectId}/members`;
  const add = () => owner.json("POST", members, { email: leaver.email, role: "collaborator" });
  await add();
  const link = await leaver.json<ShareCreated>("POST", `/api/workflows/${made.workflowId}/shares`, {
    expiresInHours: 1,
  });
  const opened = () => anybody().get(`/api/shared/${tokenOf(link)}`);
  await owner.json("PATCH", `${members}/${leaver.userId}`, { role: "viewer" });
  expect((await opened()).status).toBe(200);
  const { artifacts } = await (await opened()).json<SharedView>();
  expect((await owner.send("DELETE", `${members}/${leaver.userId}`)).ok).toBe(true);
  expect(await problemOf(await opened())).toMatchObject({ status: 404, code: "share_closed" });
  expect(
    await problemOf(await anybody().get(`/api/shared/${tokenOf(link)}/artifacts/${artifacts[0]?.id}`)),
  ).toMatchObject({ code: "share_closed" });
  await add();
  expect(await problemOf(await opened())).toMatchObject({ code: "share_closed" });
  const { items } = await owner.json<{ items: ShareView[] }>("GET", `/api/workflows/${made.workflowId}/shares`);
  expect(items.find((one) => one.id === link.id)).toMatchObject({ state: "revoked", createdBy: leaver.userId });
  const audit = await owner.json<{ items: AuditEntry[] }>("GET", `/api/projects/${made.projectId}/audit?limit=20`);
  expect(audit.items.find((one) => one.eventType === "share.revoked" && one.data.shareId === link.id)).toMatchObject({
    actor: { kind: "system" },
    data: { reason: "member_left" },
  });
});

test("a library that is away when a member leaves: the link is closed at once, and withdrawn when it is back", async () => {
  const leaver = await newPerson();
  const members = `/api/projects/${made.projectId}/members`;
  await owner.json("POST", members, { email: leaver.email, role: "collaborator" });
  const link = await leaver.json<ShareCreated>("POST", `/api/workflows/${made.workflowId}/shares`, {
    expiresInHours: 1,
  });
  const away = vi.spyOn(LibraryObject.prototype, "dropMember").mockRejectedValueOnce(new Error("away"));
  expect((await owner.send("DELETE", `${members}/${leaver.userId}`)).ok).toBe(true);
  expect(await problemOf(await anybody().get(`/api/shared/${tokenOf(link)}`))).toMatchObject({ code: "share_closed" });
  await vi.waitUntil(async () => (await library().share(link.id))?.revokedAt, { timeout: 5_000, interval: 20 });
  expect(away).toHaveBeenCalledTimes(2);
  away.mockRestore();
});

test("of one result fifty links can be open; a withdrawn or expired one makes room", async () => {
  const other = await finishedWorkflow(owner, made.projectId);
  const path = `/api/workflows/${other.workflowId}/shares`;
  const first = await owner.json<ShareCreated>("POST", path, { expiresInHours: 1 });
  const { createdAt, opens, revokedAt, lastOpenedAt, ...kept } = must(await library().share(first.id));
  expect([createdAt.slice(0, 2), opens, revokedAt, lastOpenedAt]).toEqual(["20", 0, null, null]);
  for (let at = 1; at < 50; at++)
    await library().createShare({ ...kept, projectId: made.projectId, id: `shr_full${at}`, tokenHash: `hash${at}` });
  expect(await problemOf(await owner.post(path, { expiresInHours: 1 }))).toMatchObject({
    status: 409,
    code: "shares_full",
  });
  await owner.json("DELETE", `/api/shares/${first.id}`);
  expect((await owner.post(path, { expiresInHours: 1 })).status).toBe(201);
});

test("of a change strangers do not read what it was about", async () => {
  made.show({ name: "Cheaper than Noor", userInput: withChange("A page", "Cheaper than Noor", "en") });
  const answer = await anybody().get(`/api/shared/${tokenOf(await share())}`);
  made.show({ name: "Noor Clinic", userInput: "the private request" });
  expect(await answer.text()).not.toContain("Cheaper");
});

test("FR-12: a link that is open stays in the list, however many came and went after it", async () => {
  const path = `/api/workflows/${made.workflowId}/shares`;
  const open = await share();
  await runInDurableObject(library(), (_library, { storage }) => {
    for (let at = 0; at < 205; at++)
      storage.sql.exec(
        `INSERT INTO shares (id, token_hash, workflow_id, created_by, created_at, expires_at, revoked_at, opens)
         VALUES (?, ?, ?, ?, '2026-01-01', '2099-01-01', '2026-01-02', 0)`,
        `shr_gone${at}`,
        `gone${at}`,
        made.workflowId,
        owner.userId,
      );
  });
  const { items } = await owner.json<{ items: ShareView[] }>("GET", path);
  expect(items.map((one) => one.id)).toContain(open.id);
  expect(items.filter((one) => one.state === "revoked")).toHaveLength(200);
});

test("FR-12: viewers and strangers make and withdraw no links", async () => {
  const link = await share();
  const path = `/api/workflows/${made.workflowId}/shares`;
  expect(await problemOf(await viewer.post(path, { expiresInHours: 1 }))).toMatchObject({ code: "role_forbidden" });
  expect(await problemOf(await viewer.send("DELETE", `/api/shares/${link.id}`))).toMatchObject({
    code: "role_forbidden",
  });
  expect(await problemOf(await stranger.post(path, { expiresInHours: 1 }))).toMatchObject({ code: "not_found" });
  expect(await problemOf(await stranger.get(path))).toMatchObject({ code: "not_found" });
  expect(await problemOf(await stranger.send("DELETE", `/api/shares/${link.id}`))).toMatchObject({ code: "not_found" });
  for (const expiresInHours of [0, 2161, 1.5, "1"])
    expect(await problemOf(await owner.post(path, { expiresInHours }))).toMatchObject({ code: "invalid_request" });
  expect((await anybody().get(`/api/shared/${tokenOf(link)}`)).status).toBe(200);
});

test("a network that tries link after link has to wait", async () => {
  const trier = anybody();
  await env.DB.prepare("INSERT INTO rate_window (key, count, reset_at) VALUES (?, 600, ?)")
    .bind(`shared:${trier.ip}`, Date.now() + 60_000)
    .run();
  const answer = await trier.get(`/api/shared/${"B".repeat(43)}`);
  expect(await problemOf(answer)).toMatchObject({ code: "rate_limited" });
});

test("FR-1.5: with the project go its sites, its links and their bytes", async () => {
  const projectId = await owner.project();
  const gone = await finishedWorkflow(owner, projectId);
  await gone.put({ "site/index.html": "<title>gone</title>" });
  const site = await owner.json<SiteView>("POST", `/api/workflows/${gone.workflowId}/publish`, {});
  const link = await owner.json<ShareCreated>("POST", `/api/workflows/${gone.workflowId}/shares`, {
    expiresInHours: 1,
  });
  expect((await env.BUCKET.list({ prefix: `sites/${site.id}/` })).objects).toHaveLength(1);
  await owner.json("DELETE", `/api/projects/${projectId}`);
  const left = async () => (await env.BUCKET.list({ prefix: `sites/${site.id}/` })).objects.length;
  await expect.poll(left, { timeout: 10_000, interval: 50 }).toBe(0);
  const hosts = async () =>
    (
      await env.DB.prepare(
        "SELECT 1 FROM sites WHERE project_id = ?1 UNION ALL SELECT 1 FROM share_links WHERE project_id = ?1",
      )
        .bind(projectId)
        .all()
    ).results.length;
  await expect.poll(hosts, { timeout: 10_000, interval: 50 }).toBe(0);
  expect(await problemOf(await anybody().get(`/api/shared/${tokenOf(link)}`))).toMatchObject({ code: "share_closed" });
});
