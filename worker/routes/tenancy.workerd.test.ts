import { env } from "cloudflare:test";
import { beforeAll, describe, expect, test } from "vitest";
import { newId } from "../../shared/lib/ids.ts";
import { newPerson, Person, problemOf } from "../testing/person.ts";
import { ROUTES } from "./all-routes.ts";

/*
 * NFR-S1.1, S1.4: every route with a project, workflow or file in its path, as the route table has them, so that a
 * new route is covered the day it is written.
 */

type Account = Awaited<ReturnType<typeof newPerson>>;

let owner: Account;
let collaborator: Account;
let viewer: Account;
let stranger: Account;
let ids: Record<string, string>;

beforeAll(async () => {
  owner = await newPerson("Owner");
  collaborator = await newPerson("Collaborator");
  viewer = await newPerson("Viewer");
  stranger = await newPerson("Stranger");
  await stranger.project("The stranger's own");
  const projectId = await owner.project();
  for (const [person, role] of [
    [collaborator, "collaborator"],
    [viewer, "viewer"],
  ] as const)
    await owner.json("POST", `/api/projects/${projectId}/members`, { email: person.email, role });
  const { id: workflowId } = await owner.json<{ id: string }>("POST", `/api/projects/${projectId}/workflows`, {
    message: "Total my invoices by client",
  });
  const fileId = newId("fil");
  await env.DB.prepare("INSERT INTO file_index VALUES (?, ?, ?)").bind(fileId, projectId, "2026-11-01").run();
  ids = { projectId, workflowId, fileId, userId: viewer.userId, artifactId: newId("art"), approvalId: newId("apr") };
});

const placed = ROUTES.filter(({ spec }) => /:(projectId|workflowId|fileId)\b/.test(spec.path));
const cases = placed.map((route) => [`${route.spec.method} ${route.spec.path}`, route] as const);

const fill = (path: string, values: Record<string, string>) =>
  path.replace(/:(\w+)/g, (_, name: string) => values[name] ?? "x");

function call(person: Person, route: (typeof placed)[number], values = ids): Promise<Response> {
  const { method, path } = route.spec;
  const headers: Record<string, string> = path.endsWith("/socket") ? { upgrade: "websocket" } : {};
  return person.send(method, fill(path, values), route.spec.body ? {} : undefined, headers);
}

describe.each(cases)("%s", (_, route) => {
  test("does not exist for a stranger, in the very words of an unknown id", async () => {
    const foreign = await problemOf(await call(stranger, route));
    expect(foreign).toMatchObject({ status: 404, code: "not_found" });
    const made = { ...ids, projectId: newId("prj"), workflowId: newId("wf"), fileId: newId("fil") };
    const unknown = await problemOf(await call(stranger, route, made));
    expect(foreign.body).toEqual({ ...unknown.body, requestId: foreign.body.requestId });
    for (const odd of ["prj_x", "..%2f", "%00", "a".repeat(300)]) {
      const values = { ...ids, projectId: odd, workflowId: odd, fileId: odd };
      expect((await call(stranger, route, values)).status).toBe(404);
    }
  });

  test("is closed to who is not signed in", async () => {
    expect(await problemOf(await call(new Person(), route))).toMatchObject({ status: 401, code: "unauthenticated" });
  });

  test("asks the role before it reads the body", async () => {
    const forCollaborator = route.access === "project.manage" ? 403 : null;
    const forViewer = forCollaborator ?? (/\.write$/.test(route.access) ? 403 : null);
    for (const [person, refused] of [
      [collaborator, forCollaborator],
      [viewer, forViewer],
    ] as const)
      if (refused !== null)
        expect(await problemOf(await call(person, route))).toMatchObject({ status: 403, code: "role_forbidden" });
  });
});

test("made-up ids wake no object: nothing is stored for them", async () => {
  const made = newId("prj");
  expect((await stranger.get(`/api/projects/${made}`)).status).toBe(404);
  const row = await env.DB.prepare("SELECT count(*) AS n FROM projects WHERE id = ?").bind(made).first<{ n: number }>();
  expect(row?.n).toBe(0);
});

