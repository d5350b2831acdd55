import { pick } from "../labels.ts";
import type { PlannedStep } from "../planning.ts";
import type { ServicePrompt } from "../prompt.ts";
import type { Lang } from "../spec.ts";
import type { OutsideAsk, OutsideReading } from "./ask.ts";
import { writeOutside } from "./formal.ts";

/** More records than a person can look through and approve one by one are not sent. */
export const MAX_CALLS = 10;

/** A step for each service that was asked for; it waits for the steps whose results it sends. */
export function outsideSteps(
  { asks }: OutsideReading,
  services: readonly ServicePrompt[],
  given: { readonly dependsOn: readonly string[]; readonly source: string; readonly lang: Lang },
): PlannedStep[] {
  const { dependsOn, source, lang } = given;
  return asks.map((ask): PlannedStep => {
    const label = sendingLabel(ask, services, lang);
    return {
      id: `send-${ask.service}`.slice(0, 40),
      label: label.slice(0, 118),
      type: "integration",
      agent: "dev",
      stage: "building",
      dependsOn,
      instructions: [
        label,
        pick(
          lang,
          `Send with http_request exactly what stands in the file, at most ${MAX_CALLS} calls, and report the receipt of each. A call that is declined is reported and not repeated.`,
          `أرسل بأداة http_request ما في الملف تمامًا، بحد أقصى ${MAX_CALLS} طلبات، واذكر إيصال كل طلب. الطلب المرفوض يُذكر ولا يُعاد.`,
        ),
        writeOutside({ ...ask, source }, lang),
      ].join("\n"),
      tier: "fast",
      optional: false,
      touches: [ask.service],
    };
  });
}

/** "Enter at Bookings". */
export function sendingLabel(ask: OutsideAsk, services: readonly ServicePrompt[], lang: Lang): string {
  const name = services.find((one) => one.name === ask.service)?.label[lang] ?? ask.service;
  return ask.each
    ? pick(lang, `Enter at ${name}`, `تسجيل في ${name}`)
    : pick(lang, `Send to ${name}`, `إرسال إلى ${name}`);
}

/** What people must know of the services before they approve. */
export function outsideLimits(
  { asks, unclear }: OutsideReading,
  services: readonly ServicePrompt[],
  lang: Lang,
): string[] {
  return [
    ...unclear.map(({ label }) =>
      pick(
        lang,
        `Nothing is sent to ${label.en}: its description does not say how.`,
        `لن يُرسل شيء إلى ${label.ar}: لا يذكر وصفها طريقة الإرسال.`,
      ),
    ),
    ...services
      .filter(({ name, ready }) => !ready && asks.some((ask) => ask.service === name))
      .map(({ label }) =>
        pick(
          lang,
          `${label.en} has no credentials here, so this part can only be rehearsed.`,
          `لا توجد بيانات دخول إلى ${label.ar} هنا، لذلك تُجرَّب هذه الخطوة دون إرسال.`,
        ),
      ),
  ];
}
