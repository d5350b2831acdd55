import { describe, expect, it } from "vitest";
import { KeyedAlarms } from "./keyed-alarms.ts";

function setUp(kept = new Map<string, number>()) {
  const platform: { due: number | null } = { due: null };
  const alarms = new KeyedAlarms<"run" | "timer">(
    { load: () => kept, save: (key, due) => void kept.set(key, due), remove: (key) => void kept.delete(key) },
    {
      set: (due) => {
        platform.due = due;
      },
      clear: () => {
        platform.due = null;
      },
    },
  );
  return { kept, platform, alarms };
}

describe("KeyedAlarms", () => {
  it("R1 keeps the platform's alarm at the earliest of all", () => {
    const { alarms, platform } = setUp();
    alarms.set("timer", 500);
    alarms.set("run", 100);
    expect(platform.due).toBe(100);
    alarms.set("run", null);
    expect(platform.due).toBe(500);
    alarms.set("timer", null);
    expect(platform.due).toBeNull();
  });

  it("R1 takes what is due and leaves the rest, also after a restart", () => {
    const { alarms, kept } = setUp();
    alarms.set("timer", 500);
    alarms.set("run", 100);
    const again = setUp(kept);
    expect(again.alarms.take(100)).toEqual(["run"]);
    again.alarms.arm();
    expect(again.platform.due).toBe(500);
    expect(again.alarms.take(100)).toEqual([]);
  });
});
