import { expect } from "vitest";
import { simulate } from "./simulate.ts";

/** Lives `count` lives from seed `from` on; a broken rule is told with its seed, to be lived again by `npm run simulate`. */
export async function liveThrough(from: number, count: number): Promise<void> {
  const broken: string[] = [];
  const seen = { kills: 0, effects: 0, completed: 0 };
  for (let seed = from; seed < from + count; seed++) {
    const run = await simulate(seed);
    seen.kills += run.kills;
    seen.effects += run.effects;
    seen.completed += run.phase === "completed" ? 1 : 0;
    if (run.broken !== null) broken.push(`npm run simulate -- --seed ${seed}: ${run.broken}`);
  }
  expect(broken).toEqual([]);
  // A simulation in which nothing happens proves nothing.
  expect(seen.kills).toBeGreaterThan(count);
  expect(seen.effects).toBeGreaterThan(count / 20);
  expect(seen.completed).toBeGreaterThan(count / 10);
}
