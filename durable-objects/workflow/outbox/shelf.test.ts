import { describe, expect, it } from "vitest";
import type { ArtifactRecord } from "../../../shared/workflow/records.ts";
import { says, scriptedModel, scriptedOrchestrator, scriptedPlan, uses } from "../testing/scripted.ts";
import { APPROVED, USER, type World, world } from "../testing/world.ts";
import { Projections } from "./projections.ts";

const artifact = (id: string, name: string, changes: Partial<ArtifactRecord> = {}): ArtifactRecord => ({
  id,
  nodeId: "s1",
  name,
  mediaType: "text/csv",
  size: 3,
  sha256: "aa",
  key: `prj_1/${id}`,
  header: "h",
  ...changes,
});

/** A run whose first step writes a table and keeps a long output. */
async function writingRun(changes: { libraryFails?: number } = {}): Promise<World> {
  const w = world({
    orchestrator: scriptedOrchestrator(scriptedPlan(2)),
    model: scriptedModel((request) =>
      request.system === "s1" && request.messages.length === 0 ? uses("write", {}) : says("plan"),
    ),
    tools: {
      run: async () => ({
        ok: true,
        output: "written",
        artifacts: [artifact("art_1", "tables/late.csv"), artifact("art_2", "output.txt", { role: "log" })],
      }),
    },
  });
  w.project.libraryFails = changes.libraryFails ?? 0;
  await w.executor.run(60_000);
  w.journal.append(USER, [APPROVED]);
  for (let due = await w.executor.run(60_000); due !== null; due = await w.executor.run(60_000))
    w.time.advance(Math.max(0, due - w.time.now()));
  return w;
}

const told = (w: World) => w.project.shelved.flatMap((one) => one.facts);

describe("SPEC O6: results for the library", () => {
  it("O6 tells what a step made, with its step; outputs that were kept whole are no results", async () => {
    const w = await writingRun();
    expect(told(w)).toMatchObject([
      { kind: "created", artifact: { id: "art_1", key: "prj_1/art_1" }, simulated: true },
    ]);
    expect(w.project.shelved[0]).toMatchObject({ projectId: w.state().projectId, workflowId: w.state().id });
    expect(w.store.outbox(10, "library")).toEqual([]);
  });

  it("O6 a library that is away delays neither the run nor the project, and is told later", async () => {
    const w = await writingRun({ libraryFails: 3 });
    expect(w.state().phase).toBe("completed");
    expect(w.project.delivered.at(-1)?.summary.version).toBe(w.state().version);
    expect(told(w)).toHaveLength(1);
  });

  it("O4 derived again from the log, results are what was told; removed ones too", async () => {
    const w = await writingRun();
    const last = w.store.range(0, 1000).findLast((row) => row.name === "artifact.created");
    expect(last).toBeDefined();
    const pages = [1, 7, 1000].map((limit) => {
      const projections = new Projections(w.journal);
      const facts = [];
      for (let since = 0; ; ) {
        const page = projections.page(since, limit);
        facts.push(...page.results);
        if (page.summary) return facts;
        since = page.through;
      }
    });
    for (const facts of pages) expect(facts).toEqual(told(w));
  });
});
