import { describe, expect, it } from "vitest";
import { MAX_MESSAGE_CHARS } from "../../../shared/api/limits.ts";
import type { ForkRequest } from "../../../shared/protocol/object-rpc.ts";
import { changesOf } from "../../../shared/text/change.ts";
import { fold } from "../../../shared/workflow/fold.ts";
import { BEFORE } from "../../../shared/workflow/run-node.ts";
import { bmad } from "../../orchestrators/bmad/orchestrator.ts";
import { approved, diligent } from "../../orchestrators/conformance/testing/scripts.ts";
import { Simulation } from "../../orchestrators/conformance/testing/simulation.ts";
import { checkpointOf } from "./checkpoint.ts";
import { importEvent } from "./import-state.ts";

type Run = Pick<Simulation, "state" | "events">;

const changed = ({ state, events }: Run, request: Partial<ForkRequest>) =>
  checkpointOf(
    { state, damage: null, events: (since, limit) => events.slice(since, since + limit) },
    { reason: "fork", version: state.version, locale: "en", ...request },
    { orchestrator: bmad, profiles: [], services: [] },
  );

/** The new run, and what its model is told. */
function begun(simulation: Simulation, request: { change?: string }): { run: Simulation; told: string[] } {
  const answer = changed(simulation, request);
  if (!answer.ok) throw new Error(answer.error.code);
  const event = importEvent(
    { ...answer.value, id: "wf_2", projectId: "prj_1", createdBy: "usr_2" },
    { framework: { name: bmad.name, version: bmad.version }, model: { provider: "offline", simulated: true } },
  );
  if (!event.ok) throw new Error(event.error.code);
  const told: string[] = [];
  const run = new Simulation({
    orchestrator: bmad,
    model(asked) {
      told.push(JSON.stringify(asked.spec.messages));
      return diligent(asked);
    },
    past: [{ version: 1, at: "2026-11-21T08:00:00.000Z", actor: { kind: "user", id: "usr_2" }, ...event.value }],
  });
  return { run, told };
}

async function finished(): Promise<Simulation> {
  const simulation = await approved({ orchestrator: bmad, model: diligent });
  await simulation.run();
  expect(simulation.state).toMatchObject({ phase: "completed" });
  expect(simulation.state.artifacts.length).toBeGreaterThan(0);
  return simulation;
}

describe("K8 a change to a result", () => {
  it("is added to the request and planned, with the results at hand as nobody's of the new plan", async () => {
    const simulation = await finished();
    const { userInput, artifacts } = simulation.state;
    const { run, told } = begun(simulation, { change: "Without March" });
    expect(run.state).toMatchObject({ phase: "planning", plan: null, name: "Without March" });
    expect(changesOf(run.state.userInput)).toEqual({ first: userInput, changes: ["Without March"] });
    expect(run.state.artifacts.map((one) => [one.nodeId, one.name])).toEqual(
      artifacts.map((one) => [BEFORE, one.name]),
    );
    expect((await run.run()).phase).toBe("pending_approval");
    for (const { name: file } of artifacts) expect(told.at(-1)).toContain(file);
    // It is a run like others: from it one can go on again, and nothing of before is lost.
    const again = begun(run, {}).run;
    expect(again.state.artifacts.map((one) => one.name)).toEqual(artifacts.map((one) => one.name));
  });

  it("keeps the results when its plan is edited, and when it is forked before it has one", async () => {
    const simulation = await finished();
    const names = simulation.state.artifacts.map((one) => one.name);
    const { run } = begun(simulation, { change: "Without March" });
    expect(begun(run, {}).run.state.artifacts.map((one) => one.name)).toEqual(names);
    await run.run();
    const { plan, version } = run.state;
    if (!plan) throw new Error("no plan");
    const edited = fold(run.state, {
      version: version + 1,
      at: "2026-11-21T09:00:00.000Z",
      actor: { kind: "user", id: "usr_2" },
      name: "plan.edited",
      data: {
        planVersion: plan.version + 1,
        variant: plan.variant,
        variants: [...plan.variants],
        nodes: [...run.state.nodes],
      },
    });
    expect(edited.artifacts.map((one) => one.name)).toEqual(names);
  });

  it("has the results at hand for steps that somebody wrote as well", async () => {
    const simulation = await finished();
    const { artifacts, nodes } = simulation.state;
    const steps = nodes.map(({ id, type, label, instructions, agent, stage, dependsOn, tier, optional }) => ({
      ...{ id, type, label, instructions, agent, stage, dependsOn: [...dependsOn], tier, optional },
    }));
    const answer = changed(simulation, { change: "Without March", nodes: steps });
    if (!answer.ok) throw new Error(answer.error.code);
    expect(answer.value.state.artifacts.map((one) => [one.nodeId, one.name])).toEqual(
      artifacts.map((one) => [BEFORE, one.name]),
    );
  });

  it("takes along of each name the last version only", async () => {
    const { state, events } = await finished();
    const made = events.find((one) => one.name === "artifact.created");
    if (made?.name !== "artifact.created") throw new Error("no result");
    const first = made.data;
    const newer = { ...made, data: { ...first, id: "art_newer", nodeId: "later" }, version: state.version + 1 };
    const run = { state: { ...state, version: newer.version }, events: [...events, newer] };
    const answer = changed(run, { change: "Shorter" });
    if (!answer.ok) throw new Error(answer.error.code);
    const there = answer.value.state.artifacts;
    expect(there).toHaveLength(state.artifacts.length);
    expect(there.filter((one) => one.name === first.name)).toMatchObject([{ id: "art_newer" }]);
  });

  it("a run with a request longer than that goes on as it was", async () => {
    const { state, events } = await finished();
    const userInput = "x".repeat(MAX_MESSAGE_CHARS + 1);
    const long = {
      state,
      events: events.map((one) =>
        one.name === "workflow.created" ? { ...one, data: { ...one.data, userInput } } : one,
      ),
    };
    expect(changed(long, {})).toMatchObject({ ok: true });
  });

  it("is refused where the request would grow too long", async () => {
    const answer = changed(await finished(), { message: "x".repeat(MAX_MESSAGE_CHARS), change: "y" });
    expect(answer).toMatchObject({ ok: false, error: { code: "message_too_long" } });
  });
});
