import { describe, expect, it } from "vitest";
import type { Damage } from "../engine/chain.ts";
import { hashOfRow } from "../engine/chain.ts";
import { Journal, SNAPSHOT_EVERY } from "../engine/journal.ts";
import type { LogRow } from "../ports.ts";
import { CREATED, FakeTime, hash, USER } from "../testing/world.ts";
import { type Anchor, LogGuard } from "./log-guard.ts";
import { MemoryLog } from "./memory-log.ts";

const ROWS = SNAPSHOT_EVERY + 20;

function logOf(count: number): MemoryLog {
  const store = new MemoryLog();
  const journal = new Journal(store, hash, new FakeTime());
  journal.append(USER, [CREATED]);
  for (let at = 1; at < count; at++) journal.append(USER, [{ name: "workflow.steered", data: { message: `m${at}` } }]);
  return store;
}

function tampered(store: MemoryLog, change: (row: LogRow) => LogRow | null): MemoryLog {
  const rows = store.range(0, 10_000).flatMap((row) => change(row) ?? []);
  store.range = (since, limit) => rows.filter((row) => row.version > since).slice(0, limit);
  store.last = () => rows.at(-1) ?? null;
  return store;
}

function guarded(store: MemoryLog, anchor: () => Promise<Anchor | null>) {
  const time = new FakeTime();
  const journal = new Journal(store, hash, time);
  const found: Damage[] = [];
  const asked = { times: 0 };
  const guard = new LogGuard({
    journal,
    store,
    hash,
    timers: time,
    now: () => time.now(),
    anchor: () => {
      asked.times += 1;
      return anchor();
    },
    onDamage: (damage) => found.push(damage),
  });
  return { journal, guard, found, asked, time, look: () => guard.look(new AbortController().signal) };
}

const headOf = (store: MemoryLog): Anchor => {
  const last = store.last();
  return last ? { version: last.version, hash: hashOfRow(last, hash) } : { version: 0, hash: "" };
};

describe("L7 LogGuard", () => {
  it("is content with a whole log, and asks the project once", async () => {
    const store = logOf(ROWS);
    const g = guarded(store, async () => headOf(store));
    expect(g.guard.isDue).toBe(true);
    await g.look();
    await g.look();
    expect(g.found).toEqual([]);
    expect(g.asked.times).toBe(1);
    expect(g.guard.isDue).toBe(false);
    g.time.advance(25 * 3_600_000);
    expect(g.guard.isDue).toBe(true);
  });

  it("finds an altered row that the snapshot hides from waking, in slices", async () => {
    const store = tampered(logOf(ROWS), (row) =>
      row.version === 300 ? { ...row, event: JSON.stringify({ message: "evil" }) } : row,
    );
    const g = guarded(store, async () => null);
    expect(g.journal.damage).toBeNull();
    expect(g.guard.slice()).toBe(true);
    expect(g.found).toEqual([]);
    await g.look();
    expect(g.found).toEqual([{ kind: "altered", verifiedVersion: 299 }]);
    expect(g.journal.state?.version).toBe(299);
    expect(g.journal.events(298, 10)).toHaveLength(1);
  });

  it("finds rows that are gone from under the snapshot", async () => {
    const g = guarded(
      tampered(logOf(ROWS), (row) => (row.version > 100 && row.version < 120 ? null : row)),
      async () => null,
    );
    await g.look();
    expect(g.found).toEqual([{ kind: "altered", verifiedVersion: 99 }]);
  });

  it("finds that the tail is gone, by what the project was told", async () => {
    const store = logOf(10);
    const told = headOf(store);
    const g = guarded(
      tampered(store, (row) => (row.version > 7 ? null : row)),
      async () => told,
    );
    expect(g.journal.damage).toBeNull();
    await g.look();
    expect(g.found).toEqual([{ kind: "truncated", verifiedVersion: 6 }]);
  });

  it("finds a log written anew, chain and all: nothing of it can be vouched for", async () => {
    const told = headOf(logOf(10));
    const store = logOf(9);
    new Journal(store, hash, new FakeTime()).append(USER, [{ name: "workflow.steered", data: { message: "evil" } }]);
    const g = guarded(store, async () => told);
    await g.look();
    expect(g.found).toEqual([{ kind: "rewritten", verifiedVersion: 0 }]);
    expect(g.journal.state).toBeNull();
    expect(g.journal.events(0, 10)).toEqual([]);
  });

  it("is behind the log as a rule: rows the project has not heard of are no damage", async () => {
    const store = logOf(10);
    const told = headOf(store);
    new Journal(store, hash, new FakeTime()).append(USER, [{ name: "workflow.steered", data: { message: "later" } }]);
    const g = guarded(store, async () => told);
    await g.look();
    expect(g.found).toEqual([]);
  });

  it("is not held up by a project that does not answer, and asks again", async () => {
    const store = logOf(3);
    let broken = true;
    const g = guarded(store, () => (broken ? Promise.reject(new Error("away")) : Promise.resolve(headOf(store))));
    await g.look();
    expect(g.guard.isDue).toBe(true);
    broken = false;
    await g.look();
    expect(g.asked.times).toBe(2);
    expect(g.guard.isDue).toBe(false);
  });
});
