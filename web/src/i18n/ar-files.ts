import type { Translated } from "./parts.ts";

/** See en-files.ts. */
export const arFiles: Translated<"files"> = {};
