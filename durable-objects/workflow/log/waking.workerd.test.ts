import { env, runInDurableObject } from "cloudflare:test";
import { describe, expect, test } from "vitest";
import { newId } from "../../../shared/lib/ids.ts";
import type { EventBody } from "../../../shared/workflow/events.ts";
import { Journal, SNAPSHOT_EVERY } from "../engine/journal.ts";
import type { LogRow } from "../ports.ts";
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

/** Appends until there are that many events. */
function fill(journal: Journal, events: number, steps: number): void {
  if (!journal.state) for (const first of [CREATED, proposed(steps), APPROVED]) journal.append(USER, [first]);
  for (let attempt = 1 + (journal.state?.nodes[0]?.attempt ?? 0); ; attempt++)
    for (let step = 1; step <= steps; step++) {
      if ((journal.state?.version ?? 0) >= events) return;
      for (const body of stepEvents(`s${step}`, attempt)) journal.append(USER, [body]);
    }
}

const inObject = <T>(use: (storage: DurableObjectStorage) => T) =>
  runInDurableObject(env.WORKFLOW.getByName(newId("wf")), (_instance, { storage }) => use(storage));

/** The store, counting what is read of it. */
class CountingLog extends SqliteLog {
  rows = 0;

  override range(since: number, limit: number): LogRow[] {
    const found = super.range(since, limit);
    this.rows += found.length;
    return found;
  }
}

/* What waking and a snapshot take in milliseconds is `npm run bench -- engine`'s: here it is the work that is bounded. */
describe("L5 waking", () => {
  test("reads a snapshot and the rows after it, however long the log is, and gives the same state", async () => {
    const figures = await inObject((storage) => {
      createSchema(storage.sql);
      const store = new CountingLog(storage);
      const journal = new Journal(store, sha256, clock);
      return [2, 6].map((snapshots) => {
        // Right before the next snapshot: as much as waking ever has to fold.
        fill(journal, (snapshots + 1) * SNAPSHOT_EVERY - 10, 30);
        store.rows = 0;
        const woken = new Journal(store, sha256, clock);
        const read = store.rows;
        expect(JSON.stringify(woken.state)).toBe(JSON.stringify(journal.state));
        expect(woken.findTampering()).toBeNull();
        expect(store.rows - read).toBeGreaterThanOrEqual(woken.checkedFrom);
        return { read, snapshotChars: store.snapshot()?.text.length ?? 0 };
      });
    });
    // One row more: the one the snapshot stands on.
    for (const { read } of figures) expect(read).toBeLessThanOrEqual(SNAPSHOT_EVERY + 1);
    for (const { snapshotChars } of figures) expect(snapshotChars).toBeLessThan(1_000_000);
  });

  test("a plan of 500 steps: what an append writes with a snapshot fits a few rows", async () => {
    const chars = await inObject((storage) => {
      createSchema(storage.sql);
      const store = new SqliteLog(storage);
      fill(new Journal(store, sha256, clock), 2_600, 500);
      return store.snapshot()?.text.length ?? 0;
    });
    expect(chars).toBeGreaterThan(500_000);
    expect(chars).toBeLessThan(5_000_000);
  });
});
