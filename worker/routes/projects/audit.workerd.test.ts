import { expect, test } from "vitest";
import type { AuditEntry } from "../../../shared/api/audit.ts";
import { newPerson, problemOf } from "../../testing/person.ts";

type Page = { items: AuditEntry[]; nextCursor: string | null };

test("FR-12.5: the owner reads who changed what, page by page; nobody else does", async () => {
  const owner = await newPerson("Owner");
  const helper = await newPerson("Helper");
  const stranger = await newPerson("Stranger");
  await stranger.project();
  const id = await owner.project();
  const path = `/api/projects/${id}/audit`;
  await owner.json("POST", `/api/projects/${id}/members`, { email: helper.email, role: "collaborator" });
  await owner.json("PATCH", `/api/projects/${id}/members/${helper.userId}`, { role: "viewer" });
  await owner.json("PATCH", `/api/projects/${id}/budget`, { budgetMicros: 60_000_000 });
  const lines: AuditEntry[] = [];
  let cursor: string | null = "";
  while (cursor !== null) {
    const page: Page = await owner.json("GET", `${path}?limit=3${cursor && `&cursor=${encodeURIComponent(cursor)}`}`);
    lines.push(...page.items);
    cursor = page.nextCursor;
  }
  expect(lines.map((line) => line.eventType)).toEqual(["budget.set", "member.set", "member.set", "project.created"]);
  expect(lines[1]).toMatchObject({
    actor: { kind: "user", id: owner.userId },
    category: "data_access",
    isSensitive: true,
    data: { userId: helper.userId, role: "viewer", from: "collaborator" },
  });
  expect(JSON.stringify(lines)).not.toContain(helper.email);
  expect(await problemOf(await helper.get(path))).toMatchObject({ status: 403, code: "role_forbidden" });
  expect(await problemOf(await stranger.get(path))).toMatchObject({ status: 404, code: "not_found" });
});
