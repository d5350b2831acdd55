import type { ProblemCode } from "./codes.ts";

/** A refusal or failure: a code of the catalogue and what fills its text. Never free text for a person. */
export interface Problem {
  readonly code: ProblemCode;
  readonly params: Readonly<Record<string, string | number>>;
}

export const problem = (code: ProblemCode, params: Readonly<Record<string, string | number>> = {}): Problem => ({
  code,
  params,
});
