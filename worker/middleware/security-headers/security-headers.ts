import { createMiddleware } from "hono/factory";
import type { AppEnv } from "../../context.ts";

/** For data: nothing in it may load, run or be framed. */
export const DATA_CSP = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox";

/** For a page of ours without scripts (the API's own documentation). */
export const PAGE_CSP =
  "default-src 'none'; style-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** The same on every answer, also those of the static client (web/public/_headers). */
export const COMMON_HEADERS = {
  "strict-transport-security": "max-age=63072000; includeSubDomains",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "referrer-policy": "same-origin",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "permissions-policy": "camera=(self), microphone=(self), geolocation=(), payment=(), usb=()",
} as const;

/** Sets the headers a route has not set itself. */
export const securityHeaders = createMiddleware<AppEnv>(async (c, next) => {
  await next();
  if (c.res.status === 101) return;
  const { headers } = c.res;
  const stricter = headers.get("referrer-policy") === "no-referrer";
  for (const [name, value] of Object.entries(COMMON_HEADERS))
    if (name !== "referrer-policy" || !stricter) headers.set(name, value);
  if (!headers.has("content-security-policy")) headers.set("content-security-policy", DATA_CSP);
  // What one person read must not stay in a cache another can reach.
  if (!headers.has("cache-control")) headers.set("cache-control", "private, no-store");
});
