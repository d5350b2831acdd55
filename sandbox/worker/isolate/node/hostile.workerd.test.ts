import { describe, expect, it } from "vitest";
import { EXEC_LIMITS } from "../../../port.ts";
import { Tree } from "../../files/tree.ts";
import { nodeRun, workspaceOf } from "./testing/node-run.ts";

const FLOOD = "const go = () => Promise.resolve().then(go); go()";
const SHORT = { limits: { timeMs: 400, memoryBytes: 32 * 1024 * 1024 } };
const ROOMY = { limits: { timeMs: 15_000, memoryBytes: 32 * 1024 * 1024 } };

/** Name, program, outcome or outcomes, and what the program's exit code is when it exited. */
const HOSTILE: readonly (readonly [name: string, code: string, outcomes: string, exitCode: number])[] = [
  ["an endless loop", "for (;;);", "timeout", 0],
  ["an endless loop that catches", "for (;;) try { for (;;); } catch {}", "timeout", 0],
  ["an endless loop in a module that is imported", 'import("./data.mjs")', "timeout", 0],
  ["an endless loop in a timer", "setTimeout(() => { for (;;); }, 5)", "timeout", 0],
  ["an endless interval", "setInterval(() => {}, 1)", "timeout", 0],
  ["timers that make timers", "const f = () => setTimeout(f, 0); f()", "timeout", 0],
  ["immediates that make immediates", "const f = () => setImmediate(f); f()", "timeout", 0],
  ["ticks that make ticks", "const f = () => process.nextTick(f); f()", "timeout", 0],
  ["a flood of promises", "const f = () => Promise.resolve().then(f); f()", "timeout|memory", 0],
  [
    "a growing flood of promises",
    "const f = () => { Promise.resolve().then(f); Promise.resolve().then(f) }; f()",
    "timeout|memory",
    0,
  ],
  ["a growing flood of timers", "const f = () => { setTimeout(f); setTimeout(f) }; f()", "timeout|memory", 0],
  ["a catastrophic pattern", '/^(a+)+$/.test("a".repeat(40) + "b")', "timeout", 0],
  ["a loop after its own end", 'process.on("exit", () => { for (;;); }); process.exit(0)', "timeout", 0],
  [
    "a loop in what is printed",
    "console.log({ get a() { return 1 }, [Symbol.for('nodejs.util.inspect.custom')]() { for (;;); } })",
    "timeout",
    0,
  ],
  ["a loop in what is thrown", "throw { [Symbol.for('nodejs.util.inspect.custom')]() { for (;;); } }", "timeout", 0],
  [
    "a loop in a getter of an error",
    "throw Object.defineProperty(new Error('x'), 'stack', { get() { for (;;); } })",
    "timeout",
    0,
  ],
  ["a loop in beforeExit", 'process.on("beforeExit", () => { for (;;); })', "timeout", 0],
  ["beforeExit for ever", 'process.on("beforeExit", () => setTimeout(() => {}, 1))', "timeout", 0],
  ["a memory bomb", "const a = []; for (;;) a.push('x'.repeat(1000) + a.length)", "memory", 0],
  [
    "a memory bomb that is caught",
    "const a = []; try { for (;;) a.push(new Array(1000).fill(a.length)) } catch { a.length = 0; for (;;); }",
    "memory|timeout",
    0,
  ],
  ["one huge text", "let s = 'x'; for (;;) s += s", "memory", 0],
  ["one huge buffer", "Buffer.alloc(2 ** 31 - 2)", "memory|exited", 1],
  ["a flood of buffers", "const a = []; for (;;) a.push(Buffer.alloc(1e6))", "memory", 0],
  ["an output flood", "for (;;) console.log('flood '.repeat(100))", "output", 0],
  ["an output flood on stderr", "for (;;) process.stderr.write('flood '.repeat(100))", "output", 0],
  ["deep recursion", "function f() { f() } f()", "exited", 1],
  [
    "deep recursion of inspect",
    "let o = {}; for (let i = 0; i < 1e5; i++) o = { o }; console.log(require('util').inspect(o, { depth: Infinity }).length)",
    "exited|timeout|memory",
    0,
  ],
  [
    "deep data compared",
    "const d = () => { let o = {}; for (let i = 0; i < 1e5; i++) o = { o }; return o }; require('assert').deepStrictEqual(d(), d())",
    "exited|timeout",
    1,
  ],
  ["deep data cloned", "let o = {}; for (let i = 0; i < 1e5; i++) o = { o }; structuredClone(o)", "exited", 1],
  ["a deep source", "eval('['.repeat(100000))", "exited", 1],
  ["a killed process", "process.kill(process.pid)", "exited", 1],
  ["an abort", "process.abort()", "exited", 134],
  ["a huge listing of the arguments", "console.log(process.argv.length)", "exited", 0],
  ["a walk over an empty long array", "console.table(new Array(2 ** 32 - 1))", "timeout|memory|exited", 0],
  ["an array of nothing shown", "console.log(new Array(2 ** 32 - 1))", "exited", 0],
  [
    "giant files",
    "const fs = require('fs'); for (let i = 0; ; i++) fs.writeFileSync('f' + i, 'x'.repeat(1e6))",
    "exited",
    1,
  ],
  ["a giant file, appended", "const fs = require('fs'); for (;;) fs.appendFileSync('f', 'x'.repeat(1e6))", "exited", 1],
  [
    "thousands of files",
    "const fs = require('fs'); for (let i = 0; ; i++) fs.writeFileSync('f' + i, '')",
    "exited|timeout",
    1,
  ],
  [
    "folders inside of each other",
    "const fs = require('fs'); let p = ''; for (;;) { p += 'd/'; fs.mkdirSync(p) }",
    "exited|timeout",
    1,
  ],
  [
    "a copy of a folder into itself",
    "const fs = require('fs'); fs.mkdirSync('a'); fs.cpSync('a', 'a/b', { recursive: true })",
    "exited",
    1,
  ],
  [
    "hash work without end",
    "const c = require('crypto'); const b = Buffer.alloc(1e6); for (;;) c.createHash('sha256').update(b).digest()",
    "timeout",
    0,
  ],
  [
    "formatters without end",
    "for (let i = 0; ; i++) new Intl.NumberFormat('en', { maximumFractionDigits: i % 20 }).format(i)",
    "timeout",
    0,
  ],
  ["URLs without end", "for (;;) new URL('https://example.com/' + 'a'.repeat(1e5))", "timeout", 0],
  ["network", "fetch('https://example.com')", "exited", 1],
  ["a module of the network", "require('node:https')", "exited", 1],
  ["a module of processes", "require('child_process')", "exited", 1],
  [
    "the engine's own modules",
    "import('nexus:internal').then((m) => { m.require('/etc/passwd', 'commonjs') })",
    "exited",
    1,
  ],
];

