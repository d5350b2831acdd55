import { describe, expect, it } from "vitest";
import { priceOf, reservationFor } from "../../../shared/money/prices.ts";
import type { Cost, WorkflowState } from "../../../shared/workflow/state.ts";
import type { CallSpec } from "../../orchestrators/port.ts";
import { says, scriptedModel, scriptedOrchestrator, scriptedPlan } from "../testing/scripted.ts";
import { APPROVED, NOTHING_OUTSIDE, USER, type World, world } from "../testing/world.ts";
import { resume } from "./commands.ts";
import { decideApproval } from "./decisions.ts";
import { promptBytes, reserve } from "./money.ts";

const MODEL = "claude-haiku-5-5";
const NOW = Date.parse("2026-11-23T10:00:00Z");
const SPEC: CallSpec = {
  operation: "building",
  tier: "fast",
  system: "s1",
  messages: [],
  tools: [],
  toolChoice: "auto",
  maxTokens: 8000,
  effort: "low",
};
const rate = priceOf(MODEL, NOW);
const bytes = promptBytes(SPEC);
const worst = reservationFor(bytes, SPEC.maxTokens, rate);

function stateWith(cost: Partial<Cost>): WorkflowState {
  const state = world({ orchestrator: scriptedOrchestrator([]), model: scriptedModel(() => says("")) }).state();
  return { ...state, cost: { ...state.cost, capMicros: 1_000_000, leasedMicros: 1_000_000, ...cost } };
}

describe("reserve", () => {
  it("M1 reserves the worst case", () => {
    expect(reserve(stateWith({}), SPEC, MODEL, NOW, false)).toEqual({
      kind: "reserved",
      maxTokens: 8000,
      micros: worst,
    });
  });

  it("M3 gives fewer tokens when alone, and never promises more than there is", () => {
    for (let room = worst - 1; room > 300; room = Math.floor(room * 0.9)) {
      const got = reserve(stateWith({ capMicros: room }), SPEC, MODEL, NOW, false);
      if (got.kind === "cap") continue;
      expect(got.kind).toBe("reserved");
      if (got.kind !== "reserved") return;
      expect(got.maxTokens).toBeGreaterThanOrEqual(400);
      expect(got.maxTokens).toBeLessThan(8000);
      expect(got.micros).toBeLessThanOrEqual(room);
    }
    expect(reserve(stateWith({ capMicros: 250 }), SPEC, MODEL, NOW, false).kind).toBe("cap");
  });

  it("M3 waits while other calls hold reservations", () => {
    expect(reserve(stateWith({ capMicros: worst + 10, reservedMicros: 20 }), SPEC, MODEL, NOW, false).kind).toBe(
      "wait",
    );
  });

  it("M3 the minimum is 1,024 tokens outside the fast tier", () => {
    const deep: CallSpec = { ...SPEC, tier: "standard" };
    const room = reservationFor(bytes, 1000, rate);
    expect(reserve(stateWith({ capMicros: room }), deep, MODEL, NOW, false).kind).toBe("cap");
    expect(reserve(stateWith({ capMicros: room }), SPEC, MODEL, NOW, false).kind).toBe("reserved");
  });

  it("M4 asks for a lease when the cap allows more than is leased, within the cap", () => {
    const got = reserve(stateWith({ leasedMicros: 0 }), SPEC, MODEL, NOW, false);
    expect(got).toEqual({ kind: "lease", micros: 500_000 });
    const small = reserve(stateWith({ leasedMicros: 0, capMicros: worst }), SPEC, MODEL, NOW, false);
    expect(small).toEqual({ kind: "lease", micros: worst });
  });

  it("M4 M5 with a dry project it takes what is leased, or stops", () => {
    const some = reserve(stateWith({ leasedMicros: Math.floor(worst / 2) }), SPEC, MODEL, NOW, true);
    expect(some.kind).toBe("reserved");
    expect(reserve(stateWith({ leasedMicros: 0 }), SPEC, MODEL, NOW, true).kind).toBe("project");
  });

  it("M1 counts pictures and non-Latin text by their bytes", () => {
    const text = {
      ...SPEC,
      messages: [{ role: "user" as const, content: [{ type: "text" as const, text: "مرحبا" }] }],
    };
    const image = { type: "image" as const, fileId: "fil_1", mediaType: "image/png" };
    const picture = { ...SPEC, messages: [{ role: "user" as const, content: [image] }] };
    expect(promptBytes(text) - bytes).toBeGreaterThanOrEqual(10);
    expect(promptBytes(picture) - bytes).toBeGreaterThanOrEqual(10_000);
  });
});

/** A world with a plan, approved with a cap. Its calls ask for 8,000 tokens and use 300 micro-dollars each. */
async function approved(capMicros: number, project: { budget?: number } = {}): Promise<World> {
  const w = world({
    orchestrator: scriptedOrchestrator(scriptedPlan(8), { maxTokens: 8000 }),
    model: scriptedModel(() => says("done")),
  });
  Object.assign(w.project, project);
  await w.executor.run(60_000);
  w.journal.append(USER, [{ ...APPROVED, data: { planVersion: 1, capMicros, mode: "live" } }]);
  return w;
}

/** Every call intended so far, with the money as it stood right after. */
function* intended(w: World) {
  for (const event of w.journal.events(0, 1000)) if (event.name === "call.intended") yield event;
}

