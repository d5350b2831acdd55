import { describe, expect, it, vi } from "vitest";
import { nodeRun } from "./testing/node-run.ts";
import { PROGRAMS, TEST_RUNS } from "./testing/parity-cases.ts";
import { realNode } from "./testing/real-node.ts";

vi.mock("../engine.ts", () => import("./testing/node-engine.ts"));

/** Node gives the report and what tests print in an order of its own; each is compared by itself, without times. */
const linesOf = (text: string): string[] =>
  (text.split("\n✖ failing tests:")[0] ?? "")
    .replace(/\d+(?:\.\d+)?ms/g, "0ms")
    .replace(/duration_ms.*/g, "duration_ms")
    .split("\n");
const isReport = (line: string): boolean => /^ *[▶✔✖﹣⚠ℹ] /.test(line);
const reportOf = (text: string): string[] => linesOf(text).filter(isReport);
const printedOf = (text: string): string[] =>
  linesOf(text)
    .map((line) => line.replace(/(:\d+):\d+$/, "$1"))
    .filter((line) => !isReport(line) && !/^ *\^$/.test(line) && !/^ {4}at .*\(node:internal|^ {4}at async/.test(line));
/** Counts at the end of a report. */
const countsOf = (text: string): string[] =>
  text.match(/^ℹ (?:tests|suites|pass|fail|cancelled|skipped|todo) \d+$/gm) ?? [];

describe("programs print and end as in Node 24 (FR-14.1)", { timeout: 60_000 }, () => {
  it.concurrent.each(Object.entries(PROGRAMS))("%s", async (_name, { argv = ["main.mjs"], files, stdin = "" }) => {
    const all = typeof files === "string" ? { "main.mjs": files } : files;
    const [real, ours] = [await realNode(argv, all, stdin), await nodeRun(argv, all, { stdin })];
    expect({ stdout: ours.stdout, exitCode: ours.exitCode }, ours.stderr).toEqual({
      stdout: real.stdout,
      exitCode: real.exitCode,
    });
  });
});

describe("test runs count and report as in Node 24 (FR-14.1)", { timeout: 60_000 }, () => {
  it.concurrent.each(Object.entries(TEST_RUNS))("%s", async (_name, { argv = ["--test"], files }) => {
    const all = typeof files === "string" ? { "a.test.mjs": files } : files;
    const [real, ours] = [await realNode(argv, all), await nodeRun(argv, all)];
    expect(countsOf(ours.stdout), ours.stdout).toEqual(countsOf(real.stdout));
    expect(countsOf(real.stdout)).toHaveLength(7);
    expect(reportOf(ours.stdout)).toEqual(reportOf(real.stdout));
    expect(printedOf(ours.stdout)).toEqual(printedOf(real.stdout));
    expect(ours.exitCode).toBe(real.exitCode);
  });
});
