import { env } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import { totalOf } from "../../../shared/money/estimates.ts";
import { costOf, priceOf, TIER_MODELS } from "../../../shared/money/prices.ts";
import { createOfflineModel } from "../../models/offline/offline-model.ts";
import type { Orchestrator } from "../port.ts";
import { ORCHESTRATORS } from "../registry.ts";
import { Desk } from "./testing/desk.ts";
import { Simulation } from "./testing/simulation.ts";

const INVOICES = `Client,Invoice date,Due date,Amount,Status
Al Noor Clinic,2026-09-03,2026-10-03,"1,250.500",paid
Gulf Trading,2026-09-14,2026-10-14,0.105,unpaid
Al Noor Clinic,2026-10-02,2026-11-01,300.250,unpaid
Gulf Trading,2026-10-20,2026-12-20,99.145,unpaid
`;

/** Requests a new user makes, through the real sandbox, with the model that needs no key. */
async function work(orchestrator: Orchestrator, request: string, locale: "en" | "ar") {
  const desk = new Desk(env.SANDBOX);
  await desk.upload("invoices.csv", INVOICES);
  const model = createOfflineModel({
    countTokens: (texts) => env.SANDBOX.countTokens(texts),
    today: () => "2026-11-20",
  });
  const cost = { micros: 0 };
  const simulation = new Simulation({
    orchestrator,
    request,
    locale,
    profiles: desk.profiles,
    tool: (name, input) => desk.run(name, input),
    model: async ({ spec }) => {
      const request = { ...spec, model: TIER_MODELS[spec.tier] };
      const outcome = await model.call(request, {
        signal: new AbortController().signal,
        onText: () => {},
        loadImage: async () => new Uint8Array(),
      });
      if (spec.operation !== "planning") cost.micros += costOf(outcome.usage, priceOf(request.model, simulation.now));
      return outcome.ok
        ? { ok: true, content: [...outcome.content], stopReason: outcome.stopReason }
        : { ok: false, failure: outcome.failure, retryable: outcome.retryable, retryAfterMs: outcome.retryAfterMs };
    },
  });
  await simulation.run();
  expect(simulation.state.phase).toBe("pending_approval");
  const estimate = totalOf(simulation.state.nodes);
  simulation.approve();
  const state = await simulation.run();
  return { state, desk, simulation, cost: cost.micros, estimate };
}

describe.each(ORCHESTRATORS)("$name: a whole workflow with the offline model and the real sandbox", (orchestrator) => {
  it.each([
    ["en", "Total the invoices by client and by month, flag the overdue ones, and write a summary I can send"],
    ["ar", "اجمع الفواتير حسب العميل والشهر، وحدد المتأخرة، واكتب ملخصًا أرسله"],
  ] as const)("FR-9.3 ends completed with right figures (%s)", { timeout: 60_000 }, async (locale, request) => {
    const { state, desk, cost, estimate } = await work(orchestrator, request, locale);
    expect(state.questions).toEqual([]);
    expect(state.phase).toBe("completed");
    expect(state.nodes.map((node) => node.status)).not.toContain("error");
    expect(state.resultSummary).not.toBe("");
    const made = state.artifacts
      .map((one) => desk.text(one.name))
      .join("\n")
      .replaceAll(",", "");
    for (const figure of ["1550.750", "99.250", "1250.605", "300.355"]) expect(made).toContain(figure);
    // A run without a cache stays within the priced range.
    expect(cost).toBeLessThan(estimate.p90Micros);
  });
});
