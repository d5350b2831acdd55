/**
 * `npm run simulate -- --seeds 100000 --from 1`: whole lives of workflows under seeds, by the real engine in memory; `--seed
 * N` runs one again and tells what happened in it. Ends with 1 when a rule was broken.
 */
import { parseArgs } from "node:util";
import { simulate } from "../durable-objects/workflow/engine/simulation/simulate.ts";
import { report } from "./support/figures.ts";

const { values } = parseArgs({
  options: { seeds: { type: "string" }, from: { type: "string" }, seed: { type: "string" } },
});

if (values.seed !== undefined) {
  const run = await simulate(Number(values.seed));
  process.stdout.write(`${run.trace.join("\n")}\n${run.broken ?? "every rule held"}\n`);
  process.exitCode = run.broken === null ? 0 : 1;
} else {
  const from = Number(values.from ?? 1);
  const count = Number(values.seeds ?? 2000);
  const began = performance.now();
  const broken = new Map<string, number[]>();
  const sums = { steps: 0, kills: 0, commands: 0, effects: 0 };
  const phases: Record<string, number> = {};
  for (let seed = from; seed < from + count; seed++) {
    const run = await simulate(seed);
    sums.steps += run.steps;
    sums.kills += run.kills;
    sums.commands += run.commands;
    sums.effects += run.effects;
    phases[run.phase] = (phases[run.phase] ?? 0) + 1;
    if (run.broken === null) continue;
    const what = run.broken.split("\n")[0] ?? "";
    broken.set(what, [...(broken.get(what) ?? []), seed]);
  }
  for (const [what, seeds] of broken)
    process.stderr.write(`${seeds.length} × ${what}\n  --seed ${seeds.slice(0, 8).join(", ")}\n`);
  const seconds = Math.round((performance.now() - began) / 100) / 10;
  const failed = [...broken.values()].reduce((sum, seeds) => sum + seeds.length, 0);
  report("simulate", { seeds: count, from, failed, ...sums, phases, seconds });
  process.exitCode = failed === 0 ? 0 : 1;
}
