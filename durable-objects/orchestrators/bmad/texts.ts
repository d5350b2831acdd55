import type { Failure } from "../../../shared/workflow/records.ts";

type Locale = "en" | "ar";

/** Sentences people read that the orchestrator writes itself; everything else a person reads comes from models
 * (in the request's language) or from the catalogue of errors. */
const TEXTS = {
  en: {
    repair: (label: string, why: string) =>
      `“${label}” did not succeed after three attempts.${why === "" ? "" : ` What went wrong last: ${why}`} What shall I do? You can also write what to do differently.`,
    retry: "Try again",
    skip: "Skip this step",
    stop: "Stop the workflow",
    skipped: "Skipped at your request.",
    unchecked: "Not checked: the review was skipped.",
    nothingToReview: "Nothing is left to check: every step before it was skipped.",
    nothingDone: "Every step was skipped, so there is no result.",
    review: "Check the result",
    secondCheck: "Independent second check",
    accepted: "Checked and accepted.",
  },
  ar: {
    repair: (label: string, why: string) =>
      `لم تنجح خطوة «${label}» بعد ثلاث محاولات.${why === "" ? "" : ` آخر ما حدث: ${why}`} ماذا أفعل؟ ويمكنك أيضًا أن تكتب ما الذي تريد تغييره.`,
    retry: "حاول مرة أخرى",
    skip: "تخطَّ هذه الخطوة",
    stop: "أوقف سير العمل",
    skipped: "تم التخطي بناءً على طلبك.",
    unchecked: "لم تُراجَع هذه الخطوة: تم تخطي المراجعة.",
    nothingToReview: "لم يبقَ ما يُراجَع: تم تخطي كل الخطوات السابقة.",
    nothingDone: "تم تخطي كل الخطوات، لذلك لا توجد نتيجة.",
    review: "مراجعة النتيجة",
    secondCheck: "مراجعة ثانية مستقلة",
    accepted: "تمت المراجعة والقبول.",
  },
} as const;

export const textsFor = (locale: Locale): (typeof TEXTS)[Locale] => TEXTS[locale];

export type RepairAnswer = "retry" | "skip" | "stop" | "guidance";

/** What an answer to a repair question means: one of the choices in either language, or words to go by. */
export function repairAnswer(answer: string): RepairAnswer {
  const said = answer.trim().toLowerCase();
  for (const choice of ["retry", "skip", "stop"] as const)
    if (said === choice || said === TEXTS.en[choice].toLowerCase() || said === TEXTS.ar[choice]) return choice;
  return "guidance";
}

/** Why a step failed, as far as it can be told in the person's language; "" when only a code is known. */
export const reasonOf = (failure: Failure | null): string =>
  typeof failure?.params["reasons"] === "string" ? failure.params["reasons"].slice(0, 400) : "";
