import { describe, expect, it } from "vitest";
import { estimateStep, totalOf } from "./estimates.ts";

const stages = ["planning", "orchestrating", "building", "reviewing"] as const;
const tiers = ["fast", "standard", "deep"] as const;

describe("estimates", () => {
  it("FR-7 every step has a range of whole micro-dollars above zero", () => {
    for (const stage of stages)
      for (const tier of tiers)
        for (const type of ["agent", "task", "integration", "decision"] as const) {
          const { p50Micros, p90Micros } = estimateStep({ stage, tier, type });
          expect(Number.isSafeInteger(p50Micros) && Number.isSafeInteger(p90Micros)).toBe(true);
          expect(p50Micros).toBeGreaterThan(0);
          expect(p90Micros).toBeGreaterThan(p50Micros);
        }
  });

  it("rise with the tier and with what the files add to every prompt", () => {
    const price = (tier: (typeof tiers)[number], context = 0) =>
      estimateStep({ stage: "building", type: "task", tier }, context).p50Micros;
    expect(price("fast")).toBeLessThan(price("standard"));
    expect(price("standard")).toBeLessThan(price("deep"));
    expect(price("standard", 4_000)).toBeGreaterThan(price("standard"));
    const review = (judged: number) =>
      estimateStep({ stage: "reviewing", type: "agent", tier: "standard" }, 0, judged).p50Micros;
    expect(review(6)).toBeGreaterThan(review(1));
  });

  it("NFR-P2.1 a usual plan of six steps costs cents: about $0.05 to $0.25 at p50", () => {
    const six = [
      estimateStep({ stage: "planning", type: "agent", tier: "fast" }, 1_500),
      estimateStep({ stage: "orchestrating", type: "agent", tier: "standard" }, 1_500),
      estimateStep({ stage: "building", type: "task", tier: "standard" }, 1_500),
      estimateStep({ stage: "building", type: "task", tier: "standard" }, 1_500),
      estimateStep({ stage: "building", type: "task", tier: "fast" }, 1_500),
      estimateStep({ stage: "reviewing", type: "agent", tier: "standard" }, 1_500, 5),
    ];
    const { p50Micros, p90Micros } = totalOf(six.map((estimate) => ({ estimate })));
    expect(p50Micros).toBeGreaterThan(50_000);
    expect(p50Micros).toBeLessThan(250_000);
    expect(p90Micros).toBeLessThan(1_500_000);
  });
});
