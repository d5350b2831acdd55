import { isProblemCode } from "../../../shared/errors/catalogue/describe.ts";
import type { ProblemCode } from "../../../shared/errors/codes.ts";
import { type Problem, problem } from "../../../shared/errors/problem.ts";
import type { Failure } from "../../../shared/workflow/records.ts";

/** A failure of the catalogue, without parameters. `technical` is for logs and support only. */
export function failureOf(code: ProblemCode, technical = ""): Failure {
  return { code, params: {}, technical: technical.slice(0, 2000) };
}

/** What an exception means to a person: the code it carries, as a wrong model setting does, else `otherwise`. */
export function problemFrom(error: unknown, otherwise: ProblemCode = "internal"): Problem {
  if (!(error instanceof Error) || !("code" in error)) return problem(otherwise);
  const code = String(error.code);
  if (!isProblemCode(code)) return problem(otherwise);
  return problem(code, "variable" in error ? { variable: String(error.variable) } : {});
}

export function failureFrom(error: unknown): Failure {
  const technical = error instanceof Error ? error.message : String(error);
  return { ...problemFrom(error), params: { ...problemFrom(error).params }, technical: technical.slice(0, 2000) };
}
