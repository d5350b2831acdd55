import { Hono, type MiddlewareHandler } from "hono";
import type { AppEnv } from "../context.ts";
import { onError } from "../middleware/problems/problem-response.ts";

/** An app with nothing but the middleware under test, and a clock that a test sets. */
export function smallApp(...middleware: MiddlewareHandler<AppEnv>[]): { app: Hono<AppEnv>; clock: { at: number } } {
  const clock = { at: Date.UTC(2026, 10, 1) };
  const app = new Hono<AppEnv>();
  app.use(async (c, next) => {
    c.set("clock", { now: () => clock.at });
    c.set("requestId", "req_test");
    c.set("locale", "en");
    await next();
  });
  for (const one of middleware) app.use(one);
  app.onError(onError);
  app.all("/api/thing", (c) => c.json({ ok: true }));
  app.get("/api/breaks", () => {
    throw new Error("Failed query: select * from user where email = ? params: mona@example.com,sEcr3tT0kenVa1ueAbCdEf");
  });
  return { app, clock };
}
