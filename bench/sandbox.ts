/**
 * The sandbox on the real server: how soon the first output comes, how long commands take, a hundred workspaces at the
 * same moment, and what other people's workflows feel of each command of the hostile list. The model is a local server
 * that speaks Anthropic's protocol and costs no time. What is aimed at, and whether it held, is under `aims`.
 * One part alone: BENCH_PART=starts | small | crowd | table | attacks; BENCH_ATTACKS=<regex> takes some attacks by name.
 */
import { loadavg } from "node:os";
import { startFakeAnthropic } from "../e2e/fakes/anthropic.ts";
import { type App, startApp } from "../e2e/harness/app.ts";
import { underAttack } from "./sandbox/attacks.ts";
import { aggregations, smallCommands } from "./sandbox/commands.ts";
import { crowd, SANDBOXES } from "./sandbox/crowd.ts";
import { Scripts } from "./sandbox/scripts.ts";
import { coldStart, KINDS, laterStarts } from "./sandbox/starts.ts";
import { report } from "./support/figures.ts";
import { watchOthers } from "./support/processes.ts";

const KEY = "sk-ant-bench-000000000000";
const MAX_RATIO = 2;
const MAX_STALL_MS = 1_000;

const say = (text: string) => void process.stderr.write(`${text}\n`);
/** A busy machine slows calm times as well and hides what an attack does: the times without other work count too. */
const ratioAim = (is: number | null, atRest: number | null = null) => ({
  below: MAX_RATIO,
  is,
  atRest,
  held: is !== null && is < MAX_RATIO && (atRest ?? 0) < MAX_RATIO,
});
const wanted = (part: string) => [undefined, part].includes(process.env.BENCH_PART);

const scripts = new Scripts();
const fake = await startFakeAnthropic({ keys: [KEY], brain: scripts.brain });

/** A server that nothing ran on yet, for as long as the work takes. */
async function onNewServer<T>(work: (app: App) => Promise<T>): Promise<T> {
  const app = await startApp({
    env: { ANTHROPIC_API_KEY: KEY, ANTHROPIC_BASE_URL: fake.url, CAPACITY_RUNNING: String(SANDBOXES) },
  });
  try {
    return await work(app);
  } catch (error) {
    say(app.logs().slice(-3_000));
    throw error;
  } finally {
    await app.stop();
  }
}

/** Figures with how many processors other programs kept busy meanwhile. */
async function observed<T extends object>(app: App, measure: () => Promise<T>) {
  const others = watchOthers(app.stateDir);
  const measured = await measure();
  return { ...measured, othersBusy: others() };
}

/** Null when the part is not wanted. */
async function part<T>(name: string, measure: () => Promise<T>): Promise<T | null> {
  if (!wanted(name)) return null;
  say(`${name} …`);
  const measured = await measure();
  say(JSON.stringify(measured).slice(0, 600));
  return measured;
}

async function starts() {
  const firstOutput: Record<string, unknown> = {};
  // What one kind of command makes ready, another would find: each has a server of its own.
  for (const kind of KINDS) {
    firstOutput[kind] = await onNewServer((app) =>
      observed(app, async () => ({
        coldMs: await coldStart(app, scripts, kind),
        ...(await laterStarts(app, scripts, kind)),
      })),
    );
  }
  return firstOutput;
}

const loadBefore = loadavg()[0];
const began = performance.now();
try {
  const firstOutput = await part("starts", starts);
  const rest = await onNewServer(async (app) => ({
    small: await part("small", () => observed(app, () => smallCommands(app, scripts))),
    crowd: await part("crowd", () => observed(app, () => crowd(app, scripts))),
    table: await part("table", () => observed(app, () => aggregations(app, scripts))),
    hostile: await part("attacks", () => observed(app, () => underAttack(app, scripts, MAX_STALL_MS))),
  }));
  const { crowd: all, table, hostile } = rest;
  const ways = Object.values(table?.ways ?? {});
  const felt = hostile?.attacked;
  const atRest = hostile?.machineAtRest.attacked;
  report("sandbox", {
    ...(firstOutput && { firstOutput }),
    ...rest,
    aims: {
      ...(all && { everySandboxAnswered: { of: SANDBOXES, is: all.correct, held: all.correct === SANDBOXES } }),
      ...(table && { sumsAreRight: { held: ways.every(({ correct }) => correct) } }),
      ...(felt && {
        stepP50RatioUnderAttack: ratioAim(felt.p50Ratio, atRest?.p50Ratio),
        stepP99RatioUnderAttack: ratioAim(felt.p99Ratio, atRest?.p99Ratio),
        longestStallMs: {
          atMost: MAX_STALL_MS,
          is: felt.repeatedStallMs,
          seenOnce: felt.stallMs,
          held: felt.repeatedStallMs <= MAX_STALL_MS,
        },
      }),
    },
    /** Work of other programs on this machine when it began: with much of it, the figures say less. */
    loadBefore,
    seconds: Math.round((performance.now() - began) / 1000),
  });
} finally {
  await fake.close();
}
