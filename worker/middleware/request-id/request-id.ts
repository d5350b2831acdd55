import { createMiddleware } from "hono/factory";
import { newId } from "../../../shared/lib/ids.ts";
import type { AppEnv } from "../../context.ts";

export const REQUEST_ID_HEADER = "x-request-id";

/** Names the request in its answer and in the log. Always ours: a caller's own id could forge log lines. */
export const requestId = createMiddleware<AppEnv>(async (c, next) => {
  c.set("requestId", newId("req"));
  await next();
  // A socket's answer must reach the platform untouched.
  if (c.res.status !== 101) c.res.headers.set(REQUEST_ID_HEADER, c.get("requestId"));
});