describe("node: hostile programs end alone (FR-14.1, NFR-S1.1)", () => {
  it.each(HOSTILE)("%s", async (_name, code, outcomes, exitCode) => {
    const options = /^timeout/.test(outcomes) || outcomes.includes("timeout") ? SHORT : ROOMY;
    const result = await nodeRun(
      ["main.js"],
      { "main.js": code, "data.mjs": "for (;;);" },
      { ...options, outputChars: 200_000 },
    );
    expect(outcomes.split("|"), result.stderr).toContain(result.outcome);
    if (result.outcome === "exited") expect(result.exitCode, result.stderr).toBe(exitCode);
    else expect(result).toMatchObject({ exitCode: null, problem: expect.stringMatching(/\w+ \w+/) });
    expect(result.stderr).not.toMatch(/wasm|node_modules|emscripten|\/work\/|sandbox\/worker/i);
    expect(await nodeRun(["-p", "1 + 1"])).toMatchObject({ stdout: "2\n", exitCode: 0 });
  });

  it("ends a program that only waits", async () => {
    const result = await nodeRun(["-e", "setInterval(() => {}, 1000 * 60)"]);
    expect(result).toMatchObject({ outcome: "timeout", problem: expect.stringContaining("only waited") });
  });

  it("counts steps too, for clocks that stand still", async () => {
    const now = Date.now;
    Date.now = () => 0;
    try {
      for (const code of ["for (;;);", "setInterval(() => {}, 1)", "const f = () => Promise.resolve().then(f); f()"]) {
        const { outcome } = await nodeRun(["-e", code], {}, { limits: { timeMs: 50, memoryBytes: 1e8 } });
        expect(outcome).toMatch(/timeout|memory/);
      }
    } finally {
      Date.now = now;
    }
  });

  it("is cancelled between two turns", async () => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 20);
    const { outcome } = await nodeRun(["-e", "setInterval(() => {}, 1)"], {}, { signal: controller.signal });
    expect(outcome).toBe("cancelled");
  });
});

