import { expect, test } from "vitest";
import { decodeEvent, encodeEvent } from "./codec.ts";
import { NO_USAGE } from "./content.ts";
import { EventBody, type WorkflowEvent } from "./events.ts";
import { fold, foldAll } from "./fold.ts";
import type { PlanNode } from "./plan.ts";
import { statusOf } from "./state.ts";

const node = (id: string, stage: PlanNode["stage"], dependsOn: string[] = []): PlanNode => ({
  id,
  type: "task",
  label: id,
  instructions: "do it",
  agent: "dev",
  stage,
  dependsOn,
  tier: "standard",
  optional: false,
  position: { x: 0, y: 0 },
  estimate: { p50Micros: 10, p90Micros: 20 },
});

const nodes = [node("total", "building"), node("check", "reviewing", ["total"])];

/** A short run, in log order: intent before settlement, tool before review. */
function run(): WorkflowEvent[] {
  const bodies: EventBody[] = [
    {
      name: "workflow.created",
      data: {
        id: "wf_1",
        projectId: "prj_1",
        name: "",
        userInput: "total it",
        locale: "en",
        files: [],
        framework: { name: "bmad", version: "6.12.0" },
        model: { provider: "offline", simulated: true },
        planningCapMicros: 100_000,
      },
    },
    {
      name: "plan.proposed",
      data: {
        planVersion: 1,
        title: "Totals",
        summary: "s",
        limits: [],
        variant: "balanced",
        variants: [{ name: "balanced", p50Micros: 20, p90Micros: 40, nodes }],
      },
    },
    { name: "plan.approved", data: { planVersion: 1, capMicros: 500_000, mode: "live" } },
    { name: "stage.entered", data: { stage: "building" } },
    { name: "node.started", data: { nodeId: "total", attempt: 1, approach: "code" } },
    {
      name: "call.intended",
      data: {
        callId: "call_1",
        nodeId: "total",
        operation: "building",
        tier: "standard",
        model: "m",
        maxTokens: 100,
        reservedMicros: 900,
        attempt: 1,
      },
    },
    {
      name: "call.settled",
      data: {
        callId: "call_1",
        costMicros: 300,
        usage: NO_USAGE,
        outcome: {
          ok: true,
          stopReason: "tool_use",
          content: [
            { type: "tool_use", id: "a", name: "run_code", input: { code: "1" } },
            { type: "tool_use", id: "b", name: "list_files", input: {} },
          ],
        },
      },
    },
    {
      name: "tool.started",
      data: { toolCallId: "tool_1", toolUseId: "a", nodeId: "total", name: "run_code", input: { code: "1" } },
    },
    {
      name: "tool.started",
      data: { toolCallId: "tool_2", toolUseId: "b", nodeId: "total", name: "list_files", input: {} },
    },
    { name: "tool.settled", data: { toolCallId: "tool_2", nodeId: "total", ok: true, output: "[]", durationMs: 1 } },
    { name: "tool.settled", data: { toolCallId: "tool_1", nodeId: "total", ok: true, output: "1", durationMs: 5 } },
    { name: "node.delivered", data: { nodeId: "total", summary: "done", evidence: [] } },
  ];
  return bodies.map((body, index) => ({
    version: index + 1,
    at: "2026-11-01T00:00:00.000Z",
    actor: { kind: "user", id: "usr_1" },
    ...body,
  }));
}

test("the fold follows a run: money, transcript, statuses", () => {
  const state = foldAll(null, run());
  expect(state).toMatchObject({
    version: 12,
    name: "Totals",
    createdBy: "usr_1",
    phase: "building",
    stage: "building",
  });
  expect(state?.cost).toMatchObject({ spentMicros: 300, reservedMicros: 0, unconfirmedMicros: 0, capMicros: 500_000 });
  const total = state?.nodes[0];
  expect(total).toMatchObject({ status: "reviewing", costMicros: 300, attempt: 1 });
  expect(total?.transcript.map((message) => message.role)).toEqual(["assistant", "user"]);
  expect(total?.transcript[1]?.content).toHaveLength(2);
});

test("a call whose outcome is unknown stays on the bill as unconfirmed", () => {
  const events = run().slice(0, 6);
  const state = foldAll(null, [
    ...events,
    {
      version: 7,
      at: "2026-11-01T00:00:01.000Z",
      actor: { kind: "system", id: "engine" },
      name: "call.unconfirmed",
      data: { callId: "call_1", bookedMicros: 900 },
    },
  ]);
  expect(state?.cost).toMatchObject({ spentMicros: 0, reservedMicros: 0, unconfirmedMicros: 900 });
  expect(state?.calls).toEqual({});
});

