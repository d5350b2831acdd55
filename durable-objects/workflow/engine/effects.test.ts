import { describe, expect, it } from "vitest";
import type { OutsideTool } from "../effects/port.ts";
import { DESK, DONE, FAILED, FakeDesk, UNKNOWN } from "../testing/fake-outside.ts";
import { act, HOUR, only, openApprovals, openQuestions, outsideRun, settle, told } from "../testing/outside-world.ts";
import type { World } from "../testing/world.ts";

const around = (tool: OutsideTool) => ({ services: [DESK], tools: [tool] });

async function approve(w: World, tool: OutsideTool, args?: Record<string, unknown>): Promise<World> {
  const { id: approvalId } = only(openApprovals(w));
  const command = { kind: "decide", approvalId, decision: "approved", arguments: args } as const;
  expect(act(w, command, around(tool))).toBe("ok");
  return settle(w);
}

const effectEvents = (w: World) =>
  w.names().filter((name) => name.startsWith("effect.") || name.startsWith("undo.") || name === "tool.settled");

describe("E1 what is answered to the model", () => {
  it("a read is done without asking anybody, and told", async () => {
    const desk = new FakeDesk();
    const w = await settle(await outsideRun({ tool: desk.tool(), inputs: { s1: [{ what: "look at ten" }] } }));
    expect(w.state().phase).toBe("completed");
    expect(desk.reads).toEqual(["look at ten"]);
    expect(told(w)).toMatchObject({ ok: true, output: "free at ten" });
    expect(w.state().effects).toEqual([]);
  });

  it.each([
    ["input that cannot be read", { what: 3 }, {}, "what must be a text"],
    ["a service the plan does not name", { what: "room", service: "bank" }, {}, 'may not reach "bank"'],
    [
      "a service without credentials, read",
      { what: "look" },
      { services: [{ ...DESK, ready: false }] },
      "no credentials",
    ],
    [
      "a service without credentials, written",
      { what: "x" },
      { services: [{ ...DESK, ready: false }] },
      "no credentials",
    ],
    ["a step that may touch nothing", { what: "room" }, { touches: [] }, 'may not reach "desk"'],
  ])("%s", async (_case, input, changes, said) => {
    const desk = new FakeDesk();
    const w = await settle(await outsideRun({ tool: desk.tool(), inputs: { s1: [input] }, ...changes }));
    expect(w.state().phase).toBe("completed");
    expect(told(w)).toMatchObject({ ok: false });
    expect(told(w)?.output).toContain(said);
    expect(desk.requests).toEqual([]);
  });
});

describe("E2 rehearsal", () => {
  it("lists every write in one append and sends nothing; the same write is listed once", async () => {
    const desk = new FakeDesk();
    const inputs = { s1: [{ what: "room" }, { what: "room" }, { what: "car" }] };
    const services = [{ ...DESK, ready: false }];
    const w = await settle(await outsideRun({ tool: desk.tool(), inputs, mode: "rehearsal", services }));
    expect(w.state().phase).toBe("completed");
    expect(desk.requests).toEqual([]);
    expect(effectEvents(w)).toEqual([
      ...["effect.intended", "effect.settled", "tool.settled"],
      "tool.settled",
      ...["effect.intended", "effect.settled", "tool.settled"],
    ]);
    expect(w.state().effects.map((one) => [one.status, one.sent, one.arguments])).toEqual([
      ["recorded", 0, { what: "room" }],
      ["recorded", 0, { what: "car" }],
    ]);
    expect(told(w, 0)?.output).toContain("rehearsal");
    expect(told(w, 1)?.output).toContain("listed before");
    expect(w.state().approvals).toEqual([]);
  });
});

