import { describe, expect, it } from "vitest";
import type { EffectOutcome } from "../../../shared/workflow/effects.ts";
import { SYSTEM } from "../../../shared/workflow/records.ts";
import type { OutsideTool } from "../effects/port.ts";
import { DESK, DONE, FAILED, FakeDesk, UNKNOWN } from "../testing/fake-outside.ts";
import { act, HOUR, only, openApprovals, openQuestions, outsideRun, settle, told } from "../testing/outside-world.ts";
import type { World } from "../testing/world.ts";
import { dropApprover } from "./decisions.ts";

const around = (tool: OutsideTool) => ({ services: [DESK], tools: [tool] });

function decideAll(w: World, tool: OutsideTool): void {
  for (const { id: approvalId } of openApprovals(w))
    expect(act(w, { kind: "decide", approvalId, decision: "approved" }, around(tool))).toBe("ok");
}

/** A finished run that booked a room and a car. */
async function booked(desk: FakeDesk, tool: OutsideTool): Promise<World> {
  const w = await settle(
    await outsideRun({ tool, inputs: { s1: [{ what: "room" }], s2: [{ what: "car" }] }, steps: 2 }),
  );
  decideAll(w, tool);
  await settle(w);
  expect(w.state().phase).toBe("completed");
  expect(desk.sent).toHaveLength(2);
  return w;
}

describe("E8 undo", () => {
  it("takes back all of a run that is over, the newest first, each under a key of its own", async () => {
    const desk = new FakeDesk();
    const tool = desk.tool();
    const w = await booked(desk, tool);
    expect(act(w, { kind: "undo" }, around(tool), "usr_2")).toBe("ok");
    await settle(w);
    expect(desk.requests.slice(2).map((one) => [one.what, one.undo])).toEqual([
      ["car", true],
      ["room", true],
    ]);
    expect(new Set(desk.requests.map((one) => one.key)).size).toBe(4);
    expect(
      w
        .state()
        .effects.slice(0, 2)
        .map((one) => [one.status, one.undo?.status, one.undo?.by]),
    ).toEqual([
      ["undone", "done", "usr_2"],
      ["undone", "done", "usr_2"],
    ]);
    expect(w.state().phase).toBe("completed");
    expect(act(w, { kind: "undo" }, around(tool))).toBe("nothing_to_undo");
    const { effectId } = w.state().effects[0] ?? { effectId: "" };
    expect(act(w, { kind: "undo", effectIds: [effectId] }, around(tool))).toBe("undo_impossible");
    expect(act(w, { kind: "undo", effectIds: ["nobody"] }, around(tool))).toBe("not_found");
  });

  it.each([
    ["the service refuses", FAILED("service_refused"), "service_refused"],
    ["nobody can tell", UNKNOWN, "undo_unknown"],
  ])("%s: the line says so, and it can be asked for again", async (_case, answer, code) => {
    const desk = new FakeDesk((request) => (request.undo ? answer : DONE()));
    const tool = desk.tool();
    const w = await booked(desk, tool);
    const [first] = w.state().effects;
    if (!first) throw new Error("no effect");
    const again = () => act(w, { kind: "undo", effectIds: [first.effectId] }, around(tool));
    expect(again()).toBe("ok");
    await settle(w);
    expect(w.state().effects[0]).toMatchObject({ status: "done", undo: { status: "refused", failure: { code } } });
    desk.answer = () => DONE();
    expect(again()).toBe("ok");
    await settle(w);
    expect(w.state().effects[0]?.status).toBe("undone");
    // What may have been taken back already is asked for under the same key: a service that knows it does it once.
    const keys = new Set(desk.requests.filter((one) => one.undo).map((one) => one.key));
    expect(keys.size).toBe(code === "undo_unknown" ? 1 : 2);
  });

  it("a deployment without the tool says that it cannot", async () => {
    const desk = new FakeDesk();
    const tool = desk.tool();
    const w = await booked(desk, tool);
    const bare = w.again({ outside: { services: [], tools: [] } });
    expect(act(bare, { kind: "undo" }, around(tool))).toBe("ok");
    await settle(bare);
    expect(bare.state().effects.map((one) => one.undo?.failure?.code)).toEqual(["undo_impossible", "undo_impossible"]);
  });
});

