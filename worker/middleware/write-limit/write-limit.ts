import { createMiddleware } from "hono/factory";
import type { AppEnv } from "../../context.ts";
import { clientIp, networkOf } from "../../identity/client-ip.ts";
import { tooFast } from "../problems/problem-error.ts";

const MAX_NETWORKS = 10_000;

export interface WriteLimit {
  readonly max: number;
  readonly windowMs: number;
}

/** Far above what people and their scripts do, below what hurts. */
export const WRITES: WriteLimit = { max: 6_000, windowMs: 60_000 };

/**
 * Writes per network and window, counted in this isolate: it turns a flood away before the flood costs a database
 * write. The limits that protect accounts are durable ones, see worker/identity/guard.ts.
 */
export function writeLimit(limit: WriteLimit = WRITES) {
  let windows = new Map<string, { count: number; resetAt: number }>();
  return createMiddleware<AppEnv>(async (c, next) => {
    if (c.req.method !== "GET" && c.req.method !== "HEAD") {
      const now = c.var.clock.now();
      if (windows.size > MAX_NETWORKS) windows = new Map([...windows].filter(([, window]) => window.resetAt > now));
      if (windows.size > MAX_NETWORKS) windows.clear();
      const key = networkOf(clientIp(c.req.raw.headers));
      const known = windows.get(key);
      const window = known && known.resetAt > now ? known : { count: 0, resetAt: now + limit.windowMs };
      windows.set(key, window);
      window.count++;
      if (window.count > limit.max) throw tooFast(Math.max(1, Math.ceil((window.resetAt - now) / 1000)));
    }
    await next();
  });
}