describe("E3 approval", () => {
  it("asks, rests with reason person, sends exactly what was approved, and tells the receipt", async () => {
    const desk = new FakeDesk();
    const tool = desk.tool();
    const w = await settle(await outsideRun({ tool }));
    expect(w.state().pause).toMatchObject({ reason: "person", failure: null });
    expect(w.state().nodes[0]?.status).toBe("waiting");
    expect(only(openApprovals(w))).toMatchObject({
      kind: "effect",
      arguments: { what: "room" },
      summary: "Book room",
      preview: { service: "Front desk", action: "POST /bookings", effectClass: "write", reversible: true },
      onDeadline: "reject",
    });
    expect(desk.requests).toEqual([]);
    await approve(w, tool, { what: "suite" });
    expect(w.state().phase).toBe("completed");
    expect(desk.sent.map((one) => one.what)).toEqual(["suite"]);
    expect(w.state().effects[0]).toMatchObject({
      status: "done",
      arguments: { what: "suite" },
      sent: 1,
      knownBy: "answer",
      approvedBy: "usr_1",
    });
    expect(told(w)).toMatchObject({ ok: true });
    expect(told(w)?.output).toContain("reference: b1");
  });

  it("refuses an edit that cannot be sent, and nothing changes", async () => {
    const desk = new FakeDesk();
    const tool = desk.tool();
    const w = await settle(await outsideRun({ tool }));
    const { version } = w.state();
    const { id: approvalId } = only(openApprovals(w));
    for (const args of [{ what: 7 }, { what: "look" }, { what: "room", service: "bank" }, {}]) {
      const command = { kind: "decide", approvalId, decision: "approved", arguments: args } as const;
      expect(act(w, command, around(tool))).toBe("approval_arguments_invalid");
    }
    const command = { kind: "decide", approvalId, decision: "approved" } as const;
    const services = [{ ...DESK, ready: false }];
    expect(act(w, command, { services, tools: [tool] })).toBe("service_not_connected");
    expect(w.state().version).toBe(version);
  });

  it("a tool that reads its own arguments otherwise each time is not trusted with an approval", async () => {
    const desk = new FakeDesk();
    let count = 0;
    const base = desk.tool();
    const tool: OutsideTool = {
      ...base,
      parse(input, locale) {
        const parsed = base.parse(input, locale);
        return parsed.ok ? { ok: true, value: { ...parsed.value, arguments: { what: `${++count}` } } } : parsed;
      },
    };
    const w = await settle(await outsideRun({ tool }));
    const { id: approvalId } = only(openApprovals(w));
    expect(act(w, { kind: "decide", approvalId, decision: "approved" }, around(tool))).toBe(
      "approval_arguments_invalid",
    );
  });

  it("D4 a declined write is told, and who comes second hears what was decided", async () => {
    const desk = new FakeDesk();
    const tool = desk.tool();
    const w = await settle(await outsideRun({ tool }));
    const { id: approvalId } = only(openApprovals(w));
    expect(act(w, { kind: "decide", approvalId, decision: "rejected" }, around(tool), "usr_2")).toBe("ok");
    expect(act(w, { kind: "decide", approvalId, decision: "approved" }, around(tool))).toBe("approval_closed");
    await settle(w);
    expect(w.state().phase).toBe("completed");
    expect(desk.requests).toEqual([]);
    expect(told(w)?.output).toContain("declined");
  });

  it("siblings go on while one waits, however many ask at once", async () => {
    const desk = new FakeDesk();
    const tool = desk.tool();
    const inputs = Object.fromEntries(["a", "b", "c", "d", "e", "f"].map((what, at) => [`s${at + 1}`, [{ what }]]));
    const w = await settle(await outsideRun({ tool, inputs, steps: 7 }));
    expect(openApprovals(w)).toHaveLength(6);
    expect(w.state().nodes[6]?.status).toBe("success");
    for (const { id: approvalId } of openApprovals(w))
      expect(act(w, { kind: "decide", approvalId, decision: "approved" }, around(tool))).toBe("ok");
    await settle(w);
    expect(w.state().phase).toBe("completed");
    expect(desk.sent.map((one) => one.what).sort()).toEqual(["a", "b", "c", "d", "e", "f"]);
    expect(new Set(desk.sent.map((one) => one.key)).size).toBe(6);
  });
});

