import type { Env } from "../durable-objects/env.ts";
import { SiteHosts } from "../shared/lib/site-hosts.ts";
import { answerSite } from "./sites/answer-site.ts";

export interface FrontDoorParts {
  /** Answers `/api/*` on the app's hosts. */
  readonly api: (request: Request, env: Env, ctx: ExecutionContext) => Response | Promise<Response>;
}

/**
 * Every request comes here first. The host decides: under the sites' domain there are published pages and nothing
 * else, on every other host there is the app and no published page.
 */
export function createFrontDoor({ api }: FrontDoorParts) {
  return async (request: Request, env: Env, ctx: ExecutionContext): Promise<Response> => {
    const url = new URL(request.url);
    const host = new SiteHosts(env.SITES_DOMAIN).kindOf(url.hostname);
    if (host.kind !== "app") return answerSite(request, url, host, env);
    if (url.pathname.startsWith("/api/")) return api(request, env, ctx);
    return env.ASSETS.fetch(request);
  };
}
