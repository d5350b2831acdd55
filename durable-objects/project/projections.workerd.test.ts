import { env, runInDurableObject } from "cloudflare:test";
import { afterEach, describe, expect, test, vi } from "vitest";
import { newId } from "../../shared/lib/ids.ts";
import { says, scriptedPlan } from "../workflow/testing/scripted.ts";
import { must, owner, Stage, script } from "../workflow/testing/stage.ts";
import { WorkflowObject } from "../workflow/workflow-object.ts";
import { REBUILD_AT_ONCE } from "./projections.ts";

afterEach(() => vi.restoreAllMocks());

/** Several workflows of one project. */
class Shared extends Stage {
  override readonly projectId: string;

  constructor(projectId: string) {
    super();
    this.projectId = projectId;
  }
}

const project = (id: string) => env.PROJECT.getByName(id);

/** Every row that a project and the directory keep of its workflows, and those that must not be touched. */
async function rows(projectId: string) {
  const own = await runInDurableObject(env.PROJECT.getByName(projectId), (_, { storage: { sql } }) => ({
    summaries: sql.exec("SELECT * FROM summaries ORDER BY workflow_id").toArray(),
    ledger: sql.exec("SELECT * FROM ledger ORDER BY source, source_version").toArray(),
    rollups: sql.exec("SELECT * FROM rollups ORDER BY day, model, operation, simulated").toArray(),
    audit: sql.exec("SELECT * FROM audit ORDER BY source, seq").toArray(),
    repairs: sql.exec("SELECT * FROM repairs ORDER BY workflow_id, opened_version").toArray(),
    totals: sql.exec("SELECT * FROM repair_totals ORDER BY code, tool, action").toArray(),
    tranches: sql.exec("SELECT * FROM tranches ORDER BY workflow_id, tranche_id").toArray(),
  }));
  const index = await env.DB.prepare("SELECT * FROM workflow_index WHERE project_id = ? ORDER BY id")
    .bind(projectId)
    .all();
  return { ...own, index: index.results };
}

async function rebuild(projectId: string) {
  const sum = { calls: 0, workflows: 0, ledger: 0, audit: 0, repairs: 0 };
  let cursor: string | null = null;
  do {
    const part = await project(projectId).rebuild(cursor);
    expect(part.auditBrokenAt).toBeNull();
    sum.calls += 1;
    for (const name of ["workflows", "ledger", "audit", "repairs"] as const) sum[name] += part[name];
    cursor = part.next;
  } while (cursor !== null);
  return sum;
}

/** Until the project was told the newest version of each. */
async function untilTold(stages: readonly Stage[]): Promise<void> {
  for (const stage of stages)
    await vi.waitUntil(
      async () => (await project(stage.projectId).anchor(stage.id))?.version === (await stage.view()).version,
      { timeout: 10_000, interval: 20 },
    );
}

/** One run that completes, one that fails once and is repaired, one that is cancelled, one that waits for approval. */
async function someRuns(): Promise<{ projectId: string; stages: Stage[] }> {
  let failures = 0;
  script((request) => says(request.system === "s1" && failures++ === 0 ? "stumble" : "done"));
  const projectId = newId("prj");
  const make = () => new Shared(projectId);
  const failing = make();
  await failing.approve();
  await failing.until("completed");
  const done = make();
  await done.approve();
  await done.until("completed");
  const cancelled = make();
  await cancelled.create();
  await cancelled.until("pending_approval");
  must(await cancelled.workflow.act(owner, { kind: "cancel", reason: "" }));
  const waiting = make();
  await waiting.create();
  await waiting.until("pending_approval");
  const stages = [failing, done, cancelled, waiting];
  await untilTold(stages);
  return { projectId, stages };
}

