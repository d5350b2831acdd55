import { expect, test } from "vitest";
import type { PlanNode } from "../../../../shared/workflow/plan.ts";
import { findPlanProblem, removeStep, topologicalOrder } from "../../../../shared/workflow/plan-graph.ts";
import { parseDollars, roundUp } from "./cap.ts";
import {
  addStep,
  changeStep,
  differenceOf,
  explainProblem,
  inOrder,
  moveStep,
  toEdit,
  upstreamOf,
} from "./plan-edit.ts";

const step = (id: string, stage: PlanNode["stage"], dependsOn: string[]): PlanNode => ({
  id,
  label: id.toUpperCase(),
  stage,
  dependsOn,
  type: "task",
  instructions: "",
  agent: "dev",
  tier: "standard",
  optional: false,
  position: { x: 0, y: 0 },
  estimate: { p50Micros: 1, p90Micros: 2 },
});

const chain = [
  step("a", "planning", []),
  step("b", "building", ["a"]),
  step("c", "building", ["b"]),
  step("d", "building", ["c"]),
  step("r", "reviewing", ["d"]),
];
const ids = (steps: readonly PlanNode[]) =>
  inOrder(steps)
    .map((one) => one.id)
    .join("");
const before = (steps: readonly PlanNode[], first: string, then: string) => upstreamOf(steps, then).has(first);

test("moving a step changes the order and leaves a plan that can run (FR-4.11)", () => {
  for (const [id, to, wanted] of [
    ["b", 1, "acbdr"],
    ["b", 2, "acdbr"],
    ["d", 0, "adbcr"],
    ["c", 0, "acbdr"],
  ] as const) {
    const moved = moveStep(chain, id, to);
    expect(ids(moved)).toBe(wanted);
    expect(findPlanProblem(moved)).toBe(null);
    const order = [...wanted];
    for (let at = 1; at < order.length; at++) expect(before(moved, order[at - 1] ?? "", order[at] ?? "")).toBe(true);
  }
});

test("the check still waits for every step, wherever it was moved", () => {
  for (const id of ["b", "c", "d"])
    for (const to of [0, 1, 2]) {
      const moved = moveStep(chain, id, to);
      expect([...upstreamOf(moved, "r")].sort()).toEqual(["a", "b", "c", "d"]);
    }
});

test("moving within a fork never makes a cycle", () => {
  const fork = [
    step("a", "planning", []),
    step("b", "building", ["a"]),
    step("c", "building", ["a"]),
    step("d", "building", ["b", "c"]),
    step("r", "reviewing", ["d"]),
  ];
  for (const id of ["b", "c", "d"])
    for (const to of [0, 1, 2]) expect(topologicalOrder(moveStep(fork, id, to))).not.toBe(null);
});

test("a move to where it stands, or of a step that is gone, changes nothing", () => {
  expect(moveStep(chain, "c", 1)).toEqual(chain);
  expect(moveStep(chain, "x", 0)).toEqual(chain);
});

test("an added step runs between the one it follows and those that built on that one", () => {
  const input = { label: "New", agent: "dev", stage: "building", instructions: "", tier: "fast" } as const;
  const added = addStep(chain, input, "c");
  const id = added.find((one) => one.label === "New")?.id ?? "";
  expect(findPlanProblem(added)).toBe(null);
  expect(before(added, "c", id) && before(added, id, "d") && before(added, id, "r")).toBe(true);
  expect(addStep(added, input, "c").map((one) => one.id)).toHaveLength(new Set(added.map((one) => one.id)).size + 1);
});

test("a broken edit is explained with the steps' own names, in both languages", () => {
  const cycle = changeStep(chain, "b", { dependsOn: ["d"] });
  expect(explainProblem(cycle, "en")?.detail).toContain("“B”");
  expect(explainProblem(cycle, "ar")?.detail).toContain("“B”");
  expect(explainProblem(removeStep(chain, "r"), "en")).not.toBe(null);
  expect(explainProblem(changeStep(chain, "d", { dependsOn: ["gone"] }), "en")?.detail).toContain("D");
  expect(explainProblem(chain, "en")).toBe(null);
});

test("the difference names what was added, removed and changed; order of dependencies is no change", () => {
  const after = addStep(
    changeStep(removeStep(chain, "c"), "b", { tier: "deep" }),
    { label: "N", agent: "dev", stage: "building", instructions: "", tier: "fast" },
    "b",
  );
  const { added, removed, changed } = differenceOf(chain, after);
  expect(added.map((one) => one.label)).toEqual(["N"]);
  expect(removed.map((one) => one.id)).toEqual(["c"]);
  expect(changed.map((one) => one.id)).toEqual(["b", "d"]);
  const two = [step("a", "building", []), step("b", "building", []), step("r", "reviewing", ["a", "b"])];
  expect(differenceOf(two, changeStep(two, "r", { dependsOn: ["b", "a"] })).changed).toEqual([]);
});

test("what is sent has neither price nor place: the server computes both", () => {
  expect(Object.keys(toEdit(chain[0] ?? step("x", "building", [])))).not.toContain("estimate");
  expect(Object.keys(toEdit(chain[0] ?? step("x", "building", [])))).not.toContain("position");
});

test("a cap is rounded up to what a person reads, never down", () => {
  expect([1, 999, 1_000, 12_345, 50_000, 50_001, 1_234_567].map(roundUp)).toEqual([
    1_000, 1_000, 1_000, 13_000, 50_000, 60_000, 1_240_000,
  ]);
});

test("amounts are read in both kinds of digits; what is no amount is refused", () => {
  expect(["0.25", "$1,000.5", "٠٫٢٥", " 3 ", ".5", "۱۲"].map(parseDollars)).toEqual([
    250_000, 1_000_500_000, 250_000, 3_000_000, 500_000, 12_000_000,
  ]);
  for (const text of ["", "0", "-1", "1.2.3", "abc", "1e9", "0.0000001", "NaN"]) expect(parseDollars(text)).toBe(null);
});
