import { describe, expect, it } from "vitest";
import { says, scriptedModel, scriptedOrchestrator } from "../testing/scripted.ts";
import { USER, world } from "../testing/world.ts";
import { catchUp, MAX_GAP, parseSince } from "./catch-up.ts";

const w = world({ orchestrator: scriptedOrchestrator([]), model: scriptedModel(() => says("")) });
for (let at = 0; at < MAX_GAP + 1; at++) w.journal.append(USER, [{ name: "workflow.steered", data: { message: "m" } }]);
const head = w.state().version;
const missing = (since: number | null) => catchUp(w.state(), since, (from, limit) => w.journal.events(from, limit));

describe("S2 catchUp", () => {
  it("gives the missing events up to the widest gap, whole and in order", () => {
    const got = missing(head - MAX_GAP);
    expect(got.kind === "range" && got.events.map((event) => event.version)).toEqual(
      Array.from({ length: MAX_GAP }, (_, at) => head - MAX_GAP + 1 + at),
    );
    expect(missing(head)).toEqual({ kind: "range", events: [] });
  });

  it("gives the state when the missing events are too long to be read at once", () => {
    const some = (from: number, limit: number) => w.journal.events(from, Math.min(limit, 3));
    expect(catchUp(w.state(), head - 3, some).kind).toBe("range");
    expect(catchUp(w.state(), head - 4, some)).toEqual({ kind: "snapshot", state: w.state() });
  });

  it("gives the state to who has nothing, is too far behind, or has seen another log", () => {
    for (const since of [null, 0, head - MAX_GAP - 1, head + 1])
      expect(missing(since)).toEqual({ kind: "snapshot", state: w.state() });
  });

  it("reads versions and nothing else", () => {
    expect([null, "", "0", "17"].map(parseSince)).toEqual([null, null, 0, 17]);
    expect(["-1", "1.5", "abc", "1e3", "9".repeat(20), " 1"].map(parseSince)).toEqual(Array(6).fill("bad"));
  });
});
