import { env, runInDurableObject } from "cloudflare:test";
import { describe, expect, test } from "vitest";
import { newId } from "../../../shared/lib/ids.ts";
import type { EventBody } from "../../../shared/workflow/events.ts";
import { Journal, SNAPSHOT_EVERY } from "../engine/journal.ts";
import { snapshotText } from "../engine/wake.ts";
import { scriptedPlan, USAGE } from "../testing/scripted.ts";
import { APPROVED, CREATED, USER } from "../testing/world.ts";
import { sha256 } from "./hash.ts";
import { createSchema } from "./schema.ts";
import { SqliteLog } from "./sqlite-log.ts";

const clock = { now: () => Date.parse("2026-11-23T10:00:00.000Z") };
const CODE = "const rows = parse(read('invoices.csv')).filter((row) => row.paid === 'no');\n".repeat(12);
const OUTPUT = "Alpha,2026-01,109.75\nعيادة النور,2026-02,77.125\n".repeat(25);

function proposed(steps: number): EventBody {
  const variant = { p50Micros: 1000, p90Micros: 3000, nodes: scriptedPlan(steps, true) };
  return {
    name: "plan.proposed",
    data: {
      planVersion: 1,
      title: "Plan",
      summary: "What will be done",
      limits: [],
      variant: "balanced",
      variants: [
        { name: "lean", ...variant },
        { name: "balanced", ...variant },
        { name: "thorough", ...variant },
      ],
    },
  };
}

/** What a step leaves: a call that runs code of 1 KB and reads 1 KB, four times, then a new attempt. */
function* stepEvents(nodeId: string, attempt: number): Generator<EventBody> {
  yield { name: "node.started", data: { nodeId, attempt, approach: `${nodeId}-${attempt}` } };
  for (let turn = 1; turn <= 4; turn++) {
    const id = `${nodeId}-${attempt}-${turn}`;
    const call = { operation: "building", tier: "fast", model: "claude-haiku-5-5" } as const;
    const reserved = { maxTokens: 4000, reservedMicros: 5000, attempt: 1 };
    yield { name: "call.intended", data: { callId: `call_${id}`, nodeId, ...call, ...reserved } };
    const input = { code: CODE, purpose: "Add up what is unpaid" };
    const content = [{ type: "tool_use" as const, id: `use_${id}`, name: "run_code", input }];
    const outcome = { ok: true as const, content, stopReason: "tool_use" as const };
    yield { name: "call.settled", data: { callId: `call_${id}`, costMicros: 700, usage: USAGE, outcome } };
    const tool = { toolCallId: `tool_${id}`, nodeId };
    yield { name: "tool.started", data: { ...tool, toolUseId: `use_${id}`, name: "run_code", input } };
    yield { name: "tool.settled", data: { ...tool, ok: true, output: OUTPUT, durationMs: 12 } };
  }
}

function fill(journal: Journal, events: number, steps: number): number[] {
  journal.append(USER, [CREATED]);
  journal.append(USER, [proposed(steps)]);
  journal.append(USER, [APPROVED]);
  const took: number[] = [];
  for (let attempt = 1; ; attempt++)
    for (let step = 1; step <= steps; step++) {
      if ((journal.state?.version ?? 0) >= events) return took;
      for (const body of stepEvents(`s${step}`, attempt)) {
        const from = performance.now();
        journal.append(USER, [body]);
        took.push(performance.now() - from);
      }
    }
}

const inObject = <T>(use: (storage: DurableObjectStorage) => T) =>
  runInDurableObject(env.WORKFLOW.getByName(newId("wf")), (_instance, { storage }) => use(storage));

describe("L5 waking", () => {
  test("a log of 10,000 events is ready in less than 100 ms, and gives the same state", async () => {
    const figures = await inObject((storage) => {
      createSchema(storage.sql);
      const store = new SqliteLog(storage);
      const journal = new Journal(store, sha256, clock);
      // Right before the next snapshot: as much as waking ever has to fold.
      fill(journal, 10_000 + SNAPSHOT_EVERY - 10, 30);
      const times = Array.from({ length: 7 }, () => {
        const from = performance.now();
        const woken = new Journal(store, sha256, clock);
        const took = performance.now() - from;
        expect(woken.state?.version).toBe(journal.state?.version);
        return took;
      });
      expect(JSON.stringify(new Journal(store, sha256, clock).state)).toBe(JSON.stringify(journal.state));
      const from = performance.now();
      expect(new Journal(store, sha256, clock).findTampering()).toBeNull();
      const wholeChain = performance.now() - from;
      const snapshotChars = store.snapshot()?.text.length ?? 0;
      return { times: times.sort((a, b) => a - b), wholeChain, snapshotChars };
    });
    // The quickest of seven: other work on the machine only ever adds to it.
    expect(figures.times[0]).toBeLessThan(100);
  });

  test("a plan of 500 steps: an append that takes a snapshot does not stall", async () => {
    const figures = await inObject((storage) => {
      createSchema(storage.sql);
      const store = new SqliteLog(storage);
      const journal = new Journal(store, sha256, clock);
      const took = fill(journal, 2_600, 500).sort((a, b) => a - b);
      const { state } = journal;
      if (!state) throw new Error("no state");
      const times = Array.from({ length: 5 }, () => {
        const from = performance.now();
        const text = snapshotText(state, journal.head.hash, sha256);
        const written = performance.now();
        store.saveSnapshot(state.version, text);
        return { write: written - from, save: performance.now() - written, chars: text.length };
      });
      return { worst: took.slice(-6), median: took[Math.floor(took.length / 2)], times };
    });
    expect(Math.min(...figures.times.map(({ write, save }) => write + save))).toBeLessThan(150);
  });
});
