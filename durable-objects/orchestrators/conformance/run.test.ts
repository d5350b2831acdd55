import { describe, expect, it } from "vitest";
import { unfence, unfenceJson } from "../../../shared/text/fence.ts";
import { PlanNode } from "../../../shared/workflow/plan.ts";
import type { Orchestrator } from "../port.ts";
import { ORCHESTRATORS } from "../registry.ts";
import { accept, approved, closingOf, diligent, finish, plan, promptOf, step, workIds } from "./testing/scripts.ts";
import { type Asked, Simulation, says, use } from "./testing/simulation.ts";

/** An approved workflow with the steps a person made of the plan. */
async function edited(
  orchestrator: Orchestrator,
  model: (asked: Asked) => ReturnType<typeof diligent>,
  steps: readonly ReturnType<typeof step>[],
): Promise<Simulation> {
  const simulation = new Simulation({ orchestrator, model });
  await simulation.run((state) => state.phase === "pending_approval");
  const place = { position: { x: 0, y: 0 }, estimate: { p50Micros: 0, p90Micros: 0 } };
  const nodes = steps.map((one) => PlanNode.parse({ ...one, ...place }));
  simulation.append({ name: "plan.edited", data: { planVersion: 2, variant: "balanced", nodes, variants: [] } });
  simulation.approve();
  return simulation;
}

