import { describe, expect, it } from "vitest";
import { says, scriptedModel, scriptedOrchestrator, scriptedPlan } from "../../testing/scripted.ts";
import { USER, world } from "../../testing/world.ts";
import { Dice } from "./dice.ts";
import { Auditor } from "./invariants.ts";
import { PINNED } from "./seeds.ts";
import { simulate } from "./simulate.ts";

describe("the simulation", () => {
  it.each(PINNED)("seed $seed: $was", async ({ seed, led }) => {
    expect((await simulate(seed, led)).broken).toBeNull();
  });

  it("gives the same life for the same seed", async () => {
    for (const led of ["scripted", "bmad", "lean"] as const) {
      const first = await simulate(7, led);
      expect((await simulate(7, led)).trace).toEqual(first.trace);
      expect(first.trace.length).toBeGreaterThan(20);
    }
    expect((await simulate(8)).trace).not.toEqual((await simulate(9)).trace);
  });

  it("draws evenly", () => {
    const dice = new Dice(1);
    const drawn = Array.from({ length: 10_000 }, () => dice.fraction());
    expect(drawn.every((one) => one >= 0 && one < 1)).toBe(true);
    expect(drawn.reduce((sum, one) => sum + one, 0) / drawn.length).toBeCloseTo(0.5, 1);
  });

  it("sees a changed row, a lost acknowledgement and a call settled twice", () => {
    const w = world({ orchestrator: scriptedOrchestrator(scriptedPlan(1)), model: scriptedModel(() => says("plan")) });
    const told = w.journal.append(USER, [{ name: "workflow.steered", data: { message: "first" } }]);
    const rows = w.store.range(0, 10);
    const changed = rows.map((row) => (row.version === 1 ? { ...row, at: "2026-01-01T00:00:00.000Z" } : row));
    const range = (from: typeof rows) => (since: number, limit: number) => from.slice(since, since + limit);
    expect(() => new Auditor().check(range(rows))).not.toThrow();
    expect(() => new Auditor().check(range(changed))).toThrow("hash chain");
    const auditor = new Auditor();
    auditor.tell(told);
    expect(() => auditor.checkAcknowledged(range(rows.slice(0, 1)))).toThrow("acknowledged version 2");
    const { journal } = w;
    journal.append(USER, [{ name: "call.unconfirmed", data: { callId: "call_none", bookedMicros: 1 } }]);
    expect(() => new Auditor().check(range(w.store.range(0, 10)))).toThrow("a call is settled once");
  });
});
