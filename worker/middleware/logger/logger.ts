import { createMiddleware } from "hono/factory";
import type { AppEnv } from "../../context.ts";
import { redact } from "./redact.ts";

export type LogLine = Readonly<Record<string, string | number | undefined>>;

/**
 * One line of JSON per request: ids, route, status, time. Never a body, a header, a query or an address, and paths by
 * their pattern, so that nothing a person wrote can get in.
 */
export const logger = createMiddleware<AppEnv>(async (c, next) => {
  const { clock } = c.var;
  const started = clock.now();
  await next();
  const status = c.res.status;
  const failure = status >= 500 && c.error && !c.get("problemCode") ? redact(c.error) : {};
  const line: LogLine = {
    level: status >= 500 ? "error" : "info",
    at: new Date(clock.now()).toISOString(),
    requestId: c.get("requestId"),
    method: c.req.method,
    route: routePattern(c.req.path),
    status,
    ms: clock.now() - started,
    code: c.get("problemCode"),
    userId: c.get("identity")?.userId,
    projectId: c.get("projectId"),
    workflowId: c.get("workflowId"),
    ...failure,
  };
  c.var.log(JSON.stringify(line));
});

/** The path with every part that is not a plain word of ours replaced. */
export function routePattern(path: string): string {
  const parts = path.split("/").slice(0, 8);
  return parts.map((part) => (/^[a-z][a-z.-]{0,30}$/.test(part) || part === "" ? part : ":id")).join("/");
}
