import { describe, expect, it } from "vitest";
import type { ForkRequest } from "../../../shared/protocol/object-rpc.ts";
import { Journal } from "../engine/journal.ts";
import { MemoryLog } from "../log/memory-log.ts";
import { DESK, FakeDesk } from "../testing/fake-outside.ts";
import { act, only, openApprovals, outsideRun, settle, told } from "../testing/outside-world.ts";
import { scriptedOrchestrator } from "../testing/scripted.ts";
import { APPROVED, hash, USER, type World } from "../testing/world.ts";
import { checkpointOf } from "./checkpoint.ts";
import { importEvent } from "./import-state.ts";

/** Another run, from a checkpoint of this one, approved to run live; it has not run since. */
function fork(w: World, request: Pick<ForkRequest, "reason" | "version">): World {
  const orchestrator = scriptedOrchestrator([]);
  const pricing = { orchestrator, profiles: [], services: [DESK] };
  const checkpoint = checkpointOf(w.journal, { ...request, locale: "en" }, pricing);
  if (!checkpoint.ok) throw new Error(checkpoint.error.code);
  const { framework, model, projectId } = w.state();
  const input = { ...checkpoint.value, id: "wf_fork", projectId, createdBy: "usr_1" };
  const event = importEvent(input, { framework, model });
  if (!event.ok) throw new Error(event.error.code);
  const store = new MemoryLog();
  const journal = new Journal(store, hash, w.time);
  journal.append(USER, [event.value]);
  const planVersion = journal.state?.plan?.version ?? 0;
  journal.append(USER, [{ ...APPROVED, data: { ...APPROVED.data, planVersion } }]);
  return w.again({ store });
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
});
