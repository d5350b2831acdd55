import { expect, it } from "vitest";
import { liveThrough } from "./lives.ts";

it("L1–L4, P4, R1–R6, M1–M4, E, O1: every rule holds in seeded lives with kills, faults and people, and each comes to its end", async () => {
  await liveThrough(2000, 500);
  expect.hasAssertions();
}, 120_000);
