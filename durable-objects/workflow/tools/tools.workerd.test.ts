import { env } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import { deskOver } from "../testing/desk-of-tools.ts";

const ORDERS = "order,amount\nA1,10.500\nA2,0.250\nA3,7\n";
const PROGRAM = `import { readFileSync } from "node:fs";

/** Fils of an amount in dinars. */
export function fils(text) {
  const match = /^(\\d+)(?:\\.(\\d{1,3}))?$/.exec(text.trim());
  if (!match) throw new Error(\`not an amount: \${text}\`);
  return Number(match[1]) * 1000 + Number((match[2] ?? "").padEnd(3, "0"));
}

export const total = (csv) =>
  csv.trim().split("\\n").slice(1).reduce((sum, line) => sum + fils(line.split(",")[1] ?? ""), 0);

if (process.argv[2]) console.log(\`total \${total(readFileSync(process.argv[2], "utf8"))} fils\`);
`;
const tests = (sum: number) => `import assert from "node:assert/strict";
import { test } from "node:test";
import { fils, total } from "./total.js";

test("adds up", () => assert.equal(total("order,amount\\nA,1.5\\nB,2\\n"), ${sum}));
test("refuses what is no amount", () => assert.throws(() => fils("ten"), /not an amount/));
`;

/** The host over the real sandbox Worker. */
const desk = () => deskOver(env.SANDBOX, { "orders.csv": ORDERS });

describe("agents' tools over the real sandbox", () => {
  it("T3 T5 a program is written, tested, mended and run; red tests say why, and its figures are right", async () => {
    const { use } = await desk();
    await use("write_file", { path: "total.js", content: PROGRAM });
    await use("write_file", { path: "total.test.js", content: tests(3600) });
    const red = await use("run_tests", {});
    expect(red.ok).toBe(false);
    expect(red.output).toMatch(/^Tests failed: 1 passed, 1 failed/);
    expect(red.output).toMatch(/✗ .*total\.test\.js › adds up: [\s\S]*3500/);
    expect(await use("patch_file", { path: "total.test.js", old: "3600", new: "3500" })).toMatchObject({ ok: true });
    const green = await use("run_tests", {});
    expect(green).toMatchObject({ ok: true, run: { tests: { passed: 2, failed: 0 } }, artifacts: [] });
    const ran = await use("run_command", { command: "node total.js orders.csv | tee total.txt" });
    expect(ran.output).toContain("total 17750 fils");
    expect(ran.artifacts).toMatchObject([{ name: "total.txt", provenance: { tool: "run_command", code: "total.js" } }]);
    expect(ran.artifacts[0]?.provenance?.inputs).toContain("orders.csv");
    const shell = await use("run_command", { command: "node --test" });
    expect(shell).toMatchObject({ ok: true, run: { tests: { passed: 2, failed: 0 } } });
  });

  it("T4 T6 an upload that a command changed is as it was for the next one, and a removed result is gone", async () => {
    const { use, state } = await desk();
    const first = await use("run_command", {
      command:
        "echo evil > orders.csv; mkdir -p out/deep; echo 1 > out/deep/a.txt; echo 2 > /tmp/b.txt; echo 3 > .hidden",
    });
    expect(first.artifacts.map((one) => one.name)).toEqual(["out/deep/a.txt"]);
    expect(first.output).toContain("Not saved: orders.csv");
    expect((await use("run_command", { command: "cat orders.csv" })).output).toBe(ORDERS);
    const gone = await use("run_command", { command: "rm -r out" });
    expect(gone.output).toMatch(/^Removed: out\/deep\/a\.txt$/m);
    expect(state().artifacts).toEqual([]);
  });

  it("T6 what a review's command wrote is in nobody's files", async () => {
    const { use, state } = await desk();
    await use("write_file", { path: "a.txt", content: "kept" });
    await use("run_command", { command: "echo changed > a.txt; echo new > b.txt" }, "review");
    expect(state().artifacts.map((one) => one.name)).toEqual(["a.txt"]);
    const after = await use("run_command", { command: "cat a.txt; ls" });
    expect(after.output).toContain("kept");
    expect(after.output).not.toContain("b.txt");
  });

  it("T5 code keeps its globals, says how it failed, and what cannot run here is told in words", async () => {
    const { use } = await desk();
    const code = `const { rows } = files.readTable("orders.csv");
const sum = rows.reduce((sum, row) => sum.plus(nexus.number(row[1])), new Big(0));
files.write("sum.json", JSON.stringify({ sum: sum.toFixed(3) }));
console.log(JSON.stringify({ rows: rows.length }));`;
    const ran = await use("run_code", { code });
    expect(JSON.parse(ran.output)).toEqual({ rows: 3 });
    expect((await use("read_file", { path: "sum.json" })).output).toBe('{"sum":"17.750"}');
    const typed = await use("run_code", { code: "const n: number = 2; console.log(n * 2);", language: "typescript" });
    expect(typed.output).toContain("4");
    const broken = await use("run_code", { code: "nothing.here();" });
    expect(broken.ok).toBe(false);
    expect(broken.output).toMatch(/^Failed with exit code 1\.\n[\s\S]*nothing/);
    const python = await use("run_code", { code: "print(1)", language: "python" });
    expect(python.ok).toBe(false);
    expect(python.output).toContain("JavaScript");
    const endless = await use("run_command", { command: "curl -s https://example.com/ || echo refused" });
    expect(endless.output).toContain("refused");
  });

  it("T2 the whole of a flood of output can be read on", async () => {
    const { use } = await desk();
    const ran = await use("run_command", { command: "seq 1 20000" });
    expect(ran.output.length).toBeLessThanOrEqual(16_000);
    expect(ran.fullOutputId).toBeDefined();
    const piece = await use("read_file", { path: "logs/s1-1.txt", offset: 60_000 });
    expect(piece.output).toMatch(/\n1[0-9]{4}\n/);
  });
});
