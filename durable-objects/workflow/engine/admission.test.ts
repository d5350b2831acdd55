import { describe, expect, test } from "vitest";
import { Admissions } from "../../capacity/admissions.ts";
import { memoryRows } from "../../capacity/testing/memory-rows.ts";
import type { ModelOutcome } from "../../models/port.ts";
import { says, scriptedModel, scriptedOrchestrator, scriptedPlan } from "../testing/scripted.ts";
import { APPROVED, FakeTime, USER, world } from "../testing/world.ts";
import { type AdmissionDeps, ASK_EVERY_MS, BEAT_EVERY_MS } from "./admission.ts";

const MINUTE = 60_000;
const OTHER = { workflowId: "wf_other", projectId: "prj_other", userId: "usr_other" };

type Capacity = ReturnType<AdmissionDeps["capacity"]>;

/** The real rules of admission behind a line that can be cut. */
function capacityOf(running: number, time: FakeTime) {
  const admissions = new Admissions(running, memoryRows(), time.now());
  const asked: string[] = [];
  const line = { cut: false, hangs: false };
  const through = async <T>(what: string, answer: () => T): Promise<T> => {
    asked.push(what);
    if (line.cut) throw new Error("cut off");
    if (line.hangs) return new Promise<T>(() => {});
    return answer();
  };
  const port: Capacity = {
    enter: (claim) => through("enter", () => admissions.enter(claim, time.now())),
    leave: (id) =>
      through("leave", () => {
        admissions.leave(id);
        admissions.grant(time.now());
      }),
    beat: (id) => through("beat", () => ({ held: admissions.beat(id, time.now()) })),
    position: (id) => through("position", () => admissions.position(id)),
  };
  return { admissions, asked, line, port };
}

function stage(running = 1, answer: () => ModelOutcome | Promise<ModelOutcome> = () => says("done")) {
  const time = new FakeTime();
  const capacity = capacityOf(running, time);
  const model = scriptedModel((request) => (request.system === "plan" ? says("plan") : answer()));
  const orchestrator = scriptedOrchestrator(scriptedPlan(2));
  const the = world({ orchestrator, model, time, capacity: capacity.port });
  return { ...the, ...capacity, time, model };
}

/** A run whose first step's call answers when `answer` is called. */
async function hanging() {
  const { promise, resolve } = Promise.withResolvers<ModelOutcome>();
  const the = stage(1, () => promise);
  await the.executor.run(MINUTE);
  the.journal.append(USER, [APPROVED]);
  return { the, answer: () => resolve(says("done")) };
}

/** As the object's alarm would: runs until nothing is due any more. */
async function runOut({ executor, time }: ReturnType<typeof stage>, rounds = 50): Promise<void> {
  for (let round = 0; round < rounds; round++) {
    const due = await executor.run(MINUTE);
    if (due === null) return;
    time.advance(Math.max(0, due - time.now()));
  }
}

