import { describe, expect, it } from "vitest";
import { MemoryLog } from "../log/memory-log.ts";
import type { LogRow } from "../ports.ts";
import { fails, says, scriptedModel, scriptedOrchestrator, scriptedPlan, uses } from "../testing/scripted.ts";
import { APPROVED, FakeTime, hash, USER, world } from "../testing/world.ts";
import { Journal, MAX_EVENT_CHARS } from "./journal.ts";

/** A log whose database refuses to write from the n-th append on, as often as it is told. */
class BrokenLog extends MemoryLog {
  appends = 0;
  failFrom = Number.POSITIVE_INFINITY;
  failures = 0;
  refused = 0;

  override append(...rows: readonly LogRow[]): void {
    this.appends += 1;
    if (this.appends >= this.failFrom && this.failures > 0) {
      this.failures -= 1;
      this.refused += 1;
      throw new Error("database or disk is full: SQLITE_FULL");
    }
    super.append(...rows);
  }
}

const step = { orchestrator: scriptedOrchestrator(scriptedPlan(2, true)) };

/** One run with calls and a tool; the alarm comes again after a run that broke. */
async function run(store: BrokenLog) {
  const model = scriptedModel((request) => {
    if (request.system === "plan") return says("plan");
    return request.system === "s1" && request.messages.length === 0 ? uses("list_files", {}) : says("done");
  });
  const time = new FakeTime();
  const w = world({ ...step, model, store, time });
  let broken = 0;
  for (let alarm = 0; alarm < 30; alarm++) {
    const next = await w.executor.run(60_000).catch(() => "broken");
    if (next === "broken") broken += 1;
    time.advance(1_000);
    const { phase } = w.state();
    if (phase === "completed" && next !== "broken") break;
    if (phase !== "pending_approval") continue;
    try {
      w.journal.append(USER, [APPROVED]);
    } catch {
      // A person's command is refused, and made again.
    }
  }
  return { w, model, broken };
}

describe("R13 a database that refuses", () => {
  it("loses nothing and doubles nothing, wherever it begins and however often it happens", async () => {
    const whole = new BrokenLog();
    const plain = await run(whole);
    expect(plain.w.state().phase).toBe("completed");
    const facts = (names: readonly string[]) => names.filter((name) => name !== "stage.entered").sort();
    const names = facts(plain.w.names());
    expect(whole.appends).toBeGreaterThan(10);
    for (const failures of [1, 3])
      for (let at = 2; at <= whole.appends; at++) {
        const store = new BrokenLog();
        store.failFrom = at;
        store.failures = failures;
        const { w, model } = await run(store);
        expect(store.refused, `at ${at}`).toBe(failures);
        expect(w.state(), `at ${at}`).toMatchObject({ phase: "completed", cost: { unconfirmedMicros: 0 } });
        // Each answer that was paid for is in the log once, and no call was made for nothing.
        expect(facts(w.names()), `at ${at}`).toEqual(names);
        expect(model.asked.length, `at ${at}`).toBe(plain.model.asked.length);
        expect(w.state().cost.spentMicros).toBe(plain.w.state().cost.spentMicros);
        expect(new Journal(store, hash, w.time).state, "J3").toEqual(w.state());
      }
  });

  it("never leaves memory ahead of the log", () => {
    const store = new BrokenLog();
    const w = world({ ...step, model: scriptedModel(() => says("x")), store });
    const before = w.state();
    store.failFrom = 0;
    store.failures = 1;
    expect(() => w.journal.append(USER, [{ name: "workflow.steered", data: { message: "m" } }])).toThrow(/SQLITE_FULL/);
    expect(w.state()).toBe(before);
    expect(w.journal.append(USER, [{ name: "workflow.steered", data: { message: "m" } }])).toHaveLength(1);
    expect(w.journal.findTampering()).toBeNull();
  });

  it("a disk that stays full is asked again for hours without waits that grow, and nothing is told that is not so", async () => {
    const store = new BrokenLog();
    const w = world({ ...step, model: scriptedModel(() => says("plan")), store });
    store.failFrom = 0;
    store.failures = 1_000_000;
    // Seven hours of it; the alarm comes back twice a minute.
    for (let alarm = 0; alarm < 1_000; alarm++) {
      await w.executor.run(0).catch(() => null);
      w.time.advance(30_000);
    }
    expect(store.refused).toBeGreaterThan(100);
    expect(w.names()).toEqual(["workflow.created"]);
    store.failures = 0;
    w.time.advance(60_000);
    await w.executor.run(60_000);
    expect(w.state()).toMatchObject({ phase: "pending_approval", pause: null });
  });
});

