import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { unfenceJson } from "../../../shared/text/fence.ts";
import { PlanNode } from "../../../shared/workflow/plan.ts";
import { REVIEW_BATCH } from "../../../shared/workflow/plan-limits.ts";
import { FINISHED } from "../../../shared/workflow/state.ts";
import { maxTurnsOf } from "../common/step-prompts.ts";
import { ORCHESTRATORS } from "../registry.ts";
import { checkRun } from "./testing/checks.ts";
import { approvedWith, chains, deliveredWith } from "./testing/delivered.ts";
import { accept, diligent, promptOf, step, toTheEnd, workIds } from "./testing/scripts.ts";
import { type Asked, fails, Simulation, says, use } from "./testing/simulation.ts";

interface Seen {
  readonly batches: string[][];
  readonly prompts: string[];
}

/** Notes what each run of a review is given; `answer` may judge otherwise than to accept all. */
function watched(seen: Seen, answer: (asked: Asked, run: number) => ReturnType<typeof diligent> = diligent) {
  return (asked: Asked) => {
    const reviewing = asked.spec.operation === "reviewing";
    if (reviewing && asked.turn === 1) {
      seen.batches.push(workIds(asked));
      seen.prompts.push(promptOf(asked));
    }
    return reviewing ? answer(asked, seen.batches.length) : diligent(asked);
  };
}

const nothing = (): Seen => ({ batches: [], prompts: [] });

