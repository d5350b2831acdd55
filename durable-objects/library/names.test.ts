import { describe, expect, test } from "vitest";
import { cleanName, freeName, nameKey, parsePath, sortKey, zipName } from "./names.ts";

describe("names", () => {
  test.each([
    ["report.csv", "report.csv"],
    ["  تقرير المبيعات.xlsx ", "تقرير المبيعات.xlsx"],
    ["invoice\u202Efdp.exe", "invoicefdp.exe"],
    ["a\u0000b\u001b[31m.txt", "ab[31m.txt"],
    ["tag\u{e0041}\u{e007f}.txt", "tag.txt"],
    ["half \ud83d.txt", "half .txt"],
    ["e\u0301te\u0301.txt", "\u00e9t\u00e9.txt"],
    ["CON", "_CON"],
    ["nul.txt", "_nul.txt"],
    ["Lpt1", "_Lpt1"],
    ["console.log", "console.log"],
    ["trailing. . ", "trailing"],
    [".gitignore", ".gitignore"],
    ["a/b", null],
    ["a\\b", null],
    ["", null],
    ["\u200b\u202e ", null],
    [".", null],
    ["..", null],
    ["...", null],
  ])("%j is kept as %j", (given, expected) => {
    expect(cleanName(given)).toBe(expected);
  });

  test("300 characters are cut, the ending kept, no character halved", () => {
    expect(cleanName(`${"x".repeat(300)}.docx`)).toBe(`${"x".repeat(195)}.docx`);
    const emoji = cleanName("😀".repeat(300)) ?? "";
    expect(emoji.length).toBeLessThanOrEqual(200);
    expect(emoji.isWellFormed()).toBe(true);
  });

  test.each([
    ["a/b/c", ["a", "b", "c"]],
    ["/a//b/", ["a", "b"]],
    ["a\\b", ["a", "b"]],
    ["", []],
    ["../etc", null],
    ["a/../../etc", null],
    ["a/./b", null],
    ["a/\u202e/b", null],
    [Array.from({ length: 21 }, () => "d").join("/"), null],
    [Array.from({ length: 19 }, () => "d".repeat(90)).join("/"), null],
  ])("path %j is %j", (path, names) => {
    expect(parsePath(path)).toEqual(names);
  });

  test("case and normal forms are one name; other letters are others", () => {
    expect(nameKey("Report.CSV")).toBe(nameKey("report.csv"));
    expect(nameKey("e\u0301.txt")).toBe(nameKey("\u00c9.TXT"));
    expect(nameKey("ｒeport")).toBe(nameKey("report"));
    expect(nameKey("أحمد")).not.toBe(nameKey("احمد"));
  });

  test("order: numbers by value, spellings of Arabic together", () => {
    const names = ["file 10", "File 2", "file 1", "أحمد", "احمد ب", "آدم"];
    const sorted = names.toSorted((a, b) => (sortKey(a) < sortKey(b) ? -1 : 1));
    expect(sorted).toEqual(["file 1", "File 2", "file 10", "أحمد", "احمد ب", "آدم"]);
  });

  test("a free name keeps its ending and stays within the limit", () => {
    const taken = new Set(["a.csv", "a (2).csv"]);
    expect(freeName("a.csv", (name) => taken.has(name))).toBe("a (3).csv");
    const long = `${"x".repeat(196)}.csv`;
    const free = freeName(long, (name) => name === long);
    expect(free).toHaveLength(200);
    expect(free.endsWith(" (2).csv")).toBe(true);
  });

  test("a zip's entries unpack anywhere", () => {
    expect(zipName('a/b:c*?"<>|.txt')).toBe("a/b_c______.txt");
  });
});
