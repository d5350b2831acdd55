import { changesOf } from "../../../../shared/text/change.ts";
import { pick } from "../labels.ts";
import type { PlannedStep } from "../planning.ts";
import type { Prompt } from "../prompt.ts";
import { readable } from "../wording.ts";
import { briefOf, short, siteLimits } from "./brief.ts";
import { type SitePart, writeSitePart } from "./formal.ts";
import { nameIn } from "./page.ts";

/** The built-in service that publishes. */
export const SITES = "sites";

export interface Proposal {
  readonly title: string;
  readonly summary: string;
  readonly limits: readonly string[];
  readonly steps: readonly PlannedStep[];
}

/** A page in five steps: facts, look, page, live, review. Without the service it ends with the files. */
export function sitePlan(prompt: Prompt): Proposal {
  const { lang } = prompt;
  const brief = briefOf(prompt);
  const live = prompt.services.some((one) => one.name === SITES);
  const name = nameIn(brief, lang) ?? brief.kind.name[lang];
  const step = (
    part: SitePart,
    label: string,
    told: string,
    more: Pick<PlannedStep, "agent" | "stage" | "dependsOn"> & Partial<PlannedStep>,
  ): PlannedStep => ({
    id: part,
    type: "task",
    tier: "fast",
    optional: false,
    ...more,
    label,
    instructions: [label, told, writeSitePart(part, lang)].join("\n"),
  });
  const both = brief.languages.length > 1;
  const steps: PlannedStep[] = [
    step(
      "facts",
      pick(lang, "Collect what the page must say", "جمع ما يجب أن تقوله الصفحة"),
      pick(
        lang,
        "Take name, hours, contact, services and languages from the request as they stand there; name what is missing. Invent nothing.",
        "خذ الاسم والأوقات وبيانات التواصل والخدمات واللغات من الطلب كما هي، واذكر ما ينقص. لا تضف شيئًا من عندك.",
      ),
      { agent: "analyst", stage: "planning", dependsOn: [], type: "agent" },
    ),
    step(
      "style",
      pick(lang, "Design the look", "تصميم المظهر"),
      pick(
        lang,
        "One style sheet without anything from elsewhere: phones first, good Arabic and Latin type, contrast of at least 4.5, print.",
        "ملف تنسيق واحد دون أي محتوى خارجي: الجوال أولًا، خطوط جيدة للعربية واللاتينية، تباين 4.5 على الأقل، ونسخة للطباعة.",
      ),
      { agent: "ux", stage: "building", dependsOn: ["facts"] },
    ),
    step(
      "page",
      pick(lang, "Build the page", "بناء الصفحة"),
      pick(
        lang,
        `Semantic HTML${both ? " with both languages, each with the same sections," : ""} and the opening hours as a table; what is not known is marked as a gap. Check structure, links, languages and hours by code.`,
        `HTML سليم${both ? " باللغتين وبالأقسام نفسها" : ""} مع جدول لأوقات العمل؛ وما هو غير معروف يُعلَّم بوضوح. افحص البنية والروابط واللغات والأوقات بالكود.`,
      ),
      { agent: "dev", stage: "building", dependsOn: ["style"] },
    ),
    ...(live
      ? [
          step(
            "publish",
            pick(lang, "Publish and look at it live", "النشر وفحص الصفحة المنشورة"),
            pick(
              lang,
              'Publish the folder "site" with publish_site, open the live page with fetch_page and check that what was asked for stands there.',
              'انشر المجلد "site" بأداة publish_site، ثم افتح الصفحة المنشورة بأداة fetch_page وتأكد من وجود المطلوب.',
            ),
            {
              agent: "dev",
              stage: "building",
              type: "integration",
              dependsOn: ["page"],
              touches: [SITES],
              proof: "page",
            },
          ),
        ]
      : []),
    {
      id: "review",
      label: live
        ? pick(lang, "Check the live page independently", "فحص مستقل للصفحة المنشورة")
        : pick(lang, "Check the page independently", "فحص مستقل للصفحة"),
      type: "decision",
      agent: "reviewer",
      stage: "reviewing",
      dependsOn: [live ? "publish" : "page"],
      instructions: pick(
        lang,
        `Read ${live ? "the live page" : "the files"}: title, every language, every section, the hours and contact data against the request, and the links. Accept only what stands there.`,
        `اقرأ ${live ? "الصفحة المنشورة" : "الملفات"}: العنوان وكل لغة وكل قسم، والأوقات وبيانات التواصل مقارنة بالطلب، والروابط. لا تقبل إلا ما هو موجود.`,
      ),
      tier: "standard",
      optional: false,
    },
  ];
  const languages = both
    ? pick(lang, "in Arabic and English", "بالعربية والإنجليزية")
    : brief.languages[0] === "ar"
      ? pick(lang, "in Arabic", "بالعربية")
      : pick(lang, "in English", "بالإنجليزية");
  const clear = [...name].slice(0, 60).join("");
  const change = changesOf(prompt.request).changes.at(-1);
  return {
    title: pick(lang, `One-page site: ${clear}`, `موقع من صفحة واحدة: ${clear}`).slice(0, 98),
    summary: readable(
      [
        change === undefined
          ? pick(lang, `You get a one-page site ${languages}.`, `ستحصل على موقع من صفحة واحدة ${languages}.`)
          : pick(lang, `Your page with this change: “${short(change)}”.`, `صفحتك مع هذا التغيير: «${short(change)}».`),
        change !== undefined && live
          ? pick(
              lang,
              "You are asked before it replaces the page at the same address; the version before it is kept.",
              "تُسأل قبل أن تحل محل الصفحة على العنوان نفسه، وتُحفظ النسخة السابقة.",
            )
          : live
            ? pick(
                lang,
                "You are asked before it goes live; then it has an address of its own, which an independent review opens and checks.",
                "تُسأل قبل النشر، ثم يكون للموقع عنوان خاص يفتحه مراجع مستقل ويفحصه.",
              )
            : pick(lang, "You get its files, checked by an independent review.", "تستلم ملفاته بعد فحص مستقل."),
      ].join(" "),
      lang,
    ),
    limits: [
      ...siteLimits(brief, lang),
      ...(live
        ? []
        : [
            pick(
              lang,
              "Publishing is not available here: you get the files to put on your own web space.",
              "النشر غير متاح هنا: تستلم الملفات لتضعها على استضافتك.",
            ),
          ]),
      ...(prompt.files.some((file) => file.kind !== "document")
        ? [
            pick(
              lang,
              "Tables and pictures you attached are not put on the page.",
              "الجداول والصور المرفقة لا تُعرض في الصفحة.",
            ),
          ]
        : []),
    ].map((limit) => readable(limit, lang).slice(0, 398)),
    steps,
  };
}
