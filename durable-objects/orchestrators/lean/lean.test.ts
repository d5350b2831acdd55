import { describe, expect, it } from "vitest";
import { bmad } from "../bmad/orchestrator.ts";
import { approved, diligent, plan, step } from "../conformance/testing/scripts.ts";
import { Simulation } from "../conformance/testing/simulation.ts";
import type { Orchestrator } from "../port.ts";
import { lean } from "./orchestrator.ts";

const planningPrompt = (orchestrator: Orchestrator) => {
  const [intent] = new Simulation({ orchestrator, model: () => plan() }).decide();
  if (intent?.kind !== "call") throw new Error("a call first");
  return intent.spec;
};

describe("plan, execute, review", () => {
  it("NFR-I3.1 makes one review of several, which judges all work, and gives the rest to one worker", async () => {
    const steps = [
      step("look", "planning", [], { agent: "analyst" }),
      step("first", "reviewing", ["look"]),
      step("totals", "building", ["first"], { agent: "architect" }),
      step("overdue", "building", []),
      step("check", "reviewing", ["totals"]),
    ];
    const simulation = await approved({
      orchestrator: lean,
      model: (asked) => (asked.nodeId === null ? plan(steps) : diligent(asked)),
    });
    expect(simulation.state.nodes.map((node) => [node.id, node.agent, node.dependsOn])).toEqual([
      ["look", "dev", []],
      ["totals", "dev", ["look"]],
      ["overdue", "dev", ["look"]],
      ["check", "reviewer", ["totals", "overdue"]],
    ]);
    for (const variant of simulation.state.plan?.variants ?? [])
      expect(variant.nodes.filter((node) => node.stage === "reviewing")).toHaveLength(1);
    expect((await simulation.run()).phase).toBe("completed");
  });

  it("NFR-P2.1 asks with shorter prompts", () => {
    const [short, long] = [planningPrompt(lean), planningPrompt(bmad)];
    expect(short.system.length).toBeLessThan(0.6 * long.system.length);
    expect(short.system).not.toContain("BMad");
    expect(JSON.stringify(short.tools)).not.toContain('"analyst"');
  });
});
