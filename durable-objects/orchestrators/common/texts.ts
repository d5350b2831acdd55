import type { Failure } from "../../../shared/workflow/records.ts";

type Locale = "en" | "ar";

/** Sentences people read that the orchestrator writes itself; everything else a person reads comes from models
 * (in the request's language) or from the catalogue of errors. */
const TEXTS = {
  en: {
    repair: (label: string, why: string) =>
      `“${label}” did not succeed after three attempts.${why === "" ? "" : ` What went wrong last: ${why}`} Try again, skip this step, or stop the workflow?`,
    skipped: "Skipped at your request.",
    unchecked: "Not checked: the review was skipped.",
    nothingToReview: "Nothing is left to check: every step before it was skipped.",
    nothingDone: "Every step was skipped, so there is no result.",
    review: "Check the result",
    secondCheck: "Independent second check",
    accepted: "Checked and accepted.",
    testsPassed: "The tests passed.",
    pageSeen: "The live page was there.",
    noService: (name: string) => `“${name}” is not connected here, so nothing is sent there.`,
  },
  ar: {
    repair: (label: string, why: string) =>
      `لم تنجح خطوة «${label}» بعد ثلاث محاولات.${why === "" ? "" : ` آخر ما حدث: ${why}`} هل نحاول مرة أخرى، أم نتخطى هذه الخطوة، أم نوقف سير العمل؟`,
    skipped: "تم التخطي بناءً على طلبك.",
    unchecked: "لم تُراجَع هذه الخطوة: تم تخطي المراجعة.",
    nothingToReview: "لم يبقَ ما يُراجَع: تم تخطي كل الخطوات السابقة.",
    nothingDone: "تم تخطي كل الخطوات، لذلك لا توجد نتيجة.",
    review: "مراجعة النتيجة",
    secondCheck: "مراجعة ثانية مستقلة",
    accepted: "تمت المراجعة والقبول.",
    testsPassed: "نجحت الاختبارات.",
    pageSeen: "الصفحة المنشورة تعمل.",
    noService: (name: string) => `الخدمة «${name}» غير متصلة هنا، لذلك لن يُرسل إليها شيء.`,
  },
} as const;

export const textsFor = (locale: Locale): (typeof TEXTS)[Locale] => TEXTS[locale];

/** Why a step failed, as far as it can be told in the person's language; "" when only a code is known. */
export const reasonOf = (failure: Failure | null): string =>
  typeof failure?.params.reasons === "string" ? failure.params.reasons.slice(0, 400) : "";
