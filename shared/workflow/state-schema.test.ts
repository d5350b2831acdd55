import { expect, expectTypeOf, test } from "vitest";
import type { z } from "zod";
import type { Plan, RunNode, ToolRun } from "./run-node.ts";
import type { WorkflowState } from "./state.ts";
import { WorkflowStateSchema } from "./state-schema.ts";

type Mutable<T> = T extends (infer Item)[] | readonly (infer Item)[]
  ? Mutable<Item>[]
  : T extends object
    ? { -readonly [Key in keyof T]: Mutable<T[Key]> }
    : T;

test("NFR-I3.2: the published schema and the fold's own types are the same, field by field", () => {
  type Published = z.output<typeof WorkflowStateSchema>;
  expectTypeOf<keyof Published>().toEqualTypeOf<keyof WorkflowState>();
  expectTypeOf<keyof Published["nodes"][number]>().toEqualTypeOf<keyof RunNode>();
  expectTypeOf<keyof Published["nodes"][number]["tools"][number]>().toEqualTypeOf<keyof ToolRun>();
  expectTypeOf<keyof NonNullable<Published["plan"]>>().toEqualTypeOf<keyof Plan>();
  expectTypeOf<Mutable<WorkflowState>>().toExtend<Published>();
  expect(Object.keys(WorkflowStateSchema.shape).length).toBeGreaterThan(20);
});
