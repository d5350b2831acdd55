import { expect, test } from "vitest";
import type { EventBody, WorkflowEvent } from "../../../../shared/workflow/events.ts";
import { milestoneAt, milestonesOf } from "./milestones.ts";

const event = (version: number, body: EventBody): WorkflowEvent => ({
  version,
  at: new Date(1_700_000_000_000 + version * 1000).toISOString(),
  actor: { kind: "system", id: "engine" },
  ...body,
});
const receipt = { reference: null, link: null, detail: "", undo: null };
const failure = { code: "internal", params: {}, technical: "" };

const EVENTS = [
  event(1, { name: "workflow.steered", data: { message: "x" } }),
  event(2, { name: "plan.approved", data: { planVersion: 1, capMicros: 1, mode: "live" } }),
  event(3, { name: "effect.settled", data: { effectId: "a", outcome: { kind: "done", receipt } } }),
  event(4, { name: "effect.settled", data: { effectId: "b", outcome: { kind: "failed", failure } } }),
  event(5, { name: "workflow.completed", data: { resultSummary: "" } }),
];

test("plans, decisions, what was done outside and the end are moments; what did not happen is none", () =>
  expect(milestonesOf(EVENTS).map(({ version, kind }) => [version, kind])).toEqual([
    [2, "approval"],
    [3, "effect"],
    [5, "end"],
  ]));

test("a version stands at the last moment before it", () => {
  const moments = milestonesOf(EVENTS);
  expect(milestoneAt(moments, 4)?.version).toBe(3);
  expect(milestoneAt(moments, 1)).toBeUndefined();
});
