import { describe, expect, it } from "vitest";
import type { ImportWorkflow } from "../../../shared/protocol/object-rpc.ts";
import type { EventBody } from "../../../shared/workflow/events.ts";
import { SCHEMA_VERSION } from "../../../shared/workflow/events.ts";
import { fold } from "../../../shared/workflow/fold.ts";
import type { WorkflowState } from "../../../shared/workflow/state.ts";
import { bmad } from "../../orchestrators/bmad/orchestrator.ts";
import { approved, diligent, eventful, plan, step, toTheEnd } from "../../orchestrators/conformance/testing/scripts.ts";
import { Simulation, says, use } from "../../orchestrators/conformance/testing/simulation.ts";
import type { Pricing } from "../engine/edit-plan.ts";
import { checkpointOf } from "./checkpoint.ts";
import { importEvent } from "./import-state.ts";
import { stateAt } from "./state-at.ts";

const PRICING: Pricing = { orchestrator: bmad, profiles: [], services: [{ name: "crm" }] };
const PINNED = {
  framework: { name: bmad.name, version: bmad.version },
  model: { provider: "offline", simulated: true },
} as const;

const sourceOf = (simulation: Simulation, damage: unknown = null) => ({
  state: simulation.state,
  damage,
  events: (since: number, limit: number) => simulation.events.slice(since, since + limit),
});

async function finished(): Promise<Simulation> {
  const simulation = await approved({ orchestrator: bmad, model: diligent });
  await simulation.run();
  expect(simulation.state.phase).toBe("completed");
  return simulation;
}

type Request = Partial<Parameters<typeof checkpointOf>[1]>;

function forked(simulation: Simulation, request: Request) {
  return checkpointOf(sourceOf(simulation), { reason: "fork", version: 1, locale: "en", ...request }, PRICING);
}

/** The new run, begun as the object begins it. */
function begun(simulation: Simulation, request: Request): Simulation {
  const answer = forked(simulation, request);
  if (!answer.ok) throw new Error(answer.error.code);
  const input: ImportWorkflow = { ...answer.value, id: "wf_2", projectId: "prj_1", createdBy: "usr_2" };
  const event = importEvent(input, PINNED);
  if (!event.ok) throw new Error(event.error.code);
  const at = "2026-11-21T08:00:00.000Z";
  return new Simulation({
    orchestrator: bmad,
    model: diligent,
    past: [{ version: 1, at, actor: { kind: "user", id: "usr_2" }, ...event.value }],
  });
}

const versionOf = (simulation: Simulation, name: EventBody["name"], nodeId: string): number =>
  simulation.events.find((one) => one.name === name && "nodeId" in one.data && one.data.nodeId === nodeId)?.version ??
  0;

const editOf = (state: WorkflowState) =>
  state.nodes.map(({ id, type, label, instructions, agent, stage, dependsOn, tier, optional, touches }) => ({
    id,
    type,
    label,
    instructions,
    agent,
    stage,
    dependsOn: [...dependsOn],
    tier,
    optional,
    ...(touches ? { touches } : {}),
  }));

describe("the past", () => {
  it("K1 is folded from the log at every version, and nowhere beyond it", async () => {
    const simulation = await finished();
    const source = sourceOf(simulation);
    let state: WorkflowState | null = null;
    for (const event of simulation.events) {
      state = fold(state, event);
      expect(stateAt(source, event.version)).toEqual(state);
    }
    for (const version of [0, -1, 1.5, Number.NaN, simulation.events.length + 1])
      expect(stateAt(source, version)).toBeNull();
  });
});

