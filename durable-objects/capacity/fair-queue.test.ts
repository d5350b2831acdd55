import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Claim, FairQueue } from "./fair-queue.ts";
import { memoryRows } from "./testing/memory-rows.ts";

const empty = () => new FairQueue(memoryRows(), { waiting: [], turns: new Map() });

let ids = 0;
const claim = (userId: string, projectId = `${userId}-p`): Claim => ({ workflowId: `wf${++ids}`, projectId, userId });

function addAll(queue: FairQueue, claims: readonly Claim[]): readonly Claim[] {
  for (const one of claims) queue.add(one);
  return claims;
}

function drain(queue: FairQueue): Claim[] {
  const served: Claim[] = [];
  for (let next = queue.take(); next; next = queue.take()) served.push(next);
  return served;
}

const users = ["a", "b", "c", "d"];
const someClaim = fc.record({ user: fc.constantFrom(...users), project: fc.constantFrom("1", "2", "3") });
const step = fc.oneof(
  { weight: 4, arbitrary: someClaim.map((who) => ({ kind: "add" as const, ...who })) },
  { weight: 3, arbitrary: fc.constant({ kind: "take" as const }) },
  { weight: 1, arbitrary: fc.nat(50).map((at) => ({ kind: "leave" as const, at })) },
);

describe("FairQueue (NFR-SC2.2)", () => {
  test("Q1 a user with a hundred waiting delays another user's first by one turn at most", () => {
    const queue = empty();
    addAll(
      queue,
      Array.from({ length: 100 }, () => claim("a")),
    );
    queue.take();
    const [first] = addAll(queue, [claim("b"), claim("b")]);
    expect(queue.position(first?.workflowId ?? "")).toBe(2);
    expect([queue.take()?.userId, queue.take()?.userId, queue.take()?.userId]).toEqual(["a", "b", "a"]);
  });

  test("Q1 users take turns, whatever they have waiting", () => {
    const queue = empty();
    addAll(queue, [claim("a"), claim("a"), claim("a"), claim("b"), claim("c"), claim("c")]);
    expect(drain(queue).map((one) => one.userId)).toEqual(["a", "b", "c", "a", "c", "a"]);
  });

  test("Q2 the projects of a user take turns, and take none of other users'", () => {
    const queue = empty();
    addAll(queue, [claim("a", "p1"), claim("a", "p1"), claim("a", "p1"), claim("a", "p2"), claim("b", "p3")]);
    expect(drain(queue).map((one) => one.projectId)).toEqual(["p1", "p3", "p2", "p1", "p1"]);
  });

  test("Q2 members of one project do not share a place in it", () => {
    const queue = empty();
    addAll(queue, [claim("a", "p"), claim("a", "p"), claim("a", "q"), claim("b", "p"), claim("b", "p")]);
    expect(drain(queue).map((one) => `${one.userId}${one.projectId}`)).toEqual(["ap", "bp", "aq", "bp", "ap"]);
  });

  test("Q3 who left and comes back goes to the end", () => {
    const queue = empty();
    const [first] = addAll(queue, [claim("a"), claim("b"), claim("c")]);
    queue.remove(first?.workflowId ?? "");
    if (first) queue.add(first);
    expect(drain(queue).map((one) => one.userId)).toEqual(["b", "c", "a"]);
  });

  test("asking twice keeps the place; unknown ids have none", () => {
    const queue = empty();
    const [first, second] = addAll(queue, [claim("a"), claim("a")]);
    if (first) queue.add(first);
    expect(queue.size).toBe(2);
    expect(queue.position(second?.workflowId ?? "")).toBe(2);
    expect(queue.position("wf_unknown")).toBeNull();
    queue.remove("wf_unknown");
    expect(queue.size).toBe(2);
  });

  test("Q1 nobody starves: between two of one user's turns nobody else is served twice, whatever comes and goes", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const queue = empty();
        const here = new Map<string, Claim>();
        /** Users served since each user last was, or began to wait. */
        const since = new Map<string, string[]>();
        const waits = (user: string) => [...here.values()].some((one) => one.userId === user);
        for (const one of steps) {
          if (one.kind === "add") {
            const made = claim(one.user, `${one.user}${one.project}`);
            if (!waits(one.user)) since.set(one.user, []);
            here.set(made.workflowId, made);
            queue.add(made);
          } else if (one.kind === "leave") {
            const gone = [...here.values()][one.at % Math.max(1, here.size)];
            if (!gone) continue;
            here.delete(gone.workflowId);
            queue.remove(gone.workflowId);
          } else {
            const served = queue.take();
            expect(served === null).toBe(here.size === 0);
            if (!served) continue;
            here.delete(served.workflowId);
            for (const user of users.filter((other) => other !== served.userId && waits(other))) {
              const passedBy = since.get(user) ?? [];
              expect(passedBy, `${user} was passed twice`).not.toContain(served.userId);
              passedBy.push(served.userId);
            }
            since.set(served.userId, []);
          }
        }
      }),
      { numRuns: 300 },
    );
  });

  test("order: first come, first served inside a project; positions say exactly who goes when", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
        const queue = empty();
        const arrived: Claim[] = [];
        for (const one of steps)
          if (one.kind === "add") {
            const made = claim(one.user, `${one.user}${one.project}`);
            arrived.push(made);
            queue.add(made);
          } else if (one.kind === "take") queue.take();
          else queue.remove(arrived[one.at]?.workflowId ?? "");
        const foretold = queue.order().map((one) => one.workflowId);
        expect(foretold.map((id) => queue.position(id))).toEqual(foretold.map((_, at) => at + 1));
        const served = drain(queue);
        expect(served.map((one) => one.workflowId)).toEqual(foretold);
        for (const project of new Set(served.map((one) => one.projectId))) {
          const line = served.filter((one) => one.projectId === project).map((one) => one.workflowId);
          const came = arrived.map((one) => one.workflowId).filter((id) => line.includes(id));
          expect(line).toEqual(came);
        }
      }),
      { numRuns: 300 },
    );
  });
});
