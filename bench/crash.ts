/**
 * SIGKILLs the whole process tree of the real server at seeded moments while 100 workflows run, with tools, approvals
 * and outside writes, and checks from outside what was lost, done twice or forgotten (NFR-R2). See e2e/support/crash/.
 */

import { runCrash } from "../e2e/support/crash/run.ts";
import { percentile, report } from "./support/figures.ts";

const number = (name: string, fallback: number): number => Number(process.env[name] ?? fallback);

const seed = number("BENCH_SEED", 20261123);
const result = await runCrash({
  seed,
  kills: number("BENCH_KILLS", 200),
  workflows: number("BENCH_WORKFLOWS", 100),
  people: 10,
  patienceMs: 1500,
  quietEvery: 10,
  quietMs: 3000,
  say: (line) => process.stdout.write(`${line}\n`),
});
for (const [what, list] of Object.entries({
  lost: result.lost,
  doubled: result.doubled,
  unmatched: result.unmatched,
  stuck: result.stuck,
  "not resumed": result.notResumed,
}))
  for (const line of list.slice(0, 20)) process.stdout.write(`${what}: ${line}\n`);

const { billMicros, confirmedMicros, unconfirmedMicros } = result;
report("crash", {
  seed,
  kills: result.kills.length,
  triggers: Object.fromEntries(
    [...Map.groupBy(result.kills, ({ trigger }) => trigger)].map(([name, all]) => [name, all.length]),
  ),
  workflows: result.workflows,
  events: result.events,
  acknowledged: result.acknowledged,
  framesHeard: result.framesHeard,
  effects: result.effects,
  lost: result.lost.length,
  doubled: result.doubled.length,
  unmatched: result.unmatched.length,
  stuck: result.stuck.length,
  notResumed: result.notResumed.length,
  unknownAsked: result.unknownAsked,
  tornRuns: result.resumeMs.length,
  resumedLaterThan2s: result.slow,
  firstResumedMsP50: percentile(result.firstResumedMs, 0.5),
  resumedMsP50: percentile(result.resumeMs, 0.5),
  resumedMsP99: percentile(result.resumeMs, 0.99),
  allResumedMsP50: percentile(result.allResumedMs, 0.5),
  allResumedMsMax: percentile(result.allResumedMs, 1),
  restartMsP50: percentile(result.restartMs, 0.5),
  billBetween: confirmedMicros <= billMicros && billMicros <= confirmedMicros + unconfirmedMicros,
  billMicros,
  confirmedMicros,
  unconfirmedMicros,
  unconfirmedShare: Math.round((unconfirmedMicros / Math.max(1, confirmedMicros + unconfirmedMicros)) * 1000) / 1000,
});
const broken = [result.lost, result.doubled, result.unmatched, result.stuck, result.notResumed].some(
  (list) => list.length > 0,
);
if (broken || confirmedMicros > billMicros || billMicros > confirmedMicros + unconfirmedMicros) process.exitCode = 1;