describe.each(ORCHESTRATORS)("$name: a large plan", (orchestrator) => {
  it("B1 NFR-SC2.3 one review of 500 steps ends, with work rejected in several batches", {
    timeout: 60_000,
  }, async () => {
    const seen = nothing();
    const rejected = new Map([
      [2, ["s35", "s41"]],
      [9, ["s260"]],
      [15, ["s430"]],
    ]);
    const tokens: number[] = [];
    const model = watched(seen, (asked, run) => {
      tokens.push(asked.spec.maxTokens);
      return asked.turn === 1 ? diligent(asked) : accept(asked, rejected.get(run) ?? []);
    });
    const simulation = await deliveredWith({ orchestrator, model }, chains(499, 20));
    const state = await simulation.run();
    expect(state.phase).toBe("completed");
    expect(state.nodes.every((node) => node.status === "success")).toBe(true);
    checkRun(simulation.events, state);
    expect(Math.max(...seen.batches.map((one) => one.length))).toBe(REVIEW_BATCH);
    expect(Math.max(...tokens)).toBeLessThanOrEqual(16_384);
    expect(Math.max(...seen.prompts.map((one) => one.length))).toBeLessThan(100_000);
    expect(maxTurnsOf(simulation.node("check"))).toBe(16 + REVIEW_BATCH);
    // What was rejected, and what rests on it, was done again; what stands aside was not.
    for (const id of ["s35", "s41", "s260", "s430", "s55", "s495"]) expect(simulation.node(id).attempt).toBe(2);
    expect(simulation.node("s34").attempt).toBe(1);
    // Every attempt that counts was accepted in it.
    const accepted = new Set<string>();
    const attempts = new Map<string, number>();
    for (const event of simulation.events) {
      if (event.name === "node.started") attempts.set(event.data.nodeId, event.data.attempt);
      if (event.name === "node.reviewed" && event.data.accepted)
        accepted.add(`${event.data.nodeId}@${attempts.get(event.data.nodeId) ?? 1}`);
    }
    for (const node of state.nodes.slice(0, -1)) expect(accepted).toContain(`${node.id}@${node.attempt}`);
    // No more runs than the batches there are, and one for each that sent work back; later work was not yet judged.
    expect(seen.batches.length).toBeLessThanOrEqual(Math.ceil(499 / REVIEW_BATCH) + rejected.size);
  });

  it("B2 accepted work is not judged again, and the last batch tells of the whole", async () => {
    const seen = nothing();
    const model = watched(seen, (asked, run) => {
      if (asked.turn === 1) return diligent(asked);
      const verdict = accept(asked);
      const [block] = verdict.ok ? verdict.content : [];
      return block?.type === "tool_use"
        ? says(use("v1", "verdict", { ...block.input, summary: `Part ${run}.` }))
        : verdict;
    });
    const simulation = await deliveredWith({ orchestrator, model }, chains(70, 7));
    const state = await simulation.run();
    expect(seen.batches.map((one) => one.length)).toEqual([30, 30, 30]);
    const all = Array.from({ length: 70 }, (_, at) => `s${at}`);
    expect(seen.batches.slice(0, 2).flat()).toEqual(all.slice(0, 60));
    // Filled up with the results that come last.
    expect(seen.batches[2]).toEqual(all.slice(40));
    expect(state.resultSummary).toBe("Part 3.");
    const [first, , last] = seen.prompts;
    expect(unfenceJson("judged", first ?? "")).toBeUndefined();
    expect(first).toContain("40 more steps");
    expect(unfenceJson("judged", last ?? "")).toEqual(
      all.slice(0, 40).map((id) => ({ nodeId: id, label: `Step ${id}`, summary: `${id} is done` })),
    );
  });

  it("B2 B3 only what was redone is judged anew, after which nothing is left", async () => {
    const seen = nothing();
    const model = watched(seen, (asked, run) =>
      asked.turn === 1 ? diligent(asked) : accept(asked, run === 3 ? ["s69"] : []),
    );
    const simulation = await deliveredWith({ orchestrator, model }, chains(70, 7));
    expect((await simulation.run()).phase).toBe("completed");
    expect(seen.batches).toHaveLength(4);
    expect(seen.batches[3]).toContain("s69");
    expect(simulation.node("s69").attempt).toBe(2);
    expect(simulation.node("check").attempt).toBe(4);
  });

  it("B1 a step rejected three times and skipped leaves the rest to be accepted", async () => {
    const seen = nothing();
    const model = watched(seen, (asked) => (asked.turn === 1 ? diligent(asked) : accept(asked, ["s3"])));
    const simulation = await deliveredWith({ orchestrator, model }, chains(65, 5));
    await simulation.run();
    const question = simulation.state.questions.find((one) => one.status === "open");
    expect(question).toMatchObject({ kind: "repair", nodeId: "s3" });
    simulation.answer(question?.id ?? "", "skip");
    expect((await simulation.run()).phase).toBe("completed");
    expect(simulation.node("s3").status).toBe("skipped");
    checkRun(simulation.events, simulation.state);
  });

  it("B3 each batch has three attempts; what was accepted before stays accepted", async () => {
    const seen = nothing();
    const left = [2, 2, 2];
    const model = watched(seen, (asked) => {
      const batch = Math.min(2, Math.floor((seen.batches.length - 1) / 3));
      if ((left[batch] ?? 0) > 0) {
        left[batch] = (left[batch] ?? 0) - 1;
        return fails("model_refused");
      }
      return asked.turn === 1 ? diligent(asked) : accept(asked);
    });
    const simulation = await deliveredWith({ orchestrator, model }, chains(70, 7));
    expect((await simulation.run()).phase).toBe("completed");
    expect(simulation.state.questions).toEqual([]);
    expect(seen.batches).toHaveLength(9);
    expect(new Set(seen.batches.map((one) => one.join(" "))).size).toBe(3);
  });

  it("B1 every review over a step must accept it, each in its own batches", async () => {
    const seen = nothing();
    const steps = chains(40, 4);
    const ends = steps.at(-1)?.dependsOn ?? [];
    const model = watched(seen, (asked) =>
      asked.turn === 1
        ? diligent(asked)
        : accept(asked, asked.nodeId === "second" && asked.node.attempt === 2 ? ["s39"] : []),
    );
    const simulation = await deliveredWith({ orchestrator, model }, [
      ...steps,
      step("second", "reviewing", ends, { agent: "analyst" }),
    ]);
    expect((await simulation.run()).phase).toBe("completed");
    expect(simulation.node("s39").attempt).toBe(2);
    for (const review of ["check", "second"]) {
      const judged = simulation.events.filter(
        (one) => one.name === "node.reviewed" && one.data.by === review && one.data.accepted,
      );
      expect(new Set(judged.map((one) => (one.name === "node.reviewed" ? one.data.nodeId : ""))).size).toBe(40);
    }
    checkRun(simulation.events, simulation.state);
  });

  it("E3 work that comes after a large review is judged in further runs; nothing rests on a review half done", async () => {
    const seen = nothing();
    const steps = [...chains(40, 4), step("send", "building", ["check"]), step("tell", "building", ["send"])];
    const simulation = await deliveredWith({ orchestrator, model: watched(seen) }, steps);
    await simulation.run((state) => state.nodes.some((node) => node.id === "send" && node.attempt > 0));
    expect(simulation.node("check").status).toBe("success");
    expect(seen.batches).toHaveLength(2);
    expect((await simulation.run()).phase).toBe("completed");
    expect(seen.batches.at(-1)).toContain("tell");
    checkRun(simulation.events, simulation.state);
  });

  it("B4 W3 goes on from every event between and within batches, under any orchestrator", {
    timeout: 60_000,
  }, async () => {
    const seen = nothing();
    const rejecting = watched(seen, (asked, run) =>
      asked.turn === 1 ? diligent(asked) : accept(asked, run === 2 ? ["s32"] : []),
    );
    const whole = await deliveredWith({ orchestrator, model: rejecting }, chains(36, 4));
    const from = whole.events.length;
    expect((await whole.run()).phase).toBe("completed");
    const to = ORCHESTRATORS.find((one) => one !== orchestrator) ?? orchestrator;
    for (let version = from; version < whole.events.length; version++) {
      const past = whole.events.slice(0, version);
      const simulation = new Simulation({ orchestrator, model: diligent, past });
      if (FINISHED.includes(simulation.state.phase)) break;
      simulation.recover();
      simulation.migrate(to);
      expect(await toTheEnd(simulation), `from version ${version}, ${past.at(-1)?.name}`).toBe("completed");
      checkRun(simulation.events, simulation.state);
      for (const node of simulation.state.nodes) expect(node.status).toBe("success");
    }
  });

  it("C2 B1 whatever reviewers of a large plan say, it ends or asks", { timeout: 60_000 }, async () => {
    let completed = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(1_000_000), { minLength: 30, maxLength: 90 }), async (rolls) => {
        let at = 0;
        const below = (limit: number) => ((rolls[at++ % rolls.length] ?? 0) + at * 7919) % limit;
        const model = (asked: Asked) => {
          if (asked.nodeId === null) return diligent(asked);
          if (asked.spec.operation !== "reviewing") return below(9) === 0 ? fails("model_refused") : diligent(asked);
          const ids = workIds(asked);
          const one = below(8);
          if (one === 0) return fails("model_max_tokens");
          if (one === 1) return says(use("x", "verdict", { verdicts: [], summary: "" }));
          if (asked.turn === 1) return diligent(asked);
          return accept(asked, one < 4 ? [ids[below(ids.length)] ?? ""] : []);
        };
        const side = 2 + below(8);
        const simulation = await deliveredWith(
          { orchestrator, model, pick: (open) => below(open) },
          chains(31 + below(40), side),
        );
        for (let round = 0; round < 60 && !FINISHED.includes(simulation.state.phase); round++) {
          const state = await simulation.run();
          if (below(3) === 0 && !FINISHED.includes(state.phase))
            simulation.migrate(ORCHESTRATORS[below(ORCHESTRATORS.length)] ?? orchestrator);
          const question = state.questions.find((one) => one.status === "open");
          if (state.pause) simulation.append({ name: "workflow.resumed", data: {} });
          else if (question) simulation.answer(question.id, below(2) === 0 ? "retry" : "skip");
        }
        if (simulation.state.phase === "completed") completed++;
        checkRun(simulation.events, simulation.state);
      }),
      { numRuns: 8, seed: 20261123, endOnFailure: true },
    );
    expect(completed).toBeGreaterThan(5);
  });

  it("NFR-SC2.3 decisions stay small while much work comes after the review, and when it lets all of it end", async () => {
    const work = Array.from({ length: 498 }, (_, at) =>
      step(`s${at}`, "building", [at < 20 ? "check" : `s${at - 20}`]),
    );
    const steps = [step("first", "building", []), step("check", "reviewing", ["first"]), ...work];
    const after = await approvedWith({ orchestrator, model: diligent }, steps);
    await after.run((state) => state.nodes.filter((node) => node.status === "reviewing").length >= 20);
    const before = await deliveredWith({ orchestrator, model: diligent }, chains(499, 20));
    await before.run((state) => state.nodes.at(-1)?.status === "success");
    for (const simulation of [after, before]) {
      simulation.decide();
      const from = performance.now();
      for (let count = 0; count < 20; count++) simulation.decide();
      // Each decides twice. Without a pass that is linear, the second takes 100 ms a decision.
      expect((performance.now() - from) / 40).toBeLessThan(25);
    }
  });

  it("P3 prices a review by its batches", () => {
    const place = { position: { x: 0, y: 0 }, estimate: { p50Micros: 0, p90Micros: 0 } };
    const price = (count: number) => {
      const nodes = chains(count, 3).map((one) => PlanNode.parse({ ...one, ...place }));
      return orchestrator.reprice(nodes).at(-1)?.estimate.p50Micros ?? 0;
    };
    expect(price(90)).toBe(3 * price(30));
    expect(price(91)).toBe(4 * price(30));
    expect(price(29)).toBeLessThan(price(30));
  });
});
