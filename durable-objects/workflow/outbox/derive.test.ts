import { describe, expect, it } from "vitest";
import type { WorkflowEvent } from "../../../shared/workflow/events.ts";
import { fold } from "../../../shared/workflow/fold.ts";
import type { WorkflowState } from "../../../shared/workflow/state.ts";
import { says, scriptedModel, scriptedOrchestrator, scriptedPlan, uses } from "../testing/scripted.ts";
import { APPROVED, CREATED, USER, type World, world } from "../testing/world.ts";
import { derive } from "./derive.ts";
import { Projections } from "./projections.ts";

const KINDS = ["ledger", "audit", "repairs"] as const;
const SECRET = "the patients' salaries";

/** A whole run with tools, a failure, an answer, a steering message and a raised cap; everything said is a secret. */
async function wholeRun(): Promise<World> {
  let failed = 0;
  const w = world({
    orchestrator: scriptedOrchestrator(scriptedPlan(3)),
    model: scriptedModel((request) => {
      if (request.system === "plan") return says("plan");
      if (request.system === "s2" && failed++ === 0) return says("fail");
      return request.messages.length === 0 && request.system === "s1" ? uses("look", { text: SECRET }) : says(SECRET);
    }),
  });
  await w.executor.run(60_000);
  w.journal.append(USER, [APPROVED, { name: "workflow.steered", data: { message: SECRET } }]);
  w.journal.append(USER, [{ name: "cap.raised", data: { capMicros: 2_000_000 } }]);
  await w.executor.run(60_000);
  const question = w.state().questions.find((one) => one.status === "open");
  if (!question) throw new Error("no question");
  w.journal.append(USER, [{ name: "question.answered", data: { questionId: question.id, answer: "skip" } }]);
  w.journal.append(USER, [{ name: "node.skipped", data: { nodeId: "s2", reason: SECRET } }]);
  if (w.state().pause) w.journal.append(USER, [{ name: "workflow.resumed", data: {} }]);
  await w.executor.run(60_000);
  return w;
}

describe("what a project keeps of a workflow's log", () => {
  it("O4 derived again from the log, in pages of any length, it is what was told as it happened", async () => {
    const w = await wholeRun();
    expect(w.state().phase).toBe("completed");
    const told = KINDS.map((kind) => w.project.delivered.flatMap((one): readonly object[] => one[kind]));
    expect(told.every((facts) => facts.length > 1)).toBe(true);
    for (const limit of [1, 7, 10_000]) {
      const projections = new Projections(w.journal);
      const pages = [projections.page(0, limit)];
      for (let last = pages[0]; last && !last.summary; last = pages.at(-1))
        pages.push(projections.page(last.through, limit));
      const again = KINDS.map((kind) => pages.flatMap((page): readonly object[] => page[kind]));
      expect(again).toEqual(told);
      expect(pages.at(-1)?.summary).toEqual(w.project.delivered.at(-1)?.summary);
      expect(pages.at(-1)?.summary).toMatchObject({ headHash: w.journal.head.hash, version: w.state().version });
    }
  });

  it("FR-12.5 the audit names who changed what, and holds no content", async () => {
    const w = await wholeRun();
    const audit = w.project.delivered.flatMap((one) => one.audit);
    expect(audit.map((one) => [one.eventType, one.actor.id])).toEqual([
      ["workflow.created", "usr_1"],
      ["plan.approved", "usr_1"],
      ["workflow.steered", "usr_1"],
      ["budget.raised", "usr_1"],
      ["workflow.resumed", "usr_1"],
      ["workflow.completed", audit.at(-1)?.actor.id],
    ]);
    expect(audit[1]).toMatchObject({ source: "wf_1", data: { capMicros: 1_000_000, mode: "live" } });
    expect(audit[3]).toMatchObject({ data: { fromMicros: 1_000_000, capMicros: 2_000_000 } });
    expect(JSON.stringify(audit)).not.toContain(SECRET);
  });

  it("FR-12.5 outside writes: approved, done, taken back", () => {
    const approval = { id: "apr_1", kind: "effect", nodeId: "s1" };
    const lines = (body: object, effects: object[] = []) => factsOf(body, { approvals: [approval], effects });
    const approved = { approvalId: "apr_1", decision: "approved", arguments: { a: SECRET } };
    const asked = lines({ name: "approval.decided", data: approved });
    expect(asked).toMatchObject([
      { eventType: "effect.approved", category: "integration", isSensitive: true, data: { approvalId: "apr_1" } },
    ]);
    const own = { effectId: "eff_1", tool: "http_request", service: "booking", nodeId: "s1", approvalId: "apr_1" };
    const effect = { ...own, approvedBy: "usr_1", undoOf: null };
    const receipt = { reference: null, link: null, detail: SECRET, undo: null };
    const settled = (effectId: string) => ({
      name: "effect.settled",
      data: { effectId, outcome: { kind: "done", receipt } },
    });
    const done = lines(settled("eff_1"), [effect]);
    expect(done).toMatchObject([{ eventType: "effect.done", data: { service: "booking", approvedBy: "usr_1" } }]);
    const undo = { ...effect, effectId: "eff_2", approvalId: null, undoOf: "eff_1" };
    expect(lines(settled("eff_2"), [effect, undo])).toMatchObject([
      { eventType: "effect.undone", data: { effectId: "eff_2", undoOf: "eff_1" } },
    ]);
    expect(JSON.stringify([asked, done])).not.toContain(SECRET);
  });

  it("FR-5.6 a failure opens a case of its code, its tool and what that did outside; what follows closes it", () => {
    const tool = (id: string, ok: boolean) => ({ id, name: `t_${id}`, result: { ok } });
    const repairs = (body: object, node: object) =>
      factsOf(body, {
        nodes: [{ id: "s1", stage: "building", status: "running", attempts: [], tools: [], ...node }],
        effects: [{ toolCallId: "b", action: "POST /x" }],
      }).filter((fact) => "kind" in fact);
    const failed = { name: "node.failed", data: { nodeId: "s1", failure: { code: "step_failed" } } };
    expect(repairs(failed, { tools: [tool("a", false), tool("b", false), tool("c", true)] })).toMatchObject([
      { kind: "opened", code: "step_failed", tool: "t_b", action: "building: POST /x", sourceVersion: 5 },
    ]);
    expect(repairs(failed, { tools: [tool("a", false)] })).toMatchObject([{ tool: "t_a", action: "building" }]);
    const again = { attempts: [{ failure: { code: "step_failed" } }, { failure: null }] };
    const delivered = { name: "node.delivered", data: { nodeId: "s1" } };
    expect(repairs(delivered, again)).toMatchObject([{ kind: "closed", nodeId: "s1", succeeded: true }]);
    expect(repairs(delivered, {})).toEqual([]);
    expect(repairs({ name: "node.skipped", data: { nodeId: "s1" } }, again)).toMatchObject([{ succeeded: false }]);
    const cancelled = { name: "workflow.cancelled", data: { reason: "" } };
    expect(repairs(cancelled, { status: "error" })).toMatchObject([{ nodeId: null, succeeded: false }]);
  });
});

/** What an event in the middle of a run gives; `changes` is as much of the state as it is about. */
function factsOf(body: object, changes: object) {
  const created: WorkflowEvent = { version: 1, at: "2026-11-23T10:00:00.000Z", actor: USER, ...CREATED };
  const state: WorkflowState = { ...fold(null, created), ...changes };
  // SAFETY: each body is that of its event.
  const event = { version: 5, at: created.at, actor: USER, ...body } as WorkflowEvent;
  return derive(event, state, state).map((fact) => fact.body);
}
