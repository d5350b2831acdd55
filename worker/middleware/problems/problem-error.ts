import type { ProblemCode } from "../../../shared/errors/codes.ts";
import { type Problem, problem } from "../../../shared/errors/problem.ts";
import type { Answer } from "../../../shared/protocol/object-rpc.ts";

export interface FieldProblem {
  readonly path: string;
  readonly message: string;
}

/** Ends a request with a problem; the middleware of this folder writes it in the caller's language. */
export class ProblemError extends Error {
  override readonly name = "ProblemError";
  readonly problem: Problem;
  /** Seconds. */
  readonly retryAfter: number | undefined;
  readonly fields: readonly FieldProblem[] | undefined;

  constructor(value: Problem, extra: { retryAfter?: number; fields?: readonly FieldProblem[] } = {}) {
    super(value.code);
    this.problem = value;
    this.retryAfter = extra.retryAfter;
    this.fields = extra.fields;
  }
}

/** Shorthand for `throw refuse("not_found")`. */
export function refuse(code: ProblemCode, params: Readonly<Record<string, string | number>> = {}): ProblemError {
  return new ProblemError(problem(code, params));
}

/** Too much at once: `seconds` until it may be tried again. */
export function tooFast(seconds: number): ProblemError {
  return new ProblemError(problem("rate_limited", { seconds }), { retryAfter: seconds });
}

/** The value of an object's answer, or its refusal as this request's problem. */
export function unwrap<T>(answer: Answer<T>): T {
  if (!answer.ok) throw new ProblemError(answer.error);
  return answer.value;
}
