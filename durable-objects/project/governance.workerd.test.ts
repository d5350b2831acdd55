import { env, runInDurableObject } from "cloudflare:test";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Role } from "../../shared/access/roles.ts";
import type { AuditEntry } from "../../shared/api/audit.ts";
import { newId } from "../../shared/lib/ids.ts";
import type { RepairFact } from "../../shared/protocol/projection.ts";
import { says } from "../workflow/testing/scripted.ts";
import { codeOf, must, owner, Stage, script, viewer } from "../workflow/testing/stage.ts";
import { WorkflowObject } from "../workflow/workflow-object.ts";

afterEach(() => vi.restoreAllMocks());

let id: string;
const project = () => env.PROJECT.getByName(id);
const inside = <T>(work: (sql: SqlStorage) => T): Promise<T> =>
  runInDurableObject(project(), (_, { storage }) => work(storage.sql));
const setMember = (userId: string, role: Role | null) => project().setMember(owner, { userId, role });

beforeEach(async () => {
  id = newId("prj");
  await project().create({ id, name: "Clinic", ownerId: owner.userId });
});

async function trail(): Promise<AuditEntry[]> {
  const items: AuditEntry[] = [];
  let cursor: string | null = null;
  do {
    const page: { items: AuditEntry[]; nextCursor: string | null } = must(
      await project().audit(owner, { limit: 2, cursor }),
    );
    items.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== null);
  return items;
}

describe("the audit trail (FR-12.5)", () => {
  test("says who changed what of the project, newest first, page by page, without names", async () => {
    await project().rename(owner, "Dr. Huda's clinic");
    await setMember("usr_b", "viewer");
    await setMember("usr_b", "collaborator");
    await setMember("usr_b", "collaborator");
    await setMember("usr_b", null);
    await project().setBudget(owner, 70_000_000);
    expect(codeOf(await project().setBudget(owner, -1))).toBe("budget_too_low");
    const lines = await trail();
    expect(lines.map((line) => [line.seq, line.eventType, line.category, line.data])).toEqual([
      [6, "budget.set", "project", { fromMicros: 50_000_000, budgetMicros: 70_000_000 }],
      [5, "member.removed", "data_access", { userId: "usr_b", from: "collaborator" }],
      [4, "member.set", "data_access", { userId: "usr_b", role: "collaborator", from: "viewer" }],
      [3, "member.set", "data_access", { userId: "usr_b", role: "viewer" }],
      [2, "project.renamed", "project", {}],
      [1, "project.created", "project", { budgetMicros: 50_000_000 }],
    ]);
    expect(lines.every((line) => line.actor.id === owner.userId && line.source === "project")).toBe(true);
    expect(JSON.stringify(lines)).not.toContain("Huda");
  });

  test("is read by owners alone", async () => {
    await setMember("usr_c", "collaborator");
    const ask = (userId: string) => project().audit({ userId, role: "owner" }, { limit: 5, cursor: null });
    expect(codeOf(await ask("usr_c"))).toBe("role_forbidden");
    expect(codeOf(await ask("usr_stranger"))).toBe("not_found");
  });

  test("cannot be changed, shortened, reordered or overwritten, and a changed line is found", async () => {
    await project().rename(owner, "A");
    await project().rename(owner, "B");
    const tries = [
      "UPDATE audit SET actor_id = 'usr_x'",
      "DELETE FROM audit WHERE seq = 3",
      "INSERT OR REPLACE INTO audit SELECT source, seq, source_version, previous_hash, event_type, category, actor_kind, 'usr_x', at, data, is_sensitive FROM audit WHERE seq = 2",
      "INSERT INTO rederived VALUES ('project'); DELETE FROM audit",
    ];
    for (const statement of tries)
      await inside((sql) => expect(() => sql.exec(statement)).toThrow(/append-only|without gaps/));
    expect(await project().rebuild(null)).toMatchObject({ auditBrokenAt: null });
    await inside((sql) => {
      sql.exec("DROP TRIGGER audit_no_update");
      sql.exec("UPDATE audit SET actor_id = 'usr_x' WHERE seq = 2");
    });
    expect(await project().rebuild(null)).toMatchObject({ auditBrokenAt: 3 });
  });

  test("holds what happened in workflows, each in a chain of its own", async () => {
    script(() => says("done"));
    const stage = new (class extends Stage {
      override readonly projectId = id;
    })();
    await stage.approve();
    await stage.until("completed");
    const own = async () => (await trail()).filter((line) => line.source === stage.id).reverse();
    await vi.waitUntil(async () => (await own()).length === 3, { timeout: 10_000, interval: 20 });
    const lines = await own();
    expect(lines.map((line) => [line.seq, line.eventType, line.actor.kind])).toEqual([
      [1, "workflow.created", "user"],
      [2, "plan.approved", "user"],
      [3, "workflow.completed", lines[2]?.actor.kind],
    ]);
    expect(lines[0]?.previousHash).toBe("0".repeat(64));
    expect(lines[1]?.data).toMatchObject({ capMicros: 1_000_000, mode: "live" });
  });
});

