import type { AppContext } from "../context.ts";
import { redact } from "./logger/redact.ts";

/** A failure that the caller is told of in other words, or not at all: the log gets what it may say. */
export function report(c: AppContext, work: string, error: unknown): void {
  const said = error instanceof Error ? redact(error) : { error: "unknown" };
  c.var.log(JSON.stringify({ level: "error", requestId: c.get("requestId"), work, ...said }));
}

/** Work that the answer need not wait for. */
export function defer(c: AppContext, work: string, running: Promise<unknown>): void {
  const watched = running.catch((error: unknown) => report(c, work, error));
  try {
    c.executionCtx.waitUntil(watched);
  } catch {
    // Called without a platform behind it (unit tests): the promise runs on its own.
  }
}