describe("a fork", () => {
  it("K2 can be begun and run to the end from every version of a run, and pays nothing twice", {
    timeout: 60_000,
  }, async () => {
    const simulation = new Simulation({ orchestrator: bmad, model: eventful() });
    expect(await toTheEnd(simulation)).toBe("completed");
    for (const { version } of simulation.events) {
      const next = begun(simulation, { version });
      const { state } = next;
      expect(state).toMatchObject({
        id: "wf_2",
        createdBy: "usr_2",
        mode: "live",
        lineage: { reason: "fork", workflowId: "wf_1", version },
        cost: { spentMicros: 0, reservedMicros: 0, unconfirmedMicros: 0, leasedMicros: 0 },
        version: 1,
      });
      const kept = new Map(state.nodes.map((node) => [node.id, node.attempt]));
      expect(await toTheEnd(next), `from version ${version}`).toBe("completed");
      for (const [id, attempt] of kept)
        if (attempt > 0) expect(next.node(id).attempt, `${id} of ${version}`).toBe(attempt);
    }
  });

  it("K2 drops what was under way and keeps what was settled, at no price", async () => {
    const simulation = await finished();
    const { state } = begun(simulation, { version: versionOf(simulation, "node.started", "letter") });
    expect(state.phase).toBe("pending_approval");
    expect(state.plan).toMatchObject({ version: 2, approved: false });
    expect(state.nodes.map((node) => [node.id, node.status])).toEqual([
      ["look", "success"],
      ["totals", "reviewing"],
      ["overdue", "reviewing"],
      ["letter", "pending"],
      ["check", "pending"],
    ]);
    expect(state.artifacts.map((one) => one.nodeId).sort()).toEqual(["look", "overdue", "totals"]);
    for (const node of state.nodes) {
      const free = node.status !== "pending";
      expect(node.costMicros).toBe(0);
      expect(node.estimate.p50Micros === 0).toBe(free);
      expect(node.evidence.length > 0).toBe(free);
    }
    const chosen = state.plan?.variants.find((one) => one.name === state.plan?.variant);
    expect(chosen?.p50Micros).toBe(state.nodes.reduce((sum, node) => sum + node.estimate.p50Micros, 0));
  });

  it("K2 does not take an open question of the past for one of its own", async () => {
    const simulation = await approved({
      orchestrator: bmad,
      model: (asked) =>
        asked.nodeId === "totals" ? says(use("q", "ask_user", { question: "Which?" })) : diligent(asked),
    });
    const { version } = await simulation.run();
    expect(begun(simulation, { version }).state).toMatchObject({
      questions: [],
      approvals: [],
      pause: null,
      calls: {},
    });
  });

  it("K3 edited steps begin anew, with all that rests on them; the rest keeps its result", async () => {
    const simulation = await finished();
    const { version } = simulation.state;
    const nodes = editOf(simulation.state).map((one) =>
      one.id === "totals" ? { ...one, instructions: "By month" } : one,
    );
    const next = begun(simulation, { version, nodes });
    expect(next.state.nodes.map((node) => [node.id, node.status])).toEqual([
      ["look", "success"],
      ["totals", "pending"],
      ["overdue", "reviewing"],
      ["letter", "pending"],
      ["check", "pending"],
    ]);
    expect(next.node("totals").estimate.p50Micros).toBeGreaterThan(0);
    next.approve();
    expect((await next.run()).phase).toBe("completed");
    expect(next.node("overdue").attempt).toBe(1);
    expect(next.events.filter((one) => one.name === "node.started").map((one) => one.data.nodeId)).toEqual([
      "totals",
      "letter",
      "check",
    ]);
  });

  it("K3 edits of the new run's own plan keep results by the same rule", async () => {
    const simulation = await finished();
    const next = begun(simulation, { version: simulation.state.version });
    const { plan: proposed, nodes } = next.state;
    if (!proposed) throw new Error("a plan");
    const edited = nodes.map((node) => (node.id === "letter" ? { ...node, label: "Another letter" } : node));
    const { variant, variants } = proposed;
    next.append({
      name: "plan.edited",
      data: { planVersion: 3, variant, nodes: edited, variants: [...variants] },
    });
    expect(next.state.nodes.map((node) => node.status)).toEqual([
      "success",
      "reviewing",
      "reviewing",
      "pending",
      "pending",
    ]);
    expect(next.state.artifacts.map((one) => one.nodeId)).not.toContain("letter");
    next.approve();
    expect((await next.run()).phase).toBe("completed");
  });

  it("K3 an edit that cannot run is refused by name", async () => {
    const simulation = await finished();
    const { version } = simulation.state;
    const nodes = editOf(simulation.state);
    const without = (id: string) => nodes.filter((one) => one.id !== id);
    const codes = [
      without("check"),
      without("look"),
      nodes.map((one) => (one.id === "look" ? { ...one, dependsOn: ["letter"] } : one)),
      nodes.map((one) => (one.id === "letter" ? { ...one, touches: ["crm", "fax"] } : one)),
    ].map((edit) => {
      const answer = forked(simulation, { version, nodes: edit });
      return answer.ok ? "ok" : answer.error.code;
    });
    expect(codes).toEqual(["plan_no_review", "plan_missing_dependency", "plan_cycle", "plan_unknown_service"]);
    expect(forked(simulation, { version: version + 1 })).toMatchObject({ ok: false, error: { code: "not_found" } });
  });

  it("K4 changed words are planned anew, and before there was a plan too", async () => {
    const simulation = await finished();
    for (const version of [1, simulation.state.version]) {
      const next = begun(simulation, { version, message: "Total the receipts", locale: "ar" });
      expect(next.state).toMatchObject({
        phase: "planning",
        userInput: "Total the receipts",
        locale: "ar",
        plan: null,
      });
      expect(next.state.artifacts).toEqual([]);
      const state = await next.run();
      expect(state).toMatchObject({ phase: "pending_approval", plan: { version: 1 } });
    }
  });
});

