import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { compile } from "../../../../.dev/compile-bmad.mjs";
import { ROSTER } from "../../../../shared/workflow/roster.ts";
import { TEAM } from "../roster.ts";

describe("the compiled method", () => {
  it("design §5 is what the pinned package says: compiling again gives the same files", () => {
    for (const [file, text] of Object.entries(compile())) expect(readFileSync(file, "utf8")).toBe(text);
  });

  it("FR-3.1 has the roster of five by name, and the reviewer", () => {
    expect(TEAM.map((one) => `${one.id} ${one.name}`)).toEqual([
      "analyst Mary",
      "pm John",
      "ux Sally",
      "architect Winston",
      "dev Amelia",
      "reviewer Reviewer",
    ]);
    for (const one of TEAM) {
      expect(one.role + one.identity + one.style).not.toBe("");
      expect(one.principles.length).toBeGreaterThan(0);
      expect(ROSTER[one.id]).toMatchObject({ name: one.name, title: { en: one.title } });
      expect(ROSTER[one.id].title.ar).toMatch(/\p{Script=Arabic}/u);
    }
  });
});
