import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Turns } from "./turns.ts";

const START = 1_000_000;
const turns = (): Turns => new Turns(new AbortController().signal);
/** Computes for so long, then lets others compute for so long. */
async function compute(mine: Turns, ownMs: number, othersMs: number): Promise<void> {
  vi.setSystemTime(Date.now() + ownMs);
  const given = mine.giveWay();
  vi.setSystemTime(Date.now() + othersMs);
  vi.advanceTimersByTime(0);
  await given;
}

describe("Turns: the time of one command among others", () => {
  beforeEach(() => void vi.useFakeTimers({ now: START }));
  afterEach(() => void vi.useRealTimers());

  it("counts what a command takes, not what it loses to others", async () => {
    const mine = turns();
    for (let turn = 0; turn < 10; turn++) await compute(mine, 15, 300);
    expect(mine.ownMs).toBe(150);
  });

  it("lets a command lose a minute and no more", async () => {
    const mine = turns();
    for (let turn = 0; turn < 100; turn++) await compute(mine, 10, 1_000);
    expect(mine.ownMs).toBe(1_000 + 40_000);
  });

  it("counts all time where the clock stands still while code runs", async () => {
    const mine = turns();
    for (let turn = 0; turn < 3; turn++) await compute(mine, 0, 100);
    expect(mine.ownMs).toBe(300);
  });

  it("counts waiting for files, sleep and answers as the command's own", () => {
    const mine = turns();
    vi.setSystemTime(START + 500);
    expect(mine.ownMs).toBe(500);
    expect(mine.isTurnOver).toBe(true);
  });

  it("does not count waiting in a queue", () => {
    const mine = turns();
    vi.setSystemTime(START + 500);
    mine.lost(480);
    expect([mine.ownMs, mine.isTurnOver]).toEqual([20, false]);
  });
});
