import { createHash } from "node:crypto";
import { expect } from "vitest";
import type { WorkflowView } from "../../shared/api/workflows.ts";
import { TIER_MODELS } from "../../shared/money/prices.ts";
import type { WorkflowEvent } from "../../shared/workflow/events.ts";
import { fold, foldAll } from "../../shared/workflow/fold.ts";
import type { WorkflowState } from "../../shared/workflow/state.ts";
import { toWorkflowView } from "../../shared/workflow/view.ts";
import type { Client } from "../harness/client.ts";

/** R2.4: versions count from 1 without gaps, and folding them gives what the API shows. */
export function expectLogTells(events: readonly WorkflowEvent[], shown: WorkflowView, locale: "en" | "ar"): void {
  expect(events.map((event) => event.version)).toEqual(events.map((_, index) => index + 1));
  const state = foldAll(null, events);
  if (!state) throw new Error("an empty log");
  // JSON has no undefined: what crossed the wire is compared.
  expect(JSON.parse(JSON.stringify(toWorkflowView(state, locale, (tier) => TIER_MODELS[tier])))).toEqual(shown);
}

/** FR-7, M1, M2: the cap held before every call, and every micro-dollar is accounted for. */
export function expectMoneyAddsUp(events: readonly WorkflowEvent[], shown: WorkflowView): void {
  const nodeOf = new Map<string, string | null>();
  let ofPlanning = 0;
  let spent = 0;
  let unconfirmed = 0;
  let state: WorkflowState | null = null;
  for (const event of events) {
    state = fold(state, event);
    if (event.name === "call.intended") {
      nodeOf.set(event.data.callId, event.data.nodeId);
      const { spentMicros, reservedMicros, unconfirmedMicros, capMicros } = state.cost;
      expect(spentMicros + reservedMicros + unconfirmedMicros).toBeLessThanOrEqual(capMicros);
    }
    if (event.name !== "call.settled" && event.name !== "call.unconfirmed") continue;
    const confirmed = event.name === "call.settled" ? event.data.costMicros : 0;
    const doubtful = event.name === "call.settled" ? (event.data.unconfirmedMicros ?? 0) : event.data.bookedMicros;
    spent += confirmed;
    unconfirmed += doubtful;
    if (nodeOf.get(event.data.callId) === null) ofPlanning += confirmed + doubtful;
  }
  const { cost, plan } = shown;
  expect(cost.spentMicros).toBe(spent);
  expect(cost.unconfirmedMicros).toBe(unconfirmed);
  expect(cost.reservedMicros).toBe(0);
  expect(cost.spentMicros + cost.unconfirmedMicros).toBeLessThanOrEqual(cost.capMicros);
  const nodes = plan?.nodes ?? [];
  expect(nodes.reduce((sum, node) => sum + node.costMicros, ofPlanning)).toBe(spent + unconfirmed);
}

/** Beyond 6: each step has proof, each built step a verdict of another than its author. */
export function expectProofOfEachStep(shown: WorkflowView): void {
  const nodes = shown.plan?.nodes ?? [];
  const reviewers = new Set(nodes.flatMap((node) => (node.stage === "reviewing" ? [node.id] : [])));
  for (const node of nodes) {
    expect({ id: node.id, status: node.status }).toEqual({ id: node.id, status: "success" });
    // A review's proof is what it checked of the others' work.
    const proofs = node.stage === "reviewing" ? nodes.filter((one) => one.review?.by === node.id) : node.evidence;
    expect(proofs.length, `${node.id} proves nothing`).toBeGreaterThan(0);
    if (node.stage !== "building") continue;
    expect(node.review?.accepted).toBe(true);
    expect(reviewers).toContain(node.review?.by);
    expect(node.evidence.some((one) => one.type === "check" && one.passed)).toBe(true);
  }
}

/** What is downloaded is what the log says was made. */
export async function expectBytesMatchLog(client: Client, shown: WorkflowView): Promise<void> {
  expect(shown.artifacts.length).toBeGreaterThan(0);
  for (const artifact of shown.artifacts) {
    const bytes = await client.bytes(`/api/workflows/${shown.id}/artifacts/${artifact.id}`);
    expect(bytes.length).toBe(artifact.size);
    expect(createHash("sha256").update(bytes).digest("hex")).toBe(artifact.sha256);
  }
}
