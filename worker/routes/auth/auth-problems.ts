import type { ProblemCode } from "../../../shared/errors/codes.ts";
import { problem } from "../../../shared/errors/problem.ts";
import { ProblemError } from "../../middleware/problems/problem-error.ts";

/** The library's codes, in our catalogue. */
const CODES: Readonly<Record<string, ProblemCode>> = {
  USER_ALREADY_EXISTS: "email_taken",
  USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL: "email_taken",
  // The address is unique in the database: the second of two sign-ups at once fails there.
  FAILED_TO_CREATE_USER: "email_taken",
  INVALID_EMAIL_OR_PASSWORD: "bad_credentials",
  INVALID_PASSWORD: "weak_password",
  PASSWORD_TOO_SHORT: "weak_password",
};

const FIELDS: Readonly<Record<string, string>> = { INVALID_EMAIL: "email", PASSWORD_TOO_LONG: "password" };

/** A refusal of the identity library as our problem; anything else as it is. */
export function asProblem(error: unknown): unknown {
  const code = codeOf(error);
  if (code === null) return error;
  const field = FIELDS[code];
  if (field) return new ProblemError(problem("invalid_request", { fields: field }));
  const ours = CODES[code];
  return ours ? new ProblemError(problem(ours)) : error;
}

function codeOf(error: unknown): string | null {
  if (!(error instanceof Error) || !("body" in error)) return null;
  const { body } = error;
  return typeof body === "object" && body !== null && "code" in body && typeof body.code === "string"
    ? body.code
    : null;
}
