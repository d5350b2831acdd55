import { env, evictDurableObject, runInDurableObject } from "cloudflare:test";
import { afterEach, describe, expect, test, vi } from "vitest";
import { says } from "../testing/scripted.ts";
import { codeOf, must, owner, Stage, script } from "../testing/stage.ts";

afterEach(() => vi.restoreAllMocks());

/** A run that came to its end and was told to its project; its object is not in memory. */
async function completed(): Promise<Stage> {
  script(() => says("done"));
  const stage = new Stage();
  await stage.approve();
  await stage.until("completed");
  const head = async () => (await stage.view()).version;
  await vi.waitUntil(
    async () => (await env.PROJECT.getByName(stage.projectId).anchor(stage.id))?.version === (await head()),
    { timeout: 10_000 },
  );
  await evictDurableObject(stage.stub);
  return stage;
}

const TRIGGERS = ["checkpoints_no_update", "checkpoints_no_delete", "checkpoints_in_order"];

/** What somebody with the database in hands does; the object wakes with it afterwards. */
async function attack(stage: Stage, ...statements: string[]): Promise<void> {
  await runInDurableObject(stage.stub, (_instance, { storage }) => {
    for (const trigger of TRIGGERS) storage.sql.exec(`DROP TRIGGER ${trigger}`);
    for (const statement of statements) storage.sql.exec(statement);
  });
  await evictDurableObject(stage.stub);
}

const rowsOf = (stage: Stage) =>
  runInDurableObject(stage.stub, (_instance, { storage }) =>
    storage.sql.exec("SELECT * FROM checkpoints ORDER BY version").toArray(),
  );

const refusals = async (stage: Stage): Promise<string[]> =>
  [
    await stage.workflow.act(owner, { kind: "steer", message: "x" }),
    await stage.workflow.act(owner, { kind: "cancel", reason: "" }),
    await stage.workflow.act(owner, { kind: "retry" }),
    await stage.workflow.act(owner, { kind: "resume" }),
  ].map(codeOf);

const ALL_REFUSED = Array<string>(4).fill("log_damaged");

describe("L7 a log that somebody laid hands on", () => {
  test("an altered row: the prefix is shown, marked; commands are refused, nothing runs or is overwritten", async () => {
    const stage = await completed();
    await attack(stage, `UPDATE checkpoints SET event = replace(event, 's1', 'sX') WHERE version = 9`);
    const before = await rowsOf(stage);
    const view = await stage.view();
    expect(view).toMatchObject({ version: 8, error: { code: "log_damaged" }, paused: { reason: "attention" } });
    expect(view.error?.detail).toContain("8");
    expect(await refusals(stage)).toEqual(ALL_REFUSED);
    const events = must(await stage.workflow.events(owner, 0, 1000));
    expect(events.version).toBe(8);
    expect(events.events.map((event) => event.version)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(must(await stage.workflow.stateAt(owner, 8)).version).toBe(8);
    expect(codeOf(await stage.workflow.stateAt(owner, 9))).toBe("not_found");
    expect(await stage.workflow.nudge()).toEqual({ active: false });
    const socket = await stage.socket(3);
    await socket.until(({ frames }) => frames.length > 1);
    expect(socket.frames[1]).toMatchObject({
      type: "snapshot",
      state: { pause: { failure: { code: "log_damaged" } } },
    });
    expect(await rowsOf(stage)).toEqual(before);
  });

  test("a run can go on from the verified prefix", async () => {
    const stage = await completed();
    await attack(stage, "UPDATE checkpoints SET epoch = 99 WHERE version > 12");
    const { version } = await stage.view();
    expect(version).toBe(12);
    const request = { reason: "fork", version, locale: "en" } as const;
    const checkpoint = await stage.workflow.checkpoint(owner, request);
    expect(codeOf(checkpoint)).toBe("ok");
    expect(must(checkpoint).from).toEqual({ workflowId: stage.id, version });
  });

  test("a row that was taken out", async () => {
    const stage = await completed();
    await attack(stage, "DELETE FROM checkpoints WHERE version = 5");
    expect(await stage.view()).toMatchObject({ version: 3, error: { code: "log_damaged" } });
    expect(await refusals(stage)).toEqual(ALL_REFUSED);
  });

  test("a tail that was cut off is found by what the project was told", async () => {
    const stage = await completed();
    await attack(stage, "DELETE FROM checkpoints WHERE version > 10");
    const view = await vi.waitUntil(async () => {
      const seen = await stage.view();
      return seen.error?.code === "log_damaged" ? seen : null;
    });
    expect(view.version).toBe(9);
    expect(await refusals(stage)).toEqual(ALL_REFUSED);
    expect(await rowsOf(stage)).toHaveLength(10);
  });

  test("a cut tail of a run that was going: no step runs, no call is made", async () => {
    const model = script(() => new Promise(() => {}));
    const stage = new Stage();
    await stage.approve();
    await stage.untilEvent("stage.entered");
    const project = env.PROJECT.getByName(stage.projectId);
    await vi.waitUntil(async () => ((await project.anchor(stage.id))?.version ?? 0) > 7, { timeout: 10_000 });
    const asked = model.asked.length;
    await runInDurableObject(stage.stub, (_instance, { storage }) => {
      for (const trigger of TRIGGERS) storage.sql.exec(`DROP TRIGGER ${trigger}`);
      storage.sql.exec("DELETE FROM checkpoints WHERE version > 7");
    });
    await runInDurableObject(stage.stub, (_instance, ctx) => ctx.abort("the machine stops")).catch(() => {});
    await vi.waitUntil(async () => (await stage.view()).error?.code === "log_damaged", { timeout: 10_000 });
    expect(model.asked.length).toBe(asked);
    expect((await rowsOf(stage)).length).toBe(7);
  });

  test("two logs that were swapped show nothing of each other", async () => {
    const [a, b] = [await completed(), await completed()];
    const rows = await rowsOf(b);
    await runInDurableObject(a.stub, (_instance, { storage }) => {
      for (const trigger of TRIGGERS) storage.sql.exec(`DROP TRIGGER ${trigger}`);
      storage.sql.exec("DELETE FROM checkpoints");
      for (const row of rows)
        storage.sql.exec(
          "INSERT INTO checkpoints VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
          ...Object.values(row).map((value) => value ?? null),
        );
    });
    await evictDurableObject(a.stub);
    expect(codeOf(await a.workflow.view(owner))).toBe("log_damaged");
    expect(codeOf(await a.workflow.events(owner, 0, 10))).toBe("log_damaged");
    expect(await refusals(a)).toEqual(ALL_REFUSED);
    expect((await a.request("/socket", owner, { upgrade: "websocket" })).status).toBe(409);
    expect((await b.view()).status).toBe("completed");
  });
});
