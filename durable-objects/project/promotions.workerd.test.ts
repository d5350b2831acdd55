import { env } from "cloudflare:test";
import { afterEach, describe, expect, test, vi } from "vitest";
import { newId } from "../../shared/lib/ids.ts";
import type { WorkflowRpc } from "../../shared/protocol/object-rpc.ts";
import { DESK, FakeDesk } from "../workflow/testing/fake-outside.ts";
import { says, scriptedPlan, uses } from "../workflow/testing/scripted.ts";
import { must, owner, Stage, script } from "../workflow/testing/stage.ts";

afterEach(() => vi.restoreAllMocks());

/** A finished rehearsal of one booking, known to its project. */
async function rehearsed(desk: FakeDesk): Promise<Stage> {
  const tool = desk.tool();
  const plan = scriptedPlan(1).map((node) => ({ ...node, touches: ["desk"] }));
  const answer = (request: { system: string; messages: readonly unknown[] }) =>
    request.system === "s1" && request.messages.length === 0 ? uses("book", { what: "room" }) : says("done");
  script(answer, plan, { services: () => [DESK], outsideTools: () => [tool] });
  const stage = new Stage();
  await stage.create();
  await stage.until("pending_approval");
  must(
    await stage.workflow.act(owner, { kind: "approve-plan", planVersion: 1, capMicros: 1_000_000, mode: "rehearsal" }),
  );
  await stage.until("completed");
  await vi.waitUntil(async () => (await env.PROJECT.getByName(stage.projectId).anchor(stage.id)) !== null);
  return stage;
}

const promote = async ({ id: workflowId, projectId }: Stage): Promise<string> => {
  const request = { workflowId, reason: "promote" as const, version: 1, locale: "en" as const };
  return must(await env.PROJECT.getByName(projectId).fork(owner, { id: newId("wf"), ...request })).id;
};

// SAFETY: the stub speaks this interface; the platform's own types lose the results' types on the way.
const runOf = (id: string) => env.WORKFLOW.getByName(id) as WorkflowRpc;

const statusOf = async (id: string) => must(await runOf(id).view(owner)).status;

async function approve(id: string): Promise<void> {
  const { plan } = must(await runOf(id).view(owner));
  const planVersion = plan?.version ?? 0;
  must(await runOf(id).act(owner, { kind: "approve-plan", planVersion, capMicros: 1_000_000, mode: "live" }));
}

describe("K6 a rehearsal that is promoted more than once", () => {
  test("has one real run at a time, whoever asks at once", async () => {
    const stage = await rehearsed(new FakeDesk());
    const ids = await Promise.all([promote(stage), promote(stage), promote(stage)]);
    expect(new Set(ids).size).toBe(1);
    const [first = ""] = ids;
    expect(await promote(stage)).toBe(first);
    must(await runOf(first).act(owner, { kind: "cancel", reason: "" }));
    const second = await promote(stage);
    expect(second).not.toBe(first);
    expect(await statusOf(second)).toBe("pending_approval");
  });

  test("E7 sends nothing again that an earlier real run has sent", async () => {
    const desk = new FakeDesk();
    const stage = await rehearsed(desk);
    const first = await promote(stage);
    await approve(first);
    const asked = await vi.waitUntil(async () => must(await runOf(first).view(owner)).approvals[0] ?? null);
    must(await runOf(first).act(owner, { kind: "decide", approvalId: asked.id, decision: "approved" }));
    await vi.waitUntil(async () => (await statusOf(first)) === "completed", { timeout: 10_000 });
    expect(desk.sent).toHaveLength(1);
    const second = await promote(stage);
    expect(second).not.toBe(first);
    await approve(second);
    await vi.waitUntil(async () => (await statusOf(second)) === "completed", { timeout: 10_000 });
    expect(desk.sent).toHaveLength(1);
    const lines = must(await runOf(second).effects(owner));
    expect(lines.map((one) => [one.status, one.inheritedFrom])).toEqual([
      ["recorded", stage.id],
      ["done", first],
    ]);
  });
});
