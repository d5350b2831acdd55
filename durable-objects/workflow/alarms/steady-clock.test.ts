import { describe, expect, it } from "vitest";
import { SteadyClock } from "./steady-clock.ts";

const HOUR = 3_600_000;
const NOON = Date.parse("2026-11-23T12:00:00.000Z");

function setUp(latest = "") {
  const wall = { now: NOON };
  return { wall, clock: new SteadyClock(() => wall.now, latest) };
}

describe("R12 the clock of a workflow", () => {
  it("follows the machine's", () => {
    const { wall, clock } = setUp("2026-11-23T11:59:59.000Z");
    wall.now += 1234;
    expect(clock.now()).toBe(NOON + 1234);
    expect(clock.toWall(NOON + 5000)).toBe(NOON + 5000);
  });

  it("goes on at the same pace when the machine's is set back, and alarms stay as far away", () => {
    const { wall, clock } = setUp();
    clock.now();
    wall.now -= 26 * HOUR;
    expect(clock.now()).toBe(NOON);
    wall.now += 2_000;
    expect(clock.now()).toBe(NOON + 2_000);
    expect(clock.toWall(NOON + 10_000)).toBe(wall.now + 8_000);
  });

  it("R12 begins where the log ends when it wakes in what the log calls the past", () => {
    const { wall, clock } = setUp("2026-11-24T14:00:00.000Z");
    expect(clock.now()).toBe(NOON + 26 * HOUR);
    wall.now += 1_000;
    expect(clock.now()).toBe(NOON + 26 * HOUR + 1_000);
    expect(clock.toWall(NOON + 26 * HOUR + 3_000)).toBe(wall.now + 2_000);
  });

  it("follows a jump forward at once, and small corrections as they are", () => {
    const { wall, clock } = setUp();
    wall.now += 48 * HOUR;
    expect(clock.now()).toBe(NOON + 48 * HOUR);
    wall.now -= 300;
    expect(clock.now()).toBe(NOON + 48 * HOUR - 300);
  });
});
