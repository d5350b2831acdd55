import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { EffectOutcome } from "../../../shared/workflow/effects.ts";
import type { OutsideTool } from "../effects/port.ts";
import { MemoryLog } from "../log/memory-log.ts";
import { DESK, DONE, FAILED, FakeDesk, UNKNOWN } from "../testing/fake-outside.ts";
import { MortalLog } from "../testing/mortal-log.ts";
import { act, openApprovals, openQuestions, outsideRun } from "../testing/outside-world.ts";
import type { World } from "../testing/world.ts";

const BEHAVIOURS = [
  "done",
  "lost",
  "lost before",
  "busy",
  "refused",
  "throws",
  "throws at once",
  "rubbish",
  "hangs",
] as const;
type Behaviour = (typeof BEHAVIOURS)[number];
type Class = "write" | "idempotent-write";

/** A service that does things for real, whatever it then answers; one that knows keys does each once. */
class RealDesk extends FakeDesk {
  /** What happened there, by key and in order. */
  readonly deeds: { key: string; what: string }[] = [];
  /** Requests that may have happened, as far as their sender can tell. */
  readonly doubtful: string[] = [];

  constructor(behaviours: readonly Behaviour[], effectClass: Class) {
    super();
    let at = 0;
    this.answer = ({ key, what }) => {
      const behaviour = behaviours[at++ % Math.max(1, behaviours.length)] ?? "done";
      if (behaviour === "busy") return FAILED("service_unreachable");
      if (behaviour === "refused") return FAILED("service_refused");
      this.doubtful.push(what);
      const known = effectClass === "idempotent-write" && this.deeds.some((one) => one.key === key);
      if (behaviour !== "lost before" && !known) this.deeds.push({ key, what });
      if (behaviour === "lost" || behaviour === "lost before") return UNKNOWN;
      if (behaviour === "throws") return Promise.reject(new Error("it broke"));
      if (behaviour === "rubbish") return JSON.parse('{"kind":"perhaps"}');
      return behaviour === "hangs" ? new Promise<EffectOutcome>(() => {}) : DONE(key.slice(0, 8));
    };
  }

  /** As `tool`, but it may also throw instead of giving a promise. */
  reckless(effectClass: Class, behaviours: readonly Behaviour[], canReadBack: boolean): OutsideTool {
    const tool = this.tool(effectClass);
    let at = 0;
    const readBack: NonNullable<OutsideTool["readBack"]> = async (_action, { key }) => {
      const found = this.deeds.some((one) => one.key === key);
      return found
        ? { kind: "done", receipt: { reference: key.slice(0, 8), link: null, detail: "found", undo: null } }
        : { kind: "not_done" };
    };
    return {
      ...tool,
      ...(canReadBack ? { readBack } : {}),
      send: (action, options) => {
        const behaviour = behaviours[at++ % Math.max(1, behaviours.length)];
        const sent = tool.send(action, options);
        if (behaviour !== "throws at once") return sent;
        sent.catch(() => {});
        throw new Error("at once");
      },
    };
  }
}

interface Scenario {
  readonly effectClass: Class;
  readonly behaviours: readonly Behaviour[];
  readonly canReadBack: boolean;
  /** Rows after which an instance dies, one after the other. */
  readonly deaths: readonly number[];
  /** What the person says of a write that did not happen. */
  readonly onNotDone: "again" | "leave";
}

const quiet = async () => {
  for (let round = 0; round < 5; round++) await new Promise((resolve) => setImmediate(resolve));
};

/** Runs to the end whatever dies on the way; people approve all and tell the truth. */
async function live(scenario: Scenario): Promise<{ w: World; desk: RealDesk; answers: string[] }> {
  const desk = new RealDesk(scenario.behaviours, scenario.effectClass);
  const tool = desk.reckless(scenario.effectClass, scenario.behaviours, scenario.canReadBack);
  const around = { services: [DESK], tools: [tool] };
  const log = new MemoryLog();
  const first = await outsideRun({
    tool,
    inputs: { s1: [{ what: "room" }], s2: [{ what: "car" }] },
    steps: 2,
    parts: { store: log },
  });
  const answers: string[] = [];
  const deaths = [...scenario.deaths];
  const born = () => new MortalLog(log, deaths.shift() ?? Number.POSITIVE_INFINITY);
  let store = born();
  let w = first.again({ store });
  for (let round = 0; round < 300; round++) {
    try {
      await w.executor.run(60_000);
      await quiet();
      const state = w.state();
      if (!store.dead && state.phase === "completed") return { w, desk, answers };
      for (const { id } of openApprovals(w)) act(w, { kind: "decide", approvalId: id, decision: "approved" }, around);
      for (const question of openQuestions(w)) {
        const effect = state.effects.find((one) => one.effectId === question.effectId);
        const happened = desk.deeds.some((one) => one.key === effect?.key);
        const patient = answers.length < 6 ? scenario.onNotDone : "leave";
        const answer = happened ? "done" : patient;
        if (act(w, { kind: "answer", questionId: question.id, answer }, around) === "ok") answers.push(answer);
      }
      if (w.state().pause) act(w, { kind: "resume" }, around);
    } catch (error) {
      if (!store.dead) throw error;
    }
    if (store.dead) {
      await quiet();
      store = born();
      w = first.again({ store });
    } else w.time.advance(20_000);
  }
  throw new Error(`never came to an end: ${JSON.stringify(scenario)} ${w.names().slice(-20).join(" ")}`);
}

