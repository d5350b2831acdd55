import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Admissions } from "./admissions.ts";
import type { Claim } from "./fair-queue.ts";
import { capacityFrom } from "./settings.ts";
import { memoryRows } from "./testing/memory-rows.ts";
import { GONE_MS, lookAfter, nudgeAll, SILENT_MS } from "./watchdog.ts";

const claim = (at: number, userId = "a"): Claim => ({ workflowId: `wf${at}`, projectId: `${userId}-p`, userId });
const many = (count: number) => Array.from({ length: count }, (_, at) => claim(at));

function setUp(capacity = 2, rows = memoryRows()) {
  const time = { now: 1_000 };
  const admissions = new Admissions(capacity, rows, time.now);
  const nudged: string[] = [];
  const inactive = new Set<string>();
  const unreachable = new Set<string>();
  const watch = {
    admissions,
    now: () => time.now,
    report: () => {},
    nudge: async (id: string) => {
      nudged.push(id);
      if (unreachable.has(id)) throw new Error("no answer");
      return { active: !inactive.has(id) };
    },
  };
  return { rows, time, admissions, nudged, inactive, unreachable, watch };
}

describe("Admissions (NFR-SC2)", () => {
  test("A1 A2 lets in up to the capacity, queues the rest, and asking again changes nothing", () => {
    const { admissions } = setUp();
    const answers = () => many(4).map((one) => admissions.enter(one, 0));
    const expected = [
      { granted: true },
      { granted: true },
      { granted: false, position: 1 },
      { granted: false, position: 2 },
    ];
    expect(answers()).toEqual(expected);
    expect(answers()).toEqual(expected);
    expect([admissions.running, admissions.waiting]).toEqual([2, 2]);
  });

  test("A2 who leaves makes room, who leaves the queue does not", () => {
    const { admissions } = setUp();
    for (const one of many(5)) admissions.enter(one, 0);
    admissions.leave("wf2");
    expect(admissions.grant(0)).toEqual([]);
    admissions.leave("wf0");
    admissions.leave("wf_unknown");
    expect(admissions.grant(0)).toEqual(["wf3"]);
    expect(admissions.enter(claim(3), 0)).toEqual({ granted: true });
    expect(admissions.position("wf4")).toBe(1);
  });

  test("A3 slots, queue and turns outlive the instance; more room lets more in", () => {
    const { admissions, rows } = setUp(2);
    for (const one of many(6)) admissions.enter(one, 0);
    const again = new Admissions(3, rows, 5_000);
    expect([again.running, again.waiting]).toEqual([2, 4]);
    expect(again.grant(0)).toEqual(["wf2"]);
    expect(again.silent(5_000, SILENT_MS)).toEqual([]);
    expect(again.beat("wf0", 0)).toBe(true);
    expect(again.beat("wf5", 0)).toBe(false);
  });

  test("a new instance serves in the order in which the old one would have", () => {
    const arrivals = fc.array(fc.tuple(fc.constantFrom("a", "b", "c"), fc.constantFrom("1", "2")), { maxLength: 60 });
    fc.assert(
      fc.property(arrivals, fc.nat(20), (who, served) => {
        const { admissions, rows } = setUp(1);
        who.forEach(([userId, project], at) => {
          admissions.enter({ workflowId: `wf${at}`, projectId: userId + project, userId }, 0);
        });
        const serve = (one: Admissions, running: string | undefined) => {
          if (running !== undefined) one.leave(running);
          return one.grant(0)[0];
        };
        let running: string | undefined = who.length > 0 ? "wf0" : undefined;
        for (let at = 0; at < served && running !== undefined; at++) running = serve(admissions, running);
        const copy = rows.load();
        const again = new Admissions(1, { ...memoryRows(), load: () => copy }, 0);
        for (let at = running; at !== undefined; ) {
          const next = serve(admissions, at);
          expect(serve(again, at)).toBe(next);
          at = next;
        }
      }),
      { numRuns: 100 },
    );
  });

  test("NFR-R1.2 asks who was not heard of, and takes the slot back when it no longer runs", async () => {
    const { admissions, watch, nudged, inactive, time } = setUp();
    for (const one of many(3)) admissions.enter(one, time.now);
    time.now += SILENT_MS - 1;
    admissions.beat("wf0", time.now);
    time.now += 1;
    inactive.add("wf1");
    await lookAfter(watch, SILENT_MS);
    expect(nudged).toEqual(["wf1", "wf2", "wf2"]);
    expect(admissions.beat("wf1", time.now)).toBe(false);
    expect(admissions.enter(claim(2), time.now)).toEqual({ granted: true });
    nudged.length = 0;
    await lookAfter(watch, SILENT_MS);
    expect(nudged).toEqual([]);
  });

  test("who cannot be asked keeps its slot for minutes, not for ever", async () => {
    const { admissions, watch, unreachable, time } = setUp();
    for (const one of many(2)) admissions.enter(one, time.now);
    unreachable.add("wf0");
    time.now += GONE_MS - 1;
    await lookAfter(watch, SILENT_MS);
    expect(admissions.running).toBe(2);
    time.now += 1;
    await lookAfter(watch, SILENT_MS);
    expect(admissions.beat("wf0", time.now)).toBe(false);
    expect(admissions.beat("wf1", time.now)).toBe(true);
  });

  test("a grant to one that is gone goes on to the next", async () => {
    const { admissions, watch, inactive, nudged } = setUp(1);
    for (const one of many(5)) admissions.enter(one, 0);
    for (const id of ["wf1", "wf2", "wf3"]) inactive.add(id);
    admissions.leave("wf0");
    await nudgeAll(watch, admissions.grant(0));
    expect(nudged).toEqual(["wf1", "wf2", "wf3", "wf4"]);
    expect([admissions.running, admissions.waiting]).toEqual([1, 0]);
    expect(admissions.beat("wf4", 0)).toBe(true);
  });

  test("an answer that was overtaken by a new question takes nothing back", async () => {
    const { admissions, watch, time } = setUp(1);
    admissions.enter(claim(0), time.now);
    const nudge = async (id: string) => {
      time.now += 1;
      admissions.enter(claim(0), time.now);
      return { active: id !== "wf0" };
    };
    await nudgeAll({ ...watch, nudge }, ["wf0"]);
    expect(admissions.beat("wf0", time.now)).toBe(true);
  });
});

test.each([
  [undefined, 200],
  ["", 200],
  ["150", 150],
  ["5", 100],
  ["-3", 100],
  ["250.9", 250],
  ["many", 200],
  ["Infinity", 200],
  ["1e9", 10_000],
])("NFR-SC2.1 CAPACITY_RUNNING=%s lets %i run", (text, expected) => {
  expect(capacityFrom(text)).toBe(expected);
});
