import { describe, expect, it } from "vitest";
import type { FileProfile } from "../../../shared/api/files.ts";
import { unfence, unfenceJson } from "../../../shared/text/fence.ts";
import { findPlanProblem } from "../../../shared/workflow/plan-graph.ts";
import { ORCHESTRATORS } from "../registry.ts";
import { closingOf, plan, promptOf, STEPS, step } from "./testing/scripts.ts";
import { fails, Simulation, type SimulationOptions, says, use } from "./testing/simulation.ts";

async function planned(
  steps: readonly unknown[],
  options: Partial<SimulationOptions> & Pick<SimulationOptions, "orchestrator">,
) {
  const simulation = new Simulation({ model: () => plan(steps), ...options });
  await simulation.run();
  return simulation.state;
}

const variant = (state: Awaited<ReturnType<typeof planned>>, name: string) => {
  const found = state.plan?.variants.find((one) => one.name === name);
  if (!found) throw new Error(`no variant ${name}`);
  return found;
};

const PROFILE: FileProfile = {
  fileId: "fil_1",
  name: "invoices.csv",
  kind: "table",
  mediaType: "text/csv",
  delimiter: ",",
  tables: [],
  textPath: null,
  textLength: 0,
  excerpt: "x".repeat(6_000),
  language: "en",
};

