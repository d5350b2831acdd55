import { env, runInDurableObject } from "cloudflare:test";
import { beforeEach, describe, expect, test } from "vitest";
import type { Member } from "../../shared/access/roles.ts";
import type { MessageFrame, MessageView } from "../../shared/api/messages.ts";
import { newId } from "../../shared/lib/ids.ts";
import { OBJECT_PATHS } from "../../shared/protocol/object-paths.ts";
import type { LedgerEntry, WorkflowSummary } from "../../shared/protocol/object-rpc.ts";
import { encodeMember, MEMBER_HEADER } from "../../shared/protocol/trusted-member.ts";

const owner: Member = { userId: "usr_owner", role: "owner" };
const viewer: Member = { userId: "usr_viewer", role: "viewer" };

const NOTHING = { ledger: [], audit: [], repairs: [] };

let id: string;
const project = () => env.PROJECT.getByName(id);

beforeEach(async () => {
  id = newId("prj");
  await project().create({ id, name: "Clinic", ownerId: owner.userId });
});

function summary(version: number, status = "building"): WorkflowSummary {
  const at = "2026-11-01T00:00:00.000Z";
  return {
    id: "wf_a",
    projectId: id,
    name: "Totals",
    status,
    stage: "building",
    version,
    headHash: String(version).repeat(64),
    spentMicros: version,
    capMicros: 100,
    simulated: true,
    waiting: 0,
    createdBy: owner.userId,
    createdAt: at,
    updatedAt: at,
    completedAt: null,
  };
}

function entry(sourceVersion: number, costMicros: number): LedgerEntry {
  const usage = { input: 1, output: 1, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0 };
  return {
    source: "wf_a",
    sourceVersion,
    workflowId: "wf_a",
    model: "m",
    operation: "building",
    usage,
    costMicros,
    simulated: true,
    confirmed: true,
    at: "2026-11-01T00:00:00.000Z",
  };
}

async function post(member: Member, text: string): Promise<{ frames: MessageFrame[]; status: number }> {
  const response = await project().fetch(
    new Request(`https://object${OBJECT_PATHS.messages}`, {
      method: "POST",
      headers: { [MEMBER_HEADER]: encodeMember(member), "content-type": "application/json" },
      body: JSON.stringify({ text, locale: "en" }),
    }),
  );
  const body = await response.text();
  const frames = [...body.matchAll(/^data: (.*)$/gm)].map((match): MessageFrame => JSON.parse(match[1] ?? ""));
  return { frames, status: response.status };
}

describe("members (FR-12.2, NFR-S1.4): the object checks roles itself", () => {
  test("a stranger finds nothing, a viewer may not write, the owner's role is fixed", async () => {
    expect(await project().roleOf("usr_stranger")).toBeNull();
    const forged = await project().rename({ userId: "usr_stranger", role: "owner" }, "Mine");
    expect(forged).toMatchObject({ ok: false, error: { code: "not_found" } });
    await project().setMember(owner, { userId: viewer.userId, role: "viewer" });
    const claimed = await project().createWorkflow(
      { ...viewer, role: "owner" },
      { id: newId("wf"), message: "x", fileIds: [], locale: "en" },
    );
    expect(claimed).toMatchObject({ ok: false, error: { code: "role_forbidden", params: { role: "viewer" } } });
    expect((await post(viewer, "hello")).status).toBe(409);
    expect(await project().setMember(owner, { userId: owner.userId, role: null })).toMatchObject({ ok: false });
  });

  test("D1's directory follows membership and deletion", async () => {
    await project().setMember(owner, { userId: viewer.userId, role: "viewer" });
    const rows = () =>
      env.DB.prepare("SELECT user_id FROM project_members WHERE project_id = ? ORDER BY user_id").bind(id).all();
    expect((await rows()).results).toEqual([{ user_id: "usr_owner" }, { user_id: "usr_viewer" }]);
    await project().remove(owner);
    expect((await rows()).results).toEqual([]);
    expect(await project().roleOf(owner.userId)).toBeNull();
  });
});

