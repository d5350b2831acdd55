import { describe, expect, it } from "vitest";
import type { ForkRequest } from "../../../shared/protocol/object-rpc.ts";
import type { RunMode } from "../../../shared/workflow/effects.ts";
import { Journal } from "../engine/journal.ts";
import { MemoryLog } from "../log/memory-log.ts";
import { DESK, FAILED, FakeDesk } from "../testing/fake-outside.ts";
import { act, only, openApprovals, outsideRun, settle, told } from "../testing/outside-world.ts";
import { scriptedOrchestrator } from "../testing/scripted.ts";
import { APPROVED, hash, USER, type World } from "../testing/world.ts";
import { checkpointOf } from "./checkpoint.ts";
import { importEvent } from "./import-state.ts";

/** Another run, from a checkpoint of this one, approved to run live; it has not run since. */
function fork(
  w: World,
  request: Pick<ForkRequest, "reason" | "version">,
  { id = "wf_fork", mode = "live" }: { id?: string; mode?: RunMode } = {},
): World {
  const orchestrator = scriptedOrchestrator([]);
  const pricing = { orchestrator, profiles: [], services: [DESK] };
  const checkpoint = checkpointOf(w.journal, { ...request, locale: "en" }, pricing);
  if (!checkpoint.ok) throw new Error(checkpoint.error.code);
  const { framework, model, projectId } = w.state();
  const input = { ...checkpoint.value, id, projectId, createdBy: "usr_1" };
  const event = importEvent(input, { framework, model });
  if (!event.ok) throw new Error(event.error.code);
  const store = new MemoryLog();
  const journal = new Journal(store, hash, w.time);
  journal.append(USER, [event.value]);
  const planVersion = journal.state?.plan?.version ?? 0;
  journal.append(USER, [{ ...APPROVED, data: { ...APPROVED.data, planVersion, mode } }]);
  return w.again({ store });
}

/** The ledger that a fork of this run gets; `damaged`: the rest of its log cannot be read. */
function inheritedOf({ journal }: World, damaged: boolean) {
  const pricing = { orchestrator: scriptedOrchestrator([]), profiles: [], services: [DESK] };
  const source = {
    state: journal.state,
    damage: damaged ? "altered" : null,
    events: (since: number, limit: number) => journal.events(since, limit),
  };
  const checkpoint = checkpointOf(source, { reason: "fork", version: 1, locale: "en" }, pricing);
  return checkpoint.ok ? checkpoint.value.state.effects : checkpoint.error.code;
}

async function approved(w: World, desk: FakeDesk): Promise<World> {
  const { id: approvalId } = only(openApprovals(w));
  const tool = desk.tool();
  expect(act(w, { kind: "decide", approvalId, decision: "approved" }, { services: [DESK], tools: [tool] })).toBe("ok");
  return settle(w);
}

const startOf = (w: World, nodeId: string): number =>
  w.journal.events(0, 1000).find((one) => one.name === "node.started" && one.data.nodeId === nodeId)?.version ?? 0;

