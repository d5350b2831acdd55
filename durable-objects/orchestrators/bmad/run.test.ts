import { describe, expect, it } from "vitest";
import { diligent } from "./testing/scripts.ts";
import { Simulation } from "./testing/simulation.ts";

async function approved(options: ConstructorParameters<typeof Simulation>[0]): Promise<Simulation> {
  const simulation = new Simulation(options);
  await simulation.run((state) => state.phase === "pending_approval");
  simulation.approve();
  return simulation;
}

describe("run", () => {
  it("FR-3.2 goes from a request through all stages, in order, to a completed workflow", async () => {
    const simulation = await approved({ model: diligent });
    const state = await simulation.run();
    expect(state.phase).toBe("completed");
    expect(state.nodes.map((node) => node.status)).toEqual(Array(5).fill("success"));
    expect(state.resultSummary).toBe("All totals are right.");
    const stages = simulation.events.flatMap((event) => (event.name === "stage.entered" ? [event.data.stage] : []));
    expect(stages).toEqual(["planning", "orchestrating", "building", "reviewing", "completed"]);
  });
});