describe("deletion", () => {
  const create = () => project().createWorkflow(owner, { id: newId("wf"), message: "Tips", fileIds: [], locale: "en" });
  const isGone = async (workflowId: string) => {
    const view = await env.WORKFLOW.getByName(workflowId).view(owner);
    return !view.ok && view.error.code === "not_found";
  };
  const erased = () =>
    expect
      .poll(() =>
        runInDurableObject(env.PROJECT.getByName(id), (_object, state) =>
          state.storage.sql.exec<{ at: string | null }>("SELECT erased_at AS at FROM meta").one(),
        ),
      )
      .not.toEqual({ at: null });

  test("a workflow that has told nothing yet is erased with the project (NFR-S3)", async () => {
    const made = await create();
    if (!made.ok) throw new Error(made.error.code);
    await project().remove(owner);
    await erased();
    expect(await isGone(made.value.id)).toBe(true);
  });

  test("a workflow that is being created meanwhile is erased, and money is leased no more", async () => {
    const [made] = await Promise.all([create(), project().remove(owner)]);
    await erased();
    if (made.ok) expect(await isGone(made.value.id)).toBe(true);
    expect(await create()).toMatchObject({ ok: false, error: { code: "not_found" } });
    expect(await project().lease({ workflowId: "wf_a", trancheId: "t1", micros: 1 })).toEqual({ granted: 0, asked: 1 });
    const rows = await env.DB.prepare("SELECT count(*) AS n FROM workflow_index WHERE project_id = ?").bind(id).first();
    expect(rows).toEqual({ n: 0 });
  });

  test("answers that are streaming end", async () => {
    const frames = post(owner, "Hello, what can you do?");
    await expect.poll(async () => (await project().messages(owner, { limit: 5, before: null })).ok).toBe(true);
    await project().remove(owner);
    expect((await frames).status).toBeLessThan(500);
    await erased();
  });
});

describe("money: leases and ledger", () => {
  test("a tranche asked for twice is granted once; no grant exceeds the budget", async () => {
    const ask = (trancheId: string, micros: number) => project().lease({ workflowId: "wf_a", trancheId, micros });
    expect(await ask("t1", 30_000_000)).toEqual({ granted: 30_000_000, asked: 30_000_000 });
    expect(await ask("t1", 30_000_000)).toEqual({ granted: 30_000_000, asked: 30_000_000 });
    expect(await ask("t2", 30_000_000)).toEqual({ granted: 20_000_000, asked: 30_000_000 });
    const giveBack = (returnId: string) => project().release({ workflowId: "wf_a", returnId, micros: 5_000_000 });
    await giveBack("r7");
    await giveBack("r7");
    expect(await ask("t3", 30_000_000)).toEqual({ granted: 5_000_000, asked: 30_000_000 });
    // It failed, was retried and finished again.
    await giveBack("r19");
    expect(await ask("t4", 30_000_000)).toEqual({ granted: 5_000_000, asked: 30_000_000 });
  });

  test("the budget moves with its owner's word, never below what is given away; spending is told apart (FR-9)", async () => {
    await project().lease({ workflowId: "wf_a", trancheId: "t1", micros: 2_000_000 });
    await project().project({
      summary: { ...summary(1), id: newId("wf") },
      ...NOTHING,
      ledger: [entry(1, 10), { ...entry(2, 20), simulated: false }, { ...entry(3, 400), operation: "chat" }],
    });
    const set = (micros: number, member = owner) => project().setBudget(member, micros);
    expect(await set(2_000_399)).toMatchObject({ error: { code: "budget_too_low", params: { minMicros: 2_000_400 } } });
    expect(await set(2_000_400)).toEqual({
      ok: true,
      value: { budgetMicros: 2_000_400, leftMicros: 0, spentMicros: 430, simulatedMicros: 410 },
    });
    await project().setMember(owner, { userId: viewer.userId, role: "viewer" });
    expect(await set(9_000_000, { ...viewer, role: "owner" })).toMatchObject({ error: { code: "role_forbidden" } });
    expect(await project().budget(viewer)).toMatchObject({ ok: true, value: { budgetMicros: 2_000_400 } });
  });

  test("deliveries that come again or late change nothing", async () => {
    await project().project({ summary: summary(2), ...NOTHING, ledger: [entry(1, 10), entry(2, 20)] });
    await project().project({ summary: summary(2), ...NOTHING, ledger: [entry(1, 10), entry(2, 20)] });
    await project().project({ summary: summary(1, "planning"), ...NOTHING });
    const page = await project().workflows(owner, { limit: 10, cursor: null });
    expect(page).toMatchObject({ ok: true, value: { items: [{ version: 2, status: "building" }], nextCursor: null } });
    const total = await runInDurableObject(env.PROJECT.getByName(id), (_object, state) =>
      state.storage.sql
        .exec<{ n: number; calls: number }>("SELECT SUM(cost_micros) AS n, SUM(calls) AS calls FROM rollups")
        .one(),
    );
    expect(total).toEqual({ n: 30, calls: 2 });
    const index = await env.DB.prepare("SELECT version FROM workflow_index WHERE id = 'wf_a' AND project_id = ?")
      .bind(id)
      .first();
    expect(index).toEqual({ version: 2 });
  });
});

