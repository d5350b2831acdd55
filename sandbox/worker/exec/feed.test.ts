import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Feed } from "./feed.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("the first output is passed on at once, what follows together every 150 ms", async () => {
  const sent: string[] = [];
  const feed = new Feed(async (text) => void sent.push(text));
  feed.push("one ");
  feed.push("line\n");
  await vi.advanceTimersByTimeAsync(0);
  expect(sent).toEqual(["one line\n"]);
  feed.push("two\n");
  await vi.advanceTimersByTimeAsync(149);
  feed.push("three\n");
  expect(sent).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(1);
  expect(sent).toEqual(["one line\n", "two\nthree\n"]);
});

test("what waits is passed on in order when the command ends, and a line that cannot be shown breaks nothing", async () => {
  const sent: string[] = [];
  const feed = new Feed(async (text) => {
    if (text === "lost\n") throw new Error("away");
    sent.push(text);
  });
  feed.push("lost\n");
  await vi.advanceTimersByTimeAsync(0);
  feed.push("kept\n");
  feed.push("to the end");
  await feed.finish();
  expect(sent).toEqual(["kept\nto the end"]);
});
