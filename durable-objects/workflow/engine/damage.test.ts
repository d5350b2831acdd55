import { describe, expect, it } from "vitest";
import { MemoryLog } from "../log/memory-log.ts";
import type { LogRow } from "../ports.ts";
import { says, scriptedModel, scriptedOrchestrator, scriptedPlan } from "../testing/scripted.ts";
import { CREATED, FakeTime, hash, USER, world } from "../testing/world.ts";
import { hashOfRow } from "./chain.ts";
import { Journal, SNAPSHOT_EVERY } from "./journal.ts";
import { snapshotText } from "./wake.ts";

const steered = (message: string) => ({ name: "workflow.steered" as const, data: { message } });

/** A log of `count` rows; the first creates the workflow. */
function logOf(count: number, id = "wf_1"): MemoryLog {
  const store = new MemoryLog();
  const journal = new Journal(store, hash, new FakeTime());
  journal.append(USER, [{ ...CREATED, data: { ...CREATED.data, id } } as typeof CREATED]);
  while ((journal.state?.version ?? 0) < count) journal.append(USER, [steered(`m${journal.state?.version}`)]);
  return store;
}

/** What stays when somebody changes rows behind the engine's back. */
function forged(store: MemoryLog, change: (row: LogRow) => LogRow | null): MemoryLog {
  const rows = store.range(0, 10_000).flatMap((row) => change(row) ?? []);
  const copy = new MemoryLog();
  copy.range = (since, limit) => rows.filter((row) => row.version > since).slice(0, limit);
  copy.last = () => rows.at(-1) ?? null;
  const kept = store.snapshot();
  if (kept) copy.saveSnapshot(kept.version, kept.text);
  return copy;
}

const open = (store: MemoryLog) => new Journal(store, hash, new FakeTime());
const evil = JSON.stringify({ message: "evil" });

describe("L7 a damaged log", () => {
  it("ends before the altered row; the prefix can be read and nothing is appended", () => {
    const journal = open(forged(logOf(10), (row) => (row.version === 5 ? { ...row, event: evil } : row)));
    expect(journal.damage).toEqual({ kind: "altered", verifiedVersion: 4 });
    expect(journal.state).toMatchObject({
      version: 4,
      pause: { reason: "attention", failure: { code: "log_damaged" } },
    });
    expect(journal.state?.steering).toEqual(["m1", "m2", "m3"]);
    expect(journal.events(0, 1000).map((event) => event.version)).toEqual([1, 2, 3, 4]);
    expect(journal.events(4, 1000)).toEqual([]);
    expect(() => journal.append(USER, [steered("more")])).toThrow(/damaged|altered/);
    expect(journal.state?.version).toBe(4);
  });

  it.each(["event", "actor", "name", "at", "previousHash"] as const)("is found by its %s", (column) => {
    const journal = open(
      forged(logOf(10), (row) => (row.version === 5 ? { ...row, [column]: `${row[column]} ` } : row)),
    );
    expect(journal.damage?.kind).toMatch(/altered|unreadable/);
    expect(journal.damage?.verifiedVersion).toBeLessThan(5);
  });

  it("ends before a row that is missing", () => {
    const journal = open(forged(logOf(10), (row) => (row.version === 5 ? null : row)));
    expect(journal.damage).toEqual({ kind: "altered", verifiedVersion: 3 });
  });

  it("shows nothing when its first row is wrong", () => {
    const journal = open(forged(logOf(3), (row) => (row.version === 1 ? { ...row, epoch: 7 } : row)));
    expect(journal.damage).toEqual({ kind: "altered", verifiedVersion: 0 });
    expect(journal.state).toBeNull();
    expect(journal.events(0, 10)).toEqual([]);
    expect(() => journal.append(USER, [CREATED])).toThrow();
  });

  it("is found after the snapshot at once, and the snapshot vouches for its own row", () => {
    const store = logOf(SNAPSHOT_EVERY + 5);
    const journal = open(
      forged(store, (row) => (row.version === SNAPSHOT_EVERY + 1 ? { ...row, previousHash: "0".repeat(64) } : row)),
    );
    expect(journal.damage).toEqual({ kind: "altered", verifiedVersion: SNAPSHOT_EVERY });
    expect(journal.state?.version).toBe(SNAPSHOT_EVERY);
  });

  it("L5 passes over a snapshot that was changed, or whose row is another, and folds the log", () => {
    const store = logOf(SNAPSHOT_EVERY + 5);
    const whole = open(store).state;
    const text = store.snapshot()?.text ?? "";
    store.saveSnapshot(SNAPSHOT_EVERY, text.replace('"m1"', '"evil"'));
    expect(open(store).state).toEqual(whole);
    expect(open(store).checkedFrom).toBe(0);
    const other = open(store).state;
    if (!other) throw new Error("no state");
    store.saveSnapshot(SNAPSHOT_EVERY, snapshotText({ ...other, version: SNAPSHOT_EVERY }, "f".repeat(64), hash));
    expect(open(store).checkedFrom).toBe(0);
    store.saveSnapshot(SNAPSHOT_EVERY, "garbage");
    expect(open(store).state).toEqual(whole);
    store.saveSnapshot(SNAPSHOT_EVERY, text);
    expect(open(store).checkedFrom).toBe(SNAPSHOT_EVERY);
  });

  it("a row that fits but is no event is unreadable, and the rows before it stand", () => {
    const store = logOf(3);
    const last = store.last();
    if (!last) throw new Error("no rows");
    store.append({ ...last, version: 4, event: "{", previousHash: hashOfRow(last, hash) });
    expect(open(store).damage).toEqual({ kind: "unreadable", verifiedVersion: 3 });
    expect(open(store).state?.version).toBe(3);
  });

  it("R4 an executor does nothing on it", async () => {
    const w = world({ orchestrator: scriptedOrchestrator(scriptedPlan(1)), model: scriptedModel(() => says("x")) });
    w.journal.append(USER, [steered("a"), steered("b")]);
    w.journal.markDamaged({ kind: "altered", verifiedVersion: 2 });
    expect(w.state()).toMatchObject({ version: 2, steering: ["a"] });
    await w.executor.run(60_000);
    expect(w.store.last()?.version).toBe(3);
  });
});
