import { env } from "cloudflare:test";
import { beforeAll, expect, test, vi } from "vitest";
import type { WorkflowView } from "../../../shared/api/workflows.ts";
import type { WorkflowEvent } from "../../../shared/workflow/events.ts";
import { newPerson, problemOf } from "../../testing/person.ts";

/* SPEC C5: a request whose answer was lost in a crash is sent again under its key, and is carried out once. */

let owner: Awaited<ReturnType<typeof newPerson>>;
let projectId: string;
beforeAll(async () => {
  owner = await newPerson();
  projectId = await owner.project();
});

/** As the table stands when the server died after the object had acted and before the answer was kept. */
async function loseAnswer(key: string, ageMs: number): Promise<void> {
  await env.DB.prepare("UPDATE idempotency_keys SET status = NULL, created_at = ? WHERE key = ?")
    .bind(Date.now() - ageMs, key)
    .run();
}

const ask = (key: string, message = "Write a short welcome letter") =>
  owner.post(`/api/projects/${projectId}/workflows`, { message }, { "idempotency-key": key });

async function planned(id: string): Promise<void> {
  await vi.waitUntil(
    async () => (await owner.json<WorkflowView>("GET", `/api/workflows/${id}`)).status === "pending_approval",
    { timeout: 10_000, interval: 50 },
  );
}

test("C4 asking again after a lost answer gives the same workflow; another key, another one", async () => {
  const first: WorkflowView = await (await ask("ask-1")).json();
  await loseAnswer("ask-1", 60_000);
  const again: WorkflowView = await (await ask("ask-1")).json();
  expect(again.id).toBe(first.id);
  const other: WorkflowView = await (await ask("ask-2")).json();
  expect(other.id).not.toBe(first.id);
  const stranger = await newPerson();
  const theirs = await stranger.project();
  const body = { message: "Write a short welcome letter" };
  const made = await stranger.post(`/api/projects/${theirs}/workflows`, body, { "idempotency-key": "ask-1" });
  expect(((await made.json()) as WorkflowView).id).not.toBe(first.id);
});

test("C5 a command sent again after a lost answer changes nothing more", async () => {
  const { id }: WorkflowView = await (await ask("ask-3")).json();
  await planned(id);
  const steer = () => owner.post(`/api/workflows/${id}/steer`, { message: "In blue" }, { "idempotency-key": "say-1" });
  expect((await steer()).status).toBe(200);
  await loseAnswer("say-1", 60_000);
  expect((await steer()).status).toBe(200);
  const { events } = await owner.json<{ events: WorkflowEvent[] }>("GET", `/api/workflows/${id}/events?since=0`);
  expect(events.filter((event) => event.name === "workflow.steered")).toHaveLength(1);
});

test("C5 while the first may still be at work, the second is told so", async () => {
  const { id }: WorkflowView = await (await ask("ask-4")).json();
  await planned(id);
  const cancel = () => owner.send("DELETE", `/api/workflows/${id}`, undefined, { "idempotency-key": "end-1" });
  expect((await cancel()).status).toBe(200);
  await loseAnswer("end-1", 0);
  expect(await problemOf(await cancel())).toMatchObject({ status: 409, code: "request_in_progress" });
});
