import { expect, test } from "vitest";
import type { LogRow, LogStore } from "../ports.ts";

export function row(version: number, event = "{}"): LogRow {
  return {
    version,
    name: version % 2 === 0 ? "money.leased" : "workflow.steered",
    schemaVersion: 1,
    epoch: 1,
    actor: `{"kind":"system","id":"engine"}`,
    event,
    previousHash: "0".repeat(64),
    cost: version,
    at: "2026-11-23T10:00:00.000Z",
  };
}

/** L6: what every store of the log must do. */
export function logContract(use: (check: (store: LogStore) => void) => Promise<void> | void): void {
  test("L1 gives rows back as they were appended, in order", () =>
    use((store) => {
      expect(store.last()).toBeNull();
      for (const version of [1, 2, 3]) store.append(row(version));
      expect(store.last()).toEqual(row(3));
      expect(store.range(1, 10)).toEqual([row(2), row(3)]);
      expect(store.range(0, 2)).toEqual([row(1), row(2)]);
      expect(store.range(3, 10)).toEqual([]);
      expect(store.count("money.leased")).toBe(1);
    }));

  test("L1 refuses a gap and a version that is taken", () =>
    use((store) => {
      store.append(row(1));
      expect(() => store.append(row(3))).toThrow(/without gaps/);
      expect(() => store.append(row(1))).toThrow(/without gaps/);
      expect(store.range(0, 10)).toEqual([row(1)]);
    }));

  test("R4 refuses rows of a run that a later one has taken over from", () =>
    use((store) => {
      store.setNumber("epoch", 1);
      store.append(row(1));
      store.setNumber("epoch", 2);
      expect(() => store.append(row(2), { ...row(3), epoch: 2 })).toThrow();
      expect(store.range(0, 10)).toEqual([row(1)]);
      store.append({ ...row(2), epoch: 2 }, { ...row(3), epoch: 2 });
      expect(store.last()?.version).toBe(3);
    }));

  test("L3 appends many rows together, or none of them", () =>
    use((store) => {
      const long = row(9, JSON.stringify({ text: "x".repeat(600_000) }));
      const rows = Array.from({ length: 30 }, (_, at) => (at === 8 ? long : row(at + 1)));
      store.append(...rows);
      expect(store.range(0, 100)).toEqual(rows);
      expect(() => store.append(row(31), row(32), row(34))).toThrow(/without gaps/);
      const many = Array.from({ length: 20 }, (_, at) => row(at === 19 ? 99 : at + 31));
      expect(() => store.append(...many)).toThrow(/without gaps/);
      expect(store.last()).toEqual(row(30));
    }));

  test("L3 writes all of a transaction or nothing", () =>
    use((store) => {
      store.append(row(1));
      expect(() =>
        store.transaction(() => {
          store.append(row(2));
          store.enqueue("ledger", "{}");
          store.setNumber("n", 7);
          store.saveSnapshot(2, "{}");
          throw new Error("stop");
        }),
      ).toThrow("stop");
      expect(store.last()).toEqual(row(1));
      expect(store.outbox(10)).toEqual([]);
      expect(store.number("n")).toBe(0);
      expect(store.snapshot()).toBeNull();
    }));

  test("L1 keeps events longer than a database row, whatever their script", () =>
    use((store) => {
      const long = row(1, JSON.stringify({ text: `x${"مرحبا😀".repeat(200_000)}` }));
      store.append(long);
      expect(store.range(0, 1)).toEqual([long]);
    }));

  test("L5 keeps the newest snapshot", () =>
    use((store) => {
      store.saveSnapshot(500, "first");
      store.saveSnapshot(1000, "😀".repeat(600_001));
      expect(store.snapshot()).toEqual({ version: 1000, text: "😀".repeat(600_001) });
    }));

  test("O1 keeps the outbox in order until it is taken", () =>
    use((store) => {
      store.enqueue("ledger", "a");
      store.enqueue("release", "b");
      store.enqueue("ledger", "c");
      const rows = store.outbox(2);
      expect(rows.map((one) => [one.kind, one.body])).toEqual([
        ["ledger", "a"],
        ["release", "b"],
      ]);
      store.dequeue(rows[1]?.seq ?? 0);
      expect(store.outbox(10).map((one) => one.body)).toEqual(["c"]);
      store.setNumber("projected", 3);
      store.setNumber("projected", 4);
      expect(store.number("projected")).toBe(4);
    }));
}
