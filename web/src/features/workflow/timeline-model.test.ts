import { expect, test } from "vitest";
import type { EventBody, WorkflowEvent } from "../../../../shared/workflow/events.ts";
import { buildTimeline, FOLD_MS } from "./timeline-model.ts";

const START = Date.parse("2026-01-01T10:00:00.000Z");
let version = 0;
const at = (ms: number, body: EventBody): WorkflowEvent => ({
  version: ++version,
  at: new Date(START + ms).toISOString(),
  actor: { kind: "system", id: "engine" },
  ...body,
});
const tool = (id: string, nodeId: string): EventBody => ({
  name: "tool.started",
  data: { toolCallId: id, toolUseId: id, nodeId, name: "run_code", input: {} },
});
const settled = (id: string, nodeId: string, ok = true): EventBody => ({
  name: "tool.settled",
  data: { toolCallId: id, nodeId, ok, output: "", durationMs: 1 },
});

test("rule 8: waiting for a person is no work", () => {
  const model = buildTimeline(
    [
      at(0, tool("t1", "a")),
      at(1_000, settled("t1", "a")),
      at(1_000, {
        name: "question.asked",
        data: {
          id: "q",
          nodeId: "a",
          kind: "agent",
          text: "?",
          choices: [],
          toolUseId: "t",
          effectId: null,
          remindAt: null,
          reminded: false,
          deadline: null,
          status: "open",
          answer: null,
        },
      }),
      at(9_000, { name: "question.answered", data: { questionId: "q", answer: "x" } }),
      at(9_000, tool("t2", "b")),
      at(10_000, settled("t2", "b", false)),
    ],
    START + 60_000,
  );
  expect(model.workMs).toBe(2_000);
  expect(model.waitMs).toBe(8_000);
  expect(model.rows.map((row) => row.nodeId)).toEqual(["a", "b"]);
  expect(model.rows[0]?.segments.map((one) => one.kind)).toEqual(["work", "person"]);
  expect(model.rows[1]?.segments[0]?.failed).toBe(true);
});

test("rule 8: a long gap is folded, so that what happened keeps its width", () => {
  const model = buildTimeline(
    [
      at(0, tool("t1", "a")),
      at(1_000, settled("t1", "a")),
      at(3_600_000, tool("t2", "b")),
      at(3_601_000, settled("t2", "b")),
    ],
    START + 3_601_000,
  );
  expect(model.gaps).toEqual([{ from: START + 1_000, to: START + 3_600_000 }]);
  expect(model.place(START + 1_000)).toBeGreaterThan(0.2);
  expect(model.place(START + 3_601_000)).toBe(1);
  expect(FOLD_MS).toBeLessThan(3_599_000);
});

test("moments keep their order on the axis", () => {
  const model = buildTimeline(
    [
      at(0, tool("t1", "a")),
      at(50_000, settled("t1", "a")),
      at(100_000, tool("t2", "a")),
      at(120_000, settled("t2", "a")),
    ],
    START + 130_000,
  );
  let last = -1;
  for (let ms = 0; ms <= 120_000; ms += 500) {
    const place = model.place(START + ms);
    expect(place).toBeGreaterThanOrEqual(last);
    last = place;
  }
});

test("what is still open reaches to now, and an empty log has no rows", () => {
  expect(buildTimeline([at(0, tool("t1", "a"))], START + 5_000).workMs).toBe(5_000);
  expect(buildTimeline([], START).rows).toEqual([]);
});
