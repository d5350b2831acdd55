import { expect, test } from "vitest";
import type { EventBody, WorkflowEvent } from "../../../shared/workflow/events.ts";
import { foldAll } from "../../../shared/workflow/fold.ts";
import { LiveLog } from "./live-log.ts";

const event = (version: number, body: EventBody): WorkflowEvent => ({
  version,
  at: new Date(1_700_000_000_000 + version * 1000).toISOString(),
  actor: { kind: "system", id: "engine" },
  ...body,
});

const created: EventBody = {
  name: "workflow.created",
  data: {
    id: "wf_1",
    projectId: "prj_1",
    name: "Totals",
    userInput: "Total it",
    locale: "en",
    files: [],
    framework: { name: "bmad", version: "1" },
    model: { provider: "offline", simulated: true },
    planningCapMicros: 100,
  },
};

const call = (callId: string, nodeId: string | null): EventBody => ({
  name: "call.intended",
  data: {
    callId,
    nodeId,
    operation: "planning",
    tier: "fast",
    model: "m",
    maxTokens: 9,
    reservedMicros: 5,
    attempt: 1,
  },
});

const log: WorkflowEvent[] = [
  event(1, created),
  event(2, { name: "workflow.steered", data: { message: "a" } }),
  event(3, { name: "workflow.steered", data: { message: "b" } }),
  event(4, { name: "workflow.steered", data: { message: "c" } }),
  event(5, { name: "workflow.steered", data: { message: "d" } }),
];
const at = (version: number): WorkflowEvent => {
  const found = log[version - 1];
  if (!found) throw new Error(`no event ${version}`);
  return found;
};

test("L1: what is repeated is folded once", () => {
  const live = new LiveLog();
  for (const one of [1, 2, 2, 1, 3, 3]) live.take({ type: "event", event: at(one) });
  expect(live.state?.steering).toEqual(["a", "b"]);
  expect(live.events.map((one) => one.version)).toEqual([1, 2, 3]);
});

test("L3: an event ahead of a gap waits, and is folded when the gap closes", () => {
  const live = new LiveLog();
  live.take({ type: "event", event: at(1) });
  expect(live.take({ type: "event", event: at(4) })).toBe("gap");
  expect(live.version).toBe(1);
  expect(live.takeEvents([at(2), at(3)])).toBe("applied");
  expect(live.version).toBe(4);
  expect(live.state).toEqual(foldAll(null, log.slice(0, 4)));
});

test("L1, L2: in any order and however often, the end is the fold of the log", () => {
  for (let seed = 1; seed <= 200; seed++) {
    let random = seed;
    const next = (below: number) => {
      random = (random * 1_103_515_245 + 12_345) % 2_147_483_648;
      return random % below;
    };
    const live = new LiveLog();
    let highest = 0;
    for (let count = 0; count < 12; count++) {
      live.take({ type: "event", event: at(next(5) + 1) });
      expect(live.version).toBeGreaterThanOrEqual(highest);
      highest = live.version;
    }
    live.takeEvents(log);
    expect(live.state).toEqual(foldAll(null, log));
    expect(live.events.map((one) => one.version)).toEqual([1, 2, 3, 4, 5]);
  }
});

test("L2: a snapshot moves on, never back; events follow it", () => {
  const live = new LiveLog();
  const state = foldAll(null, log.slice(0, 3));
  if (!state) throw new Error("no state");
  expect(live.take({ type: "snapshot", version: 3, state })).toBe("applied");
  expect(live.eventsFrom).toBe(3);
  expect(live.take({ type: "event", event: at(2) })).toBe("repeated");
  expect(live.take({ type: "event", event: at(4) })).toBe("applied");
  expect(live.take({ type: "snapshot", version: 3, state })).toBe("repeated");
  expect(live.state?.steering).toEqual(["a", "b", "c"]);
});

test("streaming text stands while its call is open and goes when it has settled", () => {
  const live = new LiveLog();
  live.takeEvents([event(1, created), event(2, call("c1", null))]);
  live.take({ type: "progress", nodeId: null, text: "Reading" });
  expect(live.streams).toEqual({ "": "Reading" });
  const usage = { input: 0, output: 0, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0 };
  live.takeEvents([
    event(3, {
      name: "call.settled",
      data: { callId: "c1", costMicros: 1, usage, outcome: { ok: true, content: [], stopReason: "end" } },
    }),
  ]);
  expect(live.streams).toEqual({});
});

test("frames of other kinds change nothing", () => {
  const live = new LiveLog();
  expect(live.take({ type: "hello", protocol: 1, version: 9 })).toBe("ignored");
  expect(live.take({ type: "error", code: "internal" })).toBe("ignored");
  expect(live.state).toBe(null);
});

test("the place in the queue is kept apart from the log", () => {
  const live = new LiveLog();
  live.take({ type: "event", event: at(1) });
  expect(live.take({ type: "queue", position: 3 })).toBe("applied");
  expect(live.take({ type: "queue", position: 3 })).toBe("repeated");
  expect(live.queuePosition).toBe(3);
  expect(live.version).toBe(1);
});
