import { describe } from "../../../shared/errors/catalogue/describe.ts";
import { CODES } from "../../../shared/errors/codes.ts";
import { type Problem, problem } from "../../../shared/errors/problem.ts";
import type { ProblemBody } from "../../../shared/errors/problem-body.ts";
import type { AppContext } from "../../context.ts";
import { type FieldProblem, ProblemError } from "./problem-error.ts";

export const PROBLEM_TYPE = "application/problem+json; charset=utf-8";

/** A problem as this request's answer, in the caller's language. */
export function problemResponse(
  c: AppContext,
  value: Problem,
  extra: { retryAfter?: number | undefined; fields?: readonly FieldProblem[] | undefined } = {},
): Response {
  const { status, retryable } = CODES[value.code];
  const text = describe(value, c.get("locale") ?? "en");
  const retryAfter = extra.retryAfter ?? (retryable ? text.etaSeconds : undefined);
  const body: ProblemBody = {
    type: `/api/docs#problem-${value.code}`,
    status,
    code: value.code,
    title: text.title,
    detail: text.detail,
    doing: text.doing,
    ...(retryAfter === undefined ? {} : { retryAfter }),
    ...(extra.fields ? { fields: [...extra.fields] } : {}),
    requestId: c.get("requestId"),
  };
  c.set("problemCode", value.code);
  const headers = new Headers({ "content-type": PROBLEM_TYPE });
  if (retryAfter !== undefined) headers.set("retry-after", String(Math.ceil(retryAfter)));
  return new Response(JSON.stringify(body), { status, headers });
}

/** Every thrown thing ends here: our own problems as they are, anything else as `internal`, without a word of it. */
export function onError(error: Error, c: AppContext): Response {
  if (error instanceof ProblemError) return problemResponse(c, error.problem, error);
  const answer = problemResponse(c, problem("internal"));
  // Leaves the code unset, so that the logger adds what it may say of the error.
  c.set("problemCode", undefined);
  return answer;
}
