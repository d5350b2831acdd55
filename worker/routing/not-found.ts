import { problem } from "../../shared/errors/problem.ts";
import type { AppContext } from "../context.ts";
import { problemResponse } from "../middleware/problems/problem-response.ts";
import type { Method, RouteSpec } from "./route.ts";

type Place = Pick<RouteSpec, "method" | "path">;

/** Answers what no route took: 405 with `Allow` where the address exists for another method, else 404. */
export function unknownRoute(specs: readonly Place[]): (c: AppContext) => Response {
  const table = specs.map((spec) => ({ method: spec.method, pattern: patternOf(spec.path) }));
  return (c) => {
    const allowed = new Set<Method | "HEAD">();
    for (const { method, pattern } of table) if (pattern.test(c.req.path)) allowed.add(method);
    if (allowed.size === 0) return problemResponse(c, problem("not_found"));
    if (allowed.has("GET")) allowed.add("HEAD");
    const answer = problemResponse(c, problem("method_not_allowed"));
    answer.headers.set("allow", [...allowed].join(", "));
    return answer;
  };
}

const patternOf = (path: string): RegExp => new RegExp(`^${path.replaceAll(".", "\\.").replace(/:\w+/g, "[^/]+")}$`);
