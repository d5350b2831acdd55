import type { App } from "../../e2e/harness/app.ts";
import { newPlace, type Place } from "../../e2e/support/journey.ts";
import { percentile } from "../support/figures.ts";
import { callsOf, fund, type Scripts, type ToolCall, work } from "./scripts.ts";
import { BenchTerminal } from "./terminal.ts";

export const KINDS = ["shell", "node", "tests"] as const;
export type Kind = (typeof KINDS)[number];

const LINES = { shell: "echo hello", node: "node -e 'console.log(6 * 7)'" } as const;
const TEST = `import assert from "node:assert/strict";
import { test } from "node:test";
test("adds", () => assert.equal(40 + 2, 42));
`;
const NEW_WORKSPACES = 5;
const NEXT_COMMANDS = 4;

/**
 * Milliseconds until the first output in a workspace nothing ran in yet, then of the commands after it. Lines of a
 * terminal are timed as a client sees them; tests, which agents run, from the call to its result in the log, all
 * output in it.
 */
async function firstAndNext(place: Place, scripts: Scripts, kind: Kind, next: number): Promise<number[]> {
  if (kind === "tests") {
    const calls: ToolCall[] = [
      { name: "write_file", input: { path: "sum.test.js", content: TEST } },
      ...Array.from({ length: next + 1 }, () => ({ name: "run_tests", input: {} })),
    ];
    const runs = callsOf(await work(place, await scripts.plan(place, { prove: calls }))).filter(
      ({ name }) => name === "run_tests",
    );
    for (const { ok, output } of runs) if (!ok) throw new Error(`the test did not pass: ${output}`);
    return runs.map(({ from, to }) => to - from);
  }
  const { id } = await scripts.plan(place, { idle: [] });
  const terminal = new BenchTerminal(place.client, id).listen();
  const times: number[] = [];
  for (let at = 0; at <= next; at++) {
    const ran = await terminal.run(LINES[kind]);
    if (ran.exitCode !== 0) throw new Error(`${LINES[kind]}: ${ran.outcome} ${ran.output}`);
    times.push(ran.firstMs);
  }
  return times;
}

/** The very first command after the server started. */
export async function coldStart(app: App, scripts: Scripts, kind: Kind): Promise<number> {
  const place = await newPlace(app.baseUrl);
  const [first = 0] = await firstAndNext(place, scripts, kind, 0);
  return Math.round(first * 10) / 10;
}

/** The first command in new workspaces of new projects on a server that ran such commands before, and the next ones. */
export async function laterStarts(app: App, scripts: Scripts, kind: Kind) {
  const first: number[] = [];
  const next: number[] = [];
  for (let at = 0; at < NEW_WORKSPACES; at++) {
    const place = await newPlace(app.baseUrl);
    await fund(place);
    const [one = 0, ...others] = await firstAndNext(place, scripts, kind, NEXT_COMMANDS);
    // The first on this server pays what every start of the server pays.
    if (at > 0) first.push(one);
    next.push(...others);
  }
  return {
    newWorkspaceMs: percentile(first, 0.5),
    nextMs: { p50: percentile(next, 0.5), max: percentile(next, 1), samples: next.length },
  };
}
