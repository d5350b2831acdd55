import { describe, expect, it } from "vitest";
import { newEngine } from "./engine.ts";
import type { EngineSnapshot } from "./engine-snapshot.ts";
import { nodeRun } from "./node/testing/node-run.ts";

const BYTES = 64 * 1024 * 1024;
const LIBRARY = "globalThis.kept = { list: [1, 2], text: 'é'.repeat(5000), run: (n) => n + 1, map: new Map([[1, 2]]) }";

async function snapshotOf(code: string): Promise<EngineSnapshot> {
  const { quickjs, suspension } = await newEngine(BYTES);
  const vm = quickjs.newRuntime().newContext();
  vm.unwrapResult(vm.evalCode(code, "library.js", { type: "global" })).dispose();
  const snapshot = suspension?.snapshot(vm) ?? null;
  if (snapshot === null) throw new Error("there is no snapshot");
  // What is done with that engine afterwards is not in it.
  vm.unwrapResult(vm.evalCode("kept.list.push(3); globalThis.late = 1", "late.js", { type: "global" })).dispose();
  return snapshot;
}

async function evaluate(snapshot: EngineSnapshot, code: string): Promise<unknown> {
  const { quickjs } = await newEngine(BYTES, snapshot);
  const runtime = quickjs.newRuntime();
  runtime.setMemoryLimit(BYTES);
  const vm = runtime.newContext();
  return vm.dump(vm.unwrapResult(vm.evalCode(code, "code.js", { type: "global" })));
}

describe("engines that begin with a snapshot (NFR-S1.1)", () => {
  it("have the library as it was, and nothing that came after it, nor of each other", async () => {
    const snapshot = await snapshotOf(LIBRARY);
    const code = `const was = [kept.list.length, kept.text.length, kept.run(1), kept.map.get(1), typeof late, typeof mine];
      globalThis.mine = 1; kept.list.push(9); kept.text = ""; was`;
    const expected = [2, 5000, 2, 2, "undefined", "undefined"];
    expect(await evaluate(snapshot, code)).toEqual(expected);
    expect(await evaluate(snapshot, code)).toEqual(expected);
  });

  it("grow, collect and throw as others do", async () => {
    const snapshot = await snapshotOf(LIBRARY);
    const code = `let big = []; for (let i = 0; i < 3e5; i++) big.push({ i, text: "t" + i });
      const sum = big.reduce((n, { i }) => n + i, 0); big = null;
      for (let i = 0; i < 2e5; i++) ({ self: null }).self = {};
      let name; try { null.x } catch (error) { name = error.name }
      [sum, name, JSON.parse('{"a":[1]}').a[0], "x".replace(/x/, "y"), new Date(0).toISOString()]`;
    expect(await evaluate(snapshot, code)).toEqual([44999850000, "TypeError", 1, "y", "1970-01-01T00:00:00.000Z"]);
  });

  it("draw random numbers of their own", async () => {
    const snapshot = await snapshotOf(LIBRARY);
    const draw = async (): Promise<unknown> =>
      await evaluate(snapshot, "[Math.random(), Math.random(), Math.random()]");
    const drawn = [await draw(), await draw(), await draw()].flat();
    expect(new Set(drawn).size).toBe(9);
    expect(drawn.every((value) => typeof value === "number" && value >= 0 && value < 1)).toBe(true);
  });

  it("serve every run of node after the first, each on its own", async () => {
    const code = `const { inspect } = require("util"); globalThis.count = (globalThis.count ?? 0) + 1;
      console.log(count, inspect({ a: [Buffer.from("x")] }), Object.keys(globalThis).join(), "nexus:library" in globalThis)`;
    const runs = [await nodeRun(["-e", code]), await nodeRun(["-e", code]), await nodeRun(["-e", code])];
    expect(new Set(runs.map(({ stdout }) => stdout)).size).toBe(1);
    expect(runs[0]?.stdout).toBe("1 { a: [ <Buffer 78> ] } count false\n");
  });
});
