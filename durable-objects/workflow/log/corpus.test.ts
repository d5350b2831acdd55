import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { SCHEMA_VERSION } from "../../../shared/workflow/events.ts";
import { statusOf } from "../../../shared/workflow/state.ts";
import { WorkflowStateSchema } from "../../../shared/workflow/state-schema.ts";
import { UPCASTERS } from "../../../shared/workflow/upcasters.ts";
import { Journal } from "../engine/journal.ts";
import { FakeTime, hash, USER } from "../testing/world.ts";
import { corpusLog, parseCorpus } from "./corpus/read.ts";
import { MemoryLog } from "./memory-log.ts";

const FOLDER = join(import.meta.dirname, "corpus");
const FORMER = Array.from({ length: SCHEMA_VERSION - 1 }, (_, at) => at + 1);
const names = (schema: number): string[] => {
  try {
    return readdirSync(join(FOLDER, `schema-${schema}`)).filter((name) => name.endsWith(".jsonl"));
  } catch {
    return [];
  }
};
const rowsOf = (schema: number, name: string) =>
  parseCorpus(readFileSync(join(FOLDER, `schema-${schema}`, name), "utf8"));

/** What each run had come to when it was taken. */
const STATUS: Readonly<Record<string, string>> = {
  "1/cancelled.jsonl": "cancelled",
  "1/change-order-approved.jsonl": "orchestrating",
  "1/completed-table.jsonl": "completed",
  "1/failed-retried.jsonl": "orchestrating",
  "1/paused-for-service.jsonl": "paused",
  "1/pending-approval.jsonl": "pending_approval",
  "1/question-answered.jsonl": "orchestrating",
  "1/running-torn-off.jsonl": "orchestrating",
  "2/forked.jsonl": "pending_approval",
  "2/promoted-completed.jsonl": "completed",
  "2/question-open.jsonl": "paused",
  "2/rehearsal-completed.jsonl": "completed",
  "2/running-torn-off.jsonl": "building",
  "2/write-approved-undone.jsonl": "completed",
  "2/write-awaiting-approval.jsonl": "paused",
  "2/write-declined.jsonl": "completed",
  "2/write-in-doubt.jsonl": "paused",
};

describe("L8 old logs", () => {
  it.each(FORMER)("schema %i has logs and an upcaster", (schema) => {
    expect(names(schema).length).toBeGreaterThanOrEqual(3);
    expect(UPCASTERS[schema]).toBeTypeOf("function");
    for (const name of names(schema))
      expect(new Set(rowsOf(schema, name).map((row) => row.schemaVersion))).toEqual(new Set([schema]));
  });

  const all = FORMER.flatMap((schema) => names(schema).map((name) => ({ schema, name })));
  it.each(all)("L2 L8 schema $schema $name: decodes, folds to the published state, chain whole", ({ schema, name }) => {
    const rows = rowsOf(schema, name);
    const journal = new Journal(corpusLog(rows, new MemoryLog()), hash, new FakeTime());
    expect(journal.damage).toBeNull();
    expect(journal.findTampering()).toBeNull();
    const { state } = journal;
    if (!state) throw new Error("nothing was folded");
    expect(state.version).toBe(rows.length);
    expect(WorkflowStateSchema.parse(state)).toEqual(state);
    expect(statusOf(state)).toBe(STATUS[`${schema}/${name}`]);
    expect(journal.events(0, 1000).map((event) => event.version)).toEqual(rows.map((row) => row.version));
  });

  const ledgerOf = (name: string) =>
    new Journal(corpusLog(rowsOf(2, name), new MemoryLog()), hash, new FakeTime()).state?.effects.map((one) => [
      one.mode,
      one.status,
      one.inheritedFrom !== null,
    ]);

  it("L8 E5 schema 2: the ledger of old runs says what it said", () => {
    expect(ledgerOf("write-approved-undone.jsonl")).toEqual([
      ["live", "undone", false],
      ["live", "done", false],
    ]);
    expect(ledgerOf("write-in-doubt.jsonl")).toEqual([["live", "unknown", false]]);
    expect(ledgerOf("rehearsal-completed.jsonl")).toEqual([["rehearsal", "recorded", false]]);
    expect(ledgerOf("promoted-completed.jsonl")).toEqual([
      ["rehearsal", "recorded", true],
      ["live", "done", false],
    ]);
    expect(ledgerOf("forked.jsonl")?.every(([, , inherited]) => inherited)).toBe(true);
    expect(ledgerOf("write-declined.jsonl")).toEqual([]);
  });

  it.each(all)("L8 schema $schema $name: rows of today follow on old ones in one chain", ({ schema, name }) => {
    const store = corpusLog(rowsOf(schema, name), new MemoryLog());
    const journal = new Journal(store, hash, new FakeTime());
    const before = journal.state?.version ?? 0;
    journal.append(USER, [{ name: "money.leased", data: { trancheId: "t99", micros: 1 } }]);
    expect(store.last()).toMatchObject({ version: before + 1, schemaVersion: SCHEMA_VERSION });
    const again = new Journal(store, hash, new FakeTime());
    expect(again.findTampering()).toBeNull();
    expect(again.state).toEqual(journal.state);
  });
});
