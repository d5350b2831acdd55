import { describe, expect, it } from "vitest";
import { nodeRun, workspaceOf } from "./testing/node-run.ts";
import { RECONCILE } from "./testing/reconcile-case.ts";

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

  it("tells where a rejection nobody handles comes from, in source without a file too", async () => {
    const code = 'async function f() {\n  throw new Error("z");\n}\nif (true) f(); else f();';
    const result = await nodeRun(["-e", code]);
    expect(result).toMatchObject({ outcome: "exited", exitCode: 1, stdout: "" });
    expect(result.stderr).toMatch(/Error: z\n {4}at f \(.*\[eval\]:2:\d+\)\n {4}at .*\[eval\]:4:12\b/);
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

  it("runs a realistic program and its tests, and keeps what it wrote", async () => {
    const tree = workspaceOf(RECONCILE);
    const program = await nodeRun(["main.js"], tree);
    expect(program).toMatchObject({ outcome: "exited", exitCode: 2, tests: null });
    expect(JSON.parse(program.read("out/report.json") ?? "")).toMatchObject({ unknown: ["INV-9"] });
    const tests = await nodeRun({ kind: "tests", paths: [] }, tree);
    expect(tests).toMatchObject({ exitCode: 1, tests: { failed: 1, passed: 10, skipped: 2 } });
    expect(tests.tests?.tests.find(({ status }) => status === "failed")).toMatchObject({
      name: "reconcile > a known bug",
      file: "test/reconcile.test.js",
      message: expect.stringContaining("زائدة"),
    });
    expect(await nodeRun({ kind: "tests", paths: ["test/csv.test.js"] }, tree)).toMatchObject({
      exitCode: 0,
      tests: { failed: 0, passed: 2, skipped: 1 },
    });
  });

  it("says where an exception came from, in the file's own lines and columns", async () => {
    const result = await nodeRun(["main.ts"], {
      "main.ts": `import { f } from "./lib.cjs";\ninterface A { x: number }\nf();`,
      "lib.cjs": `exports.f = function f() {\n  work(); null.x;\n};\nfunction work() {}`,
    });
    expect(result.exitCode).toBe(1);
    expect(result.stderr).toMatch(/^\/workspace\/lib\.cjs:2\n {2}work\(\); null\.x;\n/);
    expect(result.stderr).toMatch(/at f \(\/workspace\/lib\.cjs:2:\d+\)\n {4}at file:\/\/\/workspace\/main\.ts:3:\d+/);
    expect(result.stderr).not.toContain("node:internal");
  });

  it("ends other programs of the contract: source with files, nexus and Big; TypeScript; failures as exit codes", async () => {
    const source = (language: "javascript" | "typescript", code: string) =>
      ({ kind: "source", language, code, args: [] }) as const;
    const tree = workspaceOf({ "in/a.csv": "n\n0.1\n0.2\n", ".hidden": "", "node_modules/x.js": "" });
    const good = await nodeRun(
      source(
        "javascript",
        `const { rows } = files.readTable("in/a.csv"); files.write("out/sum.txt", rows.reduce((s, [n]) => s.plus(nexus.number(n)), new Big(0)).toFixed()); console.log(files.list())`,
      ),
      tree,
    );
    expect(good).toMatchObject({ exitCode: 0, stdout: '["in/a.csv", "out/sum.txt"]\n', stderr: "" });
    expect(good.read("out/sum.txt")).toBe("0.3");
    expect(await nodeRun(source("typescript", "const x: number = 1; console.log(x)"))).toMatchObject({ stdout: "1\n" });
    expect(await nodeRun(source("javascript", "throw new Error('no')"))).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining("Error: no"),
    });
    expect(await nodeRun(source("javascript", "files.readText('nope')"))).toMatchObject({ exitCode: 1 });
    expect(await nodeRun(source("javascript", "files.write('/etc/x', '')"))).toMatchObject({ exitCode: 1 });
    const limits = { timeMs: 300, memoryBytes: 1e8 };
    expect(await nodeRun(source("javascript", "for (;;);"), {}, { limits })).toMatchObject({
      outcome: "timeout",
      exitCode: null,
    });
  });
});