describe("the Director (FR-2.1): a reply is a job that nobody has to wait for", () => {
  test("streams an answer, stores it with its cost, and shows it to a later reader", async () => {
    const { frames } = await post(owner, "Hello, what can you do?");
    const last = frames.filter((frame) => frame.type === "message").at(-1);
    expect(last).toMatchObject({ message: { role: "assistant", status: "complete", simulated: true } });
    expect(frames.at(-1)?.type).toBe("done");
    const page = await project().messages(owner, { limit: 10, before: null });
    if (!page.ok) throw new Error(page.error.code);
    expect(page.value.items.map((message: MessageView) => message.role)).toEqual(["user", "assistant"]);
    expect(page.value.items[1]?.text).not.toBe("");
    expect(page.value.items[1]?.costMicros).toBeGreaterThan(0);
  });

  test("says which limit stops it: the day's, or the project's budget", async () => {
    const at = new Date().toISOString();
    const talk = (version: number, costMicros: number) => ({ ...entry(version, costMicros), operation: "chat", at });
    const problemNow = async () => {
      const { frames } = await post(owner, "Hello, what can you do?");
      const said = frames.findLast((frame) => frame.type === "message");
      return said?.type === "message" ? said.message.problem : undefined;
    };
    expect(await problemNow()).toBeUndefined();
    await project().project({ summary: { ...summary(1), id: newId("wf") }, ...NOTHING, ledger: [talk(1, 1_000_000)] });
    expect(await problemNow()).toBe("director_daily_cap");
    const money = await project().budget(owner);
    if (!money.ok) throw new Error(money.error.code);
    await project().setBudget(owner, money.value.spentMicros);
    expect(await problemNow()).toBe("project_budget_exhausted");
  });

  test("closing the connection loses neither the answer nor its cost", async () => {
    const response = await project().fetch(
      new Request(`https://object${OBJECT_PATHS.messages}`, {
        method: "POST",
        headers: { [MEMBER_HEADER]: encodeMember(owner) },
        body: JSON.stringify({ text: "Hello there" }),
      }),
    );
    await response.body?.cancel();
    await expect
      .poll(async () => {
        const page = await project().messages(owner, { limit: 10, before: null });
        return page.ok && page.value.items[1]?.status;
      })
      .toBe("complete");
  });

  test("empty, oversized and malformed messages are refused by name", async () => {
    expect((await post(owner, "   ")).status).toBe(409);
    expect((await post(owner, "x".repeat(20_001))).status).toBe(409);
    const page = await project().messages(owner, { limit: 10, before: null });
    expect(page).toMatchObject({ ok: true, value: { items: [] } });
  });
});