describe("money of a run", () => {
  it("M5 stops hard at the cap, with one change order, and goes on when it is approved (FR-7.5)", async () => {
    const w = await approved(1200);
    await w.executor.run(60_000);
    const { cost, pause, approvals } = w.state();
    expect(pause).toMatchObject({ reason: "money", failure: { code: "cap_reached" } });
    expect(cost.spentMicros + cost.unconfirmedMicros).toBeLessThanOrEqual(1200);
    expect(approvals).toHaveLength(1);
    expect(approvals[0]?.arguments.capMicros).toBeGreaterThan(1200);

    append(w, resume(w.state()));
    await w.executor.run(60_000);
    expect(w.state().pause?.reason).toBe("money");
    expect(w.state().approvals).toHaveLength(1);

    const approvalId = approvals[0]?.id ?? "";
    append(
      w,
      decideApproval(
        w.state(),
        { approvalId, decision: "approved", arguments: { capMicros: 50_000 } },
        NOTHING_OUTSIDE,
      ),
    );
    await w.executor.run(60_000);
    expect(w.state().phase).toBe("completed");
    expect(w.state().cost.capMicros).toBe(50_000);
    expect(w.state().approvals[0]).toMatchObject({ status: "approved", arguments: { capMicros: 50_000 } });
  });

  it("M5 proposes a cap that lets the rest of the plan run", async () => {
    const w = await approved(1200);
    await w.executor.run(60_000);
    const approvalId = w.state().approvals[0]?.id ?? "";
    append(w, decideApproval(w.state(), { approvalId, decision: "approved" }, NOTHING_OUTSIDE));
    await w.executor.run(60_000);
    expect(w.state().phase).toBe("completed");
  });

  it("M1 never intends a call beyond the cap or the lease, whatever the cap", async () => {
    for (let cap = 400; cap < 6000; cap += 137) {
      const w = await approved(cap, { budget: 4_000 });
      await w.executor.run(60_000);
      let spent = 0;
      const reserved = new Map<string, number>();
      let leased = 0;
      let capNow = 100_000;
      for (const event of w.journal.events(0, 1000)) {
        if (event.name === "money.leased") leased += event.data.micros;
        if (event.name === "plan.approved") capNow = event.data.capMicros;
        if (event.name === "call.settled") {
          spent += event.data.costMicros;
          reserved.delete(event.data.callId);
        }
        if (event.name !== "call.intended") continue;
        reserved.set(event.data.callId, event.data.reservedMicros);
        const promised = [...reserved.values()].reduce((sum, one) => sum + one, 0);
        expect(spent + promised).toBeLessThanOrEqual(capNow);
        expect(spent + promised).toBeLessThanOrEqual(leased);
      }
      expect([...intended(w)].length).toBeGreaterThan(0);
      expect(w.state().pause?.reason === "money" || w.state().phase === "completed").toBe(true);
    }
  });

  it("M4 leases under the same id until the grant is in the log", async () => {
    const w = await approved(1_000_000);
    w.project.failing = 2;
    await w.executor.run(120_000);
    expect(w.state().phase).toBe("completed");
    expect(w.project.leases.map((one) => one.trancheId)).toEqual(["t1", "t2"].slice(0, w.project.leases.length));
    expect(new Set(w.project.leases.map((one) => one.trancheId)).size).toBe(w.project.leases.length);
  });

  it("M5 a project with nothing left pauses without a change order, and resuming asks again", async () => {
    const w = world({
      orchestrator: scriptedOrchestrator(scriptedPlan(1)),
      model: scriptedModel(() => says("done")),
    });
    w.project.budget = 0;
    await w.executor.run(60_000);
    expect(w.state().pause).toMatchObject({ reason: "money", failure: { code: "project_budget_exhausted" } });
    expect(w.state().approvals).toEqual([]);
    w.project.budget = 1_000_000;
    append(w, resume(w.state()));
    await w.executor.run(60_000);
    expect(w.state().phase).toBe("pending_approval");
    expect(w.project.leases.map((one) => one.trancheId)).toEqual(["t1", "t2"]);
  });

  it("M7 planning stops at its own cap; approving a change order lets it go on", async () => {
    const big = { maxTokens: 8000, tier: "deep" as const, system: "x".repeat(400_000) };
    const w = world({
      orchestrator: scriptedOrchestrator(scriptedPlan(1), big),
      model: { ...scriptedModel(() => says("done")), modelFor: () => "claude-opus-5-5" },
    });
    await w.executor.run(60_000);
    expect(w.state()).toMatchObject({ phase: "planning", pause: { reason: "money" } });
    expect([...intended(w)]).toEqual([]);
    const approvalId = w.state().approvals[0]?.id ?? "";
    append(w, decideApproval(w.state(), { approvalId, decision: "approved" }, NOTHING_OUTSIDE));
    await w.executor.run(60_000);
    expect(w.state().phase).toBe("pending_approval");
  });

  it("M8 counts simulated dollars and marks them", async () => {
    const w = await approved(1_000_000);
    await w.executor.run(60_000);
    expect(w.state().cost.spentMicros).toBeGreaterThan(0);
    expect(w.project.delivered.flatMap((one) => one.ledger).every((line) => line.simulated)).toBe(true);
  });
});

function append(w: World, decision: ReturnType<typeof resume>): void {
  if (!decision.ok) throw new Error(decision.error.code);
  w.journal.append(USER, decision.value);
}
