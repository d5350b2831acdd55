import { expect, test } from "vitest";
import type { EventBody, WorkflowEvent } from "../../../shared/workflow/events.ts";
import { foldAll } from "../../../shared/workflow/fold.ts";
import { History, type Past } from "./history.ts";

const event = (version: number, body: EventBody): WorkflowEvent => ({
  version,
  at: new Date(1_700_000_000_000 + version * 1000).toISOString(),
  actor: { kind: "system", id: "engine" },
  ...body,
});

const log = (length: number): WorkflowEvent[] => [
  event(1, {
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
  }),
  ...Array.from({ length: length - 1 }, (_, index) =>
    event(index + 2, { name: "workflow.steered", data: { message: `m${index + 2}` } }),
  ),
];

/** The server, with a count of what it was asked. */
function server(events: readonly WorkflowEvent[]): Past & { asked: string[]; broken: boolean } {
  const asked: string[] = [];
  const self = {
    asked,
    broken: false,
    events: async (since: number) => {
      asked.push(`events ${since}`);
      if (self.broken) throw new Error("no network");
      return events.slice(since, since + 200);
    },
    state: async (version: number) => {
      asked.push(`state ${version}`);
      const state = foldAll(null, events.slice(0, version));
      if (!state) throw new Error("no such version");
      return state;
    },
  };
  return self;
}

test("H1: the state of every version is the fold of the events up to it, in whatever order it is looked at", () => {
  const all = log(300);
  const history = new History(server(all));
  history.learn(all);
  for (const version of [300, 1, 150, 64, 65, 63, 128, 299, 2])
    expect(history.at(version)).toEqual(foldAll(null, all.slice(0, version)));
});

test("H1: a live log that grows is learnt as it comes", () => {
  const all = log(10);
  const history = new History(server(all));
  history.learn(all.slice(0, 4));
  expect(history.at(5)).toBeNull();
  history.learn(all.slice(0, 9));
  expect(history.at(9)).toEqual(foldAll(null, all.slice(0, 9)));
});

test("H2: a far version asks for one state and the page it lies in, once, whoever waits for it", async () => {
  const all = log(10_000);
  const past = server(all);
  const history = new History(past);
  await Promise.all([history.load(7_321), history.load(7_400)]);
  expect(past.asked.filter((one) => one.startsWith("state"))).toEqual(["state 7000"]);
  expect(past.asked.filter((one) => one.startsWith("events"))).toEqual(["events 7000", "events 7200", "events 7400"]);
  expect(history.at(7_321)).toEqual(foldAll(null, all.slice(0, 7_321)));
  expect(history.at(7_400)).toEqual(foldAll(null, all.slice(0, 7_400)));
  const before = past.asked.length;
  await history.load(7_450);
  expect(past.asked.length).toBe(before);
});

test("H2: what failed is fetched again when it is looked at again", async () => {
  const past = server(log(900));
  const history = new History(past);
  past.broken = true;
  await expect(history.load(600)).rejects.toThrow("no network");
  past.broken = false;
  await history.load(600);
  expect(history.at(600)?.version).toBe(600);
});

test("H3: scrubbing over 10,000 events folds a keyframe's distance each time", () => {
  const first = log(1);
  const paused = (version: number) =>
    event(version, { name: "workflow.paused", data: { reason: "person", failure: null, resumeAt: null } });
  const all = [...first, ...Array.from({ length: 9_999 }, (_, index) => paused(index + 2))];
  const history = new History(server(all));
  history.learn(all);
  history.at(10_000);
  const begun = performance.now();
  for (let version = 1; version <= 10_000; version += 7) expect(history.at(version)?.version).toBe(version);
  // About 1,430 looks, 32 folds each on average: seconds would mean that the log is folded from its start each time.
  expect(performance.now() - begun).toBeLessThan(1_500);
});

test("what is missing is named from the end of the log", async () => {
  const all = log(1_200);
  const history = new History(server(all));
  history.learn(all.slice(1_000));
  expect(history.missing(1_200)).toBe(1_000);
  await history.fill(1_000);
  expect(history.missing(1_200)).toBe(500);
  await history.fill(500);
  expect(history.missing(1_200)).toBeNull();
});