describe("E6 what certainly did not happen is sent again under its key", () => {
  it("after the wait the service asked for, three sends in all, then the model is told", async () => {
    const times: number[] = [];
    const desk = new FakeDesk(() => {
      times.push(w.time.now());
      return FAILED("service_rate_limited", 40);
    });
    const tool = desk.tool();
    const w = await settle(await outsideRun({ tool }));
    await approve(w, tool);
    for (let at = 0; at < 2; at++) {
      expect(w.state().pause).toBeNull();
      w.time.advance(41_000);
      await settle(w);
    }
    expect(desk.sent).toHaveLength(3);
    expect(new Set(desk.sent.map((one) => one.key)).size).toBe(1);
    expect(times.slice(1).every((at, index) => at - (times[index] ?? 0) >= 40_000)).toBe(true);
    expect(told(w)).toMatchObject({ ok: false });
    expect(w.state().phase).toBe("completed");
  });

  it("a final refusal is told at once", async () => {
    const desk = new FakeDesk(() => FAILED("service_refused"));
    const tool = desk.tool();
    const w = await settle(await outsideRun({ tool }));
    await approve(w, tool);
    expect(desk.sent).toHaveLength(1);
    expect(told(w)?.output).toContain("It did not happen");
    expect(w.state().effects[0]?.status).toBe("failed");
  });
});

describe("E5 unknown outcomes", () => {
  it("an idempotent write is repeated under the same key until it is known", async () => {
    const desk = new FakeDesk((_request, count) => (count < 3 ? UNKNOWN : DONE()));
    const tool = desk.tool("idempotent-write");
    const w = await settle(await outsideRun({ tool }));
    await approve(w, tool);
    for (let at = 0; at < 3; at++) {
      w.time.advance(5000);
      await settle(w);
    }
    expect(desk.sent).toHaveLength(3);
    expect(new Set(desk.sent.map((one) => one.key)).size).toBe(1);
    expect(w.state().phase).toBe("completed");
    expect(w.state().effects[0]).toMatchObject({ status: "done", sent: 3 });
  });

  it.each([
    ["done", 1, true],
    ["leave", 1, false],
    ["again", 2, true],
  ])("a write nobody can tell about is asked about: %s", async (answer, sends, ok) => {
    const desk = new FakeDesk((_request) => (desk.sent.length < 2 ? UNKNOWN : DONE()));
    const tool = desk.tool();
    const w = await settle(await outsideRun({ tool }));
    await approve(w, tool);
    const question = only(openQuestions(w));
    expect(question).toMatchObject({ kind: "effect", choices: ["done", "again", "leave"], deadline: null });
    expect(question.text).toContain("Front desk");
    expect(w.state().pause?.reason).toBe("person");
    const say = (text: string) =>
      act(w, { kind: "answer", questionId: question.id, answer: text }, around(tool), "usr_2");
    expect(say("perhaps")).toBe("invalid_request");
    expect(say(answer)).toBe("ok");
    expect(say("done")).toBe("question_closed");
    expect(w.state().questions[0]?.by).toBe("usr_2");
    await settle(w);
    expect(w.state().phase).toBe("completed");
    expect(desk.sent).toHaveLength(sends);
    expect(new Set(desk.sent.map((one) => one.key)).size).toBe(sends);
    expect(told(w)?.ok).toBe(ok);
    expect(w.state().effects[0]).toMatchObject({ knownBy: "person", status: answer === "done" ? "done" : "failed" });
    expect(openQuestions(w)).toEqual([]);
  });

  it("reading back settles it without a question", async () => {
    const desk = new FakeDesk(() => UNKNOWN);
    const receipt = { reference: "b9", link: null, detail: "found", undo: null };
    const tool = desk.tool("write", { readBack: async () => ({ kind: "done", receipt }) });
    const w = await settle(await outsideRun({ tool }));
    await approve(w, tool);
    expect(w.state().effects[0]).toMatchObject({ status: "done", knownBy: "read-back", receipt });
    expect(w.state().phase).toBe("completed");
    expect(w.state().questions).toEqual([]);
  });

  it("a denial counts 30 s after the write left; then it is sent again under its key", async () => {
    const desk = new FakeDesk((_request, count) => (count === 1 ? UNKNOWN : DONE()));
    const tool = desk.tool("write", { readBack: async () => ({ kind: "not_done" }) });
    const w = await settle(await outsideRun({ tool }));
    await approve(w, tool);
    expect(desk.sent).toHaveLength(1);
    expect(w.state().pause).toBeNull();
    w.time.advance(31_000);
    await settle(w);
    expect(desk.sent).toHaveLength(2);
    expect(new Set(desk.sent.map((one) => one.key)).size).toBe(1);
    expect(w.state().phase).toBe("completed");
  });

  it.each<[string, OutsideTool["readBack"]]>([
    ["throws", () => Promise.reject(new Error("down"))],
    ["talks rubbish", async () => JSON.parse("{}")],
    ["cannot tell", async () => ({ kind: "unknown" })],
  ])("a service that %s when asked leaves the question to the person", async (_case, readBack) => {
    const desk = new FakeDesk(() => UNKNOWN);
    const tool = desk.tool("write", readBack ? { readBack } : {});
    const w = await settle(await outsideRun({ tool }));
    await approve(w, tool);
    expect(only(openQuestions(w)).kind).toBe("effect");
    expect(desk.sent).toHaveLength(1);
  });
});

