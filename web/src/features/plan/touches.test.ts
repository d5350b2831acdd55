import { expect, test } from "vitest";
import { differenceOf, type Step, toEdit, toStep } from "./plan-edit.ts";
import { servicesOf, withoutService } from "./touches.ts";

const step = (id: string, touches?: string[]): Step => ({
  id,
  type: "task",
  label: id,
  instructions: "",
  agent: "dev",
  stage: "building",
  dependsOn: [],
  tier: "standard",
  optional: false,
  ...(touches ? { touches } : {}),
  position: { x: 0, y: 0 },
  estimate: { p50Micros: 1, p90Micros: 2 },
});

test("what a plan may reach is counted once a step", () => {
  expect(servicesOf([step("a", ["hotel"]), step("b", ["mail", "hotel", "hotel"]), step("c")])).toEqual([
    { name: "hotel", steps: 2 },
    { name: "mail", steps: 1 },
  ]);
  expect(servicesOf([step("a")])).toEqual([]);
});

test("editing a step neither loses nor adds what it may reach", () => {
  expect(toEdit(toStep(step("a", ["hotel"]))).touches).toEqual(["hotel"]);
  expect("touches" in toEdit(toStep(step("a")))).toBe(false);
});

test("a service can be taken away and put back, and no other comes in", () => {
  expect(withoutService(["hotel", "mail"], ["hotel", "mail"], "mail", false)).toEqual(["hotel"]);
  expect(withoutService(["hotel", "mail"], ["hotel"], "mail", true)).toEqual(["hotel", "mail"]);
  expect(withoutService(["hotel"], ["hotel", "bank"], "bank", true)).toEqual(["hotel"]);
});

test("a step that reaches less than proposed is a change that is told", () =>
  expect(differenceOf([step("a", ["hotel", "mail"])], [step("a", ["hotel"])]).changed).toHaveLength(1));
