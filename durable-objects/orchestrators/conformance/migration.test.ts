import { describe, expect, it } from "vitest";
import { WorkflowStateSchema } from "../../../shared/workflow/state-schema.ts";
import type { Orchestrator } from "../port.ts";
import { ORCHESTRATORS } from "../registry.ts";
import { accept, approved, diligent, finish, plan } from "./testing/scripts.ts";
import { type Asked, fails, Simulation, says, use } from "./testing/simulation.ts";

const PAIRS = ORCHESTRATORS.flatMap((from) =>
  ORCHESTRATORS.filter((to) => to !== from).map((to) => ({ name: `${from.name} to ${to.name}`, from, to })),
);

/** A run with everything in it: a busy service, a question, rejected work, an answer without a tool. */
function eventful(): (asked: Asked) => ReturnType<typeof diligent> {
  let busy = 1;
  let rejected = 1;
  return (asked) => {
    if (asked.nodeId === "look" && busy-- > 0) return fails("model_overloaded");
    if (asked.nodeId === "overdue" && asked.turn === 1) return says({ type: "text", text: "Let me see." });
    if (asked.nodeId === "overdue") return diligent({ ...asked, turn: asked.turn - 1 });
    if (asked.nodeId === "totals" && asked.node.attempt === 1) {
      if (asked.turn === 1) return says(use("q", "ask_user", { question: "Which currency?", choices: ["KWD"] }));
      return asked.turn === 2 ? diligent({ ...asked, turn: 1 }) : finish(asked);
    }
    if (asked.nodeId === "check" && asked.turn === 2 && rejected-- > 0) return accept(asked, ["totals"]);
    return diligent(asked);
  };
}

async function toTheEnd(simulation: Simulation): Promise<string> {
  for (let round = 0; round < 10; round++) {
    const state = await simulation.run();
    const question = state.questions.find((one) => one.status === "open");
    if (state.phase === "pending_approval") simulation.approve();
    else if (question) simulation.answer(question.id, question.kind === "repair" ? "retry" : "KWD");
    else return state.phase;
  }
  return simulation.state.phase;
}

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