describe.each(ORCHESTRATORS)("$name: planning", (orchestrator) => {
  it("asks for a plan with request, files, language and day in fences, and forces the tool", async () => {
    const simulation = new Simulation({
      orchestrator,
      model: () => plan(),
      profiles: [PROFILE],
      request: "Total <all>",
      locale: "ar",
    });
    const [intent] = simulation.decide();
    if (intent?.kind !== "call") throw new Error("a call first");
    expect(intent.nodeId).toBeNull();
    expect(intent.spec.toolChoice).toEqual({ name: "propose_plan" });
    expect(intent.spec.operation).toBe("planning");
    const prompt = intent.spec.messages[0]?.content.map((one) => (one.type === "text" ? one.text : "")).join("") ?? "";
    expect(unfence("request", prompt)).toBe("Total <all>");
    expect(unfenceJson("files", prompt)).toEqual([PROFILE]);
    expect(unfenceJson("locale", prompt)).toBe("ar");
    expect(unfence("today", prompt)).toBe("2026-11-20");
  });

  it("sends images themselves along, as they carry what a profile cannot", async () => {
    const image: FileProfile = { ...PROFILE, kind: "image", mediaType: "image/png", excerpt: "" };
    const simulation = new Simulation({ orchestrator, model: () => plan(), profiles: [image] });
    const [intent] = simulation.decide();
    if (intent?.kind !== "call") throw new Error("a call first");
    expect(intent.spec.messages[0]?.content[0]).toEqual({ type: "image", fileId: "fil_1", mediaType: "image/png" });
  });

  it("P1 P3 three priced variants: lean leaves optional steps out, thorough works and checks deeper", async () => {
    const state = await planned(STEPS, { orchestrator });
    expect(state.phase).toBe("pending_approval");
    const [lean, balanced, thorough] = ["lean", "balanced", "thorough"].map((name) => variant(state, name));
    expect(balanced?.nodes.map((node) => node.id)).toEqual(["look", "totals", "overdue", "letter", "check"]);
    expect(lean?.nodes.map((node) => node.id)).toEqual(["look", "totals", "letter", "check"]);
    expect(lean?.nodes.map((node) => node.tier)).toEqual(["fast", "fast", "fast", "standard"]);
    expect(thorough?.nodes.map((node) => node.id)).toEqual(
      expect.arrayContaining(["look", "totals", "overdue", "letter", "check"]),
    );
    expect(thorough?.nodes.find((node) => node.id === "check")?.tier).toBe("deep");
    for (const one of [lean, balanced, thorough]) {
      expect(findPlanProblem(one?.nodes ?? [])).toBeNull();
      expect(one?.p50Micros).toBe(one?.nodes.reduce((sum, node) => sum + node.estimate.p50Micros, 0));
      expect(one?.p90Micros).toBeGreaterThan(one?.p50Micros ?? 0);
      expect(new Set(one?.nodes.map((node) => `${node.position.x},${node.position.y}`)).size).toBe(one?.nodes.length);
    }
    expect(lean?.p50Micros).toBeLessThan(balanced?.p50Micros ?? 0);
    expect(balanced?.p50Micros).toBeLessThan(thorough?.p50Micros ?? 0);
  });

  it("mends what is clear: ids, agents, unknown dependencies, cycles, a missing review, orphans", async () => {
    const state = await planned(
      [
        { label: "اجمع الفواتير", stage: "planning", agent: "Mary" },
        {
          id: "Sum Up!",
          label: "Sum",
          stage: "building",
          agent: "wizard",
          dependsOn: ["nowhere", "Letter"],
          type: "magic",
        },
        { id: "sum-up", label: "Letter", stage: "building", dependsOn: ["Sum Up!"], tier: "huge" },
        { id: "alone", label: "Alone", stage: "building" },
      ],
      { orchestrator },
    );
    const nodes = variant(state, "balanced").nodes;
    expect(findPlanProblem(nodes)).toBeNull();
    expect(nodes.map((node) => node.id)).toEqual(["step-1", "sum-up", "sum-up-2", "alone", "review"]);
    expect(nodes[1]).toMatchObject({ agent: "dev", type: "task", tier: "standard" });
    expect(nodes[2]?.dependsOn).toContain("sum-up");
    expect(nodes.at(-1)).toMatchObject({ stage: "reviewing", agent: "reviewer", label: "Check the result" });
    expect(nodes.at(-1)?.dependsOn).toEqual(expect.arrayContaining(["sum-up-2", "alone"]));
  });

  it("puts work nobody uses under the last review, and never makes a review optional", async () => {
    const state = await planned(
      [step("a", "building", []), step("b", "building", ["a"]), step("check", "reviewing", ["a"], { optional: true })],
      { orchestrator },
    );
    const check = variant(state, "lean").nodes.find((node) => node.id === "check");
    expect(check).toMatchObject({ dependsOn: ["a", "b"], optional: false });
  });

  it("repairs an unreadable plan up to three times, each time in another way, then a person must look", async () => {
    const turns: string[] = [];
    const simulation = new Simulation({
      orchestrator,
      model: (asked) => {
        if (asked.turn > 1) turns.push(closingOf(asked));
        return asked.turn === 2
          ? says({ type: "text", text: "Sure." })
          : says(use(`p${asked.turn}`, "propose_plan", { title: "x", steps: "none" }));
      },
    });
    const state = await simulation.run();
    expect(turns).toHaveLength(3);
    expect(new Set(turns).size).toBe(3);
    expect(turns[0]).toContain("cannot be read");
    expect(turns[1]).toContain("without calling propose_plan");
    expect(state.pause).toMatchObject({ reason: "attention", failure: { code: "plan_unreadable" } });
  });

  it("goes on with the first readable plan after a repair", async () => {
    const simulation = new Simulation({
      orchestrator,
      model: (asked) => (asked.turn === 1 ? plan([step("only", "planning", [])]) : plan()),
    });
    expect((await simulation.run()).phase).toBe("pending_approval");
  });

  it("refuses more steps than a plan may have", async () => {
    const many = Array.from({ length: 501 }, (_, index) => step(`s${index}`, "building", []));
    let answer = "";
    const simulation = new Simulation({
      orchestrator,
      model: (asked) => {
        if (asked.turn === 2) answer = closingOf(asked);
        return asked.turn === 1 ? plan(many) : plan();
      },
    });
    await simulation.run();
    expect(answer).toContain("at most 500");
    expect(simulation.state.phase).toBe("pending_approval");
  });

  it("waits for a busy service, pauses when it stays away, and for attention on a refused key", async () => {
    let left = 2;
    const busy = new Simulation({
      orchestrator,
      model: () => (left-- > 0 ? fails("model_rate_limited", 7_000) : plan()),
    });
    const from = busy.now;
    expect((await busy.run()).phase).toBe("pending_approval");
    expect(busy.now - from).toBeGreaterThanOrEqual(14_000);

    let away = 9;
    const gone = new Simulation({ orchestrator, model: () => (away-- > 0 ? fails("model_overloaded") : plan()) });
    expect((await gone.run()).phase).toBe("pending_approval");
    expect(gone.names()).toContain("workflow.paused");

    const locked = new Simulation({ orchestrator, model: () => fails("model_unauthorized") });
    expect((await locked.run()).pause).toMatchObject({ reason: "attention", failure: { code: "model_unauthorized" } });
  });

  it("keeps what was said before unchanged from call to call, so that providers can cache it", async () => {
    const prompts: string[] = [];
    const simulation = new Simulation({
      orchestrator,
      model: (asked) => {
        prompts.push(promptOf(asked));
        return asked.turn < 3 ? says({ type: "text", text: "hm" }) : plan();
      },
    });
    await simulation.run();
    expect(new Set(prompts).size).toBe(1);
  });
});
