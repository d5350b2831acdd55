import { expect, test } from "vitest";
import { kindOf } from "./artifact-kind.ts";
import { isNumeric, parseCsv, toCsv } from "./csv.ts";

test("FR-9: quotes, doubled quotes, line breaks in fields, CRLF and a byte order mark", () => {
  expect(parseCsv('\ufeffa,"b ""x""",c\r\n1,"two\nlines",\r\n"","",""\r\n')).toEqual([
    ["a", 'b "x"', "c"],
    ["1", "two\nlines", ""],
    ["", "", ""],
  ]);
});

test("the last line needs no line break, an empty text has no rows, and a limit stops reading", () => {
  expect(parseCsv("a,b\n1,2")).toEqual([
    ["a", "b"],
    ["1", "2"],
  ]);
  expect(parseCsv("")).toEqual([]);
  expect(parseCsv("a\nb\nc\n", 2)).toEqual([["a"], ["b"]]);
  expect(parseCsv("a,\n")).toEqual([["a", ""]]);
});

test("what is written is read back the same", () => {
  const rows = [
    ["العميل", 'He said "no"', "a,b"],
    ["x\ny", "\r", ""],
  ];
  expect(parseCsv(toCsv(rows))).toEqual(rows);
});

test("columns of amounts are numbers, in either digits and with currencies; names and dates with letters are not", () => {
  for (const column of [
    ["1,200.500", "-3", "(4.5)", ""],
    ["٣٫٥", "١٢"],
    ["KWD 3.5", "$4"],
    ["80%", "5%"],
  ])
    expect(isNumeric(column)).toBe(true);
  for (const column of [["Noor", "2"], [""], ["Jan 2026", "Feb 2026"]]) expect(isNumeric(column)).toBe(false);
});

test("pages and drawings that agents make are shown as text, never rendered", () => {
  expect(kindOf({ name: "x.html", mediaType: "text/html" })).toBe("text");
  expect(kindOf({ name: "x.svg", mediaType: "image/svg+xml" })).toBe("text");
  expect(kindOf({ name: "x.csv", mediaType: "text/csv; charset=utf-8" })).toBe("table");
  expect(kindOf({ name: "x.md", mediaType: "text/plain" })).toBe("markdown");
  expect(kindOf({ name: "x.png", mediaType: "image/png" })).toBe("image");
  expect(kindOf({ name: "x.bin", mediaType: "application/octet-stream" })).toBe("other");
});