describe("E9 the end of a run", () => {
  it.each([
    ["is heard", true, "done"],
    ["is never heard", false, "unknown"],
  ])("does not abort a write that has left: its answer %s", async (_case, heard, status) => {
    let aborted = false;
    let finish: (outcome: EffectOutcome) => void = () => {};
    const desk = new FakeDesk(() => DONE());
    const tool = desk.tool("write", {
      send: (_action, { signal }) => {
        signal.addEventListener("abort", () => (aborted = true));
        return new Promise((resolve) => (finish = resolve));
      },
    });
    const w = await settle(await outsideRun({ tool }));
    decideAll(w, tool);
    const run = w.executor.run(600_000);
    for (let round = 0; round < 3; round++) await Promise.resolve();
    expect(w.state().effects[0]?.status).toBe("intended");
    expect(act(w, { kind: "cancel", reason: "" }, around(tool))).toBe("ok");
    if (heard) finish(DONE());
    await run;
    await settle(w);
    expect(w.state().phase).toBe("cancelled");
    expect(w.state().effects[0]?.status).toBe(status);
    expect(aborted).toBe(!heard);
  });
});

describe("E9 a write of unknown outcome when its run is over", () => {
  /** Cancelled while its only write is on its way, which is never heard of. */
  async function cancelled(desk: FakeDesk, tool: OutsideTool): Promise<World> {
    const w = await settle(await outsideRun({ tool }));
    decideAll(w, tool);
    desk.answer = () => {
      act(w, { kind: "cancel", reason: "" }, around(tool));
      return UNKNOWN;
    };
    await settle(w);
    expect(w.state()).toMatchObject({ phase: "cancelled", effects: [{ status: "unknown" }] });
    return w;
  }

  it.each(["done", "leave"] as const)("a person is asked, may say %s, and nothing is sent", async (said) => {
    const desk = new FakeDesk();
    const tool = desk.tool();
    const w = await cancelled(desk, tool);
    const { id: questionId, choices, nodeId, text } = only(openQuestions(w));
    expect([choices, nodeId]).toEqual([["done", "leave"], null]);
    expect(text).not.toContain("send it again");
    const say = (answer: string) => act(w, { kind: "answer", questionId, answer }, around(tool));
    expect(say("again")).toBe("invalid_request");
    expect(say(said)).toBe("ok");
    expect(say("done")).toBe("question_closed");
    await settle(w);
    const status = said === "done" ? "done" : "failed";
    expect(w.state()).toMatchObject({ phase: "cancelled", effects: [{ status, knownBy: "person" }] });
    expect(w.state().nodes[0]?.status).toBe("skipped");
    expect(desk.sent).toHaveLength(1);
    expect(openQuestions(w)).toEqual([]);
  });

  it("one asked before is asked anew, once, also by the next instance", async () => {
    const desk = new FakeDesk(() => UNKNOWN);
    const tool = desk.tool();
    const w = await settle(await outsideRun({ tool }));
    decideAll(w, tool);
    await settle(w);
    const before = only(openQuestions(w));
    expect(before.choices).toContain("again");
    expect(act(w, { kind: "cancel", reason: "" }, around(tool))).toBe("ok");
    const next = await settle(await settle(w.again()));
    expect(only(openQuestions(next)).id).not.toBe(before.id);
    const answer = { kind: "answer", questionId: before.id, answer: "done" } as const;
    expect(act(next, answer, around(tool))).toBe("question_closed");
  });

  it("in a failed run that is retried, the step goes on by the answer", async () => {
    const desk = new FakeDesk(() => UNKNOWN);
    const tool = desk.tool();
    const w = await settle(await outsideRun({ tool }));
    decideAll(w, tool);
    await settle(w);
    w.journal.append(SYSTEM, [
      { name: "workflow.failed", data: { failure: { code: "step_failed", params: {}, technical: "" } } },
    ]);
    await settle(w);
    expect(act(w, { kind: "answer", questionId: only(openQuestions(w)).id, answer: "leave" }, around(tool))).toBe("ok");
    expect(act(w, { kind: "retry" }, around(tool))).toBe("ok");
    await settle(w);
    expect(told(w)?.output).toContain("leave it");
    expect(w.state().phase).toBe("completed");
  });
});

