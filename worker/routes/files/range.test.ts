import { expect, test } from "vitest";
import { rangeOf } from "./range.ts";

test.each([
  [undefined, null],
  ["bytes=0-9", { start: 0, end: 10 }],
  ["bytes=10-", { start: 10, end: 100 }],
  ["bytes=-5", { start: 95, end: 100 }],
  ["bytes=-500", { start: 0, end: 100 }],
  ["bytes=90-500", { start: 90, end: 100 }],
  ["bytes=99-99", { start: 99, end: 100 }],
  ["bytes=100-", "unsatisfiable"],
  ["bytes=-0", "unsatisfiable"],
  ["bytes=9-2", null],
  ["bytes=0-1,5-6", null],
  ["lines=0-1", null],
  ["bytes=-", null],
  ["bytes=1e3-", null],
  [`bytes=${"9".repeat(40)}-`, null],
])("Range %j of 100 bytes is %j", (header, expected) => {
  expect(rangeOf(header, 100)).toEqual(expected);
});

test("an empty file has no range", () => {
  expect(rangeOf("bytes=0-", 0)).toBe("unsatisfiable");
});
