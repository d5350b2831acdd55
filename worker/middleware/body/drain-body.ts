import { createMiddleware } from "hono/factory";
import type { AppEnv } from "../../context.ts";

/** As much as the largest request we take; who sends more is not waited for. */
export const DRAIN_BYTES = 32 * 1024 * 1024;
const DRAIN_WITHIN_MS = 10_000;

/**
 * Takes in, and forgets, what a request that was refused unread is still sending. Answered and closed in the middle of
 * it, the connection would break for the sender, who then never sees why it was refused.
 */
export const drainBody = createMiddleware<AppEnv>(async (c, next) => {
  await next();
  const { body, bodyUsed, headers } = c.req.raw;
  if (body === null || bodyUsed || Number(headers.get("content-length") ?? 0) > DRAIN_BYTES) return;
  await drain(body);
});

async function drain(body: ReadableStream<Uint8Array>): Promise<void> {
  const reader = body.getReader();
  // A sender that stops, or never ends, ends here.
  const timer = setTimeout(() => void reader.cancel().catch(() => undefined), DRAIN_WITHIN_MS);
  try {
    for (let left = DRAIN_BYTES; left > 0; ) {
      const { done, value } = await reader.read();
      if (done) return;
      left -= value.byteLength;
    }
    await reader.cancel();
  } catch {
    // It went away: nobody is left to be told.
  } finally {
    clearTimeout(timer);
  }
}