describe("rebuilding the projections from the workflows' logs (NFR-R2.4)", () => {
  test("O4 gives the same rows, whatever became of them, however often; the project's own facts stay", async () => {
    const { projectId, stages } = await someRuns();
    await project(projectId).setBudget(owner, 60_000_000);
    const before = await rows(projectId);
    for (const [name, kept] of Object.entries(before)) expect(kept.length, name).toBeGreaterThan(0);

    expect(await rebuild(projectId)).toMatchObject({ workflows: 4 });
    expect(await rows(projectId)).toEqual(before);

    const [first, second, third] = stages.map((stage) => stage.id);
    await runInDurableObject(env.PROJECT.getByName(projectId), (_, { storage: { sql } }) => {
      sql.exec("DELETE FROM summaries WHERE workflow_id = ?", first ?? "");
      sql.exec("UPDATE summaries SET version = 9999, summary = '{}' WHERE workflow_id = ?", second ?? "");
      sql.exec("DELETE FROM ledger WHERE source = ?", first ?? "");
      sql.exec(
        "UPDATE ledger SET cost_micros = cost_micros * 7, source_version = source_version + 4000 WHERE source = ?",
        second ?? "",
      );
      sql.exec("UPDATE rollups SET cost_micros = 1, calls = 900");
      sql.exec("DELETE FROM repairs; UPDATE repair_totals SET succeeded = 99, total = 100");
      sql.exec("INSERT INTO rederived VALUES (?)", third ?? "");
      sql.exec("DELETE FROM audit WHERE source = ?", third ?? "");
      sql.exec("DELETE FROM rederived");
    });
    const index = env.DB.prepare(
      "UPDATE workflow_index SET version = 9999, status = 'lost', created_at = '' WHERE id = ?",
    );
    await env.DB.batch([
      index.bind(second),
      env.DB.prepare("DELETE FROM workflow_index WHERE id = ?").bind(first),
      env.DB.prepare(
        `INSERT INTO workflow_index (id, project_id, status, stage, version, created_by, created_at, updated_at)
         VALUES (?, ?, 'building', 'building', 3, 'usr_x', '', '')`,
      ).bind(newId("wf"), projectId),
    ]);
    expect(await rows(projectId)).not.toEqual(before);

    await rebuild(projectId);
    expect(await rows(projectId)).toEqual(before);
    await rebuild(projectId);
    expect(await rows(projectId)).toEqual(before);
  });

  test("O1 O4 while workflows run, and more than one call takes, nothing is lost or counted twice", async () => {
    script(() => says("done"), scriptedPlan(6));
    const projectId = newId("prj");
    const stages = Array.from({ length: REBUILD_AT_ONCE + 3 }, () => new Shared(projectId));
    await Promise.all(stages.map((stage) => stage.create()));
    await Promise.all(stages.map((stage) => stage.until("pending_approval")));
    const approved = stages.map(async (stage) => {
      must(await stage.workflow.act(owner, { kind: "approve-plan", planVersion: 1, capMicros: 1_000_000 }));
      await stage.until("completed");
    });
    const going = Promise.all(approved).then(() => false);
    let calls = 0;
    for (let more = true; more; more = await Promise.race([going, Promise.resolve(true)]))
      calls += (await rebuild(projectId)).calls;
    expect(calls).toBeGreaterThanOrEqual(2);
    await untilTold(stages);
    const told = await rows(projectId);
    await rebuild(projectId);
    expect(await rows(projectId)).toEqual(told);
    const { ledger, index } = told;
    expect(index.every((row) => row.status === "completed")).toBe(true);
    const spent = (await Promise.all(stages.map((stage) => stage.view()))).reduce(
      (sum, one) => sum + one.cost.spentMicros,
      0,
    );
    expect(ledger.reduce((sum, row) => sum + Number(row.cost_micros), 0)).toBe(spent);
  });

  test("L7 a log that cannot be read leaves its rows as they are, and keeps no other from theirs", async () => {
    const { projectId, stages } = await someRuns();
    const [unread, other] = stages.map((stage) => stage.id);
    const before = await rows(projectId);
    const real = WorkflowObject.prototype.projections;
    vi.spyOn(WorkflowObject.prototype, "projections").mockImplementation(async function (
      this: WorkflowObject,
      since: number,
    ) {
      const page = await real.call(this, since);
      if (page.ok && page.value?.summary?.id === unread) throw new Error("damaged");
      return page;
    });
    await env.DB.prepare("DELETE FROM workflow_index WHERE id = ?").bind(other).run();
    expect(await project(projectId).rebuild(null)).toMatchObject({ workflows: 3, unread: [unread] });
    expect(await rows(projectId)).toEqual(before);
  });

  test("NFR-S1.1 a row that names another project's workflow brings in nothing of it", async () => {
    const { projectId, stages } = await someRuns();
    const stranger = newId("prj");
    await project(stranger).create({ id: stranger, name: "Other", ownerId: "usr_other" });
    const stolen = stages[0]?.id ?? "";
    const before = await rows(projectId);
    await runInDurableObject(env.PROJECT.getByName(stranger), (_, { storage }) => {
      storage.sql.exec("INSERT INTO started VALUES (?)", stolen);
    });
    await rebuild(stranger);
    expect(await rows(stranger)).toMatchObject({ summaries: [], ledger: [], repairs: [], index: [] });
    expect(await rows(projectId)).toEqual(before);
  });

  test("M4 each workflow has leased, less what it gave back, at least what it was booked", async () => {
    const { projectId, stages } = await someRuns();
    const [, done] = stages;
    await vi.waitUntil(async () => (await rows(projectId)).index.some((row) => row.id === done?.id));
    const money = await runInDurableObject(env.PROJECT.getByName(projectId), (_, { storage: { sql } }) => ({
      each: sql
        .exec<{ id: string; leased: number; returned: number; booked: number }>(
          `SELECT workflow_id AS id, SUM(cost_micros) AS booked,
           (SELECT COALESCE(SUM(micros), 0) FROM tranches WHERE workflow_id = ledger.workflow_id) AS leased,
           (SELECT COALESCE(SUM(micros), 0) FROM returns WHERE workflow_id = ledger.workflow_id) AS returned
           FROM ledger GROUP BY workflow_id`,
        )
        .toArray(),
      purse: sql.exec("SELECT leased_micros, returned_micros FROM purse").one(),
      sums: sql
        .exec(
          `SELECT (SELECT SUM(micros) FROM tranches) AS leased_micros,
           (SELECT COALESCE(SUM(micros), 0) FROM returns) AS returned_micros`,
        )
        .one(),
    }));
    expect(money.each).toHaveLength(4);
    for (const one of money.each) expect(one.leased - one.returned).toBeGreaterThanOrEqual(one.booked);
    expect(money.purse).toEqual(money.sums);
  });
});

describe("the anchor outside the log", () => {
  test("L2 is the hash of the last row that was told", async () => {
    const { projectId, stages } = await someRuns();
    const [stage] = stages;
    if (!stage) throw new Error("no run");
    const head = await runInDurableObject(stage.stub, (_, { storage }) =>
      storage.sql.exec<{ version: number }>("SELECT MAX(version) AS version FROM checkpoints").one(),
    );
    const anchor = await project(projectId).anchor(stage.id);
    expect(anchor).toEqual({ version: head.version, hash: expect.stringMatching(/^[0-9a-f]{64}$/) });
    const page = must(await env.WORKFLOW.getByName(stage.id).projections(head.version));
    expect(page?.summary?.headHash).toBe(anchor?.hash);
    expect(await project(projectId).anchor(newId("wf"))).toBeNull();
  });
});