const SENDING = [
  step("totals", "building", []),
  step("send", "building", ["totals"]),
  step("check", "reviewing", ["send"]),
];

/** A run that writes outside in its second step. */
async function writing(mode: "live" | "rehearsal", upTo?: (state: WorkflowState) => boolean): Promise<Simulation> {
  const simulation = new Simulation({
    orchestrator: bmad,
    model: (asked) => (asked.nodeId === null ? plan(SENDING) : diligent(asked)),
    tool: (name, _input, nodeId) => ({
      ok: true,
      output: `${name} done`,
      ...(nodeId === "send" && name === "run_code" ? { facts: (id: string) => effect(id, mode) } : {}),
    }),
  });
  await simulation.run((state) => state.phase === "pending_approval");
  simulation.append({ name: "plan.approved", data: { planVersion: 1, capMicros: 1_000_000, mode } });
  await simulation.run(upTo);
  return simulation;
}

function effect(toolCallId: string, mode: "live" | "rehearsal"): EventBody[] {
  const effectId = `eff_${toolCallId}`;
  const receipt = { reference: "7", link: null, detail: "made", undo: null };
  const intent = {
    effectId,
    nodeId: "send",
    toolCallId,
    tool: "http_request",
    effectClass: "write" as const,
    key: `key_${toolCallId}`,
    service: "crm",
    action: "POST /notes",
    target: "/notes",
    summary: "A note",
    arguments: {},
    fingerprint: "f",
    reversible: false,
    approvalId: null,
    mode,
    undoOf: null,
  };
  const outcome = mode === "live" ? { kind: "done" as const, receipt } : { kind: "recorded" as const };
  return [
    { name: "effect.intended", data: intent },
    { name: "effect.settled", data: { effectId, outcome } },
  ];
}

describe("what was done outside", () => {
  it("K5 goes along whole from any version, as it is now, marked with the run that did it", async () => {
    const simulation = await writing("live");
    const ledger = simulation.state.effects;
    expect(ledger).toHaveLength(1);
    for (const version of [1, versionOf(simulation, "node.started", "totals"), simulation.state.version])
      expect(begun(simulation, { version }).state.effects).toEqual([{ ...ledger[0], inheritedFrom: "wf_1" }]);
    const grandchild = begun(begun(simulation, { version: 1 }), { version: 1 });
    expect(grandchild.state.effects[0]?.inheritedFrom).toBe("wf_1");
  });

  it("K5 waits while a write is on its way", async () => {
    const simulation = await writing("live", (state) => state.effects.length > 0);
    const [open] = effect("late", "live");
    if (!open) throw new Error("an effect");
    simulation.append(open);
    expect(forked(simulation, { version: 1 })).toMatchObject({ ok: false, error: { code: "workflow_busy" } });
    // Of a run whose log is damaged nobody will ever hear: what was on its way may have happened.
    const request = { reason: "fork" as const, version: 1, locale: "en" as const };
    const dead = checkpointOf(sourceOf(simulation, "altered"), request, PRICING);
    expect(dead.ok && dead.value.state.effects.map((one) => one.status)).toEqual(["done", "unknown"]);
  });
});

