import fc from "fast-check";
import { expect, test } from "vitest";
import { crumbsOf, isName, joined, parentOf, piecesOf, stemOf } from "./paths.ts";

test("paths are taken apart and put together", () => {
  expect(crumbsOf("Results/Invoices 2026")).toEqual([
    { name: "Results", path: "Results" },
    { name: "Invoices 2026", path: "Results/Invoices 2026" },
  ]);
  expect([crumbsOf(""), parentOf("a"), parentOf("a/b"), joined("", "a"), joined("a", "b")]).toEqual([
    [],
    "",
    "a",
    "a",
    "a/b",
  ]);
});

test("a new name replaces what stands before the ending", () => {
  expect(["plan.v2.csv", "تقرير.txt", "Folder", ".env", "a.longerthaneight"].map(stemOf)).toEqual([
    "plan.v2",
    "تقرير",
    "Folder",
    ".env",
    "a.longerthaneight",
  ]);
});

test("names that could lead elsewhere are not names", () => {
  expect(["report.csv", "تقرير ١.csv", ".env"].every(isName)).toBe(true);
  expect(["", "  ", ".", "..", "a/b", "a\\b", "x".repeat(201)].some(isName)).toBe(false);
});

test("marked pieces joined are the text, whatever the marks", () => {
  expect(piecesOf("total amount", [[6, 12]])).toEqual([
    { text: "total ", marked: false },
    { text: "amount", marked: true },
  ]);
  const mark = fc.tuple(fc.integer({ min: -5, max: 40 }), fc.integer({ min: -5, max: 40 }));
  fc.assert(
    fc.property(fc.string(), fc.array(mark), (text, marks) => {
      const pieces = piecesOf(text, marks);
      expect(pieces.map((one) => one.text).join("")).toBe(text);
      expect(pieces.every((one) => one.text !== "")).toBe(true);
    }),
  );
});
