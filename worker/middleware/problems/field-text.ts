import type { z } from "zod";
import type { Locale } from "../../../shared/errors/catalogue/describe.ts";
import { problem } from "../../../shared/errors/problem.ts";
import { type FieldProblem, ProblemError } from "./problem-error.ts";

type Kind = "missing" | "type" | "short" | "long" | "form" | "choice" | "unknown";

const TEXTS: Readonly<Record<Locale, Readonly<Record<Kind, string>>>> = {
  en: {
    missing: "is missing",
    type: "is of the wrong kind",
    short: "is too short or too small",
    long: "is too long or too large",
    form: "does not have the expected form",
    choice: "is not one of the possible values",
    unknown: "is not known here",
  },
  ar: {
    missing: "ناقص",
    type: "من نوع غير صحيح",
    short: "قصير أو صغير أكثر من اللازم",
    long: "طويل أو كبير أكثر من اللازم",
    form: "ليس بالشكل المتوقع",
    choice: "ليس من القيم الممكنة",
    unknown: "غير معروف هنا",
  },
};

function kindOf(issue: z.core.$ZodIssue): Kind {
  switch (issue.code) {
    case "invalid_type":
      return issue.input === undefined ? "missing" : "type";
    case "too_small":
      return "short";
    case "too_big":
      return "long";
    case "invalid_value":
    case "invalid_union":
      return "choice";
    case "unrecognized_keys":
      return "unknown";
    default:
      return "form";
  }
}

/** A refused body or query as `invalid_request`, with each field and a plain reason. */
export function invalidRequest(error: z.ZodError, locale: Locale): ProblemError {
  const fields: FieldProblem[] = error.issues.slice(0, 20).map((issue) => ({
    path: issue.path.map(String).join(".") || "body",
    message: TEXTS[locale][kindOf(issue)],
  }));
  const names = [...new Set(fields.map((field) => field.path))].join(", ");
  return new ProblemError(problem("invalid_request", { fields: names }), { fields });
}