describe.each(ORCHESTRATORS)("$name: a run", (orchestrator) => {
  it("FR-3.2 goes from a request through all stages, in order, to a completed workflow", async () => {
    const simulation = await approved({ orchestrator, model: diligent });
    const state = await simulation.run();
    expect(state.phase).toBe("completed");
    expect(state.nodes.map((node) => node.status)).toEqual(Array(5).fill("success"));
    expect(state.resultSummary).toBe("All totals are right.");
    const stages = simulation.events.flatMap((event) => (event.name === "stage.entered" ? [event.data.stage] : []));
    expect(stages).toEqual(["planning", "orchestrating", "building", "reviewing", "completed"]);
  });

  it("R4 FR-3.1 lets no step finish building work but every review over it", async () => {
    const simulation = await approved({ orchestrator, model: diligent });
    await simulation.run();
    const at = (name: string, nodeId: string) =>
      simulation.events.findIndex(
        (event) => event.name === name && "nodeId" in event.data && event.data.nodeId === nodeId,
      );
    for (const id of ["totals", "overdue", "letter"]) {
      expect(at("node.reviewed", id)).toBeGreaterThan(at("node.delivered", id));
      expect(at("node.finished", id)).toBeGreaterThan(at("node.finished", "check"));
    }
  });

  it("R1 runs steps that do not need each other side by side, and the next one after both", async () => {
    const simulation = await approved({ orchestrator, model: diligent });
    let together = 0;
    await simulation.run((state) => {
      together = Math.max(together, Object.keys(state.calls).length);
      return false;
    });
    expect(together).toBe(2);
    const letter = simulation.events.findIndex((one) => one.name === "node.started" && one.data.nodeId === "letter");
    const before = simulation.events
      .slice(0, letter)
      .flatMap((one) => (one.name === "node.delivered" ? [one.data.nodeId] : []));
    expect(before.sort()).toEqual(["look", "overdue", "totals"]);
  });

  it("keeps at most four model calls open on a wide plan", async () => {
    const wide = Array.from({ length: 12 }, (_, index) => step(`part-${index}`, "building", []));
    const steps = [
      ...wide,
      step(
        "check",
        "reviewing",
        wide.map((one) => one.id),
      ),
    ];
    const simulation = await approved({
      orchestrator,
      model: (asked) => (asked.nodeId === null ? plan(steps) : diligent(asked)),
    });
    let most = 0;
    const state = await simulation.run((now) => {
      most = Math.max(most, Object.keys(now.calls).length);
      return false;
    });
    expect(most).toBe(4);
    expect(state.phase).toBe("completed");
  });

  it("gives a step its prompt in fences: request, files, plan, step and what came before", async () => {
    const prompts = new Map<string, string>();
    const simulation = await approved({
      orchestrator,
      request: "Total <b>all</b> & </request> tell me",
      model: (asked) => {
        if (asked.nodeId !== null && asked.turn === 1) prompts.set(asked.nodeId, promptOf(asked));
        return diligent(asked);
      },
    });
    await simulation.run();
    const letter = prompts.get("letter") ?? "";
    expect(unfence("request", letter)).toBe("Total <b>all</b> & </request> tell me");
    expect(unfence("today", letter)).toBe("2026-11-20");
    expect(unfenceJson("locale", letter)).toBe("en");
    expect(unfenceJson("step", letter)).toMatchObject({ id: "letter", instructions: "Do letter", stage: "building" });
    const inputs = unfenceJson("inputs", letter);
    expect(inputs).toMatchObject([
      { nodeId: "look", artifacts: [{ name: "look.csv" }] },
      { nodeId: "totals", summary: "totals is done, attempt 1", artifacts: [{ name: "totals.csv" }] },
      { nodeId: "overdue" },
    ]);
    expect(unfenceJson("plan", letter)).toHaveLength(5);
  });

  it("FR-3 reviews in fresh context: results and code, nothing of the authors' conversation", async () => {
    let seen = "";
    const simulation = await approved({
      orchestrator,
      model: (asked) => {
        if (asked.nodeId === "check" && asked.turn === 1) seen = JSON.stringify(asked.spec.messages);
        if (asked.nodeId === "totals" && asked.turn === 1) {
          const answer = diligent(asked);
          return answer.ok ? says({ type: "text", text: "SECRET THOUGHT" }, ...answer.content) : answer;
        }
        return diligent(asked);
      },
    });
    await simulation.run();
    expect(seen).toContain('work(\\\\\\"totals\\\\\\", 1)');
    expect(seen).not.toContain("SECRET THOUGHT");
  });

  it("FR-3.5 asks the person and goes on with the answer, while other steps work", async () => {
    const simulation = await approved({
      orchestrator,
      model: (asked) => {
        if (asked.nodeId !== "totals") return diligent(asked);
        if (asked.turn === 1)
          return says(use("q1", "ask_user", { question: "Which currency?", choices: ["KWD", "USD"] }));
        return asked.turn === 2 ? diligent({ ...asked, turn: 1 }) : finish(asked);
      },
    });
    await simulation.run();
    const [question] = simulation.state.questions;
    expect(question).toMatchObject({ text: "Which currency?", choices: ["KWD", "USD"], status: "open", kind: "agent" });
    expect(simulation.node("overdue").status).toBe("reviewing");
    simulation.answer(question?.id ?? "", "KWD");
    const state = await simulation.run();
    expect(state.phase).toBe("completed");
    const heard = simulation.events.some((one) => one.name === "question.answered" && one.data.answer === "KWD");
    expect(heard).toBe(true);
  });

  it("R7 a question nobody answers in time is void: the agent is told, decides and says so", async () => {
    let told = "";
    const simulation = await approved({
      orchestrator,
      model: (asked) => {
        if (asked.nodeId !== "totals") return diligent(asked);
        if (asked.turn === 1) return says(use("q1", "ask_user", { question: "Which currency?" }));
        if (asked.turn === 2) told = closingOf(asked);
        return asked.turn === 2 ? diligent({ ...asked, turn: 1 }) : finish(asked);
      },
    });
    await simulation.run();
    const [question] = simulation.state.questions;
    expect(Date.parse(question?.deadline ?? "") - simulation.now).toBeGreaterThan(20 * 3_600_000);
    simulation.lapse();
    expect((await simulation.run()).phase).toBe("completed");
    expect(told).toContain("did not answer");
    expect(simulation.state.questions[0]?.status).toBe("void");
  });

  it("gives a person's later words to running steps, and holds a finish that has not seen them", async () => {
    const heard: unknown[] = [];
    const simulation = await approved({
      orchestrator,
      model: (asked) => {
        if (asked.nodeId === "totals") heard.push(unfenceJson("steering", closingOf(asked)));
        if (asked.nodeId === "totals" && asked.turn === 2)
          simulation.append({ name: "workflow.steered", data: { message: "Only 2026 please" } });
        return diligent(asked);
      },
    });
    const state = await simulation.run();
    expect(heard).toEqual([undefined, undefined, ["Only 2026 please"]]);
    expect(state.phase).toBe("completed");
  });

  it("R4 lets several reviews of a person's plan judge the same work, and needs all of them", async () => {
    let round = 0;
    const simulation = await edited(
      orchestrator,
      (asked) =>
        asked.nodeId === "second" && asked.turn === 2 && ++round === 1 ? accept(asked, ["totals"]) : diligent(asked),
      [
        step("totals", "building", []),
        step("first", "reviewing", ["totals"], { agent: "analyst" }),
        step("second", "reviewing", ["totals"], { agent: "reviewer" }),
      ],
    );
    const state = await simulation.run();
    expect(state.phase).toBe("completed");
    expect(simulation.node("totals").attempt).toBe(2);
    expect(simulation.node("first").attempt).toBe(2);
    expect(simulation.node("second").attempt).toBe(2);
  });

  it("judges work that comes after the review in a further run of it", async () => {
    const steps = [
      step("totals", "building", []),
      step("check", "reviewing", ["totals"]),
      step("send", "building", ["check"]),
      step("tell", "building", ["send"]),
    ];
    const judged: string[][] = [];
    const simulation = await edited(
      orchestrator,
      (asked) => {
        if (asked.nodeId === "check" && asked.turn === 1) judged.push(workIds(asked));
        return diligent(asked);
      },
      steps,
    );
    const state = await simulation.run();
    expect(state.phase).toBe("completed");
    expect(judged).toEqual([["totals"], ["totals", "send"], ["totals", "send", "tell"]]);
    expect(simulation.node("totals").attempt).toBe(1);
  });

  it("runs a plan of 500 steps without slow decisions (NFR-SC2.3)", async () => {
    const chains = Array.from({ length: 499 }, (_, index) =>
      step(`s${index}`, "building", index < 20 ? [] : [`s${index - 20}`]),
    );
    const ends = Array.from({ length: 20 }, (_, index) => `s${479 + index}`);
    const steps = [...chains, step("check", "reviewing", ends)];
    const simulation = await approved({
      orchestrator,
      model: (asked) => (asked.nodeId === null ? plan(steps) : diligent(asked)),
    });
    await simulation.run((state) => state.nodes.filter((node) => node.status === "reviewing").length >= 40);
    simulation.decide();
    const from = performance.now();
    for (let count = 0; count < 20; count++) simulation.decide();
    // Twenty times two decisions: each must stay far below the time of a model call.
    expect((performance.now() - from) / 40).toBeLessThan(25);
  });
});
