import { expect, test } from "vitest";
import { rangeOf } from "./range.ts";

test.each([
  [null, { kind: "whole" }],
  ["bytes=0-", { kind: "part", start: 0, end: 10 }],
  ["bytes=2-4", { kind: "part", start: 2, end: 5 }],
  ["bytes=2-99", { kind: "part", start: 2, end: 10 }],
  ["bytes=-3", { kind: "part", start: 7, end: 10 }],
  ["bytes=-99", { kind: "part", start: 0, end: 10 }],
  ["bytes=-0", { kind: "unsatisfiable" }],
  ["bytes=10-", { kind: "unsatisfiable" }],
  ["bytes=5-2", { kind: "whole" }],
  ["bytes=-", { kind: "whole" }],
  ["bytes=0-1,4-5", { kind: "whole" }],
  ["items=0-1", { kind: "whole" }],
  [`bytes=0-${"9".repeat(40)}`, { kind: "whole" }],
])("%j of ten bytes", (header, range) => {
  expect(rangeOf(header, 10)).toEqual(range);
});