describe("a write of the run that was forked", () => {
  it("K5 E7 is answered from the ledger, and never sent again", async () => {
    const desk = new FakeDesk();
    const first = await approved(await settle(await outsideRun({ tool: desk.tool() })), desk);
    expect(first.state().phase).toBe("completed");
    const second = await settle(fork(first, { reason: "fork", version: startOf(first, "s1") }));
    expect(second.state().phase).toBe("completed");
    expect(openApprovals(second)).toEqual([]);
    expect(told(second)).toMatchObject({ ok: true });
    expect(told(second)?.output).toContain("b1");
    expect(desk.sent).toHaveLength(1);
    expect(second.state().effects).toMatchObject([{ status: "done", inheritedFrom: first.state().id }]);
  });

  it("K6 that was only rehearsed is sent by the promoted run, once and as approved", async () => {
    const desk = new FakeDesk();
    const rehearsed = await settle(await outsideRun({ tool: desk.tool(), mode: "rehearsal" }));
    expect(rehearsed.state()).toMatchObject({ phase: "completed", mode: "rehearsal" });
    expect(desk.sent).toEqual([]);
    const live = await settle(fork(rehearsed, { reason: "promote", version: 0 }));
    expect(live.state().pause?.reason).toBe("person");
    expect(desk.sent).toEqual([]);
    await approved(live, desk);
    expect(live.state().phase).toBe("completed");
    expect(desk.sent.map((one) => one.what)).toEqual(["room"]);
    expect(live.state().effects.map((one) => one.status)).toEqual(["recorded", "done"]);
  });

  it("K2 that was only rehearsed is not taken for done: its step begins anew in a fork that runs live", async () => {
    const desk = new FakeDesk();
    const rehearsed = await settle(await outsideRun({ tool: desk.tool(), mode: "rehearsal" }));
    const second = await settle(fork(rehearsed, { reason: "fork", version: rehearsed.state().version }));
    expect(second.state().phase).not.toBe("completed");
    await approved(second, desk);
    expect(second.state().phase).toBe("completed");
    expect(desk.sent.map((one) => one.what)).toEqual(["room"]);
  });

  it("K6 a rehearsal that was forked and rehearsed again is promoted like the first", async () => {
    const desk = new FakeDesk();
    const rehearsed = await settle(await outsideRun({ tool: desk.tool(), mode: "rehearsal" }));
    const again = await settle(
      fork(rehearsed, { reason: "fork", version: rehearsed.state().version }, { id: "wf_again", mode: "rehearsal" }),
    );
    expect(again.state()).toMatchObject({ phase: "completed", mode: "rehearsal" });
    const live = await settle(fork(again, { reason: "promote", version: 0 }));
    await approved(live, desk);
    expect(live.state().phase).toBe("completed");
    expect(desk.sent.map((one) => one.what)).toEqual(["room"]);
  });

  it("K5 E8 waits while it is taken back, and asks for it again after that", async () => {
    const desk = new FakeDesk();
    const tool = desk.tool();
    const first = await approved(await settle(await outsideRun({ tool })), desk);
    const version = startOf(first, "s1");
    expect(act(first, { kind: "undo" }, { services: [DESK], tools: [tool] })).toBe("ok");
    expect(() => fork(first, { reason: "fork", version })).toThrow("workflow_busy");
    await settle(first);
    const second = await settle(fork(first, { reason: "fork", version }));
    expect(openApprovals(second)).toHaveLength(1);
  });

  it("K5 E6 waits while the service keeps it waiting: it would be sent by both", async () => {
    const desk = new FakeDesk(() => FAILED("service_rate_limited", 600));
    const tool = desk.tool();
    const first = await settle(await outsideRun({ tool }));
    const version = startOf(first, "s1") - 1;
    await approved(first, desk);
    expect(first.state().effects).toMatchObject([{ status: "failed" }]);
    expect(() => fork(first, { reason: "fork", version })).toThrow("workflow_busy");
    expect(act(first, { kind: "cancel", reason: "" }, { services: [DESK], tools: [tool] })).toBe("ok");
    expect(fork(first, { reason: "fork", version }).state().effects).toMatchObject([{ status: "failed" }]);
  });

  it("E8 is taken back by the run that did it only, and nothing of it is said to be under way elsewhere", async () => {
    const desk = new FakeDesk();
    const tool = desk.tool();
    const first = await approved(await settle(await outsideRun({ tool })), desk);
    const second = await settle(fork(first, { reason: "fork", version: startOf(first, "s1") }));
    const outside = { services: [DESK], tools: [tool] };
    const effectIds = [only(second.state().effects).effectId];
    expect(act(second, { kind: "undo", effectIds }, outside)).toBe("undo_impossible");
    expect(act(second, { kind: "undo" }, outside)).toBe("nothing_to_undo");
    expect(act(first, { kind: "undo", effectIds }, outside)).toBe("ok");
    // Of a log that breaks off there nobody will hear whether it still stands.
    const dead = inheritedOf(first, true);
    expect(dead).toMatchObject([{ status: "unknown", undo: null }]);
  });
});