describe("a role that changes is told to every workflow until each has confirmed (S7)", () => {
  const real = WorkflowObject.prototype.dropMember;
  const told = () => inside((sql) => sql.exec("SELECT workflow_id FROM role_changes").toArray().length);

  /** Three workflows of the project, of which the first answers as `broken` says, `times` times. */
  async function withBroken(broken: () => Promise<void>, times: number) {
    const ids = await Promise.all(
      [1, 2, 3].map(
        async () =>
          must(await project().createWorkflow(owner, { id: newId("wf"), message: "Tips", fileIds: [], locale: "en" }))
            .id,
      ),
    );
    await setMember(viewer.userId, "collaborator");
    const confirmed: (string | undefined)[] = [];
    let left = times;
    vi.spyOn(WorkflowObject.prototype, "dropMember").mockImplementation(async function (
      this: WorkflowObject,
      userId,
      role,
    ) {
      const name = this.ctx.id.name;
      if (name === ids[0] && left-- > 0) return broken();
      confirmed.push(name);
      return real.call(this, userId, role);
    });
    return { ids, confirmed };
  }

  test("one that fails is asked again by itself; the others know within a second", async () => {
    const { ids, confirmed } = await withBroken(async () => Promise.reject(new Error("broken")), 1);
    must(await setMember(viewer.userId, "viewer"));
    expect(confirmed.toSorted()).toEqual(ids.slice(1).toSorted());
    expect(await told()).toBe(1);
    await vi.waitUntil(async () => (await told()) === 0, { timeout: 5000, interval: 20 });
    expect(confirmed.toSorted()).toEqual(ids.toSorted());
  });

  test("one that hangs holds nothing up: the answer comes, and the member is out", async () => {
    const { ids, confirmed } = await withBroken(() => new Promise(() => {}), 1);
    const from = Date.now();
    must(await setMember(viewer.userId, null));
    expect(Date.now() - from).toBeLessThan(2000);
    expect(await project().roleOf(viewer.userId)).toBeNull();
    expect(confirmed.toSorted()).toEqual(ids.slice(1).toSorted());
    await vi.waitUntil(async () => (await told()) === 0, { timeout: 8000, interval: 20 });
    expect(confirmed).toContain(ids[0]);
  });
});

describe("similar problems (FR-5.6)", () => {
  const kind = { code: "step_failed", tool: "run_code", action: "building" };
  const source = "wf_a";
  const opened = (sourceVersion: number, nodeId: string): RepairFact => ({
    source,
    sourceVersion,
    kind: "opened",
    nodeId,
    ...kind,
  });
  const closed = (sourceVersion: number, nodeId: string | null, succeeded: boolean): RepairFact => ({
    source,
    sourceVersion,
    kind: "closed",
    nodeId,
    succeeded,
  });

  async function deliver(version: number, repairs: RepairFact[]): Promise<void> {
    const at = "2026-11-01T00:00:00.000Z";
    const ids = { id: source, projectId: id, name: "", createdBy: owner.userId, headHash: null };
    const money = { spentMicros: 0, capMicros: 1, simulated: true, waiting: 0 };
    const place = { status: "building", stage: "building", version, createdAt: at, updatedAt: at, completedAt: null };
    await project().project({ summary: { ...ids, ...money, ...place }, ledger: [], audit: [], repairs });
  }

  test("counts closed cases, once however often they are told", async () => {
    const first = [opened(2, "s1"), closed(3, "s1", true), opened(4, "s1"), opened(5, "s2")];
    await deliver(5, first);
    await deliver(5, first);
    expect(await project().similar(kind)).toEqual({ succeeded: 1, total: 1 });
    // Another failure of the step, then the end of the run with two cases open.
    const second = [opened(6, "s1"), closed(9, null, false)];
    await deliver(9, [...first, ...second]);
    await deliver(9, second);
    expect(await project().similar(kind)).toEqual({ succeeded: 1, total: 4 });
    expect(await project().similar({ ...kind, tool: "" })).toEqual({ succeeded: 0, total: 0 });
  });
});

