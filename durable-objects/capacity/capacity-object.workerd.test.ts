import {
  abortAllDurableObjects,
  env,
  evictDurableObject,
  runDurableObjectAlarm,
  runInDurableObject,
} from "cloudflare:test";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { ModelOutcome } from "../models/port.ts";
import { says } from "../workflow/testing/scripted.ts";
import { must, owner, Stage, script } from "../workflow/testing/stage.ts";
import { capacitySeam } from "./settings.ts";
import { SILENT_MS } from "./watchdog.ts";

const global = () => env.CAPACITY.getByName("global");
const never = () => new Promise<ModelOutcome>(() => {});

/** From now on this many run at once; nobody holds anything. */
async function room(running: number): Promise<void> {
  vi.spyOn(capacitySeam, "capacityFrom").mockReturnValue(running);
  await runInDurableObject(global(), (_object, { storage }) => {
    storage.sql.exec("DELETE FROM slots; DELETE FROM waiting; DELETE FROM turns;");
  });
  await evictDurableObject(global());
}

const load = () => global().load();
const untilLoad = (running: number, waiting: number, timeout = 10_000) =>
  vi.waitUntil(
    async () => {
      const now = await load();
      return now.running === running && now.waiting === waiting;
    },
    { timeout, interval: 20 },
  );

const kill = (stub: DurableObjectStub) => runInDurableObject(stub, (_object, ctx) => ctx.abort()).catch(() => {});

/** The watchdog's look, with everybody silent for too long. */
async function look(): Promise<void> {
  capacitySeam.silentMs = 0;
  expect(await runDurableObjectAlarm(global())).toBe(true);
  capacitySeam.silentMs = SILENT_MS;
}

async function created(...people: string[]): Promise<Stage[]> {
  const stages: Stage[] = [];
  for (const createdBy of people) {
    const stage = new Stage();
    await stage.create({ createdBy });
    stages.push(stage);
  }
  return stages;
}

beforeEach(() => room(1));
afterEach(() => vi.restoreAllMocks());

