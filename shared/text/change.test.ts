import { expect, it } from "vitest";
import { changesOf, withChange } from "./change.ts";

it.each(["en", "ar"] as const)("a change is read back as it was said, and another after it: %s", (locale) => {
  const once = withChange("A page for my clinic", "Hours 8–4\n\nand: a phone", locale);
  const twice = withChange(once, "Call it Noor", "en");
  expect(changesOf(twice)).toEqual({
    first: "A page for my clinic",
    changes: ["Hours 8–4\n\nand: a phone", "Call it Noor"],
  });
  expect(changesOf("No change: here")).toEqual({ first: "No change: here", changes: [] });
});
