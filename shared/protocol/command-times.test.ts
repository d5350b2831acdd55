import { expect, test } from "vitest";
import { COMMAND_TIMES } from "./command-times.ts";

test("T5: each clock of a command is inside the next, with time for the answer to come", () => {
  const { ownMs, lostMs, silenceMs, answerMs, hungMs } = COMMAND_TIMES;
  expect(lostMs).toBeLessThan(silenceMs);
  expect(ownMs + silenceMs + 10_000).toBeLessThan(answerMs);
  expect(hungMs).toBeGreaterThan(ownMs);
});
