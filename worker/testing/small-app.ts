import { Hono, type MiddlewareHandler } from "hono";
import type { AppEnv } from "../context.ts";
import { onError } from "../middleware/problems/problem-response.ts";

/** An app with nothing but the middleware under test, a clock that a test sets, and the lines it logged. */
export function smallApp(...middleware: MiddlewareHandler<AppEnv>[]): {
  app: Hono<AppEnv>;
  clock: { at: number };
  lines: string[];
} {
  const lines: string[] = [];
  const clock = { at: Date.UTC(2026, 10, 1) };
  const app = new Hono<AppEnv>();
  app.use(async (c, next) => {
    c.set("clock", { now: () => clock.at });
    c.set("log", (line) => lines.push(line));
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
  return { app, clock, lines };
}
