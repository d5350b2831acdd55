import { expect, it } from "vitest";
import { says, scriptedModel, scriptedOrchestrator, scriptedPlan } from "../testing/scripted.ts";
import { APPROVED, FakeProject, USER, world } from "../testing/world.ts";

it("M4 a grant whose answer was lost in a crash is taken for what was asked for then: the project is not dry", async () => {
  const project = new FakeProject();
  // Asked for and granted by an instance that died before the answer came; by now more is needed.
  project.leases.push({ trancheId: "t1", micros: 100, granted: 100 });
  const w = world({
    orchestrator: scriptedOrchestrator(scriptedPlan(2)),
    model: scriptedModel((request) => says(request.system === "plan" ? "plan" : "done")),
    project,
  });
  await w.executor.run(60_000);
  w.journal.append(USER, [APPROVED]);
  await w.executor.run(60_000);
  expect(w.state().phase).toBe("completed");
  expect(w.names()).not.toContain("workflow.paused");
  expect(project.leases.map((one) => one.trancheId).slice(0, 2)).toEqual(["t1", "t2"]);
  const leased = project.leases.reduce((sum, one) => sum + one.granted, 0);
  const returned = project.released.reduce((sum, micros) => sum + micros, 0);
  expect(leased - returned).toBe(w.state().cost.spentMicros);
});

it("M4 a grant whose answer was lost goes back when the run is cancelled, also from another instance", async () => {
  class Forgetful extends FakeProject {
    lost = 1;
    override async lease(input: Parameters<FakeProject["lease"]>[0]) {
      const answer = await super.lease(input);
      if (this.lost-- > 0) throw new Error("the answer is lost");
      return answer;
    }
  }
  for (const crash of [false, true]) {
    const project = new Forgetful();
    const first = world({
      orchestrator: scriptedOrchestrator(scriptedPlan(2)),
      model: scriptedModel((request) => says(request.system === "plan" ? "plan" : "done")),
      project,
    });
    await first.executor.run(200);
    expect(project.leases.length).toBeGreaterThan(0);
    const w = crash ? first.again() : first;
    w.journal.append(USER, [{ name: "workflow.cancelled", data: { reason: "enough" } }]);
    for (let due = await w.executor.run(60_000); due !== null; due = await w.executor.run(60_000))
      w.time.advance(Math.max(0, due - w.time.now()));
    const leased = project.leases.reduce((sum, one) => sum + one.granted, 0);
    const returned = project.released.reduce((sum, micros) => sum + micros, 0);
    expect(leased).toBeGreaterThan(0);
    expect(leased - returned).toBe(w.state().cost.spentMicros + w.state().cost.unconfirmedMicros);
  }
});
