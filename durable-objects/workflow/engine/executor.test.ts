import { describe, expect, it } from "vitest";
import type { ModelOutcome } from "../../models/port.ts";
import type { Orchestrator } from "../../orchestrators/port.ts";
import {
  fails,
  type Script,
  says,
  scriptedModel,
  scriptedOrchestrator,
  scriptedPlan,
  uses,
} from "../testing/scripted.ts";
import { APPROVED, USER, type World, world } from "../testing/world.ts";
import { pause, resume } from "./commands.ts";

const MINUTE = 60_000;

/** A world whose plan is approved, ready to run. */
async function approved(script: Script, plan = scriptedPlan(2), capMicros = 1_000_000): Promise<World> {
  const model = scriptedModel((request, options, call) =>
    request.system === "plan" ? says("plan") : script(request, options, call),
  );
  const w = world({ orchestrator: scriptedOrchestrator(plan), model });
  await w.executor.run(MINUTE);
  w.journal.append(USER, [{ ...APPROVED, data: { planVersion: 1, capMicros, mode: "live" } }]);
  return w;
}

const eventually = async (check: () => boolean) => {
  for (let round = 0; round < 1000 && !check(); round++) await new Promise((resolve) => setImmediate(resolve));
  expect(check()).toBe(true);
};

describe("Executor", () => {
  it("R1 R2 L2 carries a workflow from creation to its end, with a tool on the way", async () => {
    const w = await approved((request) =>
      request.system === "s1" && request.messages.length === 0 ? uses("list_files", {}) : says("done"),
    );
    await w.executor.run(MINUTE);
    expect(w.state().phase).toBe("completed");
    expect(w.names()).toMatchInlineSnapshot(`
      [
        "workflow.created",
        "money.leased",
        "call.intended",
        "call.settled",
        "plan.proposed",
        "plan.approved",
        "stage.entered",
        "node.started",
        "call.intended",
        "call.settled",
        "tool.started",
        "tool.settled",
        "call.intended",
        "call.settled",
        "node.finished",
        "node.started",
        "call.intended",
        "call.settled",
        "node.finished",
        "stage.entered",
        "node.started",
        "call.intended",
        "call.settled",
        "node.finished",
        "workflow.completed",
        "money.returned",
      ]
    `);
    expect(w.journal.findTampering()).toBeNull();
    expect(w.reports).toEqual([]);
  });

  it("O1 O3 tells the project every call and the end, in order", async () => {
    const w = await approved(() => says("done"));
    await w.executor.run(MINUTE);
    const ledger = w.project.delivered.flatMap((one) => one.ledger);
    expect(ledger.map((line) => line.sourceVersion)).toEqual(
      [...ledger.map((line) => line.sourceVersion)].sort((a, b) => a - b),
    );
    expect(ledger).toHaveLength(4);
    expect(ledger.reduce((sum, line) => sum + line.costMicros, 0)).toBe(w.state().cost.spentMicros);
    const summaries = w.project.delivered.map((one) => one.summary);
    expect(summaries.at(-1)).toMatchObject({ status: "completed", version: w.state().version });
    expect(summaries.length).toBeLessThan(w.state().version / 2);
  });

  it("O2 a project that does not answer holds nothing up and is told later", async () => {
    const w = await approved(() => says("done"));
    w.project.failing = 3;
    const next = await w.executor.run(MINUTE);
    expect(w.state().phase).toBe("completed");
    if (next !== null) w.time.advance(next - w.time.now());
    await w.executor.run(MINUTE);
    expect(w.project.delivered.at(-1)?.summary.status).toBe("completed");
    expect(w.project.delivered.flatMap((one) => one.ledger)).toHaveLength(4);
  });

  it("R8 has at most four model calls under way, one per step", async () => {
    let open = 0;
    let most = 0;
    const w = await approved(
      async () => {
        most = Math.max(most, ++open);
        await new Promise((resolve) => setImmediate(resolve));
        open--;
        return says("done");
      },
      scriptedPlan(9, true),
    );
    await w.executor.run(MINUTE);
    expect(w.state().phase).toBe("completed");
    expect(most).toBe(4);
  });

  it("R3 M1 books a call that a crash tore off at its maximum and asks again", async () => {
    const w = await approved(() => new Promise<ModelOutcome>(() => {}));
    void w.executor.run(MINUTE);
    await eventually(() => Object.keys(w.state().calls).length === 1);
    const [torn] = Object.values(w.state().calls);

    const after = w.again({ model: scriptedModel(() => says("done")) });
    await after.executor.run(MINUTE);
    expect(after.state().phase).toBe("completed");
    expect(after.state().cost.unconfirmedMicros).toBe(torn?.reservedMicros);
    expect(after.state().cost.reservedMicros).toBe(0);
    const booked = after.project.delivered.flatMap((one) => one.ledger).filter((line) => !line.confirmed);
    expect(booked).toMatchObject([{ costMicros: torn?.reservedMicros, source: "wf_1:unconfirmed" }]);
    expect(after.journal.epoch).toBe(w.journal.epoch + 1);
  });

  it("R3 runs a tool again that a crash tore off", async () => {
    const script: Script = (request) =>
      request.messages.length === 0 ? uses("run_code", { code: "1" }) : says("done");
    const model = scriptedModel((request, options, call) =>
      request.system === "plan" ? says("plan") : script(request, options, call),
    );
    const w = world({
      orchestrator: scriptedOrchestrator(scriptedPlan(1)),
      model,
      tools: { run: () => new Promise(() => {}) },
    });
    await w.executor.run(MINUTE);
    w.journal.append(USER, [APPROVED]);
    void w.executor.run(MINUTE);
    await eventually(() => w.names().includes("tool.started"));

    const ran: string[] = [];
    const after = w.again({
      tools: {
        run: async (call) => {
          ran.push(call.toolCallId);
          return { ok: true, output: "1", artifacts: [] };
        },
      },
    });
    await after.executor.run(MINUTE);
    expect(after.state().phase).toBe("completed");
    expect(after.names().filter((name) => name === "tool.started")).toHaveLength(2);
    expect(ran[0]).toBe(w.state().nodes[0]?.tools[0]?.id);
  });

  it("R5 asks a person to look when wakes keep finding work torn off", async () => {
    let w = await approved(() => new Promise<ModelOutcome>(() => {}));
    for (let wake = 0; wake < 6 && w.state().pause === null; wake++) {
      void w.executor.run(MINUTE);
      await eventually(() => Object.keys(w.state().calls).length === 1 || w.state().pause !== null);
      if (w.state().pause === null) w = w.again();
    }
    expect(w.state().pause).toMatchObject({ reason: "attention", failure: { code: "internal" } });
    expect(Object.keys(w.state().calls)).toEqual([]);
  });

  it("R6 an exception of the orchestrator pauses for attention; work it had begun still counts", async () => {
    const plan = scriptedPlan(2, true);
    const inner = scriptedOrchestrator(plan);
    let broken = true;
    const orchestrator: Orchestrator = {
      ...inner,
      decide(state, around) {
        const intents = inner.decide(state, around);
        const call = intents.find((one) => one.kind === "call" && one.nodeId !== null);
        if (!broken || !call) return intents;
        return [call, { kind: "append", event: { name: "node.skipped", data: { nodeId: "nobody", reason: "" } } }];
      },
    };
    const w = world({ orchestrator, model: scriptedModel(() => says("done")) });
    await w.executor.run(MINUTE);
    w.journal.append(USER, [APPROVED]);
    await w.executor.run(MINUTE);
    expect(w.state().pause).toMatchObject({ reason: "attention", by: "system" });
    expect(w.state().pause?.failure?.technical).toContain("no step nobody");
    expect(w.names()).not.toContain("call.unconfirmed");
    expect(w.names().filter((name) => name === "call.settled")).toHaveLength(2);

    broken = false;
    append(w, resume(w.state()));
    await w.executor.run(MINUTE);
    expect(w.state().phase).toBe("completed");
  });

  it("R6 a workflow that rests with nobody to wait for pauses for attention", async () => {
    const w = await approved(() => says("done"));
    const idle = w.again({ orchestrator: { ...scriptedOrchestrator([]), decide: () => [] } });
    await idle.executor.run(MINUTE);
    expect(idle.state().pause?.reason).toBe("attention");
  });

  it("R6 says when the run cannot begin because of a wrong setting, and begins once it is right", async () => {
    let broken = true;
    const inner = scriptedModel(() => says("done"));
    const w = world({
      orchestrator: scriptedOrchestrator(scriptedPlan(1)),
      get model() {
        if (broken)
          throw Object.assign(new Error("is needed"), { code: "model_misconfigured", variable: "OPENAI_API_KEY" });
        return inner;
      },
    });
    for (let next = await w.executor.run(MINUTE); next !== null && !w.state().pause; ) {
      w.time.advance(Math.max(0, next - w.time.now()));
      next = await w.executor.run(MINUTE);
    }
    expect(w.state().pause).toMatchObject({
      reason: "attention",
      failure: { code: "model_misconfigured", params: { variable: "OPENAI_API_KEY" } },
    });
    broken = false;
    append(w, resume(w.state()));
    await w.executor.run(MINUTE);
    expect(w.state().phase).toBe("pending_approval");
  });

  it("R9 makes a failed call again when the provider said, and counts its failures", async () => {
    const times: number[] = [];
    const w = await approved(() => {
      times.push(w.time.now());
      return times.length <= 2 ? fails("model_rate_limited", 30_000) : says("done");
    }, scriptedPlan(1));
    let next = await w.executor.run(10 * MINUTE);
    while (next !== null && w.state().phase !== "completed") {
      w.time.advance(Math.max(0, next - w.time.now()));
      next = await w.executor.run(10 * MINUTE);
    }
    expect(w.state().phase).toBe("completed");
    expect((times[1] ?? 0) - (times[0] ?? 0)).toBe(30_000);
    expect((times[2] ?? 0) - (times[1] ?? 0)).toBe(30_000);
    const attempts = w.journal
      .events(0, 1000)
      .flatMap((event) => (event.name === "call.intended" && event.data.nodeId === "s1" ? [event.data.attempt] : []));
    expect(attempts).toEqual([1, 2, 3]);
  });

  it("R6 M2 an adapter that throws fails the call and books what it may have cost", async () => {
    let calls = 0;
    const w = await approved(() => {
      if (++calls === 1) throw new Error("socket hang up");
      return says("done");
    }, scriptedPlan(1));
    let next = await w.executor.run(MINUTE);
    while (next !== null && w.state().phase !== "completed") {
      w.time.advance(Math.max(0, next - w.time.now()));
      next = await w.executor.run(MINUTE);
    }
    expect(w.state().phase).toBe("completed");
    expect(w.state().cost.unconfirmedMicros).toBeGreaterThan(0);
  });

  it("R10 gives the alarm back in time; the next run adopts what is under way", async () => {
    let finish: (outcome: ModelOutcome) => void = () => {};
    const w = await approved(() => new Promise<ModelOutcome>((resolve) => (finish = resolve)), scriptedPlan(1));
    expect(await w.executor.run(5_000)).toBe(w.time.now());
    const open = Object.keys(w.state().calls);
    expect(open).toHaveLength(1);
    const run = w.executor.run(5_000);
    finish(says("done"));
    await run;
    expect(w.names()).not.toContain("call.unconfirmed");
    expect(Object.keys(w.state().calls)).not.toContain(open[0]);
  });

  it("P4 a pause lets the call under way finish and starts nothing new", async () => {
    let finish: (outcome: ModelOutcome) => void = () => {};
    const w = await approved((request) =>
      request.system === "s1" ? new Promise<ModelOutcome>((resolve) => (finish = resolve)) : says("done"),
    );
    const run = w.executor.run(MINUTE);
    await eventually(() => Object.keys(w.state().calls).length === 1);
    append(w, pause(w.state()));
    finish(says("done"));
    await run;
    expect(w.state().nodes[0]?.transcript).toHaveLength(1);
    expect(w.state().nodes[0]?.status).toBe("running");
    expect(w.names().at(-1)).toBe("call.settled");
    append(w, resume(w.state()));
    await w.executor.run(MINUTE);
    expect(w.state().phase).toBe("completed");
  });

  it("P7 R7 cancelling aborts the call, counts its cost and gives the rest back", async () => {
    const w = await approved(
      (_request, { signal }) =>
        new Promise<ModelOutcome>((resolve) => {
          signal.addEventListener("abort", () => resolve(fails("model_cancelled", null, true)));
        }),
    );
    const run = w.executor.run(MINUTE);
    await eventually(() => Object.keys(w.state().calls).length === 1);
    w.journal.append(USER, [{ name: "workflow.cancelled", data: { reason: "no longer needed" } }]);
    w.executor.poke();
    await run;
    const { cost, phase, nodes } = w.state();
    expect(phase).toBe("cancelled");
    expect(cost.reservedMicros).toBe(0);
    expect(cost.unconfirmedMicros).toBeGreaterThan(0);
    expect(cost.leasedMicros).toBe(cost.spentMicros + cost.unconfirmedMicros);
    expect(nodes.map((node) => node.status)).toEqual(["skipped", "skipped", "skipped"]);
    const leased = w.project.leases.reduce((sum, one) => sum + one.granted, 0);
    expect(w.project.released).toEqual([leased - cost.leasedMicros]);
  });

  it("R7 books a call that does not say what it cost within ten seconds of being cancelled", async () => {
    const w = await approved(() => new Promise<ModelOutcome>(() => {}));
    const run = w.executor.run(MINUTE);
    await eventually(() => Object.keys(w.state().calls).length === 1);
    w.journal.append(USER, [{ name: "workflow.cancelled", data: { reason: "" } }]);
    w.executor.poke();
    await run;
    expect(w.names().slice(-2)).toEqual(["call.unconfirmed", "money.returned"]);
  });

  it("P5 pauses for a person when only an answer can bring it on, and goes on with the answer", async () => {
    const w = await approved((request) => {
      const last = request.messages.at(-1)?.content.at(-1);
      return last?.type === "tool_result" ? says(`chose ${last.content}`) : uses("ask_user", { question: "Which?" });
    }, scriptedPlan(1));
    await w.executor.run(MINUTE);
    expect(w.state().pause).toMatchObject({ reason: "person", by: "system" });
    const [question] = w.state().questions;
    w.journal.append(USER, [
      { name: "question.answered", data: { questionId: question?.id ?? "", answer: "B" } },
      { name: "workflow.resumed", data: {} },
    ]);
    await w.executor.run(MINUTE);
    expect(w.state().nodes[0]?.summary).toBe("chose B");
  });

  it("P8 a pause with a time ends by itself", async () => {
    const w = await approved(() => says("done"));
    const resumeAt = new Date(w.time.now() + 90_000).toISOString();
    w.journal.append(USER, [{ name: "workflow.paused", data: { reason: "service", failure: null, resumeAt } }]);
    const next = await w.executor.run(MINUTE);
    expect(next).toBe(Date.parse(resumeAt));
    w.time.advance(90_000);
    await w.executor.run(MINUTE);
    expect(w.state().phase).toBe("completed");
  });
});

function append(w: World, decision: ReturnType<typeof pause>): void {
  if (!decision.ok) throw new Error(decision.error.code);
  w.journal.append(USER, decision.value);
}
