import { SILENT_MS } from "./watchdog.ts";

/** NFR-SC2.1: what one user must be able to run at once. */
const LEAST = 100;
const DEFAULT = 200;
const MOST = 10_000;

/** Workflows that may run at once, from CAPACITY_RUNNING; never fewer than 100. What is not a number counts as not set. */
export function capacityFrom(text: string | undefined): number {
  const value = Number(text?.trim() || DEFAULT);
  return Number.isFinite(value) ? Math.min(MOST, Math.max(LEAST, Math.floor(value))) : DEFAULT;
}

/**
 * The seam where tests set a capacity of their own, and how long silence may last; an object, because the runtime
 * constructs what reads it.
 */
export const capacitySeam = { capacityFrom, silentMs: SILENT_MS };
