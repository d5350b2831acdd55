import { describe, expect, it } from "vitest";
import type { EventBody } from "../../../shared/workflow/events.ts";
import type { PlanNode } from "../../../shared/workflow/plan.ts";
import { NO_DEADLINE } from "../../../shared/workflow/records.ts";
import { says, scriptedModel, scriptedOrchestrator, scriptedPlan } from "../testing/scripted.ts";
import { APPROVED, NOTHING_OUTSIDE, USER, type World, world } from "../testing/world.ts";
import * as commands from "./commands.ts";
import * as decisions from "./decisions.ts";
import type { Decision } from "./refusals.ts";

const plan = scriptedPlan(2);
const orchestrator = scriptedOrchestrator(plan);
const create = () => world({ orchestrator, model: scriptedModel(() => says("done")) });

async function proposed(): Promise<World> {
  const w = create();
  await w.executor.run(60_000);
  return w;
}
async function running(...facts: EventBody[]): Promise<World> {
  const w = await proposed();
  w.journal.append(USER, [APPROVED, ...facts]);
  return w;
}
const failed = (nodeId: string, retryAt: string | null = null): EventBody => ({
  name: "node.failed",
  data: {
    nodeId,
    failure: { code: "step_failed", params: {}, technical: "" },
    attempt: 1,
    maxAttempts: 3,
    retryAt,
  },
});
const asked = (id: string, nodeId: string, kind: "repair" | "agent"): EventBody => ({
  name: "question.asked",
  data: {
    id,
    nodeId,
    kind,
    text: "?",
    choices: [],
    toolUseId: null,
    effectId: null,
    ...NO_DEADLINE,
    status: "open",
    answer: null,
  },
});
const changeOrder = (id: string, given: Record<string, unknown>): EventBody => ({
  name: "approval.requested",
  data: {
    id,
    kind: "change_order",
    nodeId: null,
    toolCallId: null,
    summary: "",
    preview: null,
    arguments: given,
    requestedAt: "2026-11-23T10:00:00.000Z",
    ...NO_DEADLINE,
    onDeadline: null,
    status: "open",
    decidedBy: null,
    decidedAt: null,
  },
});
const FINISH: EventBody = { name: "workflow.cancelled", data: { reason: "" } };
const names = (decision: Decision) => (decision.ok ? decision.value.map((fact) => fact.name) : decision.error.code);
const edited = (nodes: PlanNode[]) => ({ planVersion: 1, nodes });

describe("C2 C3 refusals", () => {
  it("C3 nothing changes a finished workflow", async () => {
    const state = (await running(FINISH)).state();
    const refused = [
      commands.pause(state),
      commands.resume(state),
      commands.steer(state, "x"),
      commands.cancel(state, ""),
      decisions.answer(state, { questionId: "q", answer: "a" }),
      decisions.decideApproval(state, { approvalId: "a", decision: "approved" }, NOTHING_OUTSIDE),
      commands.retry(state, {}, 0),
    ];
    expect(refused.map(names)).toEqual(refused.map(() => "workflow_finished"));
    expect(names(commands.approvePlan(state, { planVersion: 1, capMicros: 9 }, NOTHING_OUTSIDE))).toBe(
      "plan_already_approved",
    );
  });

  it("C2 a viewer may look and nothing else", () => {
    const viewer = { userId: "usr_2", role: "viewer" as const };
    expect(commands.refusalFor(viewer, "workflow.read")).toBeNull();
    expect(commands.refusalFor(viewer, "workflow.write")).toEqual({
      code: "role_forbidden",
      params: { role: "viewer" },
    });
  });
});