describe("Admission (NFR-SC2.2)", () => {
  test("A1 A2 G3 a workflow that is let in at once leaves no trace, asks once per active stretch and gives its room up at rest", async () => {
    const the = stage();
    expect(await the.executor.run(MINUTE)).toBeNull();
    expect(the.state().phase).toBe("pending_approval");
    expect(the.asked).toEqual(["enter", "leave"]);
    the.journal.append(USER, [APPROVED]);
    expect(await the.executor.run(MINUTE)).toBeNull();
    expect(the.state().phase).toBe("completed");
    expect(the.asked).toEqual(["enter", "leave", "enter", "leave"]);
    expect(the.names().filter((name) => name.startsWith("queue."))).toEqual([]);
    expect(the.admissions.running).toBe(0);
  });

  test("A2 A3 without room it waits visibly, calls nothing and asks again by itself; a grant it did not hear of is found", async () => {
    const the = stage();
    the.admissions.enter(OTHER, 0);
    const due = await the.executor.run(MINUTE);
    expect(due).toBeLessThanOrEqual(the.time.now() + ASK_EVERY_MS);
    expect(the.state().queue).toEqual({ since: expect.any(String) });
    the.time.advance(ASK_EVERY_MS);
    await the.executor.run(MINUTE);
    expect(the.model.asked).toEqual([]);
    expect(the.names()).toEqual(["workflow.created", "queue.entered"]);

    the.admissions.leave(OTHER.workflowId);
    expect(the.admissions.grant(the.time.now())).toEqual(["wf_1"]);
    the.time.advance(ASK_EVERY_MS);
    expect(await the.executor.run(MINUTE)).toBeNull();
    expect(the.state().phase).toBe("pending_approval");
    expect(the.state().queue).toBeNull();
    expect(the.names().slice(0, 3)).toEqual(["workflow.created", "queue.entered", "queue.left"]);
  });

  test("A1 paused or cancelled while it waits, it leaves the queue", async () => {
    const the = stage();
    the.admissions.enter(OTHER, 0);
    await the.executor.run(MINUTE);
    expect(the.admissions.position("wf_1")).toBe(1);
    the.journal.append(USER, [{ name: "workflow.paused", data: { reason: "person", failure: null, resumeAt: null } }]);
    expect(await the.executor.run(MINUTE)).toBeNull();
    expect(the.admissions.waiting).toBe(0);
    expect(the.state().queue).toBeNull();
    the.journal.append(USER, [{ name: "workflow.resumed", data: {} }]);
    await the.executor.run(MINUTE);
    expect(the.admissions.position("wf_1")).toBe(1);
    the.journal.append(USER, [{ name: "workflow.cancelled", data: { reason: "enough" } }]);
    expect(await the.executor.run(MINUTE)).toBeNull();
    expect(the.admissions.waiting).toBe(0);
    expect(the.names().filter((name) => name.startsWith("queue."))).toEqual([
      "queue.entered",
      "queue.left",
      "queue.entered",
    ]);
  });

  test.each(["cut", "hangs"] as const)(
    "A3 G2 while admission cannot be reached (%s) it waits in the queue, and goes on once it can",
    async (fault) => {
      const the = stage();
      the.line[fault] = true;
      const first = await the.executor.run(MINUTE);
      expect(the.state()).toMatchObject({ phase: "planning", pause: null, queue: { since: expect.any(String) } });
      expect(first).toBeLessThanOrEqual(the.time.now() + ASK_EVERY_MS);
      await runOut(the, 8);
      expect(the.model.asked).toEqual([]);
      expect(the.state().pause).toBeNull();
      expect(the.reports).toHaveLength(1);
      the.line[fault] = false;
      await runOut(the);
      expect(the.state().phase).toBe("pending_approval");
      expect(the.names().filter((name) => name.startsWith("queue."))).toEqual(["queue.entered", "queue.left"]);
    },
  );

  test("A4 NFR-R1.2 a long run says that it is there, and goes on while nobody hears it", async () => {
    const { the, answer } = await hanging();
    await the.executor.run(MINUTE);
    const beats = () => the.asked.filter((what) => what === "beat").length;
    expect(beats()).toBe(Math.floor(MINUTE / BEAT_EVERY_MS));
    the.line.cut = true;
    await the.executor.run(MINUTE);
    expect(beats()).toBeGreaterThanOrEqual((2 * MINUTE) / BEAT_EVERY_MS - 1);
    answer();
    await runOut(the);
    expect(the.state().phase).toBe("completed");
    expect(the.names().filter((name) => name.startsWith("queue."))).toEqual([]);
  });

  test("A4 a slot that was taken back is asked for again; what is under way is settled meanwhile", async () => {
    const { the, answer } = await hanging();
    await the.executor.run(1_000);
    the.admissions.leave("wf_1");
    the.admissions.enter(OTHER, 0);
    await the.executor.run(2 * BEAT_EVERY_MS);
    expect(the.state().queue).not.toBeNull();
    expect(Object.keys(the.state().calls)).toHaveLength(1);
    answer();
    await runOut(the, 6);
    expect(the.state().calls).toEqual({});
    expect(the.state().phase).toBe("building");
    the.admissions.leave(OTHER.workflowId);
    the.admissions.grant(0);
    await runOut(the);
    expect(the.state().phase).toBe("completed");
  });

  test("A1 G1 a new instance finds its slot, and its place in the queue", async () => {
    const the = stage(1, () => new Promise<ModelOutcome>(() => {}));
    await the.executor.run(MINUTE);
    the.journal.append(USER, [APPROVED]);
    void the.executor.run(MINUTE);
    await the.time.sleep(1, new AbortController().signal);
    expect(the.admissions.running).toBe(1);
    const again = the.again({ model: scriptedModel(() => says("done")) });
    await again.executor.run(MINUTE);
    expect(again.state().phase).toBe("completed");
    expect(again.names().filter((name) => name.startsWith("queue."))).toEqual([]);
    expect(the.admissions.running).toBe(0);
  });
});
