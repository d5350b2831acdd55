import type { Translated } from "./parts.ts";

/** See en-made.ts. */
export const arMade: Translated<"made"> = {};