describe("E7 once", () => {
  it("the same write of two steps is sent once; the second call is answered from the ledger", async () => {
    const desk = new FakeDesk();
    const tool = desk.tool();
    const inputs = { s1: [{ what: "room" }], s2: [{ what: "room " }] };
    const w = await settle(await outsideRun({ tool, inputs, steps: 2 }));
    for (const { id: approvalId } of openApprovals(w))
      expect(act(w, { kind: "decide", approvalId, decision: "approved" }, around(tool))).toBe("ok");
    await settle(w);
    expect(desk.sent).toHaveLength(1);
    expect(w.state().phase).toBe("completed");
    const outputs = w
      .state()
      .nodes.slice(0, 2)
      .map((node) => node.tools[0]?.result?.output);
    expect(outputs.filter((one) => one?.includes("Already done"))).toHaveLength(1);
  });

  it("a step that starts afresh leaves its old request behind", async () => {
    const tool = new FakeDesk().tool();
    const w = await settle(await outsideRun({ tool }));
    const { id } = only(openApprovals(w));
    w.journal.append({ kind: "system", id: "engine" }, [
      { name: "workflow.resumed", data: {} },
      { name: "node.started", data: { nodeId: "s1", attempt: 2, approach: "other" } },
    ]);
    await settle(w);
    expect(w.state().approvals.find((one) => one.id === id)?.status).toBe("void");
    expect(only(openApprovals(w)).id).not.toBe(id);
  });
});

describe("D deadlines", () => {
  it("D1 D2 reminds once, rejects at the deadline, and the run goes on", async () => {
    const desk = new FakeDesk();
    const w = await outsideRun({ tool: desk.tool() });
    const started = w.time.now();
    const due = await w.executor.run(60_000);
    expect(due).toBe(Date.parse(only(openApprovals(w)).remindAt ?? ""));
    w.time.advance(4 * HOUR + 1);
    await settle(w);
    await settle(w);
    expect(w.names().filter((name) => name === "approval.reminded")).toHaveLength(1);
    expect(w.state().pause?.reason).toBe("person");
    w.time.advance(24 * HOUR);
    await settle(w);
    expect(w.state().approvals[0]).toMatchObject({ status: "expired", decidedBy: null });
    expect(told(w)?.output).toContain("Nobody decided");
    expect(w.state().phase).toBe("completed");
    expect(desk.requests).toEqual([]);
    expect(w.time.now() - started).toBeGreaterThan(24 * HOUR);
  });

  it("D1 a pause of a person's own does not end at a deadline, and a later approval is told that time ran out", async () => {
    const tool = new FakeDesk().tool();
    const w = await settle(await outsideRun({ tool }));
    w.journal.append({ kind: "user", id: "usr_1" }, [
      { name: "workflow.paused", data: { reason: "person", failure: null, resumeAt: null } },
    ]);
    w.time.advance(25 * HOUR);
    await settle(w);
    expect(w.state().pause?.by).toBe("user");
    const { id: approvalId } = w.state().approvals[0] ?? { id: "" };
    expect(act(w, { kind: "decide", approvalId, decision: "approved" }, around(tool))).toBe("approval_closed");
  });
});
