import { createMiddleware } from "hono/factory";
import type { AppEnv } from "../../context.ts";
import { refuse } from "../problems/problem-error.ts";

const READS = new Set(["GET", "HEAD", "OPTIONS"]);

/**
 * Whether a request that could change something, or opens a socket, comes from our own pages. A browser always says
 * where such a request comes from; a program may say nothing.
 * @param allowed further origins, comma separated
 */
export function fromOurPages(request: Request, allowed: string | undefined): boolean {
  const origin = request.headers.get("origin");
  if (origin !== null) return isOurs(origin, new URL(request.url), allowed);
  const site = request.headers.get("sec-fetch-site");
  return site === null || site === "same-origin" || site === "none";
}

function isOurs(origin: string, url: URL, allowed: string | undefined): boolean {
  if (origin === url.origin) return true;
  // Behind a proxy that ends TLS the page is https and the request is not; the other way round is no page of ours.
  if (url.protocol === "http:" && origin === `https://${url.host}`) return true;
  return (allowed ?? "").split(",").some((entry) => entry.trim() !== "" && entry.trim() === origin);
}

/** Refuses writes and sockets from foreign pages (CSRF, cross-site socket hijacking). */
export const originCheck = createMiddleware<AppEnv>(async (c, next) => {
  const socket = c.req.header("upgrade") !== undefined;
  if ((!READS.has(c.req.method) || socket) && !fromOurPages(c.req.raw, c.env.APP_ORIGIN)) throw refuse("bad_origin");
  await next();
});
