import { describe, expect, it } from "vitest";
import { patch } from "./patch.ts";

const refusal = (text: string, old: string, put = "x"): string => {
  const patched = patch(text, old, put);
  return patched.ok ? "" : patched.error;
};

describe("a patch", () => {
  it("replaces the one place and takes nothing in the new text for a pattern", () => {
    expect(patch("a $& b", "$&", "$1 $$ $`")).toEqual({ ok: true, value: "a $1 $$ $` b" });
    expect(patch("الاسم: علي\n", "علي", "أحمد")).toEqual({ ok: true, value: "الاسم: أحمد\n" });
    expect(patch("a\nb\n", "a\nb", "")).toEqual({ ok: true, value: "\n" });
  });

  it("keeps the file's line endings", () => {
    expect(patch("a\r\nb\r\nc\r\n", "a\nb", "x\ny\nz")).toEqual({ ok: true, value: "x\r\ny\r\nz\r\nc\r\n" });
    expect(patch("a\nb\n", "a", "x\ny")).toEqual({ ok: true, value: "x\ny\nb\n" });
  });

  it("says how many places there are, and where", () => {
    expect(refusal("a\nb\na\n", "a")).toContain("2 times (lines 1, 3)");
    expect(refusal("aaa", "aa")).toContain("2 times");
  });

  it("shows the nearest lines when it is not there, and whether only spaces differ", () => {
    const text = "function total(rows) {\n  return rows.length;\n}\n";
    expect(refusal(text, "function totals(row) {")).toContain("1: function total(rows) {");
    expect(refusal(text, "return  rows.length;\n}")).toContain("other spaces");
    expect(refusal(text, "zzz")).toContain("Read the file first");
  });

  it("refuses what changes nothing", () => {
    expect(refusal("a", "")).toContain("empty");
    expect(refusal("a", "a", "a")).toContain("the same");
  });
});
