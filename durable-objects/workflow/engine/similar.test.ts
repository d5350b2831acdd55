import { describe, expect, it } from "vitest";
import { says, scriptedModel, scriptedOrchestrator, scriptedPlan } from "../testing/scripted.ts";
import { APPROVED, FakeProject, USER, world } from "../testing/world.ts";
import { ENOUGH_CASES } from "./similar.ts";

/** A run whose first step fails and asks a person, in a project that has seen such failures before. */
async function failing(seen: { succeeded: number; total: number }, failingRpc = 0) {
  const project = new FakeProject();
  project.seen = seen;
  const w = world({
    orchestrator: scriptedOrchestrator(scriptedPlan(1)),
    model: scriptedModel((request) => says(request.system === "plan" ? "plan" : "fail")),
    project,
  });
  await w.executor.run(60_000);
  w.journal.append(USER, [APPROVED]);
  project.failing = failingRpc;
  await w.executor.run(60_000);
  return { w, project };
}

describe("similar problems (FR-5.6)", () => {
  it("asks when a step fails, and tells what the project knows from five cases on", async () => {
    const { w, project } = await failing({ succeeded: 4, total: ENOUGH_CASES });
    expect(project.asked).toEqual([{ code: "step_failed", tool: "", action: "building" }]);
    expect(w.state().nodes[0]?.similar).toEqual({ succeeded: 4, total: 5 });
    expect(w.names().filter((name) => name === "node.similar")).toHaveLength(1);
  });

  it("says nothing of fewer cases", async () => {
    const { w, project } = await failing({ succeeded: 4, total: ENOUGH_CASES - 1 });
    expect(project.asked).toHaveLength(1);
    expect(w.names()).not.toContain("node.similar");
  });

  it("a project that does not answer holds nothing up", async () => {
    const { w } = await failing({ succeeded: 4, total: 9 }, Number.POSITIVE_INFINITY);
    expect(w.names()).not.toContain("node.similar");
    expect(w.state().pause?.reason).toBe("person");
  });
});
