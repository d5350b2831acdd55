import { expect, test } from "vitest";
import type { EventBody, WorkflowEvent } from "../../../shared/workflow/events.ts";
import { foldAll } from "../../../shared/workflow/fold.ts";
import { History } from "./history.ts";

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
function server(events: readonly WorkflowEvent[]) {
  const self = {
    asked: [] as number[],
    broken: false,
    fetch: async (since: number): Promise<readonly WorkflowEvent[]> => {
      self.asked.push(since);
      if (self.broken) throw new Error("no network");
      return events.slice(since, since + 200);
    },
  };
  return self;
}

test("H1: the state of every version is the fold of the events up to it, in whatever order it is looked at", () => {
  const all = log(300);
  const history = new History(server(all).fetch);
  history.learn(all);
  for (const version of [300, 1, 150, 64, 65, 63, 128, 299, 2])
    expect(history.at(version)).toEqual(foldAll(null, all.slice(0, version)));
});

test("H1: a live log that grows is learnt as it comes", () => {
  const all = log(10);
  const history = new History(server(all).fetch);
  history.learn(all.slice(0, 4));
  expect(history.at(5)).toBeNull();
  history.learn(all.slice(0, 9));
  expect(history.at(9)).toEqual(foldAll(null, all.slice(0, 9)));
});

test("H2: what is missing comes page by page from its first event, each page once, whoever waits for it", async () => {
  const all = log(1_000);
  const past = server(all);
  const history = new History(past.fetch);
  history.learn(all.slice(700));
  expect(history.missing(1_000)).toBe(1);
  await Promise.all([history.next(1_000), history.next(900)]);
  expect(past.asked).toEqual([0]);
  expect(history.at(150)).toEqual(foldAll(null, all.slice(0, 150)));
  expect(history.at(201)).toBeNull();
  for (let page = 0; page < 3; page++) await history.next(1_000);
  expect(past.asked).toEqual([0, 200, 400, 600]);
  expect(history.missing(1_000)).toBeNull();
  await history.next(1_000);
  expect(past.asked).toHaveLength(4);
  expect(history.at(1_000)).toEqual(foldAll(null, all));
});

test("H2: what failed is fetched again when it is looked at again", async () => {
  const past = server(log(150));
  const history = new History(past.fetch);
  past.broken = true;
  await expect(history.next(100)).rejects.toThrow("no network");
  past.broken = false;
  await history.next(100);
  expect(history.at(100)?.version).toBe(100);
});

test("a log that ends before the version asked for is a failure, not an endless question", async () => {
  const history = new History(server(log(10)).fetch);
  await history.next(10);
  await expect(history.next(20)).rejects.toThrow("no event 11");
});

test("H3: scrubbing over 10,000 events folds a keyframe's distance each time", () => {
  const first = log(1);
  const paused = (version: number) =>
    event(version, { name: "workflow.paused", data: { reason: "person", failure: null, resumeAt: null } });
  const all = [...first, ...Array.from({ length: 9_999 }, (_, index) => paused(index + 2))];
  const history = new History(server(all).fetch);
  history.learn(all);
  history.at(10_000);
  const begun = performance.now();
  for (let version = 1; version <= 10_000; version += 7) expect(history.at(version)?.version).toBe(version);
  // About 1,430 looks, 32 folds each on average: seconds would mean that the log is folded from its start each time.
  expect(performance.now() - begun).toBeLessThan(1_500);
});
