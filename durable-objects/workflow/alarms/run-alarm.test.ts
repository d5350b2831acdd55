import { describe, expect, it } from "vitest";
import type { EventBody } from "../../../shared/workflow/events.ts";
import type { LogStore } from "../ports.ts";
import { says, scriptedModel, scriptedOrchestrator, scriptedPlan } from "../testing/scripted.ts";
import { APPROVED, USER, world } from "../testing/world.ts";
import { KeyedAlarms } from "./keyed-alarms.ts";
import { type AlarmDeps, type AlarmKey, HEARTBEAT_MS, isStranded, nudge, runAlarm } from "./run-alarm.ts";
import { SteadyClock } from "./steady-clock.ts";

const HOUR = 3_600_000;

/** A workflow with an alarm that somebody else lets go off. */
function setUp(changes: { store?: LogStore } = {}) {
  const w = world({
    orchestrator: scriptedOrchestrator(scriptedPlan(1)),
    model: scriptedModel(() => says("done")),
    ...changes,
  });
  const platform: { due: number | null } = { due: null };
  const rows = new Map<string, number>();
  const alarms = new KeyedAlarms<AlarmKey>(
    { load: () => rows, save: (key, due) => void rows.set(key, due), remove: (key) => void rows.delete(key) },
    {
      set: (due) => {
        platform.due = due;
      },
      clear: () => {
        platform.due = null;
      },
    },
  );
  const wall = { offset: 0 };
  const now = () => w.time.now() + wall.offset;
  const executor = { run: (ms: number) => w.executor.run(ms), running: false, poke: () => {} };
  const deps: AlarmDeps = {
    alarms,
    executor,
    journal: w.journal,
    guard: { look: async () => {} },
    store: w.store,
    clock: new SteadyClock(now, ""),
    wall: now,
    report: (what) => void w.reports.push(what),
  };
  return { w, deps, platform, executor, wall, now, alarm: () => runAlarm(deps, () => true) };
}

const BOOKED: EventBody[] = [
  {
    name: "effect.intended",
    data: {
      effectId: "eff_1",
      nodeId: "s1",
      toolCallId: "tool_1",
      tool: "book",
      effectClass: "write",
      key: "k",
      service: "desk",
      action: "POST /bookings",
      target: "room",
      summary: "Book a room",
      arguments: {},
      fingerprint: "f",
      reversible: true,
      approvalId: null,
      mode: "live",
      undoOf: null,
    },
  },
  {
    name: "effect.settled",
    data: {
      effectId: "eff_1",
      outcome: { kind: "done", receipt: { reference: "b1", link: null, detail: "", undo: { reference: "b1" } } },
    },
  },
];

const steered = () => [{ name: "workflow.steered" as const, data: { message: "m" } }];