describe("R13 results that are too large", () => {
  const long = "x".repeat(MAX_EVENT_CHARS);

  it("an answer fails its call by name; what it cost is booked and the run goes on", async () => {
    let calls = 0;
    const model = scriptedModel((request) => {
      if (request.system === "plan") return says("plan");
      return request.system === "s1" && ++calls === 1 ? says(long) : says("done");
    });
    const w = world({ ...step, model });
    await w.executor.run(60_000);
    w.journal.append(USER, [APPROVED]);
    await w.executor.run(60_000);
    const settled = w.journal.events(0, 1000).flatMap((one) => (one.name === "call.settled" ? [one.data] : []));
    const failed = settled.filter((one) => !one.outcome.ok);
    expect(failed).toMatchObject([{ outcome: { failure: { code: "result_too_large" }, retryable: false } }]);
    expect(failed[0]?.costMicros).toBeGreaterThan(0);
    expect(w.state()).toMatchObject({ phase: "completed", cost: { unconfirmedMicros: 0, reservedMicros: 0 } });
  });

  it("a tool's output is replaced by word of it, and its results are not kept", async () => {
    const model = scriptedModel((request) => {
      if (request.system === "plan") return says("plan");
      return request.system === "s1" && request.messages.length === 0 ? uses("list_files", {}) : says("done");
    });
    const w = world({ ...step, model, tools: { run: async () => ({ ok: true, output: long, artifacts: [] }) } });
    await w.executor.run(60_000);
    w.journal.append(USER, [APPROVED]);
    await w.executor.run(60_000);
    const [settled] = w.journal.events(0, 1000).flatMap((one) => (one.name === "tool.settled" ? [one.data] : []));
    expect(settled).toMatchObject({ ok: false, output: expect.stringContaining("result_too_large") });
    expect(w.state()).toMatchObject({ phase: "completed", artifacts: [] });
  });
});

describe("R4 an instance that was taken over", () => {
  it("cannot write the late result of its call: the later run's log stands", async () => {
    let answer: (outcome: ReturnType<typeof says>) => void = () => {};
    const model = scriptedModel((request) =>
      request.system === "plan" ? says("plan") : new Promise((resolve) => (answer = resolve)),
    );
    const w = world({ orchestrator: scriptedOrchestrator(scriptedPlan(1)), model });
    await w.executor.run(60_000);
    w.journal.append(USER, [APPROVED]);
    const old = w.executor.run(60_000).catch(() => null);
    while (Object.keys(w.state().calls).length === 0) await new Promise((resolve) => setImmediate(resolve));
    const late = answer;
    const now = w.again({ model: scriptedModel(() => says("done")) });
    await now.executor.run(60_000);
    expect(now.state().phase).toBe("completed");
    const head = now.state().version;
    late(says("late and wrong"));
    await old;
    expect(now.store.last()?.version).toBe(head);
    expect(JSON.stringify(now.journal.events(0, 1000))).not.toContain("late and wrong");
    expect(new Journal(now.store, hash, now.time).findTampering()).toBeNull();
  });

  it("nor what it finds out before the later run has written anything", async () => {
    const model = scriptedModel(() => fails("model_overloaded", 60_000));
    const w = world({ orchestrator: scriptedOrchestrator(scriptedPlan(1)), model });
    await w.executor.run(1_000);
    const again = w.again();
    again.journal.beginEpoch();
    expect(() => w.journal.append(USER, [{ name: "workflow.steered", data: { message: "m" } }])).toThrow(/taken over/);
    expect(again.journal.append(USER, [{ name: "workflow.steered", data: { message: "m" } }])).toHaveLength(1);
  });
});
