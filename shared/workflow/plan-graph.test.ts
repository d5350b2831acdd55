import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { PlanNode } from "./plan.ts";
import { findPlanProblem, layoutPlan, removeStep, topologicalOrder } from "./plan-graph.ts";

function step(id: string, dependsOn: string[] = [], stage: PlanNode["stage"] = "building"): PlanNode {
  return {
    id,
    type: "task",
    label: id,
    instructions: "",
    agent: "dev",
    stage,
    dependsOn,
    tier: "standard",
    optional: false,
    position: { x: 0, y: 0 },
    estimate: { p50Micros: 1, p90Micros: 2 },
  };
}

const plan = [
  step("read", [], "planning"),
  step("total", ["read"]),
  step("late", ["read"]),
  step("check", ["total", "late"], "reviewing"),
];

describe("findPlanProblem (FR-4.11): an edit that breaks the graph is refused by name", () => {
  test("accepts a sound plan", () => expect(findPlanProblem(plan)).toBeNull());
  test("empty", () => expect(findPlanProblem([])).toEqual({ code: "plan_empty" }));
  test("more than 500 steps", () => {
    const many = Array.from({ length: 501 }, (_, index) => step(`s${index}`));
    expect(findPlanProblem(many)).toEqual({ code: "plan_too_large", max: 500 });
  });
  test("the same id twice", () => {
    expect(findPlanProblem([...plan, step("total", ["read"])])).toEqual({ code: "plan_duplicate_id", nodeId: "total" });
  });
  test("a removed dependency", () => {
    const without = plan.filter((node) => node.id !== "total");
    expect(findPlanProblem(without)).toEqual({ code: "plan_missing_dependency", nodeId: "check", dependsOn: "total" });
  });
  test("a cycle names its members", () => {
    const cyclic = plan.map((node) => (node.id === "read" ? { ...node, dependsOn: ["check"] } : node));
    const found = findPlanProblem(cyclic);
    expect(found?.code).toBe("plan_cycle");
    expect(found).toMatchObject({ nodeIds: expect.arrayContaining(["read", "check"]) });
  });
  test("a step that waits for itself", () => {
    expect(findPlanProblem([...plan, step("self", ["self"])])).toEqual({ code: "plan_cycle", nodeIds: ["self"] });
  });
  test("an orphan", () =>
    expect(findPlanProblem([...plan, step("alone")])).toEqual({ code: "plan_orphan", nodeId: "alone" }));
  test("nothing to build, nobody to check", () => {
    expect(findPlanProblem([step("read", [], "planning"), step("check", ["read"], "reviewing")])).toEqual({
      code: "plan_no_work",
    });
    expect(findPlanProblem([step("read", [], "planning"), step("total", ["read"])])).toEqual({
      code: "plan_no_review",
    });
  });
});

test("removeStep ties the dependents to what the removed step depended on", () => {
  const chain = [step("a", [], "planning"), step("b", ["a"]), step("c", ["b"]), step("d", ["c"], "reviewing")];
  const shorter = removeStep(chain, "b");
  expect(shorter.map((node) => [node.id, node.dependsOn])).toEqual([
    ["a", []],
    ["c", ["a"]],
    ["d", ["c"]],
  ]);
  expect(findPlanProblem(shorter)).toBeNull();
});

test("any acyclic plan has an order in which every step follows what it depends on, before and after a removal", () => {
  const plans = fc
    .array(fc.array(fc.nat(), { maxLength: 3 }), { minLength: 1, maxLength: 40 })
    .map((edges) =>
      edges.map((from, index) =>
        step(`n${index}`, index === 0 ? [] : [...new Set(from.map((one) => `n${one % index}`))]),
      ),
    );
  fc.assert(
    fc.property(plans, fc.nat(), (nodes, pick) => {
      for (const some of [nodes, removeStep(nodes, `n${pick % nodes.length}`)]) {
        const order = topologicalOrder(some);
        if (order === null) throw new Error("no order");
        for (const node of some)
          for (const from of node.dependsOn) expect(order.indexOf(from)).toBeLessThan(order.indexOf(node.id));
      }
    }),
  );
});

test("layoutPlan puts no two steps on the same place and every step right of what it depends on", () => {
  const placed = layoutPlan(plan);
  expect(new Set(placed.map((node) => `${node.position.x},${node.position.y}`)).size).toBe(placed.length);
  const columnOf = (id: string) => placed.find((node) => node.id === id)?.position.x ?? Number.NaN;
  for (const node of placed) for (const from of node.dependsOn) expect(columnOf(from)).toBeLessThan(columnOf(node.id));
});