describe("R11 runAlarm", () => {
  it("sets the next alarm before any work, at once", async () => {
    const s = setUp();
    const seen: (number | null)[] = [];
    s.executor.run = async () => {
      seen.push(s.platform.due);
      return null;
    };
    await s.alarm();
    expect(seen).toEqual([s.now()]);
  });

  it("a run that throws comes back however often, and ends in attention when nothing is written between", async () => {
    const s = setUp();
    s.executor.run = () => Promise.reject(new Error("boom"));
    for (let times = 0; times < 30; times++) {
      await s.alarm();
      expect(s.platform.due).toBeGreaterThanOrEqual(s.now());
      expect(s.platform.due).toBeLessThanOrEqual(s.now() + 60_000);
    }
    expect(s.w.state()).toMatchObject({ pause: { reason: "attention", failure: { code: "internal" } } });
  });

  it("kills in the middle come back at once, then more and more slowly; what gets on is never given up", async () => {
    const s = setUp();
    const waits: number[] = [];
    const killed = () => {
      // The handler never ends: only what it set before its work is left.
      void s.alarm();
      waits.push((s.platform.due ?? 0) - s.now());
    };
    s.executor.run = () => new Promise(() => {});
    for (let times = 0; times < 10; times++) killed();
    expect(waits.slice(0, 4)).toEqual([0, 0, 1000, 2000]);
    expect(Math.max(...waits)).toBeLessThanOrEqual(60_000);
    waits.length = 0;
    for (let times = 0; times < 40; times++) {
      s.w.journal.append(USER, steered());
      killed();
    }
    expect(new Set(waits)).toEqual(new Set([0]));
    expect(s.w.state().pause).toBeNull();
  });

  it("an alarm of a run that is going is never far away, whatever it waits for", async () => {
    const s = setUp();
    for (const next of [null, s.now() + 26 * HOUR]) {
      s.executor.run = async () => next;
      await s.alarm();
      expect(s.platform.due).toBe(s.now() + HEARTBEAT_MS);
    }
  });

  it("a run at rest has no alarm without a reason, and looks once an hour where it waits for a time", async () => {
    const s = setUp();
    await s.w.executor.run(60_000);
    s.executor.run = async () => null;
    await s.alarm();
    expect(s.platform.due).toBeNull();
    s.executor.run = async () => s.now() + 24 * HOUR;
    await s.alarm();
    expect(s.platform.due).toBe(s.now() + HOUR);
  });

  it("R12 waits are as long as they were when the clock is set back or forward by a day", async () => {
    for (const jump of [-26 * HOUR, 26 * HOUR]) {
      const s = setUp();
      const due = s.deps.clock.now() + 30_000;
      s.wall.offset = jump;
      s.executor.run = async () => due;
      await s.alarm();
      const wait = (s.platform.due ?? 0) - s.now();
      // Back: what is left of 30 s. Forward: it is due.
      expect(wait).toBe(jump < 0 ? 30_000 : -26 * HOUR + 30_000);
    }
  });

  it("two alarms at once: the second does no work and takes nothing away", async () => {
    const s = setUp();
    s.w.journal.append(USER, steered());
    await Promise.all([s.alarm(), s.alarm()]);
    expect(s.w.state().phase).toBe("pending_approval");
    s.w.journal.append(USER, [APPROVED]);
    await Promise.all([s.alarm(), s.alarm(), s.alarm()]);
    expect(s.w.state().phase).toBe("completed");
    expect(s.w.names().filter((name) => name === "workflow.completed")).toHaveLength(1);
  });

  it("a log that is damaged does not run", async () => {
    const s = setUp();
    s.w.journal.append(USER, steered());
    s.w.journal.markDamaged({ kind: "altered", verifiedVersion: 1 });
    let ran = 0;
    s.executor.run = async () => ++ran;
    await s.alarm();
    expect(ran).toBe(0);
    expect(s.platform.due).toBeNull();
  });

  it("an erased object sets no alarm", async () => {
    const s = setUp();
    s.executor.run = async () => s.now() + 1000;
    await runAlarm(s.deps, () => false);
    expect(s.platform.due).toBe(s.now());
    s.executor.run = () => Promise.reject(new Error("gone"));
    s.platform.due = null;
    await runAlarm(s.deps, () => false);
    expect(s.deps.alarms.next()).toBeNull();
  });
});

describe("R11 a lost alarm", () => {
  it("is noticed by whoever looks: none, one long past, or one that a wrong clock put far away", async () => {
    const s = setUp();
    s.executor.run = async () => s.now() + 60_000;
    expect(isStranded(s.deps)).toBe(true);
    await s.alarm();
    expect(isStranded(s.deps)).toBe(false);
    s.w.time.advance(3 * 60_000);
    expect(isStranded(s.deps)).toBe(true);
    s.wall.offset = -48 * HOUR;
    expect(isStranded(s.deps)).toBe(true);
    s.platform.due = null;
    nudge(s.deps);
    expect(s.platform.due).not.toBeNull();
    expect(s.platform.due).toBeLessThanOrEqual(s.now());
  });

  it("matters of a run at rest or over, too, while something is due there or left to be told", async () => {
    const s = setUp();
    await s.w.executor.run(60_000);
    s.w.journal.append(USER, [APPROVED]);
    await s.w.executor.run(60_000);
    expect(s.w.state().phase).toBe("completed");
    expect(isStranded(s.deps)).toBe(false);
    s.w.journal.append(USER, BOOKED);
    s.w.store.setNumber("projected", s.w.state().version);
    expect(isStranded(s.deps)).toBe(false);
    s.w.journal.append(USER, [{ name: "undo.requested", data: { effectIds: ["eff_1"] } }]);
    s.w.store.setNumber("projected", s.w.state().version);
    expect(isStranded(s.deps)).toBe(true);
    s.deps.alarms.set("run", s.now());
    expect(isStranded(s.deps)).toBe(false);
    s.w.time.advance(HOUR);
    expect(isStranded(s.deps)).toBe(true);
  });

  it("matters while the project was not told of the end", async () => {
    const s = setUp();
    await s.w.executor.run(60_000);
    s.w.journal.append(USER, [{ name: "workflow.cancelled", data: { reason: "" } }]);
    expect(isStranded(s.deps)).toBe(true);
    await s.w.executor.run(60_000);
    expect(isStranded(s.deps)).toBe(false);
  });

  it("is not looked for in a run at rest", async () => {
    const s = setUp();
    await s.w.executor.run(60_000);
    expect(isStranded(s.deps)).toBe(false);
  });
});
