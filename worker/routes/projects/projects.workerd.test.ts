import { env } from "cloudflare:test";
import { afterEach, expect, test, vi } from "vitest";
import { newId } from "../../../shared/lib/ids.ts";
import type { WorkflowSummary } from "../../../shared/protocol/object-rpc.ts";
import { newPerson, problemOf } from "../../testing/person.ts";

afterEach(() => vi.restoreAllMocks());

interface Page {
  items: { id: string; name: string; role: string }[];
  nextCursor: string | null;
}

test("FR-1.1, FR-1.4: created, renamed, read, and listed lazily without gap or repeat", async () => {
  const person = await newPerson();
  const made: string[] = [];
  for (let count = 1; count <= 7; count++) made.push(await person.project(`Project ${count}`));
  const seen: string[] = [];
  let cursor = "";
  do {
    const page = await person.json<Page>("GET", `/api/projects?limit=3${cursor && `&cursor=${cursor}`}`);
    expect(page.items.length).toBeLessThanOrEqual(3);
    seen.push(...page.items.map((item) => item.id));
    cursor = page.nextCursor ?? "";
  } while (cursor);
  expect(seen).toHaveLength(7);
  expect(new Set(seen)).toEqual(new Set(made));

  const id = made[0] ?? "";
  const renamed = await person.json("PATCH", `/api/projects/${id}`, { name: "  عيادة  " });
  expect(renamed).toMatchObject({ id, name: "عيادة", role: "owner" });
  expect(await person.json("GET", `/api/projects/${id}`)).toEqual(renamed);
  const listed = await person.json<Page>("GET", "/api/projects?limit=100");
  expect(listed.items.find((item) => item.id === id)?.name).toBe("عيادة");
});

test("FR-1.5: a deleted project is gone for everybody, with its workflows stopped", async () => {
  const owner = await newPerson();
  const guest = await newPerson();
  const id = await owner.project();
  await owner.json("POST", `/api/projects/${id}/members`, { email: guest.email, role: "collaborator" });
  const workflow = await owner.json<{ id: string }>("POST", `/api/projects/${id}/workflows`, { message: "Total it" });
  expect((await guest.send("DELETE", `/api/projects/${id}`)).status).toBe(403);
  await owner.json("DELETE", `/api/projects/${id}`);
  for (const person of [owner, guest]) {
    expect((await person.json<Page>("GET", "/api/projects")).items).toEqual([]);
    for (const path of [`/api/projects/${id}`, `/api/projects/${id}/workflows`, `/api/workflows/${workflow.id}`])
      expect((await person.get(path)).status).toBe(404);
  }
  expect((await owner.send("DELETE", `/api/projects/${id}`)).status).toBe(404);
});

test("FR-9: every member sees the budget, the owner changes it within bounds", async () => {
  const owner = await newPerson();
  const guest = await newPerson();
  const id = await owner.project();
  await owner.json("POST", `/api/projects/${id}/members`, { email: guest.email, role: "viewer" });
  const path = `/api/projects/${id}/budget`;
  const fresh = { budgetMicros: 50_000_000, leftMicros: 50_000_000, spentMicros: 0, simulatedMicros: 0 };
  expect(await guest.json("GET", path)).toEqual(fresh);
  expect(await problemOf(await guest.send("PATCH", path, { budgetMicros: 1 }))).toMatchObject({
    status: 403,
    code: "role_forbidden",
  });
  for (const budgetMicros of [-1, 0.5, 100_000_000_001, "5", null])
    expect(await problemOf(await owner.send("PATCH", path, { budgetMicros }))).toMatchObject({
      code: "invalid_request",
    });
  const raised = { ...fresh, budgetMicros: 100_000_000_000, leftMicros: 100_000_000_000 };
  expect(await owner.json("PATCH", path, { budgetMicros: 100_000_000_000 })).toEqual(raised);
  expect(await guest.json("GET", path)).toEqual(raised);
  await env.PROJECT.getByName(id).lease({ workflowId: "wf_a", trancheId: "t1", micros: 1_500_000 });
  const low = await problemOf(await owner.send("PATCH", path, { budgetMicros: 1_499_999 }));
  expect(low).toMatchObject({ status: 422, code: "budget_too_low" });
  expect(low.body.detail).toContain("$1.50");
  expect(await owner.json("PATCH", path, { budgetMicros: 1_500_000 })).toMatchObject({ leftMicros: 0 });
});

test("FR-11.4, NFR-S2.4: an open socket ends with the session it was opened in", async () => {
  const person = await newPerson();
  const id = await person.project();
  const { webSocket } = await person.get(`/api/projects/${id}/socket`, { upgrade: "websocket" });
  if (!webSocket) throw new Error("no socket");
  const got: string[] = [];
  webSocket.addEventListener("message", ({ data }) => {
    got.push(JSON.parse(String(data)).type);
  });
  webSocket.addEventListener("close", ({ code }) => {
    got.push(`closed ${code}`);
  });
  webSocket.accept();
  const tell = () => env.PROJECT.getByName(id).project({ summary: finished(id), ledger: [], audit: [], repairs: [] });
  await tell();
  await expect.poll(() => got).toEqual(["hello", "workflow"]);
  const now = Date.now;
  const later = vi.spyOn(Date, "now").mockImplementation(() => now() + 61_000);
  await tell();
  await expect.poll(() => got).toEqual(["hello", "workflow", "workflow"]);
  await person.json("POST", "/api/auth/sign-out");
  later.mockImplementation(() => now() + 122_000);
  await tell();
  await expect.poll(() => got).toEqual(["hello", "workflow", "workflow", "closed 4401"]);
});

function finished(projectId: string): WorkflowSummary {
  const at = "2026-11-01T00:00:00.000Z";
  const ids = { id: newId("wf"), projectId, name: "Totals", createdBy: "usr_owner" };
  const money = { spentMicros: 1, capMicros: 1, simulated: true, waiting: 0 };
  const place = { status: "completed", stage: "completed", version: 1, headHash: null };
  return { ...ids, ...money, ...place, createdAt: at, updatedAt: at, completedAt: at };
}

test("refuses names that are none, cursors never given and page sizes out of bounds", async () => {
  const person = await newPerson();
  for (const name of ["", "   ", "x".repeat(101), 7, null])
    expect(await problemOf(await person.post("/api/projects", { name }))).toMatchObject({ code: "invalid_request" });
  for (const query of ["cursor=abc", "cursor=W10", "limit=0", "limit=1000", "limit=x"])
    expect(await problemOf(await person.get(`/api/projects?${query}`))).toMatchObject({ code: "invalid_request" });
});
