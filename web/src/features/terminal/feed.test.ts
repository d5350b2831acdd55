import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { TranscriptEntry } from "../../../../shared/protocol/sandbox-rpc.ts";
import { ApiError } from "../../api/http.ts";
import { Feed } from "./feed.ts";
import { History } from "./line-history.ts";

const at = "2026-11-23T10:00:00.000Z";
const output = (seq: number, text: string): TranscriptEntry => ({ seq, at, execId: "a", kind: "output", text });

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("addEventListener", vi.fn());
  vi.stubGlobal("removeEventListener", vi.fn());
  vi.stubGlobal("navigator", { onLine: true });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test("a lost connection begins again after the last line, and no line is drawn twice", async () => {
  const asked: number[] = [];
  const feed = new Feed("wf_1", async function* (_, since, opened) {
    asked.push(since);
    opened();
    if (asked.length === 1) {
      yield output(1, "one\n");
      yield output(2, "two\n");
      throw new TypeError("network");
    }
    yield output(2, "two\n");
    yield output(3, "three\n");
    await new Promise(() => undefined);
  });
  let drawn = "";
  feed.draw((text) => {
    drawn += text;
  });
  const stop = feed.follow();
  await vi.advanceTimersByTimeAsync(0);
  expect(feed.store.getState().connection).toBe("reconnecting");
  await vi.advanceTimersByTimeAsync(1_200);
  expect(asked).toEqual([0, 2]);
  expect(drawn).toBe("one\ntwo\nthree\n");
  expect(feed.store.getState()).toMatchObject({ connection: "live", refused: null });
  stop();
});

test("who comes later is drawn everything from the beginning", async () => {
  const feed = new Feed("wf_1", async function* () {
    yield output(1, "one\n");
    await new Promise(() => undefined);
  });
  const stop = feed.follow();
  await vi.advanceTimersByTimeAsync(200);
  const seen: string[] = [];
  feed.draw((text) => seen.push(text));
  expect(seen.join("")).toBe("one\n");
  stop();
});

test("a refusal is shown and not asked again", async () => {
  let asked = 0;
  const refusal = new ApiError({ type: "about:blank", status: 404, code: "not_found", title: "", detail: "" });
  // biome-ignore lint/correctness/useYield: it refuses before the first line.
  const feed = new Feed("wf_1", async function* () {
    asked++;
    throw refusal;
  });
  feed.follow();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(asked).toBe(1);
  expect(feed.store.getState().refused).toBe(refusal);
});

test("arrow keys walk through earlier lines and back to what was being typed", () => {
  const history = new History();
  const lines = ["ls", "cat a"];
  expect(history.move(-1, lines, "half")).toBe("cat a");
  expect(history.move(-1, lines, "cat a")).toBe("ls");
  expect(history.move(-1, lines, "ls")).toBe(null);
  expect(history.move(1, lines, "ls")).toBe("cat a");
  expect(history.move(1, lines, "cat a")).toBe("half");
  expect(history.move(1, lines, "half")).toBe(null);
});
