import type { Context } from "hono";
import type { Env } from "../durable-objects/env.ts";
import type { Locale } from "../shared/errors/catalogue/describe.ts";
import type { ProblemCode } from "../shared/errors/codes.ts";
import type { Clock } from "../shared/lib/ports.ts";
import type { Identity } from "./identity/identify.ts";

/** What the middleware has found out about a request. */
export interface Variables {
  requestId: string;
  locale: Locale;
  clock: Clock;
  /** Takes one line of the log, JSON. */
  log: (line: string) => void;
  /** Absent until a route asked, and where nobody was proved. */
  identity?: Identity | undefined;
  /** `Set-Cookie` lines that prolong the session. */
  renewal?: readonly string[] | undefined;
  /** For the log: ids only. */
  projectId?: string | undefined;
  workflowId?: string | undefined;
  problemCode?: ProblemCode | undefined;
}

export type AppEnv = { Bindings: Env; Variables: Variables };
export type AppContext = Context<AppEnv>;