test("a pause covers the status without losing the stage", () => {
  const state = foldAll(null, [
    ...run(),
    {
      version: 13,
      at: "2026-11-01T00:00:02.000Z",
      actor: { kind: "system", id: "engine" },
      name: "workflow.paused",
      data: { reason: "money", failure: null, resumeAt: null },
    },
  ]);
  expect(state && statusOf(state)).toBe("paused");
  expect(state?.stage).toBe("building");
});

test("gaps, repeats and a second beginning are refused", () => {
  const [first, second] = run();
  if (!first || !second) throw new Error("no events");
  const state = fold(null, first);
  expect(() => fold(state, first)).toThrow(/cannot follow/);
  expect(() => fold(state, { ...second, version: 3 })).toThrow(/cannot follow/);
  expect(() => fold(null, second)).toThrow(/begins with/);
});

test("what is written is valid by the published schema and reads back equal", () => {
  for (const event of run()) {
    expect(EventBody.safeParse({ name: event.name, data: event.data }).success, event.name).toBe(true);
    expect(decodeEvent(encodeEvent(event))).toEqual({ ok: true, value: event });
  }
});

test("an event of an unknown older schema is refused by its version, not guessed", () => {
  const [first] = run();
  if (!first) throw new Error("no events");
  const result = decodeEvent({ ...encodeEvent(first), schemaVersion: 0 });
  expect(result).toMatchObject({ ok: false, error: { code: "event_unreadable", version: 1 } });
});

test("what an attempt asked is void when its step starts again; whether something happened outside still counts", () => {
  const ask = (id: string, kind: "agent" | "effect", nodeId: string): EventBody => ({
    name: "question.asked",
    data: {
      id,
      nodeId,
      kind,
      text: "Which?",
      choices: [],
      toolUseId: null,
      effectId: null,
      remindAt: null,
      reminded: false,
      deadline: null,
      status: "open",
      answer: null,
    },
  });
  const again: EventBody = { name: "node.started", data: { nodeId: "total", attempt: 2, approach: "again" } };
  const bodies = [ask("q1", "agent", "total"), ask("q2", "effect", "total"), ask("q3", "agent", "check"), again];
  const past = run();
  const events = bodies.map((body, at): WorkflowEvent => {
    const last = past.at(-1);
    if (!last) throw new Error("a run");
    return { ...last, ...body, version: past.length + 1 + at };
  });
  const state = foldAll(null, [...past, ...events]);
  expect(state?.questions.slice(-3).map((one) => one.status)).toEqual(["void", "open", "open"]);
});

test("FR-5.6 an attempt that met a passing failure goes on; only what failed for good is told of it", () => {
  const failure = { code: "model_overloaded", params: {}, technical: "" };
  const failed = (retryAt: string | null): EventBody => ({
    name: "node.failed",
    data: { nodeId: "total", failure, attempt: 1, maxAttempts: 3, retryAt },
  });
  const call: EventBody = {
    name: "call.intended",
    data: {
      callId: "call_again",
      nodeId: "total",
      operation: "building",
      tier: "standard",
      model: "m",
      maxTokens: 100,
      reservedMicros: 900,
      attempt: 2,
    },
  };
  const similar: EventBody = { name: "node.similar", data: { nodeId: "total", succeeded: 4, total: 5 } };
  const begun = run().slice(0, 5);
  const after = (bodies: EventBody[]) => {
    const events = bodies.map((body, at): WorkflowEvent => {
      const last = begun.at(-1);
      if (!last) throw new Error("a run");
      return { ...last, ...body, version: begun.length + 1 + at };
    });
    return foldAll(null, [...begun, ...events])?.nodes.find((one) => one.id === "total");
  };
  const later = "2026-11-23T10:00:05.000Z";
  expect(after([failed(later), call])?.attempts).toMatchObject([{ attempt: 1, failure: null, endedAt: null }]);
  const again: EventBody = { name: "node.started", data: { nodeId: "total", attempt: 2, approach: "again" } };
  const redone = after([failed(later), similar, again]);
  expect(redone?.attempts).toMatchObject([
    { attempt: 1, failure },
    { attempt: 2, failure: null },
  ]);
  expect(redone?.similar).toEqual({ succeeded: 4, total: 5 });
});
