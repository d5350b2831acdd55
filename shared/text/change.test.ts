import { expect, it } from "vitest";
import { changesOf, nameForOthers, nameOfChange, withChange } from "./change.ts";

it.each(["en", "ar"] as const)("a change is read back as it was said, and another after it: %s", (locale) => {
  const once = withChange("A page for my clinic", "Hours 8–4\n\nand: a phone", locale);
  const twice = withChange(once, "Call it Noor", "en");
  expect(changesOf(twice)).toEqual({
    first: "A page for my clinic",
    changes: ["Hours 8–4\n\nand: a phone", "Call it Noor"],
  });
  expect(changesOf("No change: here")).toEqual({ first: "No change: here", changes: [] });
});

it("what was to be different names the run for its members, and nobody else", () => {
  const change = `Cheaper than\nNoor ${"x".repeat(100)}`;
  const run = { name: nameOfChange(change), userInput: withChange("A page", change, "en"), plan: { title: "Site" } };
  expect(run.name).toMatch(/^Cheaper than Noor x{62}$/);
  expect(nameForOthers(run)).toBe("Site");
  expect(nameForOthers({ ...run, plan: null })).toBe("");
  expect(nameForOthers({ ...run, name: "Clinic" })).toBe("Clinic");
  expect(nameForOthers({ ...run, name: "", userInput: "A page" })).toBe("Site");
});