describe("leases (M4)", () => {
  test("an answer that was lost is given again, with what was asked for then", async () => {
    const ask = (micros: number) => project().lease({ workflowId: "wf_a", trancheId: "t1", micros });
    expect(await ask(100)).toEqual({ granted: 100, asked: 100 });
    expect(await ask(250)).toEqual({ granted: 100, asked: 100 });
  });

  test("an object from before keeps its figures", async () => {
    await inside((sql) => {
      sql.exec("INSERT INTO tranches (workflow_id, tranche_id, micros) VALUES ('wf_old', 't1', 40)");
      sql.exec("INSERT INTO returns VALUES ('wf_old', 'r1', 15)");
      sql.exec("DROP TABLE purse; ALTER TABLE tranches DROP COLUMN asked_micros");
    });
    await runInDurableObject(project(), (_, state) => state.abort("woken anew")).catch(() => {});
    expect(await project().lease({ workflowId: "wf_old", trancheId: "t1", micros: 90 })).toEqual({
      granted: 40,
      asked: 40,
    });
    expect(must(await project().budget(owner)).leftMicros).toBe(50_000_000 - 25);
  });
});

describe("forks", () => {
  const request = { reason: "fork", version: 5, locale: "en" } as const;

  test("another run begins from a checkpoint, listed before it is told; roles and projects are checked", async () => {
    script(() => says("done"));
    const stage = new (class extends Stage {
      override readonly projectId = id;
    })();
    await stage.create();
    const { version } = await stage.until("pending_approval");
    await vi.waitUntil(async () => (await project().anchor(stage.id)) !== null, { timeout: 5000, interval: 20 });
    const fork = (member = owner, workflowId = stage.id, at = version) =>
      project().fork(member, { ...request, id: newId("wf"), version: at, workflowId });
    const made = must(await fork());
    expect(made).toMatchObject({ projectId: id, status: "pending_approval", createdBy: owner.userId });
    expect(made.id).not.toBe(stage.id);
    const row = await env.DB.prepare("SELECT project_id FROM workflow_index WHERE id = ?").bind(made.id).first();
    expect(row).toEqual({ project_id: id });
    await vi.waitUntil(async () => (await trail()).some((line) => line.eventType === "workflow.forked"), {
      timeout: 10_000,
      interval: 20,
    });
    const line = (await trail()).find((one) => one.eventType === "workflow.forked");
    expect(line).toMatchObject({ source: made.id, data: { fromWorkflowId: stage.id, fromVersion: version } });

    await setMember(viewer.userId, "viewer");
    expect(codeOf(await fork({ ...viewer, role: "owner" }))).toBe("role_forbidden");
    expect(codeOf(await fork({ userId: "usr_stranger", role: "owner" }))).toBe("not_found");
    expect(codeOf(await fork(owner, newId("wf")))).toBe("not_found");
    const elsewhere = new Stage();
    await elsewhere.create();
    expect(codeOf(await fork(owner, elsewhere.id))).toBe("not_found");
    const before = await env.DB.prepare("SELECT COUNT(*) AS n FROM workflow_index WHERE project_id = ?")
      .bind(id)
      .first();
    expect(codeOf(await fork(owner, stage.id, 9999))).toBe("not_found");
    const after = await env.DB.prepare("SELECT COUNT(*) AS n FROM workflow_index WHERE project_id = ?")
      .bind(id)
      .first();
    expect(after).toEqual(before);
  });
});