describe("plans", () => {
  it("P1 refuses before there is a plan, an old version, and a second approval", async () => {
    const w = create();
    expect(names(commands.approvePlan(w.state(), { planVersion: 1, capMicros: 5 }, NOTHING_OUTSIDE))).toBe(
      "plan_not_ready",
    );
    await w.executor.run(60_000);
    expect(names(commands.approvePlan(w.state(), { planVersion: 7, capMicros: 50_000 }, NOTHING_OUTSIDE))).toBe(
      "plan_stale",
    );
    expect(
      names(
        commands.editPlan(w.state(), { planVersion: 7, variant: "lean" }, { orchestrator, profiles: [], services: [] }),
      ),
    ).toBe("plan_stale");
    w.journal.append(USER, [APPROVED]);
    expect(names(commands.approvePlan(w.state(), { planVersion: 1, capMicros: 50_000 }, NOTHING_OUTSIDE))).toBe(
      "plan_already_approved",
    );
    expect(
      names(
        commands.editPlan(w.state(), { planVersion: 1, variant: "lean" }, { orchestrator, profiles: [], services: [] }),
      ),
    ).toBe("plan_already_approved");
  });

  it("P3 a cap must leave something to spend", async () => {
    const w = await proposed();
    const spent = w.state().cost.spentMicros;
    expect(spent).toBeGreaterThan(0);
    expect(names(commands.approvePlan(w.state(), { planVersion: 1, capMicros: spent }, NOTHING_OUTSIDE))).toBe(
      "cap_too_low",
    );
    expect(names(commands.approvePlan(w.state(), { planVersion: 1, capMicros: spent + 1 }, NOTHING_OUTSIDE))).toEqual([
      "plan.approved",
    ]);
  });

  it("P2 explains what breaks the graph and changes nothing", async () => {
    const { state } = await proposed();
    const [first, second, review] = plan;
    if (!first || !second || !review) throw new Error("plan");
    const cases: [PlanNode[], string][] = [
      [[], "plan_empty"],
      [[first, review], "plan_missing_dependency"],
      [[{ ...first, dependsOn: ["s2"] }, second, review], "plan_cycle"],
      [[first, second, { ...review, dependsOn: [] }], "plan_orphan"],
      [[first, { ...second, id: "s1" }, review], "plan_duplicate_id"],
      [[first, second], "plan_no_review"],
    ];
    for (const [nodes, code] of cases)
      expect(names(commands.editPlan(state(), edited(nodes), { orchestrator, profiles: [], services: [] }))).toBe(code);
  });

  it("P2 computes prices itself and counts the plan's version", async () => {
    const { state } = await proposed();
    const nodes = plan.map((node) => ({ ...node, estimate: { p50Micros: 0, p90Micros: 0 } }));
    const decision = commands.editPlan(state(), edited(nodes), { orchestrator, profiles: [], services: [] });
    expect(decision).toMatchObject({
      ok: true,
      value: [{ name: "plan.edited", data: { planVersion: 2, nodes: [{ estimate: { p50Micros: 1000 } }, {}, {}] } }],
    });
  });

  it("P2 choosing another variant takes its steps; one that is not offered is refused", async () => {
    const { state } = await proposed();
    expect(
      commands.editPlan(state(), { planVersion: 1, variant: "lean" }, { orchestrator, profiles: [], services: [] }),
    ).toMatchObject({
      ok: true,
      value: [{ data: { variant: "lean" } }],
    });
    expect(
      names(
        commands.editPlan(
          state(),
          { planVersion: 1, variant: "thorough" },
          { orchestrator, profiles: [], services: [] },
        ),
      ),
    ).toBe("invalid_request");
  });
});

