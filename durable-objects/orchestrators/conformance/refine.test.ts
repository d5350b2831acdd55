import { describe, expect, it } from "vitest";
import type { PlanNode } from "../../../shared/workflow/plan.ts";
import { findPlanProblem } from "../../../shared/workflow/plan-graph.ts";
import type { Orchestrator } from "../port.ts";
import { ORCHESTRATORS } from "../registry.ts";
import { plan } from "./testing/scripts.ts";
import { Simulation } from "./testing/simulation.ts";

async function proposed(orchestrator: Orchestrator) {
  const simulation = new Simulation({ orchestrator, model: () => plan() });
  await simulation.run();
  if (!simulation.state.plan) throw new Error("a plan");
  return { variants: simulation.state.plan.variants, nodes: simulation.state.nodes as readonly PlanNode[] };
}

describe.each(ORCHESTRATORS)("$name: a person's edit", (orchestrator) => {
  it("is priced and laid out anew; the other variants stay as they were", async () => {
    const { variants, nodes } = await proposed(orchestrator);
    const added: PlanNode = {
      id: "chart",
      type: "task",
      label: "Draw a chart",
      instructions: "",
      agent: "ux",
      stage: "building",
      dependsOn: ["totals"],
      tier: "deep",
      optional: false,
      position: { x: 0, y: 0 },
      estimate: { p50Micros: 0, p90Micros: 0 },
    };
    const edited = [...nodes.filter((node) => node.id !== "overdue"), added].map((node) => ({
      ...node,
      dependsOn: node.dependsOn.filter((id) => id !== "overdue"),
    }));
    expect(findPlanProblem(edited)).toBeNull();
    const priced = orchestrator.reprice(edited);
    const chart = priced.find((node) => node.id === "chart");
    expect(chart?.estimate.p50Micros).toBeGreaterThan(0);
    expect(chart?.position).not.toEqual({ x: 0, y: 0 });
    const refined = orchestrator.refine(variants, "balanced", priced);
    const balanced = refined.find((one) => one.name === "balanced");
    expect(balanced?.nodes).toEqual(priced);
    expect(balanced?.p50Micros).toBe(priced.reduce((sum, node) => sum + node.estimate.p50Micros, 0));
    expect(refined.filter((one) => one.name !== "balanced")).toEqual(variants.filter((one) => one.name !== "balanced"));
  });

  it("changes the price with the tier of a step", async () => {
    const { nodes } = await proposed(orchestrator);
    const price = (tier: PlanNode["tier"]) =>
      orchestrator
        .reprice(nodes.map((node) => (node.id === "totals" ? { ...node, tier } : node)))
        .find((one) => one.id === "totals")?.estimate.p50Micros ?? 0;
    expect(price("fast")).toBeLessThan(price("standard"));
    expect(price("standard")).toBeLessThan(price("deep"));
  });
});
