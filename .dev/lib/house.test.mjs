import { expect, test } from "vitest";
import { findHouseProblems } from "./house.mjs";

const problems = (path, ...lines) => findHouseProblems(path, `${lines.join("\n")}\n`);

test.each([
  ["shared/lib/a.ts", "../../durable-objects/env.ts"],
  ["shared/lib/a.ts", "../../worker/app.ts"],
  ["durable-objects/project/a.ts", "../../worker/app.ts"],
  ["durable-objects/project/a.ts", "../../sandbox/worker/index.ts"],
  ["sandbox/worker/a.ts", "../../durable-objects/env.ts"],
  ["worker/app.ts", "../sandbox/worker/index.ts"],
  ["worker/app.ts", "../web/src/app/main.tsx"],
  ["web/src/app/main.tsx", "../../../worker/app.ts"],
  ["web/src/scene/map.tsx", "../api/client.ts"],
  ["durable-objects/workflow/a.ts", "../../e2e/fakes/x.ts"],
])("%s may not import %s", (path, target) => {
  expect(problems(path, `import { x } from "${target}";`)).toHaveLength(1);
  expect(problems(path, `import type { x } from "${target}";`)).toHaveLength(1);
  expect(problems(path, `export { x } from "${target}";`)).toHaveLength(1);
  expect(problems(path, `const x = await import("${target}");`)).toHaveLength(1);
  expect(problems(path, `import "${target}";`)).toHaveLength(1);
  expect(problems(path, "import {", "  x,", "} from", `  '${target}';`)).toHaveLength(1);
});

test.each([
  ["shared/workflow/fold.ts", "./state.ts"],
  ["durable-objects/project/a.ts", "../../shared/lib/ids.ts"],
  ["durable-objects/models/a.test.ts", "../../e2e/fakes/x.ts"],
  ["sandbox/worker/a.ts", "../../shared/lib/result.ts"],
  ["worker/app.ts", "../sandbox/port.ts"],
  ["worker/index.ts", "../durable-objects/workflow/workflow-object.ts"],
  ["web/src/scene/map.tsx", "../stores/run.ts"],
  ["e2e/a.e2e.ts", "../worker/app.ts"],
  ["bench/api.ts", "../e2e/harness/app.ts"],
])("%s may import %s", (path, target) => {
  expect(problems(path, `import { x } from "${target}";`)).toEqual([]);
});

test("names file and line, and does not read comments", () => {
  expect(problems("shared/a.ts", "// from", 'import x from "../worker/app.ts";')[0]).toMatch(/^shared\/a\.ts:2 /);
  expect(problems("shared/a.ts", '// import x from "../worker/app.ts";', "/* Date.now() */")).toEqual([]);
  expect(problems("shared/a.ts", 'const u = "https://x"; import y from "../worker/app.ts";')).toHaveLength(1);
});

test("pure rooms get the clock, randomness and the platform through ports", () => {
  const engine = "durable-objects/workflow/engine/loop.ts";
  for (const bad of ["Date.now()", "new Date()", "Math.random()", "crypto.randomUUID()", "setTimeout(f, 1)"]) {
    expect(problems(engine, `const x = ${bad};`), bad).toHaveLength(1);
    expect(problems("durable-objects/orchestrators/bmad/a.ts", `const x = ${bad};`), bad).toHaveLength(1);
    expect(problems("durable-objects/workflow/alarms/a.ts", `const x = ${bad};`), bad).toEqual([]);
    expect(problems("durable-objects/workflow/engine/loop.test.ts", `const x = ${bad};`), bad).toEqual([]);
  }
  expect(problems(engine, 'import { DurableObject } from "cloudflare:workers";')).toHaveLength(1);
  expect(problems(engine, "const x = new Date(clock.now());")).toEqual([]);
});

test("files end at 400 lines, an object's shell at 250", () => {
  const lines = (count) => Array.from({ length: count }, (_, index) => `const x${index} = 0;`);
  expect(problems("worker/app.ts", ...lines(400))).toEqual([]);
  expect(problems("worker/app.ts", ...lines(401))).toHaveLength(1);
  expect(problems("durable-objects/project/project-object.ts", ...lines(250))).toEqual([]);
  expect(problems("durable-objects/project/project-object.ts", ...lines(251))).toHaveLength(1);
});

test("a double cast or a cast to any gives its reason", () => {
  expect(problems("worker/app.ts", "const x = y as unknown as Z;")).toHaveLength(1);
  expect(problems("worker/app.ts", "const x = y as any;")).toHaveLength(1);
  expect(problems("worker/app.ts", "// SAFETY: checked above", "const x = y as unknown as Z;")).toEqual([]);
  expect(problems("worker/app.ts", "const x = y as Z;")).toEqual([]);
});