describe("D2 an approval past its deadline", () => {
  it("cannot be given any more, though the timer has not run yet", async () => {
    const desk = new FakeDesk();
    const tool = desk.tool();
    const w = await settle(await outsideRun({ tool }));
    const { id: approvalId } = only(openApprovals(w));
    const decide = () => act(w, { kind: "decide", approvalId, decision: "approved" }, around(tool));
    w.time.advance(24 * HOUR);
    expect(decide()).toBe("approval_closed");
    await settle(w);
    expect(w.state().approvals[0]?.status).toBe("expired");
    expect(decide()).not.toBe("ok");
    expect(desk.requests).toEqual([]);
  });
});

describe("E7 a role is lost", () => {
  it("what they approved and is not begun is asked about anew, and the run waits for somebody to take it over", async () => {
    const desk = new FakeDesk();
    const tool = desk.tool();
    const w = await settle(await outsideRun({ tool }));
    const asked = only(openApprovals(w));
    const edited = {
      kind: "decide",
      approvalId: asked.id,
      decision: "approved",
      arguments: { what: "suite" },
    } as const;
    expect(act(w, edited, around(tool))).toBe("ok");
    w.journal.append(SYSTEM, dropApprover(w.state(), "usr_1", w.time.now()));
    expect(w.state().approvals[0]?.status).toBe("void");
    expect(w.state().pause).toMatchObject({ reason: "person", failure: { code: "approver_left" } });
    await settle(w);
    expect(desk.requests).toEqual([]);
    const fresh = only(openApprovals(w));
    expect(fresh).toMatchObject({ arguments: { what: "suite" }, decidedBy: null });
    const decision = { kind: "decide", approvalId: fresh.id, decision: "approved" } as const;
    expect(act(w, decision, around(tool), "usr_2")).toBe("ok");
    expect(w.state().pause?.failure?.code).toBe("approver_left");
    expect(act(w, { kind: "resume" }, around(tool), "usr_2")).toBe("ok");
    expect(w.state().approvedBy).toBe("usr_2");
    await settle(w);
    expect(desk.sent.map((one) => one.what)).toEqual(["suite"]);
    expect(w.state().effects[0]?.approvedBy).toBe("usr_2");
    expect(dropApprover(w.state(), "usr_2", 0)).toEqual([]);
  });

  it("who approved nothing of it takes nothing along", async () => {
    const w = await settle(await outsideRun({ tool: new FakeDesk().tool() }));
    expect(dropApprover(w.state(), "usr_9", w.time.now())).toEqual([]);
  });
});

describe("E10 a tool that breaks its contract", () => {
  const tools: [string, Partial<OutsideTool>][] = [
    [
      "throws while parsing",
      {
        parse: () => {
          throw new Error("no");
        },
      },
    ],
    ["parses to rubbish", { parse: () => JSON.parse('{"ok":true,"value":{"effectClass":"delete"}}') }],
    [
      "throws while reading",
      {
        read: () => {
          throw new Error("no");
        },
      },
    ],
    ["rejects while reading", { read: () => Promise.reject(new Error("no")) }],
    ["reads rubbish", { read: async () => JSON.parse("7") }],
    ["hangs while reading", { read: () => new Promise(() => {}) }],
  ];
  it.each(tools)("%s: the model is told, and the run goes on", async (_case, changes) => {
    const tool = new FakeDesk().tool("write", changes);
    const w = await settle(await outsideRun({ tool, inputs: { s1: [{ what: "look" }] }, steps: 2 }));
    await settle(w);
    await settle(w);
    await settle(w);
    await settle(w);
    expect(told(w)).toMatchObject({ ok: false });
    expect(w.state().phase).toBe("completed");
  });
});
