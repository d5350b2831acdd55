import { expect, it } from "vitest";
import { splitDates } from "./split-dates.ts";

const dates = (text: string) => splitDates(text).flatMap((part) => (part.date ? [part.text] : []));

it("finds ISO dates and months in a sentence and loses nothing of it (NFR-S4.1)", () => {
  const text = "بتاريخ 2026-11-23، شهر 2026-10: الإجمالي 12.500 KWD.";
  expect(dates(text)).toEqual(["2026-11-23", "2026-10"]);
  expect(
    splitDates(text)
      .map((part) => part.text)
      .join(""),
  ).toBe(text);
});

it("leaves numbers, identifiers and file names whole", () => {
  expect(dates("1,391.880 INV-2026-11 2026-11-231 12026-11-23 2026-11.csv")).toEqual([]);
  expect(dates("2026-11-23.")).toEqual(["2026-11-23"]);
});
