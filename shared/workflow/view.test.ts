import { describe, expect, it } from "vitest";
import { WorkflowView } from "../api/workflows.ts";
import { type EventBody, WorkflowEvent } from "./events.ts";
import { foldAll } from "./fold.ts";
import type { PlanNode } from "./plan.ts";
import { redactEvent, redactState } from "./redact.ts";
import type { WorkflowState } from "./state.ts";
import { efficiencyOf, stagePercentages, toWorkflowView } from "./view.ts";

const step = (id: string, stage: PlanNode["stage"], dependsOn: string[] = []): PlanNode => ({
  id,
  type: "task",
  label: id,
  instructions: "",
  agent: "dev",
  stage,
  dependsOn,
  tier: "fast",
  optional: false,
  position: { x: 0, y: 0 },
  estimate: { p50Micros: 1000, p90Micros: 2000 },
});
const NODES = [step("a", "building"), step("b", "building", ["a"]), step("r", "reviewing", ["b"])];
const CREATED: EventBody = {
  name: "workflow.created",
  data: {
    id: "wf_1",
    projectId: "prj_1",
    name: "",
    userInput: "Add it up",
    locale: "en",
    files: [],
    framework: { name: "bmad", version: "1" },
    model: { provider: "offline", simulated: true },
    planningCapMicros: 100_000,
  },
};
const PROPOSED: EventBody = {
  name: "plan.proposed",
  data: {
    planVersion: 1,
    title: "Totals",
    summary: "",
    limits: [],
    variant: "balanced",
    variants: [{ name: "balanced", p50Micros: 3000, p90Micros: 6000, nodes: NODES }],
  },
};
const APPROVED: EventBody = { name: "plan.approved", data: { planVersion: 1, capMicros: 50_000, mode: "live" } };
const started = (nodeId: string): EventBody => ({ name: "node.started", data: { nodeId, attempt: 1, approach: "x" } });
const finished = (nodeId: string, summary = "Done"): EventBody => ({
  name: "node.finished",
  data: { nodeId, status: "success", summary },
});
const ARTIFACT: EventBody = {
  name: "artifact.created",
  data: {
    id: "art_1",
    nodeId: "a",
    name: "a.csv",
    mediaType: "text/csv",
    size: 1,
    sha256: "",
    key: "secret/k",
    header: "secret-h",
  },
};

const RECEIPT = { reference: "b-17", link: null, detail: "Booked", undo: { ticket: "secret-undo" } };
const BOOKED: EventBody[] = [
  {
    name: "effect.intended",
    data: {
      effectId: "eff_1",
      nodeId: "a",
      toolCallId: "tool_1",
      tool: "http_request",
      effectClass: "write",
      key: "secret-key",
      service: "desk",
      action: "POST /bookings",
      target: "room",
      summary: "Book a room",
      arguments: { what: "room" },
      fingerprint: "f",
      reversible: true,
      approvalId: null,
      mode: "live",
      undoOf: null,
    },
  },
  { name: "effect.settled", data: { effectId: "eff_1", outcome: { kind: "done", receipt: RECEIPT } } },
];

function stateAfter(...facts: EventBody[]): WorkflowState {
  const at = "2026-11-23T10:00:00.000Z";
  const actor = { kind: "user" as const, id: "usr_1" };
  const state = foldAll(
    null,
    [CREATED, ...facts].map((body, index) => ({ version: index + 1, at, actor, ...body })),
  );
  if (!state) throw new Error("nothing");
  return state;
}
const view = (state: WorkflowState, locale: "en" | "ar" = "en", now?: number) =>
  toWorkflowView(state, locale, (tier) => `model-${tier}`, now);