describe("node: nothing outside of the workspace is there (FR-14.1, NFR-S1.1)", () => {
  it.each([
    `import "/etc/passwd"`,
    `const up = "../../../../etc/hosts"; await import(up)`,
    `import "file:///proc/self/environ"`,
    `import "/other/secret.mjs"`,
    `import "https://example.com/x.mjs"`,
    `import "data:text/javascript,1"`,
    `import { createRequire } from "node:module"; createRequire("/")("/etc/passwd")`,
    `import fs from "node:fs"; fs.readFileSync("/proc/self/environ")`,
    `import fs from "node:fs"; fs.writeFileSync("/etc/x", "")`,
    `import fs from "node:fs"; fs.symlinkSync("/etc/passwd", "l"); fs.readFileSync("l")`,
    `import fs from "node:fs"; fs.writeFileSync("a\\0.txt", "")`,
  ])("%s", async (code) => {
    const result = await nodeRun(["main.mjs"], { "main.mjs": code });
    expect(result).toMatchObject({ outcome: "exited", exitCode: 1, stdout: "" });
    expect(result.stderr).toMatch(/ENOENT|EACCES|EROFS|ELOOP|ERR_|Cannot find/);
  });

  it("has no way to the host's realm", async () => {
    const result = await nodeRun(["main.js"], {
      "main.js": `const F = console.log.constructor; console.log(F("return typeof WebAssembly + typeof Deno + typeof caches + typeof navigator")(), typeof globalThis["nexus:internal"], typeof bridge, typeof config, typeof nexus, typeof files, typeof Big);
      const names = Object.getOwnPropertyNames(globalThis).filter((n) => /bridge|nexus|guest/i.test(n)); console.log(names);`,
    });
    expect(result.stdout).toBe(`${"undefined".repeat(4)}${" undefined".repeat(6)}\n[]\n`);
  });
});

describe("node: programs that break their own ground break only themselves", () => {
  it.each([
    `Object.prototype.polluted = 1; Object.prototype.get = () => 1; console.log("on")`,
    `Array.prototype.map = Array.prototype.filter = Array.prototype.push = () => { throw new Error("mine") }; console.log("on")`,
    `JSON.parse = JSON.stringify = () => { throw new Error("mine") }; console.log("on")`,
    `String.prototype.slice = () => "Jnull"; Object.prototype.toJSON = () => "x"; Array.prototype.toJSON = () => []; console.log("on")`,
    `Promise.prototype.then = () => {}; Reflect.apply = () => {}; Function.prototype.call = () => {}; console.log("on")`,
    `Object.prototype.__proto__ = null; const o = { __proto__: { x: 1 } }; console.log("on")`,
    `globalThis.process = null; globalThis.setTimeout = null; globalThis.Error = null; console.log("on")`,
  ])("%s", async (code) => {
    const result = await nodeRun(["main.js"], { "main.js": code }, SHORT);
    expect(["exited", "timeout"]).toContain(result.outcome);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
    expect(await nodeRun(["-p", "({}).polluted"])).toMatchObject({ stdout: "undefined\n" });
  });

  it("keeps JSON with __proto__ as data, in files and arguments", async () => {
    const result = await nodeRun(["main.mjs", '{"__proto__":{"x":1}}'], {
      "main.mjs": `import d from "./d.json" with { type: "json" }; const a = JSON.parse(process.argv[2]); console.log(({}).x, d.x, Object.keys(a), structuredClone(a).x, process.env.x);`,
      "d.json": `{"__proto__":{"x":1}}`,
    });
    expect(result.stdout).toBe("undefined undefined [ '__proto__' ] undefined undefined\n");
  });
});

