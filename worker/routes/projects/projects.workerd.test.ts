import { env } from "cloudflare:test";
import { expect, test } from "vitest";
import { newPerson, problemOf } from "../../testing/person.ts";

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

test("refuses names that are none, cursors never given and page sizes out of bounds", async () => {
  const person = await newPerson();
  for (const name of ["", "   ", "x".repeat(101), 7, null])
    expect(await problemOf(await person.post("/api/projects", { name }))).toMatchObject({ code: "invalid_request" });
  for (const query of ["cursor=abc", "cursor=W10", "limit=0", "limit=1000", "limit=x"])
    expect(await problemOf(await person.get(`/api/projects?${query}`))).toMatchObject({ code: "invalid_request" });
});
