import { describe, expect, it } from "vitest";
import { plan } from "../conformance/testing/scripts.ts";
import { Simulation } from "../conformance/testing/simulation.ts";
import { SOURCE } from "./generated/method.ts";
import { bmad } from "./orchestrator.ts";

describe("the BMad Method", () => {
  it("P1 adds a second, independent check by another agent to the thorough variant", async () => {
    const simulation = new Simulation({ orchestrator: bmad, model: () => plan() });
    const state = await simulation.run();
    const thorough = state.plan?.variants.find((one) => one.name === "thorough");
    expect(thorough?.nodes.map((node) => node.id)).toEqual([
      "look",
      "totals",
      "overdue",
      "letter",
      "second-check",
      "check",
    ]);
    expect(thorough?.nodes.find((node) => node.id === "second-check")).toMatchObject({
      stage: "reviewing",
      agent: "analyst",
      dependsOn: ["letter"],
      tier: "deep",
    });
  });

  it("FR-3.1 plans with the package's own team, stages and version", () => {
    const [intent] = new Simulation({ orchestrator: bmad, model: () => plan() }).decide();
    if (intent?.kind !== "call") throw new Error("a call first");
    for (const word of ["Mary", "Winston", "Amelia", SOURCE.version, "orchestrating"])
      expect(intent.spec.system).toContain(word);
    expect(JSON.stringify(intent.spec.tools)).toContain('"architect"');
  });
});
