import { describe, expect, it } from "vitest";
import { WorkflowStateSchema } from "../../../shared/workflow/state-schema.ts";
import type { Orchestrator } from "../port.ts";
import { ORCHESTRATORS } from "../registry.ts";
import { approved, diligent, eventful, plan, toTheEnd } from "./testing/scripts.ts";
import { Simulation, says } from "./testing/simulation.ts";

const PAIRS = ORCHESTRATORS.flatMap((from) =>
  ORCHESTRATORS.filter((to) => to !== from).map((to) => ({ name: `${from.name} to ${to.name}`, from, to })),
);

async function whole(orchestrator: Orchestrator): Promise<Simulation> {
  const simulation = new Simulation({ orchestrator, model: eventful() });
  expect(await toTheEnd(simulation)).toBe("completed");
  return simulation;
}

describe.each(PAIRS)("$name: migration", ({ from, to }) => {
  it("W3 NFR-I3.3 goes on and completes from every event of a run", { timeout: 60_000 }, async () => {
    const { events } = await whole(from);
    expect(events.length).toBeGreaterThan(60);
    for (let version = 1; version < events.length; version++) {
      const simulation = new Simulation({ orchestrator: from, model: diligent, past: events.slice(0, version) });
      if (["completed", "failed"].includes(simulation.state.phase)) break;
      simulation.recover();
      simulation.migrate(to);
      expect(await toTheEnd(simulation), `from version ${version}, ${events[version - 1]?.name}`).toBe("completed");
      expect(simulation.state.framework).toEqual({ name: to.name, version: to.version });
    }
  });

  it("W3 loses no result: what was accepted before is not done again", async () => {
    const { events } = await whole(from);
    const at = events.findIndex((one) => one.name === "node.started" && one.data.nodeId === "check");
    const simulation = new Simulation({ orchestrator: from, model: diligent, past: events.slice(0, at) });
    const before = new Map(simulation.state.nodes.map((node) => [node.id, node.attempt]));
    simulation.migrate(to);
    expect(await toTheEnd(simulation)).toBe("completed");
    for (const id of ["look", "totals", "overdue", "letter"]) expect(simulation.node(id).attempt).toBe(before.get(id));
  });

  it("W3 carries on with a plan of its own while planning", async () => {
    const simulation = new Simulation({
      orchestrator: from,
      model: (asked) => (asked.turn === 1 ? says({ type: "text", text: "hm" }) : plan()),
    });
    await simulation.run((state) => state.planning.transcript.length > 0);
    simulation.migrate(to);
    expect((await simulation.run()).phase).toBe("pending_approval");
  });
});

describe.each(ORCHESTRATORS)("$name: the published snapshot", (orchestrator) => {
  it("W3 NFR-I3.2 reads back as it was, at every event of a run", async () => {
    const { events } = await whole(orchestrator);
    for (let version = 1; version <= events.length; version++) {
      const { state } = new Simulation({ orchestrator, model: diligent, past: events.slice(0, version) });
      const published = JSON.parse(JSON.stringify(state));
      expect(WorkflowStateSchema.parse(published)).toEqual(published);
    }
  });

  it("C1 decides the same from what was read back as from what it was", async () => {
    const simulation = await approved({ orchestrator, model: eventful() });
    await simulation.run((state) => {
      const around = { now: simulation.now, profiles: [], services: [], outsideTools: [] };
      const read = WorkflowStateSchema.parse(JSON.parse(JSON.stringify(state)));
      expect(orchestrator.decide(read, around)).toEqual(orchestrator.decide(state, around));
      return false;
    });
  });
});
