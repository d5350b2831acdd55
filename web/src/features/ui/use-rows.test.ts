import { expect, test } from "vitest";
import { rowsInSight } from "./use-rows.ts";

const list = { count: 10_000, rowPx: 72, overscan: 8 };

test("of ten thousand rows only those in sight and a few around them are drawn", () => {
  expect(rowsInSight({ scrollTop: 0, height: 720 }, list)).toEqual({ from: 0, to: 18 });
  expect(rowsInSight({ scrollTop: 72_036, height: 720 }, list)).toEqual({ from: 992, to: 1019 });
  expect(rowsInSight({ scrollTop: 719_280, height: 720 }, list)).toEqual({ from: 9982, to: 10_000 });
});

test("a list further down the page, one shorter than before and an empty one have no rows out of range", () => {
  expect(rowsInSight({ scrollTop: 0, height: 500 }, { ...list, offset: 2_000 })).toEqual({ from: 0, to: 0 });
  expect(rowsInSight({ scrollTop: 50_000, height: 500 }, { ...list, count: 3 })).toEqual({ from: 3, to: 3 });
  expect(rowsInSight({ scrollTop: 0, height: 500 }, { ...list, count: 0 })).toEqual({ from: 0, to: 0 });
});
