import { describe } from "../../../shared/errors/catalogue/describe.ts";
import { fence } from "../../../shared/text/fence.ts";
import type { EffectRecord } from "../../../shared/workflow/effects.ts";
import type { Failure } from "../../../shared/workflow/records.ts";

/** What the model is told of its outside call. What a service said is fenced: it is data. */
export const TOLD = {
  noSuchStep: (service: string) =>
    `This step may not reach "${service}": the person approved the plan without it. Do without, or say so in the result.`,
  notReady: (service: string) => `The service "${service}" has no credentials here, so nothing can be read or sent.`,
  toolGone: "This tool is no longer there. Nothing was sent.",
  rehearsed: (summary: string) =>
    `This run is a rehearsal: nothing was sent. It would be done like this: ${summary}. Go on as if it were done, and say in the result that it was rehearsed.`,
  done: ({ summary, receipt, knownBy }: EffectRecord) =>
    knownBy === "person"
      ? `Done: ${summary}. A person has looked and says that it happened.`
      : `Done: ${summary}.\n${receiptText(receipt)}`,
  // The id ties the answer to its effect: the receipt counts as evidence of the step that was answered from it.
  alreadyDone: ({ effectId, summary, settledAt, intendedAt, receipt }: EffectRecord) =>
    `Already done at ${settledAt ?? intendedAt} (${effectId}), so it was not sent again: ${summary}.\n${receiptText(receipt)}`,
  alreadyRehearsed: ({ effectId, summary }: EffectRecord) =>
    `This run is a rehearsal, and this very write was listed before (${effectId}): ${summary}. It would be sent once.`,
  takenBack: (summary: string) => `It was done and then taken back by a person: ${summary}. Do not do it again.`,
  declined: "The person declined this. It was not sent. Do not ask for the same again; go on without it.",
  expired: "Nobody decided in time, so it was not sent. Go on without it and say so in the result.",
  left: "Nobody can tell whether this happened, and the person decided to leave it. Do not send it again; say so in the result.",
  denied: "The service has no trace of it: it did not happen.",
  changed: "What the tool would send is no longer what the person approved, so nothing was sent.",
  failed: (failure: Failure) =>
    `It did not happen: ${describe(failure, "en").title}. ${describe(failure, "en").detail}${
      failure.technical === "" ? "" : `\n${fence("service_answer", failure.technical)}`
    }`,
  tooSlow: "The service did not answer in time.",
  brokenRead: "The tool could not be carried out because of a fault on our side.",
} as const;

function receiptText(receipt: EffectRecord["receipt"]): string {
  if (receipt === null) return "";
  const { reference, link, detail } = receipt;
  const lines = [reference && `reference: ${reference}`, link && `link: ${link}`, detail].filter((line) => line);
  return fence("receipt", lines.join("\n"));
}

/** Asked when nobody but a person can tell whether a write happened. `mayRepeat`: its step waits for the answer. */
export function doubtText(
  effect: Pick<EffectRecord, "summary" | "service" | "target">,
  mayRepeat: boolean,
  locale: "en" | "ar",
): string {
  const { service } = effect;
  const what = `${effect.summary} (${effect.target})`;
  if (locale === "ar") {
    const wanted = mayRepeat ? "هل تم، أم نرسله مرة أخرى، أم نتركه؟" : "هل تم؟ لن نرسله مرة أخرى.";
    return `أُرسل هذا إلى ${service} وانقطع الاتصال قبل وصول الرد، فلا نعرف هل تم: ${what}. تحقّق هناك من فضلك: ${wanted}`;
  }
  const wanted = mayRepeat
    ? "did it happen, shall we send it again, or leave it?"
    : "did it happen? It will not be sent once more.";
  return `This was sent to ${service}, and the answer was lost, so we cannot tell whether it happened: ${what}. Please look there: ${wanted}`;
}

/** Why an edit cannot be sent, told to the person who made it. */
export const EDIT_REFUSED = {
  en: {
    read: "This would only read; the step asked to write.",
    service: (name: string) => `The plan does not let this step reach "${name}".`,
    unstable: "The tool cannot promise to send exactly this.",
  },
  ar: {
    read: "هذا للقراءة فقط، والخطوة طلبت الكتابة.",
    service: (name: string) => `الخطة لا تسمح لهذه الخطوة بالوصول إلى «${name}».`,
    unstable: "لا تضمن الأداة إرسال هذا كما هو تمامًا.",
  },
} as const;
