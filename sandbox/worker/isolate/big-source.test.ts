import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { describe, expect, it } from "vitest";
import { BIG_SOURCE } from "./big-source.generated.ts";

describe("the guest's Big", () => {
  it("is the pinned package, letter by letter", () => {
    expect(BIG_SOURCE).toBe(readFileSync(createRequire(import.meta.url).resolve("big.js"), "utf8"));
  });
});