describe("node --test: hostile tests are reported (FR-14.1)", () => {
  const head = `import test from "node:test";`;

  it("names the test that never ends, and keeps the results before it", async () => {
    const result = await nodeRun(
      ["--test"],
      { "a.test.mjs": `${head} test("good", () => {}); test("bad", () => { while (true); });` },
      SHORT,
    );
    expect(result).toMatchObject({ outcome: "timeout", exitCode: null, tests: { passed: 1, failed: 1 } });
    expect(result.tests?.tests[1]).toMatchObject({
      name: "bad",
      message: expect.stringContaining("longer than it may"),
    });
  });

  it("fails tests that never settle", async () => {
    const result = await nodeRun(["--test"], {
      "a.test.mjs": `${head} test("waits", () => new Promise(() => {})); test("next", () => {});`,
    });
    expect(result).toMatchObject({ exitCode: 1, tests: { passed: 0, failed: 2 } });
    expect(result.tests?.tests[0]?.message).toContain("still pending");
  });

  it("gives each file a realm of its own", async () => {
    const result = await nodeRun(["--test"], {
      "a.test.mjs": `${head} import { state } from "./shared.mjs"; globalThis.leak = 1; Array.prototype.evil = 1; state.n++; test("a", () => {});`,
      "b.test.mjs": `${head} import assert from "node:assert"; import { state } from "./shared.mjs"; test("clean", () => { assert.equal(typeof leak, "undefined"); assert.equal([].evil, undefined); assert.equal(state.n, 0) });`,
      "shared.mjs": `export const state = { n: 0 };`,
    });
    expect(result.tests).toMatchObject({ passed: 2, failed: 0 });
  });

  it.each([
    `test("one", () => {}); test("two", () => process.exit(0)); test("three", () => { throw new Error("never seen") });`,
    `test("one", () => { throw new Error("never run") }); process.exit(0);`,
    `test("one", () => {}); test("two", async () => { await null; process.reallyExit(0) });`,
  ])("does not call a file green that ends itself: %s", async (code) => {
    const result = await nodeRun(["--test"], { "a.test.mjs": head + code });
    expect(result.exitCode).toBe(1);
    expect(result.tests?.failed).toBeGreaterThan(0);
  });

  it("counts all and keeps some of very many tests", async () => {
    const result = await nodeRun(["--test"], {
      "a.test.mjs": `${head} for (let i = 0; i < 500; i++) test("t" + i, () => { if (i === 499) throw new Error("last") });`,
    });
    expect(result.tests).toMatchObject({ passed: 499, failed: 1 });
    expect(result.tests?.tests).toHaveLength(200);
    expect(result.tests?.tests.at(-1)).toMatchObject({ name: "t499", status: "failed" });
  });

  it.each([["-e", FLOOD], ["flood.cjs"], ["flood.mjs"]])(
    "ends as memory what lost its jobs because memory was used up: %s",
    async (...argv) => {
      const limits = { timeMs: 30_000, memoryBytes: 16 * 1024 * 1024 };
      const result = await nodeRun(argv, { "flood.cjs": FLOOD, "flood.mjs": FLOOD }, { limits });
      expect(result).toMatchObject({ outcome: "memory", exitCode: null });
    },
  );

  it("lets a program go on that asked for far too much and was refused", async () => {
    const code = "try { new ArrayBuffer(3e7) } catch (error) { console.log(error.name) } console.log('on')";
    const limits = { timeMs: 10_000, memoryBytes: 16 * 1024 * 1024 };
    const result = await nodeRun(["-e", code], {}, { limits });
    expect(result).toMatchObject({ outcome: "exited", exitCode: 0, stdout: expect.stringMatching(/Error\non\n$/) });
  });

  it("bounds memory, output and names of tests", async () => {
    const memory = await nodeRun(
      ["--test"],
      { "a.test.mjs": `${head} test("bomb", () => { const a = []; for (;;) a.push(new Array(1000).fill(1)) });` },
      ROOMY,
    );
    expect(memory.tests?.tests[0]).toMatchObject({ status: "failed", message: expect.stringContaining("memory") });
    const flood = await nodeRun(
      ["--test"],
      { "a.test.mjs": `${head} test("f", () => { for (;;) console.log("x".repeat(1000)) });` },
      { outputChars: 50_000 },
    );
    expect(flood.outcome).toBe("output");
    const long = await nodeRun(["--test"], {
      "a.test.mjs": `${head} test("n".repeat(1e5), () => { throw new Error("m".repeat(1e6)) });`,
    });
    expect(JSON.stringify(long.tests).length).toBeLessThan(10_000);
  });

  it("finds files without following links or patterns for ever", async () => {
    const tree: Tree = workspaceOf({ "a.test.mjs": `${head} test("a", () => {});` });
    tree.link("/workspace", "/workspace/loop");
    expect((await nodeRun(["--test"], tree)).tests).toMatchObject({ passed: 1 });
    const deep = new Tree(EXEC_LIMITS);
    deep.makeFolder(`/workspace/${"a".repeat(100)}/${"a".repeat(100)}`, { recursive: true });
    const result = await nodeRun(["--test", `**/*a*a*a*a*a*a*a*a*a*a*a*a*b`, "{a,{b,{c}}}"], deep);
    expect(result).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("Could not find") });
  });
});
