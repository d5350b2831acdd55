import { Hono } from "hono";
import type { Clock } from "../shared/lib/ports.ts";
import type { AppEnv } from "./context.ts";
import { drainBody } from "./middleware/body/drain-body.ts";
import { locale } from "./middleware/locale/locale.ts";
import { logger } from "./middleware/logger/logger.ts";
import { originCheck } from "./middleware/origin/origin.ts";
import { onError } from "./middleware/problems/problem-response.ts";
import { requestId } from "./middleware/request-id/request-id.ts";
import { securityHeaders } from "./middleware/security-headers/security-headers.ts";
import { session } from "./middleware/session/session.ts";
import { writeLimit } from "./middleware/write-limit/write-limit.ts";
import { ROUTES } from "./routes/all-routes.ts";
import { docRoutes } from "./routes/docs/docs.ts";
import { unknownRoute } from "./routing/not-found.ts";
import type { Route } from "./routing/route.ts";

// biome-ignore lint/suspicious/noConsole: the log's way out
const CONSOLE = (line: string): void => console.log(line);
const SYSTEM_CLOCK: Clock = { now: () => Date.now() };

export interface AppParts {
  readonly clock?: Clock;
  /** Takes each line of the log. */
  readonly log?: (line: string) => void;
  readonly routes?: readonly Route[];
}

/** The API: what it is made of, in the order a request passes through. */
export function createApp({ clock = SYSTEM_CLOCK, log = CONSOLE, routes = ROUTES }: AppParts = {}): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  app.use(async (c, next) => {
    c.set("clock", clock);
    c.set("log", log);
    await next();
  });
  app.use(drainBody, requestId, logger, securityHeaders, locale, writeLimit(), originCheck, session);
  const all = [...routes, ...docRoutes(routes)];
  for (const { spec, handle } of all) app.on(spec.method, spec.path, handle);
  app.notFound(unknownRoute(all.map((route) => route.spec)));
  app.onError(onError);
  return app;
}
