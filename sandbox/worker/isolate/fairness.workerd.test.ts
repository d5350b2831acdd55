import { beforeAll, describe, expect, it } from "vitest";
import { EXEC_LIMITS, RUN_CODE_LIMITS } from "../../port.ts";
import { egressFor } from "../egress/provide.ts";
import { IsolateSandbox } from "../exec/isolate-sandbox.ts";
import { nodeRun, type Ran } from "./node/testing/node-run.ts";
import { runCode } from "./run-code.ts";

const MEMORY = 32 * 1024 * 1024;
const LONG = { limits: { timeMs: 600_000, memoryBytes: MEMORY } };
const node = (code: string, options: Parameters<typeof nodeRun>[2] = {}): Promise<Ran> =>
  nodeRun(["main.js"], { "main.js": code, "loop.mjs": "export {}; for (;;);" }, options);

/** Starts it, runs `meanwhile`, then cancels it. */
async function cancelled(code: string, meanwhile: () => Promise<unknown>): Promise<Ran> {
  const controller = new AbortController();
  const running = node(code, { ...LONG, signal: controller.signal });
  await meanwhile();
  controller.abort();
  return await running;
}

describe("guests share the thread (NFR-S1.1)", () => {
  // Read at the first command of a shell otherwise, which takes long beside other tests.
  beforeAll(async () => void (await import("../shell/run-shell.ts")), 60_000);

  it.each([
    ["a loop", "for (;;);"],
    ["a loop in a promise job", "Promise.resolve().then(() => { for (;;); })"],
    ["a loop in a timer", "setTimeout(() => { for (;;); })"],
    ["a loop in an ES module that is imported", 'import("./loop.mjs")'],
    ["a loop in an ES module that is required", 'require("./loop.mjs")'],
    ["a loop in a callback of a built-in", "[1].map(() => { for (;;); })"],
    ["a pattern that backtracks", '/^(a+)+$/.test("a".repeat(60) + "b")'],
    ["a loop in what is printed", "console.log({ [Symbol.for('nodejs.util.inspect.custom')]() { for (;;); } })"],
    ["timers that make timers", "const f = () => setTimeout(f, 0); f()"],
    ["promises that make promises", "const f = () => Promise.resolve().then(f); f()"],
  ])("others finish during %s, and it can be cancelled", async (_name, code) => {
    const result = await cancelled(code, async () => {
      expect(await node("let n = 0; for (let i = 0; i < 3e5; i++) n += i; console.log(n)")).toMatchObject({
        stdout: "44999850000\n",
        exitCode: 0,
      });
    });
    expect(result).toMatchObject({ outcome: "cancelled", exitCode: null });
  });

  it("does so for plain code as well", async () => {
    const ended: string[] = [];
    const run = async (name: string, code: string, timeMs: number): Promise<void> => {
      const result = await runCode({ code, files: [], limits: { ...RUN_CODE_LIMITS, timeMs } });
      ended.push(`${name} ${result.failure?.kind ?? result.output.trim()}`);
    };
    await Promise.all([run("loop", "for (;;);", 2_000), run("short", "console.log(await 5)", 60_000)]);
    expect(ended).toEqual(["short 5", "loop timeout"]);
  });

  it.each([
    ["a loop of the shell", "while :; do :; done"],
    ["a loop of the shell's node", "node -e 'for (;;);' | cat"],
    ["a long pipeline", "yes | head -c 30000000 | tr y n | sort | uniq -c"],
  ])("others finish during %s, and it can be cancelled", async (_name, script) => {
    const controller = new AbortController();
    const exec = { command: { kind: "shell" as const, script }, limits: EXEC_LIMITS, egress: [] };
    const sandbox = new IsolateSandbox(egressFor({}));
    const running = sandbox.exec(exec, { onOutput: () => undefined, signal: controller.signal });
    expect(await node("console.log(1)")).toMatchObject({ stdout: "1\n", exitCode: 0 });
    controller.abort();
    expect(await running).toMatchObject({ outcome: "cancelled", exitCode: null });
  });

  it("lets timers of the host run while a guest computes", async () => {
    let ticks = 0;
    const timer = setInterval(() => ticks++, 1);
    await node("let n = 0; for (let i = 0; i < 4e6; i++) n += i");
    clearInterval(timer);
    expect(ticks).toBeGreaterThan(3);
  });

  it("ends code that keeps the thread where it cannot be interrupted for others", async () => {
    const code = "Object.keys = () => { for (;;); }; import('node:os')";
    expect(await node(code, LONG)).toMatchObject({ outcome: "timeout", exitCode: null });
  });

  it("keeps many guests apart from each other", async () => {
    const codeOf = (index: number) =>
      `globalThis.mine = ${index}; let n = 0; for (let i = 0; i < 2e5; i++) n += mine;
       Promise.resolve().then(() => setTimeout(() => console.log(mine, n)))`;
    const all = await Promise.all(Array.from({ length: 12 }, (_, index) => node(codeOf(index), LONG)));
    expect(all.map(({ stdout }) => stdout)).toEqual(all.map((_, index) => `${index} ${index * 2e5}\n`));
  });

  it("gives values and errors of required ES modules back as before", async () => {
    const files = {
      "main.cjs": `const a = require("./a.mjs");
        const tried = (path) => { try { return require(path) } catch (e) { return e.name + ": " + e.message } };
        console.log(a.value, tried("./throws.mjs"), tried("./late.mjs").slice(0, 40), tried("./cycle.mjs").again.value)`,
      "a.mjs": `import { createRequire } from "node:module"; let n = 0; for (let i = 0; i < 1e6; i++) n++;
        export const value = createRequire(import.meta.url)("./b.mjs").value + n`,
      "b.mjs": "let n = 0; for (let i = 0; i < 1e6; i++) n++; export const value = n",
      "throws.mjs": "for (let i = 0; i < 1e6; i++); throw new RangeError('no')",
      "late.mjs": "await 1",
      "cycle.mjs": 'import * as again from "./a.mjs"; export { again }',
    };
    expect(await nodeRun(["main.cjs"], files)).toMatchObject({
      stdout: "2000000 RangeError: no Error: require() cannot be used on an ES 2000000\n",
      exitCode: 0,
    });
  });

  it("meets too deep recursion on the engine's own stack as before", async () => {
    const code = `const deep = (f) => { let n = 0; const g = () => { n++; f(g) }; try { g() } catch (e) { return n > 50 && /stack/.test(e.message) } };
      console.log(deep((g) => g()), deep((g) => [1].map(g)), deep((g) => "a".replace("a", g)), deep((g) => JSON.stringify({ toJSON: g })))`;
    expect(await node(code)).toMatchObject({ stdout: "true true true true\n", exitCode: 0 });
  });
});