function check({ effectClass }: Scenario, { w, desk, answers }: Awaited<ReturnType<typeof live>>): void {
  const agains = answers.filter((one) => one === "again").length;
  for (const what of ["room", "car"]) {
    const deeds = desk.deeds.filter((one) => one.what === what);
    expect(deeds.length, `${what} happened once at most`).toBeLessThanOrEqual(1);
    const keys = new Set(desk.sent.filter((one) => one.what === what).map((one) => one.key));
    expect(keys.size, `${what}: another key only when a person said again`).toBeLessThanOrEqual(1 + agains);
  }
  const { effects, nodes } = w.state();
  for (const effect of effects) {
    const happened = desk.deeds.some((one) => one.key === effect.key);
    if (effect.status === "done") expect(happened, `${effect.effectId} done`).toBe(true);
    if (effect.status === "failed") expect(happened, `${effect.effectId} failed`).toBe(false);
    expect(["done", "failed"]).toContain(effect.status);
    expect(effect.approvedBy).toBe("usr_1");
  }
  for (const node of nodes) for (const run of node.tools) expect(run.result).not.toBeNull();
  // What was sent is in the ledger, as often as it was sent.
  for (const request of desk.sent)
    expect(effects.find((one) => one.key === request.key)?.sent).toBeGreaterThanOrEqual(
      desk.sent.filter((one) => one.key === request.key).length,
    );
  if (effectClass === "write") {
    // Sent once for each time it may have happened, and again only on a person's word (or the service's denial).
    const denied = w.journal
      .events(0, 10_000)
      .filter(
        (one) => one.name === "effect.resolved" && one.data.by === "read-back" && one.data.outcome === "not_done",
      ).length;
    expect(desk.doubtful.length).toBeLessThanOrEqual(2 + agains + denied);
  }
  expect(w.journal.findTampering()).toBeNull();
}

describe("E4 a crash between any two events", () => {
  const base = { behaviours: ["done"], onNotDone: "again" } as const;
  it.each([
    { effectClass: "write", canReadBack: false },
    { effectClass: "write", canReadBack: true },
    { effectClass: "idempotent-write", canReadBack: false },
  ] as const)("leads to the one right deed: $effectClass, read back: $canReadBack", async (kind) => {
    const whole = await live({ ...base, ...kind, deaths: [] });
    expect(whole.desk.deeds).toHaveLength(2);
    const rows = whole.w.state().version;
    let doubts = 0;
    for (let death = 0; death < rows; death++) {
      const scenario = { ...base, ...kind, deaths: [death] };
      const lived = await live(scenario);
      check(scenario, lived);
      expect(lived.desk.deeds, `death after ${death} rows`).toHaveLength(2);
      doubts += lived.answers.length;
    }
    // Only what cannot be known otherwise is asked.
    if (kind.effectClass === "write" && !kind.canReadBack) expect(doubts).toBeGreaterThan(0);
    else expect(doubts).toBe(0);
  });
});

describe("E6 E10 whatever the service does, whenever it dies", () => {
  it("a write never happens twice, an idempotent one keeps its key, and the run comes to its end", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          effectClass: fc.constantFrom<Class>("write", "idempotent-write"),
          behaviours: fc.array(fc.constantFrom(...BEHAVIOURS), { minLength: 1, maxLength: 6 }),
          canReadBack: fc.boolean(),
          deaths: fc.array(fc.nat(12), { maxLength: 6 }),
          onNotDone: fc.constantFrom("again" as const, "leave" as const),
        }),
        async (scenario) => check(scenario, await live(scenario)),
      ),
      { numRuns: 200, seed: 20261123 },
    );
  }, 60_000);
});