describe("promotion", () => {
  it("K6 begins right before the first step that would have written, and keeps all before it", async () => {
    const simulation = await writing("rehearsal");
    expect(simulation.state.phase).toBe("completed");
    const next = begun(simulation, { reason: "promote" });
    expect(next.state.lineage).toEqual({
      reason: "promote",
      workflowId: "wf_1",
      version: versionOf(simulation, "node.started", "send") - 1,
    });
    expect(next.state).toMatchObject({ mode: "live", phase: "pending_approval", approvedBy: null });
    expect(next.state.nodes.map((node) => node.status)).toEqual(["reviewing", "pending", "pending"]);
    // What was only rehearsed is on the list, and not done.
    expect(next.state.effects.map((one) => one.status)).toEqual(["recorded"]);
    next.approve();
    expect((await next.run()).phase).toBe("completed");
    expect(next.node("totals").attempt).toBe(1);
  });

  it("K6 is refused for what is no finished rehearsal of a write", async () => {
    const runs = [
      await writing("live"),
      await writing("rehearsal", (state) => state.effects.length > 0),
      await finished(),
    ];
    for (const run of runs)
      expect(forked(run, { reason: "promote" })).toMatchObject({ ok: false, error: { code: "nothing_to_promote" } });
  });
});

describe("an import", () => {
  it("K7 NFR-I3.2 takes a snapshot only in the published form, with nothing under way or spent", async () => {
    const simulation = await finished();
    const answer = forked(simulation, { version: versionOf(simulation, "node.started", "letter") });
    if (!answer.ok) throw new Error(answer.error.code);
    const input: ImportWorkflow = { ...answer.value, id: "wf_2", projectId: "prj_1", createdBy: "usr_2" };
    const { state } = input;
    const refused = (changes: object, schemaVersion = SCHEMA_VERSION) => {
      // SAFETY: what arrives over a wire is whatever it is; the point is that it is refused.
      const read = importEvent({ ...input, schemaVersion, state: { ...state, ...changes } as WorkflowState }, PINNED);
      return read.ok ? "ok" : read.error.code;
    };
    expect(refused({})).toBe("ok");
    expect(refused({}, SCHEMA_VERSION + 1)).toBe("snapshot_invalid");
    for (const changes of [
      { nodes: "none" },
      { plan: null },
      { phase: "building" },
      { phase: "completed" },
      { plan: { ...state.plan, approved: true } },
      { cost: { ...state.cost, spentMicros: 1 } },
      { cost: { ...state.cost, leasedMicros: 1 } },
      { pause: { reason: "person", failure: null, resumeAt: null, by: "user" } },
      { nodes: [] },
      { nodes: state.nodes.map((node) => ({ ...node, dependsOn: ["nowhere"] })) },
      { nodes: state.nodes.map((node) => ({ ...node, status: "done" })) },
    ])
      expect(refused(changes), JSON.stringify(changes).slice(0, 80)).toBe("snapshot_invalid");
  });

  it("K7 NFR-S1.1 takes nothing of another project", async () => {
    const answer = forked(await finished(), { version: 1 });
    if (!answer.ok) throw new Error(answer.error.code);
    const input: ImportWorkflow = { ...answer.value, id: "wf_2", projectId: "prj_2", createdBy: "usr_2" };
    expect(importEvent(input, PINNED)).toMatchObject({ ok: false, error: { code: "snapshot_invalid" } });
  });
});