describe("people", () => {
  it("P4 pauses once, and resumes only what is paused", async () => {
    const w = await running();
    expect(names(commands.resume(w.state()))).toBe("workflow_not_paused");
    const paused = commands.pause(w.state());
    expect(names(paused)).toEqual(["workflow.paused"]);
    if (paused.ok) w.journal.append(USER, paused.value);
    expect(names(commands.pause(w.state()))).toBe("workflow_not_running");
    expect(names(commands.resume(w.state()))).toEqual(["workflow.resumed"]);
  });

  it("P5 an answer resumes a pause that waited for answers, not one a person asked for", async () => {
    const w = await running(asked("q1", "s1", "agent"), asked("q2", "s2", "agent"));
    const pause = { name: "workflow.paused", data: { reason: "person", failure: null, resumeAt: null } } as const;
    w.journal.append({ kind: "system", id: "engine" }, [pause]);
    const first = decisions.answer(w.state(), { questionId: "q1", answer: " A " });
    expect(first).toMatchObject({ value: [{ data: { questionId: "q1", answer: "A" } }, {}] });
    if (first.ok) w.journal.append(USER, first.value);
    expect(names(first)).toEqual(["question.answered", "workflow.resumed"]);
    expect(names(decisions.answer(w.state(), { questionId: "q1", answer: "B" }))).toBe("question_closed");
    expect(names(decisions.answer(w.state(), { questionId: "nobody", answer: "B" }))).toBe("not_found");
    w.journal.append(USER, [pause]);
    expect(names(decisions.answer(w.state(), { questionId: "q2", answer: "B" }))).toEqual(["question.answered"]);
  });

  it("takes what a person adds until it would crowd out the work", async () => {
    const w = await running();
    for (let at = 0; at < 3; at++)
      w.journal.append(USER, [{ name: "workflow.steered", data: { message: "x".repeat(19_999) } }]);
    expect(names(commands.steer(w.state(), "abc"))).toEqual(["workflow.steered"]);
    expect(commands.steer(w.state(), "abcd")).toMatchObject({
      error: { code: "message_too_long", params: { max: 3, length: 4 } },
    });
  });

  it("counts the instructions of a retry as what a person adds", async () => {
    const w = await running(failed("s1"));
    for (let at = 0; at < 3; at++)
      w.journal.append(USER, [{ name: "workflow.steered", data: { message: "x".repeat(19_999) } }]);
    expect(names(commands.retry(w.state(), { instructions: " abc " }, 0))).toContain("workflow.steered");
    expect(names(commands.retry(w.state(), {}, 0))).not.toContain("workflow.steered");
    expect(commands.retry(w.state(), { instructions: "abcd" }, 0)).toMatchObject({
      error: { code: "message_too_long", params: { max: 3, length: 4 } },
    });
  });

  it("P6 retries open repair questions, failed steps, pauses and failed workflows", async () => {
    const w = await running(failed("s1"));
    expect(names(commands.retry(w.state(), { nodeId: "s2" }, 0))).toBe("nothing_to_retry");
    expect(names(commands.retry(w.state(), { nodeId: "nobody" }, 0))).toBe("not_found");
    expect(commands.retry(w.state(), { nodeId: "s1", instructions: "Use commas" }, 0)).toMatchObject({
      value: [
        { name: "workflow.steered", data: { message: "Use commas" } },
        { name: "node.failed", data: { nodeId: "s1", retryAt: "1970-01-01T00:00:00.000Z" } },
      ],
    });
    w.journal.append(USER, [asked("q1", "s1", "repair")]);
    expect(commands.retry(w.state(), {}, 0)).toMatchObject({
      value: [{ name: "question.answered", data: { questionId: "q1", answer: "retry" } }],
    });
    const failure = { code: "step_failed", params: {}, technical: "" };
    w.journal.append(USER, [
      { name: "question.answered", data: { questionId: "q1", answer: "stop" } },
      { name: "workflow.failed", data: { failure } },
    ]);
    const reopened = commands.retry(w.state(), {}, 0);
    expect(names(reopened)).toEqual(["workflow.resumed", "node.failed"]);
    if (reopened.ok) w.journal.append(USER, reopened.value);
    expect(w.state()).toMatchObject({ phase: "orchestrating", failure: null, completedAt: null });
    await w.executor.run(60_000);
    expect(w.state().phase).toBe("completed");
  });

  it("P6 with nothing to retry says so", async () => {
    expect(names(commands.retry((await running()).state(), {}, 0))).toBe("nothing_to_retry");
  });

  it("M6 a change order is decided once, above what is spent, with the figure the person gave", async () => {
    const request = changeOrder("apr_1", { capMicros: 2_000_000 });
    const w = await running(request, {
      name: "workflow.paused",
      data: { reason: "money", failure: null, resumeAt: null },
    });
    const decide = (args?: Record<string, unknown>) =>
      decisions.decideApproval(
        w.state(),
        { approvalId: "apr_1", decision: "approved", arguments: args },
        NOTHING_OUTSIDE,
      );
    expect(names(decide({ capMicros: "lots" }))).toBe("invalid_request");
    expect(names(decide({ capMicros: 1.5 }))).toBe("invalid_request");
    expect(names(decide({ capMicros: 1e15 }))).toBe("invalid_request");
    expect(names(decide({ capMicros: 1_000_000 }))).toBe("cap_too_low");
    expect(
      names(decisions.decideApproval(w.state(), { approvalId: "nobody", decision: "approved" }, NOTHING_OUTSIDE)),
    ).toBe("not_found");
    const decision = decide({ capMicros: 1_500_000 });
    expect(names(decision)).toEqual(["approval.decided", "cap.raised", "workflow.resumed"]);
    if (decision.ok) w.journal.append(USER, decision.value);
    expect(w.state().cost.capMicros).toBe(1_500_000);
    expect(names(decide())).toBe("approval_closed");
  });

  it("M6 a rejected change order leaves the workflow paused", async () => {
    const w = await running(changeOrder("a", {}));
    expect(
      names(decisions.decideApproval(w.state(), { approvalId: "a", decision: "rejected" }, NOTHING_OUTSIDE)),
    ).toEqual(["approval.decided"]);
  });
});
