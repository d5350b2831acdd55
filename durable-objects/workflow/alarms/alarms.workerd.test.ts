import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { afterEach, describe, expect, test, vi } from "vitest";
import type { ModelOutcome } from "../../models/port.ts";
import { Executor } from "../engine/executor.ts";
import { SqliteLog } from "../log/sqlite-log.ts";
import { says, scriptedPlan } from "../testing/scripted.ts";
import { codeOf, owner, Stage, script } from "../testing/stage.ts";

afterEach(() => vi.restoreAllMocks());

const never = () => new Promise<ModelOutcome>(() => {});
const alarmOf = (stage: Stage) => runInDurableObject(stage.stub, (_instance, { storage }) => storage.getAlarm());
const abort = (stage: Stage) =>
  runInDurableObject(stage.stub, (_instance, ctx) => ctx.abort("the machine stops")).catch(() => {});

describe("R11 alarms in the runtime", () => {
  test("a run in the middle of its work has an alarm that is due", async () => {
    script(never);
    const stage = new Stage();
    await stage.approve();
    await stage.untilEvent("node.started");
    expect(await alarmOf(stage)).toBeLessThanOrEqual(Date.now());
  });

  test("killed in a call it comes back by itself, at once, with nobody looking", async () => {
    const model = script(never, scriptedPlan(1));
    const stage = new Stage();
    await stage.approve();
    await stage.untilEvent("node.started");
    const asked = model.asked.length;
    await abort(stage);
    const from = Date.now();
    await vi.waitUntil(() => model.asked.length > asked, { timeout: 10_000, interval: 5 });
    expect(Date.now() - from).toBeLessThan(2_000);
  });

  test("killed more often than the platform retries, it ends in attention and not silently running", async () => {
    const model = script(never, scriptedPlan(1));
    const stage = new Stage();
    await stage.approve();
    await stage.untilEvent("node.started");
    for (let kill = 0; kill < 9; kill++) {
      const asked = model.asked.length;
      await abort(stage);
      await vi.waitUntil(
        async () => model.asked.length > asked || (kill > 3 && (await stage.view()).status === "paused"),
        { timeout: 10_000, interval: 5 },
      );
    }
    expect(await stage.view()).toMatchObject({ status: "paused", paused: { reason: "attention" } });
  });

  test("a handler that throws more often than the platform retries comes back and completes", async () => {
    script(() => says("done"), scriptedPlan(1));
    const stage = new Stage();
    let throws = 8;
    const run = Executor.prototype.run;
    vi.spyOn(Executor.prototype, "run").mockImplementation(function (this: Executor, ms: number) {
      throws -= 1;
      return throws >= 0 ? Promise.reject(new Error("boom")) : run.call(this, ms);
    });
    await stage.create();
    for (let times = 0; times < 20 && throws >= 0; times++) {
      await vi.waitUntil(async () => (await alarmOf(stage)) !== null);
      await runDurableObjectAlarm(stage.stub);
    }
    await stage.until("pending_approval");
  });

  test("an object that cannot be opened says so, keeps an alarm, and goes on when it can be", async () => {
    script(never, scriptedPlan(1));
    const stage = new Stage();
    await stage.approve();
    await stage.untilEvent("node.started");
    script(() => says("done"), scriptedPlan(1));
    const broken = vi.spyOn(SqliteLog.prototype, "last").mockImplementation(() => {
      throw new Error("disk I/O error: SQLITE_IOERR");
    });
    await abort(stage);
    for (let times = 0; times < 8; times++) {
      expect(codeOf(await stage.workflow.view(owner))).toBe("storage_error");
      // NFR-R2.4 A rebuild leaves what the project knows of it.
      expect(codeOf(await stage.workflow.projections(0))).toBe("storage_error");
      await runDurableObjectAlarm(stage.stub);
      expect(await alarmOf(stage)).toBeGreaterThan(0);
    }
    broken.mockRestore();
    await runDurableObjectAlarm(stage.stub);
    await stage.until("completed");
  });

  test("a lost alarm: the watchdog's nudge, or whoever looks, sets it again", async () => {
    for (const look of ["nudge", "view"] as const) {
      script(never, scriptedPlan(1));
      const stage = new Stage();
      await stage.approve();
      await stage.untilEvent("node.started");
      script(() => says("done"), scriptedPlan(1));
      await runInDurableObject(stage.stub, (_instance, { storage }) => storage.deleteAlarm());
      await abort(stage);
      if (look === "nudge") expect(await stage.workflow.nudge()).toEqual({ active: true });
      else await stage.view();
      await stage.until("completed");
    }
  });

  test("alarms that go off twice, and while one is running, double nothing", async () => {
    script(() => says("done"));
    const stage = new Stage();
    await stage.create();
    await Promise.all([1, 2, 3].map(() => runDurableObjectAlarm(stage.stub)));
    await stage.until("pending_approval");
    await stage.workflow.act(owner, { kind: "approve-plan", planVersion: 1, capMicros: 1_000_000 });
    await Promise.all([1, 2, 3].map(() => runDurableObjectAlarm(stage.stub)));
    await stage.until("completed");
    const names = (await stage.events()).map((event) => event.name);
    expect(names.filter((name) => name === "workflow.completed")).toHaveLength(1);
    expect(names.filter((name) => name === "call.settled")).toHaveLength(4);
    expect(names).not.toContain("call.unconfirmed");
  });

  test("R7 an alarm that goes off in an erased object makes nothing", async () => {
    script(() => says("done"));
    const stage = new Stage();
    await stage.create();
    await stage.until("pending_approval");
    await stage.workflow.destroy();
    await runInDurableObject(stage.stub, (_instance, { storage }) => storage.setAlarm(Date.now() + 60_000));
    await runDurableObjectAlarm(stage.stub);
    await runInDurableObject(stage.stub, async (_instance, { storage }) => {
      expect(storage.sql.exec("SELECT name FROM sqlite_master WHERE name = 'checkpoints'").toArray()).toEqual([]);
      expect(await storage.getAlarm()).toBeNull();
    });
  });
});