describe("toWorkflowView", () => {
  it("is what the API promises, in every phase", () => {
    for (const facts of [[], [PROPOSED], [PROPOSED, APPROVED, started("a"), ARTIFACT, finished("a")]])
      expect(WorkflowView.safeParse(JSON.parse(JSON.stringify(view(stateAfter(...facts))))).error).toBeUndefined();
  });

  it("T5 holds neither keys nor headers of results", () => {
    const state = stateAfter(PROPOSED, APPROVED, ARTIFACT);
    const shown = JSON.stringify([view(state), redactState(state)]);
    expect(shown).toContain("a.csv");
    expect(shown).not.toContain("secret");
    const event = { version: 1, at: "", actor: { kind: "system" as const, id: "" }, ...ARTIFACT };
    expect(JSON.stringify(redactEvent(event))).not.toContain("secret");
  });

  it("T5 neither do the first event of a run that goes on from another, nor lines of what was done outside", () => {
    const state = stateAfter(PROPOSED, APPROVED, ARTIFACT, ...BOOKED);
    const told = { version: 1, at: "", actor: { kind: "system" as const, id: "" } };
    const from = { workflowId: "wf_0", version: 3 };
    const imported = {
      name: "workflow.imported" as const,
      data: { reason: "fork" as const, from, schemaVersion: 2, state },
    };
    const resolved = {
      name: "effect.resolved" as const,
      data: { effectId: "eff_1", outcome: "done" as const, by: "read-back" as const, receipt: RECEIPT },
    };
    const shown = [imported, resolved, ...BOOKED].map((body) =>
      redactEvent({ ...told, ...WorkflowEvent.parse({ ...told, ...body }) }),
    );
    const text = JSON.stringify([...shown, redactState(state)]);
    expect(text).toContain("a.csv");
    expect(text).toContain("b-17");
    expect(text).not.toContain("secret");
    for (const event of shown) expect(WorkflowEvent.safeParse(event).error).toBeUndefined();
  });

  it("FR-4.6 gives the share of finished steps per stage", () => {
    const state = stateAfter(PROPOSED, APPROVED, { name: "stage.entered", data: { stage: "building" } }, finished("a"));
    expect(stagePercentages(state)).toEqual([
      { stage: "planning", percent: 100 },
      { stage: "orchestrating", percent: 100 },
      { stage: "building", percent: 50 },
      { stage: "reviewing", percent: 0 },
      { stage: "completed", percent: 0 },
    ]);
    expect(stagePercentages(stateAfter())[0]).toEqual({ stage: "planning", percent: 0 });
  });

  it("FR-7.4 is green up to p50, yellow up to p90, else red", () => {
    expect([3000, 3001, 6000, 6001].map((used) => efficiencyOf(used, 3000, 6000))).toEqual([
      "green",
      "yellow",
      "yellow",
      "red",
    ]);
    expect(efficiencyOf(500, 0, 0)).toBe("green");
  });

  it("FR-5.5 says what failed in the reader's language, what is done and how long it takes", () => {
    const retryAt = "2026-11-23T10:00:30.000Z";
    const failure = { code: "model_overloaded", params: {}, technical: "529" };
    const failed: EventBody = {
      name: "node.failed",
      data: { nodeId: "a", failure, attempt: 1, maxAttempts: 3, retryAt },
    };
    const state = stateAfter(PROPOSED, APPROVED, started("a"), failed);
    const now = Date.parse("2026-11-23T10:00:00.000Z");
    const [english, arabic] = [view(state, "en", now), view(state, "ar", now)].map((one) => one.plan?.nodes[0]);
    expect(english?.error).toMatchObject({ code: "model_overloaded", etaSeconds: 30, attempt: 1, maxAttempts: 3 });
    expect(english?.statusMessage).toBe(english?.error?.title);
    expect(arabic?.error?.title).toMatch(/\p{Script=Arabic}/u);
    expect(JSON.stringify(english)).not.toContain("529");
  });

  it("shows what a running step is doing and what a finished one came to", () => {
    const tool: EventBody = {
      name: "tool.started",
      data: { toolCallId: "t", toolUseId: "u", nodeId: "a", name: "run_code", input: { purpose: "Adding up" } },
    };
    expect(view(stateAfter(PROPOSED, APPROVED, started("a"), tool)).plan?.nodes[0]?.statusMessage).toBe("Adding up");
    const done = view(stateAfter(PROPOSED, APPROVED, started("a"), finished("a", "Total 10\nmore"))).plan?.nodes[0];
    expect(done).toMatchObject({ statusMessage: "Total 10", model: "model-fast", status: "success" });
  });

  it("shows a pause as the status, and a finished workflow never as paused", () => {
    const pause: EventBody = {
      name: "workflow.paused",
      data: { reason: "money", failure: { code: "cap_reached", params: {}, technical: "" }, resumeAt: null },
    };
    const paused = view(stateAfter(PROPOSED, APPROVED, pause));
    expect(paused).toMatchObject({ status: "paused", paused: { reason: "money" }, error: { code: "cap_reached" } });
    const ended = view(stateAfter(PROPOSED, APPROVED, pause, { name: "workflow.cancelled", data: { reason: "" } }));
    expect(ended).toMatchObject({ status: "cancelled", paused: null, error: null });
    expect(ended.plan?.nodes.map((node) => node.status)).toEqual(["skipped", "skipped", "skipped"]);
  });
});
