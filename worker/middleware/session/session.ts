import { createMiddleware } from "hono/factory";
import type { AppContext, AppEnv } from "../../context.ts";
import { type Identity, identify } from "../../identity/identify.ts";
import { saidLanguage } from "../locale/locale.ts";
import { refuse } from "../problems/problem-error.ts";

/** Finds out who asks, for the routes that want to know; prolongs the session where it is due. */
export const session = createMiddleware<AppEnv>(async (c, next) => {
  const found = await identify(c.req.raw, c.env);
  c.set("identity", found?.identity ?? null);
  if (found && !saidLanguage(c.req.query("lang"), c.req.header("accept-language"))) c.set("locale", found.locale);
  await next();
  if (c.res.status !== 101 && !c.res.headers.has("set-cookie"))
    for (const cookie of found?.cookies ?? []) c.res.headers.append("set-cookie", cookie);
});

/** @throws unauthenticated */
export function requireIdentity(c: AppContext): Identity {
  const identity = c.get("identity");
  if (!identity) throw refuse("unauthenticated");
  return identity;
}
