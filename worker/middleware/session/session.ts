import { createMiddleware } from "hono/factory";
import type { AppContext, AppEnv } from "../../context.ts";
import { type Identity, identify } from "../../identity/identify.ts";
import { saidLanguage } from "../locale/locale.ts";
import { refuse } from "../problems/problem-error.ts";

/** Carries a prolonged session's cookie back, where a route found one out and set none itself. */
export const session = createMiddleware<AppEnv>(async (c, next) => {
  await next();
  if (c.res.status !== 101 && !c.res.headers.has("set-cookie"))
    for (const cookie of c.get("renewal") ?? []) c.res.headers.append("set-cookie", cookie);
});

/** Who asks; found out when a route wants to know, so that public ones cost no query. @throws unauthenticated */
export async function requireIdentity(c: AppContext): Promise<Identity> {
  const known = c.get("identity");
  if (known) return known;
  const found = await identify(c.req.raw, c.env);
  if (!found) throw refuse("unauthenticated");
  c.set("identity", found.identity);
  c.set("renewal", found.cookies);
  if (!saidLanguage(c.req.query("lang"), c.req.header("accept-language"))) c.set("locale", found.locale);
  return found.identity;
}
