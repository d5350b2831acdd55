import { describe, expect, it } from "vitest";
import { nodeRun } from "./testing/node-run.ts";

describe("node: programs of files (FR-14.1)", () => {
  it("runs ES modules with imports of each other, JSON and built-ins", async () => {
    const result = await nodeRun(["main.mjs", "a", "ب"], {
      "main.mjs": `import { sum } from "./lib/sum.mjs"; import data from "./data.json" with { type: "json" };
import fs, { readFileSync } from "node:fs"; import path from "node:path";
console.log(sum(1, 2), data, process.argv.slice(2), path.basename(import.meta.url), fs.readFileSync === readFileSync);
console.log(await Promise.resolve("top"));`,
      "lib/sum.mjs": `export const sum = (a, b) => a + b;`,
      "data.json": `{"x":[1,2]}`,
    });
    expect(result).toMatchObject({
      outcome: "exited",
      exitCode: 0,
      stderr: "",
      stdout: "3 { x: [ 1, 2 ] } [ 'a', 'ب' ] main.mjs true\ntop\n",
    });
  });

  it("runs CommonJS, detects ES modules by syntax, and lets both import each other", async () => {
    const result = await nodeRun(["main.js"], {
      "main.js": `const { a } = require("./a"); const esm = require("./esm.mjs"); console.log(a, esm.b, __filename, require("./folder").c);`,
      "a.js": `exports.a = 1;`,
      "esm.mjs": `import cjs, { a } from "./a.js"; export const b = a + cjs.a;`,
      "folder/index.js": `module.exports = { c: 3 };`,
    });
    expect(result).toMatchObject({ exitCode: 0, stdout: "1 2 /workspace/main.js 3\n", stderr: "" });
  });

  it("runs TypeScript", async () => {
    const result = await nodeRun(["main.ts"], {
      "main.ts": `import { type P, make } from "./p.ts";\nconst p: P = make(1);\nconsole.log(p.x satisfies number);`,
      "p.ts": `export interface P { x: number }\nexport const make = (x: number): P => ({ x });`,
    });
    expect(result).toMatchObject({ exitCode: 0, stdout: "1\n", stderr: "" });
  });

  it("runs tests and reports them", async () => {
    const result = await nodeRun(["--test"], {
      "a.test.mjs": `import { test, describe, it } from "node:test"; import assert from "node:assert/strict";
test("one", () => assert.equal(1, 1));
test("two", async (t) => { await t.test("inner", () => assert.deepEqual({ a: 1 }, { a: 2 })); });
describe("suite", () => { it("three", async () => {}); it.skip("four", () => {}); });`,
    });
    expect(result.tests).toMatchObject({ passed: 2, failed: 2, skipped: 1 });
    expect(result.exitCode).toBe(1);
  });
});
