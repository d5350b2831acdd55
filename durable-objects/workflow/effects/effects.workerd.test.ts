import { evictDurableObject } from "cloudflare:test";
import { afterEach, expect, test, vi } from "vitest";
import type { RunMode } from "../../../shared/workflow/effects.ts";
import { DESK, FakeDesk } from "../testing/fake-outside.ts";
import { says, scriptedPlan, uses } from "../testing/scripted.ts";
import { codeOf, must, owner, Stage, script } from "../testing/stage.ts";

const second = { userId: "usr_second", role: "collaborator" } as const;
afterEach(() => vi.restoreAllMocks());

/** A run whose only step books a room, until it waits for an approval (or is over). */
async function booking(desk: FakeDesk, mode: RunMode = "live") {
  const tool = desk.tool();
  const plan = scriptedPlan(1).map((node) => ({ ...node, touches: ["desk"] }));
  const answer = (request: { system: string; messages: readonly unknown[] }) =>
    request.system === "s1" && request.messages.length === 0 ? uses("book", { what: "room" }) : says("done");
  script(answer, plan, { services: () => [DESK], outsideTools: () => [tool] });
  const stage = new Stage();
  await stage.create();
  await stage.until("pending_approval");
  must(await stage.workflow.act(owner, { kind: "approve-plan", planVersion: 1, capMicros: 1_000_000, mode }));
  return stage;
}

async function asked(stage: Stage) {
  const view = await stage.until("paused");
  const approval = view.approvals.find((one) => one.status === "open");
  if (!approval) throw new Error("nothing was asked");
  return approval;
}

test("E3 E8 an edited approval is sent exactly so, survives an eviction, and is taken back after the end", async () => {
  const desk = new FakeDesk();
  const stage = await booking(desk);
  const { id: approvalId } = await asked(stage);
  await evictDurableObject(stage.stub);
  const decide = (args: Record<string, unknown>) =>
    stage.workflow.act(owner, { kind: "decide", approvalId, decision: "approved", arguments: args });
  expect(codeOf(await decide({ what: 3 }))).toBe("approval_arguments_invalid");
  must(await decide({ what: "suite" }));
  await stage.until("completed");
  expect(desk.sent.map((one) => one.what)).toEqual(["suite"]);
  const [done] = must(await stage.workflow.effects(owner));
  expect(done).toMatchObject({ status: "done", stepLabel: "Step s1", canUndo: true, approvedBy: owner.userId });
  expect(done).not.toHaveProperty("key");
  must(await stage.workflow.act(second, { kind: "undo" }));
  await stage.untilEvent("effect.intended");
  await vi.waitUntil(async () => must(await stage.workflow.effects(owner))[0]?.status === "undone", {
    timeout: 10_000,
  });
  expect(desk.requests.map((one) => one.undo)).toEqual([false, true]);
});

test("D4 two people decide at once: one wins, the other is told what happened, one request leaves", async () => {
  const desk = new FakeDesk();
  const stage = await booking(desk);
  const { id: approvalId } = await asked(stage);
  const answers = await Promise.all([
    stage.workflow.act(owner, { kind: "decide", approvalId, decision: "approved" }),
    stage.workflow.act(second, { kind: "decide", approvalId, decision: "approved" }),
  ]);
  const lost = answers.filter((one) => !one.ok);
  expect(lost).toHaveLength(1);
  expect(lost[0]).toMatchObject({ error: { code: "approval_closed", params: { decision: "approved" } } });
  await stage.until("completed");
  expect(desk.sent).toHaveLength(1);
});

test("E3 a declined write does not leave", async () => {
  const desk = new FakeDesk();
  const stage = await booking(desk);
  const { id: approvalId } = await asked(stage);
  must(await stage.workflow.act(owner, { kind: "decide", approvalId, decision: "rejected" }));
  await stage.until("completed");
  expect(desk.requests).toEqual([]);
});

test("E2 a rehearsal lists the write and sends nothing", async () => {
  const desk = new FakeDesk();
  const stage = await booking(desk, "rehearsal");
  await stage.until("completed");
  expect(desk.requests).toEqual([]);
  expect(must(await stage.workflow.effects(owner))).toMatchObject([{ status: "recorded", canUndo: false }]);
});

test("E7 with the role go the plan's approval and the run's going on, within the same call", async () => {
  const desk = new FakeDesk();
  const stage = await booking(desk);
  await asked(stage);
  await stage.workflow.dropMember(owner.userId, "collaborator");
  expect((await stage.view()).error).toBeNull();
  await stage.workflow.dropMember(owner.userId, "viewer");
  expect((await stage.view()).error?.code).toBe("approver_left");
  const approval = (await stage.view()).approvals.find((one) => one.status === "open");
  must(await stage.workflow.act(second, { kind: "decide", approvalId: approval?.id ?? "", decision: "approved" }));
  expect((await stage.view()).status).toBe("paused");
  expect(desk.requests).toEqual([]);
  must(await stage.workflow.act(second, { kind: "resume" }));
  await stage.until("completed");
  expect(desk.sent).toHaveLength(1);
});
