import type { App } from "../../e2e/harness/app.ts";
import { newPlace } from "../../e2e/support/journey.ts";
import { inParallel, percentile } from "../support/figures.ts";
import { residentMb, watchMemory } from "../support/memory.ts";
import { begin, callsOf, ended, fund, type Scripts } from "./scripts.ts";

export const SANDBOXES = 100;
const PROJECTS = 10;
const CROWD_COMMAND = `seq 1 500 | awk '{ sum += $1 } END { print sum }' > sum.txt && node -e 'console.log(6 * 7)' && cat sum.txt`;
/** Memory is looked at again after so long without work. */
const REST_MS = 10_000;

/** 100 workspaces whose agents run a command at the same moment: each pipes, starts JavaScript and writes a file. */
export async function crowd(app: App, scripts: Scripts) {
  const places = await inParallel(Array.from({ length: PROJECTS }), 4, async () => {
    const place = await newPlace(app.baseUrl);
    await fund(place);
    return place;
  });
  const call = { name: "run_command", input: { command: CROWD_COMMAND } };
  const all = await inParallel(Array.from({ length: SANDBOXES }), 8, async (_, at) => {
    // SAFETY: the index is below the number of projects.
    const place = places[at % PROJECTS] as (typeof places)[number];
    return { place, planned: await scripts.plan(place, { work: [call] }) };
  });
  const beforeMb = residentMb(app.stateDir);
  const memory = watchMemory(app.stateDir);
  scripts.gather(SANDBOXES);
  await inParallel(all, 20, ({ place, planned }) => begin(place, planned));
  const logs = await inParallel(all, 10, ({ place, planned }) => ended(place, planned));
  const { peakMb } = memory.stop();
  const runs = logs.flatMap(callsOf).filter(({ name }) => name === "run_command");
  await new Promise((resolve) => setTimeout(resolve, REST_MS));
  const times = runs.map(({ from, to }) => to - from);
  return {
    sandboxes: SANDBOXES,
    projects: PROJECTS,
    correct: runs.filter(({ ok, output }) => ok && /^42\n125250\b/.test(output)).length,
    wallMs: Math.max(...runs.map(({ to }) => to)) - Math.min(...runs.map(({ from }) => from)),
    p50Ms: percentile(times, 0.5),
    p95Ms: percentile(times, 0.95),
    memoryMb: { before: beforeMb, peak: peakMb, after: residentMb(app.stateDir) },
  };
}
