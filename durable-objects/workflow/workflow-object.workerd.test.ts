import { abortAllDurableObjects, env, evictDurableObject, runInDurableObject } from "cloudflare:test";
import { afterEach, describe, expect, test, vi } from "vitest";
import type { WorkflowSummary } from "../../shared/protocol/object-rpc.ts";
import type { ModelOutcome } from "../models/port.ts";
import { says, scriptedPlan, uses } from "./testing/scripted.ts";
import { codeOf, must, owner, Stage, script, viewer } from "./testing/stage.ts";

afterEach(() => vi.restoreAllMocks());

type Page = { items: WorkflowSummary[]; nextCursor: string | null };

const never = () => new Promise<ModelOutcome>(() => {});

describe("WorkflowObject", () => {
  test("R1 runs from creation to completion in its own alarm, with nobody watching", async () => {
    script(() => says("done"));
    const stage = new Stage();
    await stage.approve();
    const view = await stage.until("completed");
    expect(view.resultSummary).toBe("All is done.");
    expect(view.plan?.nodes.map((node) => node.status)).toEqual(["success", "success", "success"]);
    expect(view.stages.at(-1)).toEqual({ stage: "completed", percent: 100 });
  });

  test("C1 of five approvals at once exactly one wins", async () => {
    script(() => says("done"));
    const stage = new Stage();
    await stage.create();
    await stage.until("pending_approval");
    const input = { planVersion: 1, capMicros: 500_000 };
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => stage.workflow.act(owner, { kind: "approve-plan", ...input })),
    );
    expect(answers.map(codeOf).sort()).toEqual(["ok", ...Array(4).fill("plan_already_approved")]);
    expect((await stage.events()).filter((event) => event.name === "plan.approved")).toHaveLength(1);
  });

  test("C1 P1 an edit that was priced while another one was made is stale", async () => {
    script(() => says("done"));
    const stage = new Stage();
    await stage.create();
    await stage.until("pending_approval");
    const edit = { planVersion: 1, variant: "lean" as const };
    const answers = await Promise.all([
      stage.workflow.act(owner, { kind: "edit-plan", edit }),
      stage.workflow.act(owner, { kind: "edit-plan", edit }),
    ]);
    expect(answers.map(codeOf).sort()).toEqual(["ok", "plan_stale"]);
    expect(codeOf(await stage.workflow.act(owner, { kind: "approve-plan", planVersion: 1, capMicros: 500_000 }))).toBe(
      "plan_stale",
    );
    must(await stage.workflow.act(owner, { kind: "approve-plan", planVersion: 2, capMicros: 500_000 }));
    await stage.until("completed");
  });

  test("C2 checks roles itself, and knows nothing of ids that were never created", async () => {
    script(() => says("done"));
    const stage = new Stage();
    expect(codeOf(await stage.workflow.view(owner))).toBe("not_found");
    expect(codeOf(await stage.workflow.act(owner, { kind: "cancel", reason: "" }))).toBe("not_found");
    await stage.create();
    await stage.until("pending_approval");
    expect(codeOf(await stage.workflow.view(viewer))).toBe("ok");
    for (const refused of [
      await stage.workflow.act(viewer, { kind: "approve-plan", planVersion: 1, capMicros: 500_000 }),
      await stage.workflow.act(viewer, { kind: "cancel", reason: "" }),
      await stage.workflow.act(viewer, { kind: "steer", message: "x" }),
    ])
      expect(codeOf(refused)).toBe("role_forbidden");
  });

  test("C4 creating again gives what is there", async () => {
    script(() => says("done"));
    const stage = new Stage();
    await stage.create();
    await stage.create();
    expect((await stage.events()).filter((event) => event.name === "workflow.created")).toHaveLength(1);
  });

  test("R3 a kill in the middle of a call: it resumes by itself and the torn call stays booked", async () => {
    script(never);
    const stage = new Stage();
    await stage.approve();
    const call = await vi.waitUntil(async () =>
      (await stage.events()).find((event) => event.name === "call.intended" && event.data.nodeId === "s1"),
    );
    const reserved = call.name === "call.intended" ? call.data.reservedMicros : 0;
    script(() => says("done"));
    await abortAllDurableObjects();
    const view = await stage.until("completed");
    expect(view.cost.unconfirmedMicros).toBe(reserved);
    expect(view.cost.reservedMicros).toBe(0);
  });

  test("R3 L5 an eviction between steps loses nothing", async () => {
    script(() => says("done"));
    const stage = new Stage();
    await stage.create();
    const before = await stage.until("pending_approval");
    await evictDurableObject(stage.stub);
    expect((await stage.view()).plan).toEqual(before.plan);
    must(await stage.workflow.act(owner, { kind: "approve-plan", planVersion: 1, capMicros: 500_000 }));
    await stage.until("completed");
  });

  test("M5 runs dry with the project's budget; once it is raised, resuming leases under a new id and completes", async () => {
    script(() => says("done"), scriptedPlan(8));
    const stage = new Stage();
    await stage.openProject();
    const project = env.PROJECT.getByName(stage.projectId);
    await project.setBudget(owner, 1_200);
    await stage.approve();
    const dry = await stage.until("paused");
    expect(dry).toMatchObject({
      paused: { reason: "money" },
      error: { code: "project_budget_exhausted" },
      approvals: [],
    });
    expect(dry.cost.spentMicros).toBeLessThanOrEqual(1_200);
    must(await stage.workflow.act(owner, { kind: "resume" }));
    await stage.until("paused");
    expect(await project.setBudget(owner, 1_199)).toMatchObject({ error: { code: "budget_too_low" } });
    expect(await project.setBudget(owner, 5_000_000)).toMatchObject({ ok: true });
    must(await stage.workflow.act(owner, { kind: "resume" }));
    await stage.until("completed");
    const leases = (await stage.events()).flatMap((event) => (event.name === "money.leased" ? [event.data] : []));
    expect(leases.filter((lease) => lease.micros === 0).length).toBeGreaterThan(0);
    expect(new Set(leases.map((lease) => lease.trancheId)).size).toBe(leases.length);
  });

  test("M5 M6 stops at the cap, asks for more, and goes on with the figure approved", async () => {
    script(() => says("done"), scriptedPlan(8));
    const stage = new Stage();
    await stage.approve(1_000);
    const paused = await stage.until("paused");
    expect(paused.paused?.reason).toBe("money");
    expect(paused.error).toMatchObject({ code: "cap_reached" });
    expect(paused.cost.spentMicros).toBeLessThanOrEqual(1_000);
    const [approval] = paused.approvals;
    const approvalId = approval?.id ?? "";
    const answers = await Promise.all(
      [60_000, 70_000].map((capMicros) =>
        stage.workflow.act(owner, { kind: "decide", approvalId, decision: "approved", arguments: { capMicros } }),
      ),
    );
    const [lost] = answers.map(codeOf).filter((code) => code !== "ok");
    expect(answers.map(codeOf)).toContain("ok");
    expect(["approval_closed", "workflow_finished"]).toContain(lost);
    const done = await stage.until("completed");
    expect([60_000, 70_000]).toContain(done.cost.capMicros);
  });

  test("P4 P7 pauses, resumes, takes a steering message, and cancels", async () => {
    let release: (outcome: ModelOutcome) => void = () => {};
    script((_request, { signal }) => {
      return new Promise<ModelOutcome>((resolve) => {
        release = resolve;
        signal.addEventListener("abort", () =>
          resolve({
            ok: false,
            failure: { code: "model_cancelled", params: {}, technical: "" },
            retryable: false,
            retryAfterMs: null,
            usage: { input: 10, output: 5, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0 },
            billingUnknown: false,
          }),
        );
      });
    });
    const stage = new Stage();
    await stage.approve();
    await vi.waitUntil(async () => (await stage.view()).cost.reservedMicros > 0);
    expect(must(await stage.workflow.act(owner, { kind: "pause" })).status).toBe("paused");
    expect(codeOf(await stage.workflow.act(owner, { kind: "pause" }))).toBe("workflow_not_running");
    must(await stage.workflow.act(owner, { kind: "steer", message: "Use commas" }));
    await stage.inside(() => release(says("done")));
    await vi.waitUntil(async () => (await stage.view()).cost.reservedMicros === 0);
    expect(must(await stage.workflow.act(owner, { kind: "resume" })).status).toBe("building");
    await vi.waitUntil(async () => (await stage.view()).cost.reservedMicros > 0);
    expect(must(await stage.workflow.act(owner, { kind: "cancel", reason: "enough" })).status).toBe("cancelled");
    await stage.untilEvent("money.returned");
    const { cost } = await stage.view();
    expect(cost).toMatchObject({ reservedMicros: 0, unconfirmedMicros: 0 });
    expect(codeOf(await stage.workflow.act(owner, { kind: "steer", message: "more" }))).toBe("workflow_finished");
  });

  test("P5 a question pauses the workflow and its answer reaches the agent", async () => {
    script((request) => {
      const last = request.messages.at(-1)?.content.at(-1);
      return last?.type === "tool_result" ? says(`chose ${last.content}`) : uses("ask_user", { question: "Which?" });
    }, scriptedPlan(1));
    const stage = new Stage();
    await stage.approve();
    const paused = await stage.until("paused");
    const [question] = paused.questions;
    must(await stage.workflow.act(owner, { kind: "answer", questionId: question?.id ?? "", answer: "B" }));
    await vi.waitUntil(async () => (await stage.view()).plan?.nodes[0]?.summary === "chose B");
  });

  test("T1 T3 T5 tools read and write: results are sealed in R2 and their keys stay inside", async () => {
    script((request) => {
      if (request.messages.length > 0 || request.system !== "s1") return says("done");
      return uses("write_file", { path: "./totals.csv", content: "client,total\nA,1.5\n" });
    }, scriptedPlan(1));
    const stage = new Stage();
    await stage.approve();
    const view = await stage.until("completed");
    const [artifact] = view.artifacts;
    expect(artifact).toMatchObject({ name: "totals.csv", mediaType: "text/csv", size: 19, nodeId: "s1" });
    const created = await stage.untilEvent("artifact.created");
    expect(created.data).toMatchObject({ key: "", header: "" });
    const stored = must(await stage.workflow.artifact(owner, artifact?.id ?? ""));
    expect(stored.key.startsWith(`${stage.projectId}/artifacts/${stage.id}/${artifact?.id}`)).toBe(true);
    const sealed = await env.BUCKET.get(stored.key);
    expect(new TextDecoder().decode(await sealed?.arrayBuffer())).not.toContain("client");
    expect(codeOf(await stage.workflow.artifact(owner, "art_nobody"))).toBe("not_found");
  });

  test("O1 the project hears of the run: summary and ledger", async () => {
    script(() => says("done"));
    const stage = new Stage();
    await stage.approve();
    const done = await stage.until("completed");
    const project = env.PROJECT.getByName(stage.projectId);
    await vi.waitUntil(
      async () => {
        const page = must<Page>(await project.workflows(owner, { limit: 10, cursor: null }));
        return page.items[0]?.status === "completed" && page.items[0].spentMicros === done.cost.spentMicros;
      },
      { timeout: 5_000 },
    );
    const booked = await runInDurableObject(project, (_instance, { storage }) =>
      storage.sql
        .exec<{ n: number; micros: number }>("SELECT COUNT(*) AS n, SUM(cost_micros) AS micros FROM ledger")
        .one(),
    );
    expect(booked).toEqual({ n: 4, micros: done.cost.spentMicros });
  });

  test("S2 pages events", async () => {
    script(() => says("done"));
    const stage = new Stage();
    await stage.approve();
    await stage.untilEvent("money.returned");
    const all = await stage.events();
    const paged = [];
    for (let since = 0; ; ) {
      const page = must(await stage.workflow.events(owner, since, 7));
      paged.push(...page.events);
      if (page.events.length === 0) break;
      since = page.events.at(-1)?.version ?? since;
    }
    expect(paged).toEqual(all);
    expect(all.map((event) => event.version)).toEqual(all.map((_event, at) => at + 1));
  });

  test("R7 an erased workflow is gone and stays gone", async () => {
    script(never);
    const stage = new Stage();
    await stage.approve();
    await vi.waitUntil(async () => (await stage.view()).cost.reservedMicros > 0);
    await stage.workflow.destroy();
    expect(codeOf(await stage.workflow.view(owner))).toBe("not_found");
    await runInDurableObject(stage.stub, async (_instance, { storage }) => {
      expect(await storage.getAlarm()).toBeNull();
      expect(storage.sql.exec("SELECT name FROM sqlite_master WHERE name = 'checkpoints'").toArray()).toEqual([]);
    });
  });
});