test("the project in the body of POST /api/workflows is checked like one in the path", async () => {
  const { projectId } = ids;
  const body = { projectId, message: "Total my invoices" };
  expect(await problemOf(await stranger.post("/api/workflows", body))).toMatchObject({
    status: 404,
    code: "not_found",
  });
  expect(await problemOf(await viewer.post("/api/workflows", body))).toMatchObject({ code: "role_forbidden" });
  expect((await collaborator.post("/api/workflows", body)).status).toBe(201);
});

test("a header in the name of the trusted one gives nothing", async () => {
  const forged = { "x-nexus-member": JSON.stringify({ userId: owner.userId, role: "owner" }), upgrade: "websocket" };
  expect((await stranger.get(`/api/projects/${ids.projectId}/socket`, forged)).status).toBe(404);
  const asViewer = await viewer.post(`/api/projects/${ids.projectId}/messages`, { text: "hi" }, forged);
  expect(asViewer.status).toBe(403);
});

test("sockets open for members from our own pages, and for nobody from a foreign one", async () => {
  for (const path of [`/api/projects/${ids.projectId}/socket`, `/api/workflows/${ids.workflowId}/socket?since=0`]) {
    const foreign = { upgrade: "websocket", origin: "https://evil.example" };
    expect(await problemOf(await owner.get(path, foreign))).toMatchObject({ status: 403, code: "bad_origin" });
    expect(await problemOf(await owner.get(path))).toMatchObject({ status: 400, code: "invalid_request" });
    const opened = await viewer.get(path, { upgrade: "websocket" });
    expect(opened.status).toBe(101);
    const socket = opened.webSocket;
    if (!socket) throw new Error("no socket");
    const { promise, resolve } = Promise.withResolvers<unknown>();
    socket.addEventListener("message", (event) => resolve(JSON.parse(String(event.data))), { once: true });
    socket.accept();
    expect(await promise).toMatchObject({ type: "hello", protocol: 2 });
    socket.close();
  }
});

describe("members (FR-12.2)", () => {
  test("who is removed is out at once, also where the directory still knows them", async () => {
    const { projectId, workflowId } = ids;
    const guest = await newPerson("Guest");
    await owner.json("POST", `/api/projects/${projectId}/members`, { email: guest.email, role: "viewer" });
    expect((await guest.get(`/api/workflows/${workflowId}`)).status).toBe(200);
    await owner.json("DELETE", `/api/projects/${projectId}/members/${guest.userId}`);
    await env.DB.prepare("INSERT OR REPLACE INTO project_members VALUES (?, ?, 'owner', '2026-11-01')")
      .bind(projectId, guest.userId)
      .run();
    expect((await guest.get(`/api/workflows/${workflowId}`)).status).toBe(404);
    expect((await guest.json<{ items: unknown[] }>("GET", "/api/projects")).items).toEqual([]);
  });

  test("roles change what may be done; the owner's cannot be changed", async () => {
    const projectId = await owner.project();
    const guest = await newPerson("Guest");
    const path = `/api/projects/${projectId}/members`;
    const added = await owner.json("POST", path, { email: guest.email.toUpperCase(), role: "viewer" });
    expect(added).toEqual({ userId: guest.userId, name: "Guest", email: guest.email, role: "viewer" });
    const workflow = { message: "Total my invoices" };
    expect((await guest.post(`/api/projects/${projectId}/workflows`, workflow)).status).toBe(403);
    await owner.json("PATCH", `${path}/${guest.userId}`, { role: "collaborator" });
    expect((await guest.post(`/api/projects/${projectId}/workflows`, workflow)).status).toBe(201);
    expect(await guest.json("GET", `/api/projects/${projectId}`)).toMatchObject({ role: "collaborator" });
    expect((await owner.send("PATCH", `${path}/${owner.userId}`, { role: "viewer" })).status).toBe(403);
    expect((await owner.send("DELETE", `${path}/${owner.userId}`)).status).toBe(403);
    expect((await owner.post(path, { email: guest.email, role: "owner" })).status).toBe(400);
    expect((await owner.post(path, { email: "nobody@example.com", role: "viewer" })).status).toBe(404);
    expect((await owner.send("PATCH", `${path}/${newId("usr")}`, { role: "viewer" })).status).toBe(404);
    const { items } = await guest.json<{ items: { role: string }[] }>("GET", path);
    expect(items.map((item) => item.role)).toEqual(["owner", "collaborator"]);
  });
});