describe("CapacityObject", () => {
  test("NFR-SC2.2 beyond the capacity workflows queue, show their place, tell it on sockets, and go on when it is their turn", async () => {
    let answer: (outcome: ModelOutcome) => void = () => {};
    script(() => new Promise<ModelOutcome>((resolve) => (answer = resolve)));
    const [first] = await created("usr_a");
    if (!first) throw new Error("no workflow");
    await first.until("pending_approval");
    must(await first.workflow.act(owner, { kind: "approve-plan", planVersion: 1, capMicros: 1_000_000 }));
    await vi.waitUntil(async () => (await first.view()).cost.reservedMicros > 0);

    const [second, third] = await created("usr_a", "usr_a");
    if (!second || !third) throw new Error("no workflow");
    await untilLoad(1, 2);
    await vi.waitUntil(async () => (await third.view()).queue?.position === 2);
    expect((await second.view()).queue).toEqual({ position: 1, since: expect.any(String) });
    expect((await second.view()).status).toBe("planning");
    const socket = await third.socket(0);
    await socket.until(({ frames }) => frames.some((frame) => frame.type === "queue" && frame.position === 2));
    await kill(second.stub);
    expect((await second.view()).queue?.position).toBe(1);

    must(await first.workflow.act(owner, { kind: "cancel", reason: "enough" }));
    await first.inside(() => answer(says("done")));
    await second.until("pending_approval");
    await third.until("pending_approval");
    await socket.until(({ frames }) => frames.some((frame) => frame.type === "queue" && frame.position === null));
    expect((await third.events()).map((event) => event.name).slice(0, 3)).toEqual([
      "workflow.created",
      "queue.entered",
      "queue.left",
    ]);
    expect((await third.view()).queue).toBeNull();
    await untilLoad(0, 0);
  });

  test("a kill of the object loses no slot and no place; a kill of everything neither", async () => {
    script(never);
    await room(2);
    const stages = await created("usr_a", "usr_a");
    for (const stage of stages) {
      await stage.until("pending_approval");
      must(await stage.workflow.act(owner, { kind: "approve-plan", planVersion: 1, capMicros: 1_000_000 }));
      await vi.waitUntil(async () => (await stage.view()).cost.reservedMicros > 0);
    }
    const waiting = await created("usr_a", "usr_b", "usr_a");
    await untilLoad(2, 3);
    const places = () => Promise.all(waiting.map((stage) => global().position(stage.id)));
    expect(await places()).toEqual([1, 2, 3]);
    await kill(global());
    expect(await load()).toEqual({ running: 2, waiting: 3 });
    expect(await places()).toEqual([1, 2, 3]);
    script(() => says("done"));
    await abortAllDurableObjects();
    for (const stage of stages) await stage.until("completed");
    for (const stage of waiting) await stage.until("pending_approval");
    await untilLoad(0, 0);
  });

  test("a workflow that is erased while it waits or runs gives its place up; so does a whole project", async () => {
    script(never);
    const [running] = await created("usr_a");
    if (!running) throw new Error("no workflow");
    await running.until("pending_approval");
    must(await running.workflow.act(owner, { kind: "approve-plan", planVersion: 1, capMicros: 1_000_000 }));
    await vi.waitUntil(async () => (await running.view()).cost.reservedMicros > 0);
    const [second, third] = await created("usr_a", "usr_b");
    await untilLoad(1, 2);
    await second?.workflow.destroy();
    await untilLoad(1, 1);
    const project = env.PROJECT.getByName(third?.projectId ?? "");
    await vi.waitUntil(async () => must(await project.workflows(owner, { limit: 1, cursor: null })).items.length > 0, {
      timeout: 5_000,
    });
    must(await project.remove(owner));
    await untilLoad(1, 0);
    const [fourth] = await created("usr_a");
    await untilLoad(1, 1);
    await running.workflow.destroy();
    await fourth?.until("pending_approval");
    await untilLoad(0, 0);
  });

  test("the watchdog takes a slot back from who is gone without a word, and grants it (NFR-R1.2)", async () => {
    script(() => says("done"));
    await global().enter({ workflowId: "wf_nobody", projectId: "prj_nobody", userId: "usr_nobody" });
    const [waits] = await created("usr_a");
    await untilLoad(1, 1);
    await look();
    await waits?.until("pending_approval");
    await untilLoad(0, 0);
  });

  test("NFR-R1.2 a running workflow whose alarm was lost is set going again by the watchdog", async () => {
    script(never);
    const [stage] = await created("usr_a");
    if (!stage) throw new Error("no workflow");
    await stage.until("pending_approval");
    must(await stage.workflow.act(owner, { kind: "approve-plan", planVersion: 1, capMicros: 1_000_000 }));
    await vi.waitUntil(async () => (await stage.view()).cost.reservedMicros > 0);
    script(() => says("done"));
    await runInDurableObject(stage.stub, async (_object, { storage }) => {
      storage.sql.exec("DELETE FROM alarms");
      await storage.deleteAlarm();
    });
    await kill(stage.stub);
    await look();
    // Asks nothing of the workflow: whoever looked at it would set it going.
    await untilLoad(0, 0);
    expect((await stage.view()).status).toBe("completed");
  });

  test("NFR-SC2.2 250 workflows of five users with room for 20: all finish, none fails, users take turns", async () => {
    script(() => says("done"));
    await room(20);
    for (let at = 0; at < 20; at++)
      await global().enter({ workflowId: `wf_before_${at}`, projectId: "prj_before", userId: "usr_before" });
    const people = ["usr_a", "usr_a", "usr_a", "usr_a", "usr_a", "usr_a", "usr_b", "usr_c", "usr_d", "usr_e"];
    const stages = await Promise.all(
      Array.from({ length: 250 }, async (_, at) => {
        const stage = new Stage();
        await stage.create({ createdBy: people[at % people.length] ?? "" });
        return stage;
      }),
    );
    await untilLoad(20, 250);
    for (let at = 0; at < 20; at++) await global().leave(`wf_before_${at}`);
    // Nobody looks at them meanwhile: looking sets a stalled run going.
    await untilLoad(0, 0, 40_000);

    const left: { user: string; at: string }[] = [];
    for (const stage of stages) {
      const queue = (await stage.events()).filter((event) => event.name.startsWith("queue."));
      expect(queue.map((event) => event.name)).toEqual(["queue.entered", "queue.left"]);
      const { status, createdBy } = await stage.view();
      expect(status).toBe("pending_approval");
      left.push({ user: createdBy, at: queue[1]?.at ?? "" });
    }
    left.sort((a, b) => a.at.localeCompare(b.at));
    // 25 of each of the four others are in turn with 25 of the 150 of the first; 20 are under way at any time.
    const first125 = [...new Set(people)].map((user) => left.slice(0, 125).filter((one) => one.user === user).length);
    const sum = first125.reduce((total, count) => total + count, 0);
    const fairness = sum ** 2 / (first125.length * first125.reduce((total, count) => total + count ** 2, 0));
    expect(fairness, `served of the first 125: ${first125.join(", ")}`).toBeGreaterThan(0.95);
  }, 60_000);
});
