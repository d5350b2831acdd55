import { expect, test } from "vitest";
import { runCrash } from "./support/crash/run.ts";

/* Ten SIGKILLs of the whole process tree at seeded moments; `npm run bench -- crash` does two hundred and more. */

test("killed ten times, nothing acknowledged is lost, nothing is done twice, and every run comes back by itself (NFR-R2.1, R2.2, R2.4; SPEC L1, R1, R3, M1)", {
  timeout: 300_000,
}, async () => {
  const result = await runCrash({
    seed: 7,
    kills: 10,
    workflows: 12,
    people: 2,
    patienceMs: 900,
    quietEvery: 4,
    quietMs: 2500,
  });
  expect(result.lost).toEqual([]);
  expect(result.doubled).toEqual([]);
  expect(result.unmatched).toEqual([]);
  expect(result.stuck).toEqual([]);
  expect(result.notResumed).toEqual([]);
  expect(result.confirmedMicros).toBeLessThanOrEqual(result.billMicros);
  expect(result.billMicros).toBeLessThanOrEqual(result.confirmedMicros + result.unconfirmedMicros);
  // What was tried must have been there to be lost.
  expect(result.acknowledged).toBeGreaterThan(result.workflows);
  expect(result.effects).toBeGreaterThan(result.workflows);
  expect(result.framesHeard).toBeGreaterThan(50);
  expect(result.resumeMs.length).toBeGreaterThan(0);
});
