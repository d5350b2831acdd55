import { describe, expect, test } from "vitest";
import { indexText, nameExpression, nameMarks, queryWords, snippetOf, textExpression } from "./query.ts";

const marked = (text: string, marks: readonly (readonly [number, number])[]) => marks.map(([a, b]) => text.slice(a, b));

describe("queries are words", () => {
  test.each([
    ['"invoice" OR NOT (total)', ["invoice", "or", "not", "total"]],
    ["name:secret NEAR/2 x*", ["name", "secret", "near", "2", "x"]],
    ["a' ; DROP TABLE files; --", ["a", "drop", "table", "files"]],
    ["^^**(((\"\"\"'''{}[]", []],
    ["\u0000\u202e", []],
    ["فَاتُورَة ٢٠٢٦", ["فاتوره", "2026"]],
    ["Résumé", ["resume"]],
    ["same Same SAME", ["same"]],
  ])("%j", (query, words) => {
    expect(queryWords(query)).toEqual(words);
  });

  test("10,000 characters and thousands of words are bounded", () => {
    expect(queryWords("x".repeat(10_000))).toEqual(["x".repeat(64)]);
    expect(queryWords(Array.from({ length: 5000 }, (_, index) => `w${index}`).join(" "))).toHaveLength(12);
  });

  test("expressions hold nothing but quoted words", () => {
    const words = queryWords('cash" OR "1"="1 الفاتورة ab');
    expect(textExpression(words)).toMatch(/^"[\p{L}\p{N}]+"\*( AND "[\p{L}\p{N}]+"\*)*$/u);
    expect(nameExpression(words)).toMatch(/^"[\p{L}\p{N}]{3,}"( AND "[\p{L}\p{N}]{3,}")*$/u);
  });

  test("an Arabic word is found with and without article and prepositions", () => {
    expect(indexText("والفاتورة للعميل")).toBe("والفاتوره فاتوره للعميل عميل");
    expect(textExpression(queryWords("الفاتورة"))).toBe('"فاتوره"*');
    expect(indexText("الف")).toBe("الف");
  });
});

describe("places of the words", () => {
  test("in a name: inside words, over folded letters, merged", () => {
    expect(marked("Résumé-2026.pdf", nameMarks("Résumé-2026.pdf", ["sume", "026"]))).toEqual(["sumé", "026"]);
    expect(marked("فَاتُورَة.csv", nameMarks("فَاتُورَة.csv", ["فاتوره"]))).toEqual(["فَاتُورَة"]);
    expect(nameMarks("aaaa", ["aa"])).toEqual([[0, 4]]);
    expect(nameMarks("x", ["y"])).toEqual([]);
  });

  test("in a text: as it is written, whole words, never more than a passage", () => {
    const text = `${"عام ".repeat(3000)}دُفعت الفاتُورة رقم ٧٧ <script>alert(1)</script> ${"نص ".repeat(3000)}`;
    const found = snippetOf(text, queryWords("فاتورة 77"));
    expect(found?.text.length).toBeLessThanOrEqual(240);
    expect(marked(found?.text ?? "", found?.marks ?? [])).toEqual(["الفاتُورة", "٧٧"]);
    expect(found?.text).toContain("<script>");
  });

  test("the passage with most of the words wins; parts of words are none", () => {
    const text = `alpha ${"x ".repeat(2000)} alpha beta ${"y ".repeat(2000)}`;
    const found = snippetOf(text, ["alpha", "beta"]);
    expect(marked(found?.text ?? "", found?.marks ?? [])).toEqual(["alpha", "beta"]);
    expect(snippetOf("concatenate", ["cat"])).toBe(null);
  });

  test("a text of 64 K of odd characters is looked through in little time", () => {
    const text = "\u0301\u202e😀".repeat(20_000);
    expect(snippetOf(text, ["zebra"])).toBe(null);
  });
});
