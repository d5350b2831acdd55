import { env, evictDurableObject, runInDurableObject } from "cloudflare:test";
import { afterEach, describe, expect, test, vi } from "vitest";
import { newId } from "../../shared/lib/ids.ts";
import type { WorkflowEvent } from "../../shared/workflow/events.ts";
import { openWrappedKey } from "../storage/project-key.ts";
import { createSealedStore } from "../storage/sealed-store.ts";
import { seam } from "./outside.ts";
import type { Outside } from "./ports.ts";
import { says, scriptedModel, scriptedOrchestrator, scriptedPlan, uses } from "./testing/scripted.ts";
import { must, owner, Stage } from "./testing/stage.ts";

const real = seam.outsideOf;
afterEach(() => vi.restoreAllMocks());

const PLAN = scriptedPlan(2);

/** Reads a file, writes a result, runs code, asks the person; then a second step and the review. */
const model = () =>
  scriptedModel((request) => {
    if (request.system !== "s1") return says(request.system === "plan" ? "plan" : "done");
    const answers = request.messages.filter((message) => message.role === "assistant").length;
    if (answers === 0) return uses("read_file", { path: "notes.txt" }, "u1");
    if (answers === 1) return uses("write_file", { path: "out.csv", content: "a,b\n1,2\n" }, "u2");
    if (answers === 2) return uses("run_code", { code: "console.log(1 + 1)" }, "u3");
    return answers === 3 ? uses("ask_user", { question: "Which?", choices: ["A", "B"] }, "u4") : says("done");
  });

/**
 * Counts what the object awaits of its outside; the `at`-th answer never comes. `after`: the request is carried out,
 * and only its answer is lost.
 */
class Trap {
  count = 0;
  sprung: string | null = null;
  #stopped = false;
  readonly #at: number;
  readonly #after: boolean;

  constructor(at: number, after: boolean) {
    this.#at = at;
    this.#after = after;
  }

