import { describe, expect, it } from "vitest";
import { MemoryLog } from "../log/memory-log.ts";
import { says, scriptedModel, scriptedOrchestrator, scriptedPlan } from "../testing/scripted.ts";
import { CREATED, FakeTime, hash, USER, world } from "../testing/world.ts";
import { Journal, PAGE_CHARS, SNAPSHOT_EVERY, StorageFailed } from "./journal.ts";

const steered = (message: string) => ({ name: "workflow.steered" as const, data: { message } });

function journal(store = new MemoryLog()): Journal {
  const made = new Journal(store, hash, new FakeTime());
  if (!made.state) made.append(USER, [CREATED]);
  return made;
}

describe("Journal", () => {
  it("L4 writes nothing of an append that cannot follow", () => {
    const store = new MemoryLog();
    const j = journal(store);
    expect(() => j.append(USER, [steered("a"), { name: "workflow.completed", data: { resultSummary: "" } }])).toThrow(
      /workflow.completed cannot follow: the workflow is planning/,
    );
    expect(j.state?.version).toBe(1);
    expect(store.last()?.version).toBe(1);
    expect(j.findTampering()).toBeNull();
    j.append(USER, [steered("b")]);
    expect(j.state?.steering).toEqual(["b"]);
  });

  it("L4 a step that is not in the plan cannot have events", () => {
    const j = journal();
    expect(() => j.append(USER, [{ name: "node.skipped", data: { nodeId: "x", reason: "" } }])).toThrow();
  });

  it("L2 finds a row that was changed", () => {
    const store = new MemoryLog();
    const j = journal(store);
    for (const message of ["a", "b", "c"]) j.append(USER, [steered(message)]);
    const rows = store.range(0, 10);
    const forged = new MemoryLog();
    for (const row of rows) forged.append(row.version === 2 ? { ...row, event: '{"message":"evil"}' } : row);
    expect(new Journal(forged, hash, new FakeTime()).findTampering()).toBe(3);
    expect(j.findTampering()).toBeNull();
  });

  it("a page of events ends early when they are long, and the next goes on where it ended", () => {
    const j = journal();
    const long = "x".repeat(PAGE_CHARS / 4);
    for (let at = 0; at < 30; at++) j.append(USER, [steered(at < 10 ? long : "short")]);
    const first = j.events(0, 1000);
    expect(first.map((event) => event.version)).toEqual([1, 2, 3, 4, 5]);
    const all = [...first];
    for (let page = first; page.length > 0; all.push(...page)) page = j.events(all.at(-1)?.version ?? 0, 1000);
    expect(all.map((event) => event.version)).toEqual(Array.from({ length: 31 }, (_, at) => at + 1));
    expect(j.events(25, 3).map((event) => event.version)).toEqual([26, 27, 28]);
  });

  it("L5 wakes from the snapshot and folds only what came after", () => {
    const store = new MemoryLog();
    const j = journal(store);
    for (let at = 0; at < SNAPSHOT_EVERY + 20; at++) j.append(USER, [steered(`m${at}`)]);
    expect(store.snapshot()?.version).toBe(SNAPSHOT_EVERY);
    const read: number[] = [];
    const range = store.range.bind(store);
    store.range = (since, limit) => {
      read.push(since);
      return range(since, limit);
    };
    expect(new Journal(store, hash, new FakeTime()).state).toEqual(j.state);
    // The row the snapshot stands on, and what follows it.
    expect(read).toEqual([SNAPSHOT_EVERY - 1, SNAPSHOT_EVERY]);
  });

  it("L5 passes over a snapshot of another schema", () => {
    const store = new MemoryLog();
    const j = journal(store);
    j.append(USER, [steered("a")]);
    store.saveSnapshot(2, JSON.stringify({ schemaVersion: 0, state: { version: 2 } }));
    expect(new Journal(store, hash, new FakeTime()).state).toEqual(j.state);
  });

  it("S3 tells listeners of events after they are written, in order", () => {
    const store = new MemoryLog();
    const j = journal(store);
    const heard: [number, number | undefined][] = [];
    j.onAppend((events) => {
      for (const event of events) heard.push([event.version, store.last()?.version]);
    });
    j.append(USER, [steered("a"), steered("b")]);
    expect(heard).toEqual([
      [2, 3],
      [3, 3],
    ]);
  });

  it("L3 writes together what one piece of work appends, and tells of it afterwards", () => {
    const store = new MemoryLog();
    const j = journal(store);
    const written: number[] = [];
    const append = store.append.bind(store);
    store.append = (...rows) => {
      written.push(rows.length);
      append(...rows);
    };
    const heard: [number, number | undefined][] = [];
    j.onAppend((events, state) => {
      for (const event of events) heard.push([event.version, state.steering.length]);
      expect(store.last()?.version).toBe(4);
    });
    const seen = j.together(() => {
      j.append(USER, [steered("a")]);
      j.together(() => j.append(USER, [steered("b"), steered("c")]));
      expect(heard).toEqual([]);
      return j.state?.steering;
    });
    expect(seen).toEqual(["a", "b", "c"]);
    expect(written).toEqual([3]);
    expect(heard).toEqual([
      [2, 1],
      [3, 3],
      [4, 3],
    ]);
    expect(j.together(() => 7)).toBe(7);
    expect(written).toEqual([3]);
    expect(j.findTampering()).toBeNull();
    expect(new Journal(store, hash, new FakeTime()).state).toEqual(j.state);
  });

  it("L3, R13 is where it was before when that work breaks, or its rows are refused", () => {
    const store = new MemoryLog();
    const j = journal(store);
    let told = 0;
    j.onAppend(() => {
      told += 1;
    });
    const before = [j.state, j.head.hash, j.nextTranche];
    const broken = () => {
      j.append(USER, [{ name: "money.leased", data: { trancheId: "t1", micros: 5 } }]);
      throw new Error("stop");
    };
    expect(() => j.together(broken)).toThrow("stop");
    const append = store.append.bind(store);
    store.append = () => {
      throw new Error("SQLITE_FULL");
    };
    expect(() => j.together(() => j.append(USER, [steered("a")]))).toThrow(StorageFailed);
    store.append = append;
    expect([j.state, j.head.hash, j.nextTranche]).toEqual(before);
    expect(told).toBe(0);
    j.append(USER, [steered("b")]);
    expect(j.state?.steering).toEqual(["b"]);
    expect(j.findTampering()).toBeNull();
  });

  it("L1 the state in memory is the fold of the log at every wake (property over a whole run)", async () => {
    const w = world({ orchestrator: scriptedOrchestrator(scriptedPlan(3)), model: scriptedModel(() => says("x")) });
    await w.executor.run(60_000);
    expect(new Journal(w.store, hash, w.time).state).toEqual(w.state());
  });

  it("R7 a closed journal takes nothing more", () => {
    const j = journal();
    j.close();
    expect(j.append(USER, [steered("a")])).toEqual([]);
    expect(j.state).toBeNull();
  });
});
