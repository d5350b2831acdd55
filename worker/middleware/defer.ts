import type { AppContext } from "../context.ts";
import { redact } from "./logger/redact.ts";

/** Work that the answer need not wait for. A failure is logged; it never reaches the caller. */
export function defer(c: AppContext, work: Promise<unknown>): void {
  const watched = work.catch((error: unknown) => {
    const said = error instanceof Error ? redact(error) : { error: "unknown" };
    // biome-ignore lint/suspicious/noConsole: the log's way out
    console.log(JSON.stringify({ level: "error", requestId: c.get("requestId"), work: "deferred", ...said }));
  });
  try {
    c.executionCtx.waitUntil(watched);
  } catch {
    // Called without a platform behind it (unit tests): the promise runs on its own.
  }
}