  async pass<T>(name: string, work: () => Promise<T>): Promise<T> {
    this.count += 1;
    if (this.count !== this.#at) return work();
    if (this.#after) await work().catch(() => {});
    this.sprung = name;
    return new Promise<T>(() => {});
  }

  /** The machine stops, once. */
  async stop(stage: Stage): Promise<void> {
    if (!this.sprung || this.#stopped) return;
    this.#stopped = true;
    await runInDurableObject(stage.stub, (_instance, ctx) => ctx.abort("the machine stops")).catch(() => {});
  }

  /** The same object, each of its methods through the trap. */
  around<Port extends object>(name: string, port: Port): Port {
    return new Proxy(port, {
      get: (target, method) => {
        const call = Reflect.get(target, method);
        if (typeof method !== "string" || typeof call !== "function" || method === "then" || method === "modelFor")
          return call;
        return (...args: unknown[]) => this.pass(`${name}.${method}`, async () => Reflect.apply(call, target, args));
      },
    });
  }
}

function install(trap: Trap) {
  const asked = model();
  const orchestrator = scriptedOrchestrator(PLAN);
  vi.spyOn(seam, "outsideOf").mockImplementation((bindings): Outside => {
    const outside = real(bindings);
    return {
      ...outside,
      frameworkForNew: () => orchestrator,
      orchestrator: () => orchestrator,
      model: () => trap.around("model", asked),
      project: (id) => trap.around("project", outside.project(id)),
      library: (id) => trap.around("library", outside.library(id)),
      blobs: (id) => trap.around("blobs", outside.blobs(id)),
      capacity: () => trap.around("capacity", outside.capacity()),
      sandbox: trap.around("sandbox", outside.sandbox),
    };
  });
  return asked;
}

async function begin(): Promise<Stage> {
  const stage = new Stage();
  await stage.openProject();
  const project = env.PROJECT.getByName(stage.projectId);
  const key = await openWrappedKey(env, stage.projectId, await project.wrappedKey());
  const store = createSealedStore(env.BUCKET, async () => key);
  const id = newId("fil");
  const original = `${stage.projectId}/files/${id}/original`;
  const bytes = new TextEncoder().encode("to be added up");
  const ref = { id, name: "notes.txt", mediaType: "text/plain", size: bytes.length };
  const stored = { ...(await store.put(original, bytes)), key: original, derived: [], createdBy: owner.userId };
  await env.LIBRARY.getByName(stage.projectId).addFile({ ...ref, profile: null, problem: null, ...stored });
  await stage.create({ files: [ref] });
  return stage;
}

/** A person at hand, and a machine that stops where the trap is sprung. */
async function finish(stage: Stage, trap: Trap) {
  return vi.waitUntil(
    async () => {
      await trap.stop(stage);
      const view = await stage.view();
      if (view.status === "pending_approval")
        await stage.workflow.act(owner, { kind: "approve-plan", planVersion: 1, capMicros: 1_000_000 });
      const open = view.questions.find((one) => one.status === "open");
      if (open) await stage.workflow.act(owner, { kind: "answer", questionId: open.id, answer: "A" });
      const returned = view.status === "completed" && (await stage.events()).at(-1)?.name === "money.returned";
      return returned || view.paused?.reason === "attention" ? view : null;
    },
    { timeout: 15_000, interval: 5 },
  );
}

const count = (events: readonly WorkflowEvent[], name: WorkflowEvent["name"]) =>
  events.filter((event) => event.name === name).length;

async function expectSound(stage: Stage, trap: Trap, plain: readonly WorkflowEvent[], at: string) {
  const events = await stage.events();
  const view = await stage.view();
  expect(view.status, at).toBe("completed");
  expect(events.map((event) => event.version)).toEqual(events.map((_event, index) => index + 1));
  const torn = count(events, "call.unconfirmed");
  expect(torn, at).toBeLessThanOrEqual(1);
  for (const name of ["call.settled", "tool.settled", "question.asked", "node.finished", "workflow.completed"] as const)
    expect(count(events, name), `${at} ${name}`).toBe(count(plain, name));
  expect(count(events, "call.intended"), at).toBe(count(plain, "call.intended") + torn);
  expect(count(events, "tool.started"), at).toBe(count(plain, "tool.started"));
  expect(view.artifacts.map((one) => one.name)).toEqual(["out.csv"]);
  expect(view.cost.reservedMicros, at).toBe(0);
  const leases = events.flatMap((event) => (event.name === "money.leased" ? [event.data.trancheId] : []));
  expect(new Set(leases).size, at).toBe(leases.length);
  const settled = view.cost.spentMicros + view.cost.unconfirmedMicros;
  await vi.waitUntil(
    async () => {
      // The last thing told may have been what was lost.
      await trap.stop(stage);
      const booked = await runInDurableObject(env.PROJECT.getByName(stage.projectId), (_instance, { storage }) =>
        storage.sql.exec<{ micros: number | null }>("SELECT SUM(cost_micros) AS micros FROM ledger").one(),
      );
      return booked.micros === settled;
    },
    { timeout: 10_000, interval: 10 },
  );
}

describe("R3 R4 M4 O1 a machine that stops at any await of the object", () => {
  test("takes nothing away and doubles nothing, whether the request or its answer was lost", async () => {
    const none = new Trap(0, false);
    install(none);
    const first = await begin();
    await finish(first, none);
    const plain = await first.events();
    expect(none.count).toBeGreaterThan(15);
    const seen = new Set<string>();
    for (const after of [false, true])
      for (let at = 1; at <= none.count; at++) {
        const trap = new Trap(at, after);
        install(trap);
        const stage = await begin();
        await finish(stage, trap);
        seen.add(trap.sprung ?? "");
        await expectSound(stage, trap, plain, `${trap.sprung} ${at} ${after ? "after" : "before"}`);
      }
    for (const name of [
      "model.call",
      "project.lease",
      "project.project",
      "library.file",
      "blobs.read",
      "blobs.write",
      "sandbox.exec",
      "capacity.enter",
    ])
      expect([...seen]).toContain(name);
  }, 180_000);

  test("R3 an eviction right after the start, and while it rests, is not held up and loses nothing", async () => {
    const none = new Trap(0, false);
    install(none);
    const stage = await begin();
    const from = Date.now();
    await vi.waitUntil(async () => (await stage.view()).status === "pending_approval");
    await evictDurableObject(stage.stub);
    expect(Date.now() - from).toBeLessThan(5_000);
    await finish(stage, none);
    expect(must(await stage.workflow.view(owner)).status).toBe("completed");
  });
});
