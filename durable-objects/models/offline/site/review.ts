import { list, record, textOf } from "../building/report.ts";
import { pick } from "../labels.ts";
import type { Call, Prompt, WorkPrompt } from "../prompt.ts";
import type { Judgement, Look } from "../reviewing/look.ts";
import { judgedBy, verdictOf } from "../reviewing/look.ts";
import { readable } from "../wording.ts";
import type { SiteBrief } from "./ask.ts";
import { briefOf, expectedTexts, factLines, gapsText } from "./brief.ts";
import { contentCode, styleCode } from "./check-code.ts";
import type { SitePart } from "./formal.ts";
import { firstLink, missingFrom, readSeen } from "./live.ts";
import { headingOf, sectionsOf, titleOf } from "./page.ts";

/** The live address a publishing step has a receipt for; null when nothing went live. */
export function liveLink(work: WorkPrompt): string | null {
  const evidence = list(work.evidence).map(record);
  const receipt = evidence.find((one) => textOf(one.type) === "receipt" && one.rehearsed !== true);
  const page = evidence.find((one) => textOf(one.type) === "page");
  if (!receipt && !page) return null;
  const link = textOf(receipt?.link) || textOf(page?.url);
  return link !== "" ? link : firstLink(work.summary ?? "");
}

/** How a review looks at a part of a site. */
export function siteLook(part: SitePart, work: WorkPrompt, prompt: Prompt, purpose: string): Look {
  const { lang } = prompt;
  const brief = briefOf(prompt);
  switch (part) {
    case "facts":
      return { calls: [], judge: () => judgeFacts(brief, work, prompt) };
    case "style":
      return judgedBy(styleCode(lang), work, prompt, purpose);
    case "page":
      return judgedBy(contentCode(brief, lang), work, prompt, purpose);
    case "publish":
      return publishLook(brief, work, prompt, purpose);
  }
}

const rule = (lang: "en" | "ar", en: string, ar: string, bad: readonly string[], good: string) => ({
  label: pick(lang, en, ar),
  passed: bad.length === 0,
  detail: bad.length === 0 ? good : bad.slice(0, 5).join("; ").slice(0, 400),
});

function judgeFacts(brief: SiteBrief, work: WorkPrompt, { lang }: Prompt): Judgement {
  const plain = (text: string): string => text.replace(/[\u2066-\u2069]/g, "");
  const said = plain(work.summary ?? "");
  const missing = factLines(brief, lang).filter((line) => !said.includes(plain(readable(line, lang))));
  return verdictOf(work, lang, [
    rule(
      lang,
      "Facts read again from the request",
      "قراءة المعلومات من الطلب مرة أخرى",
      missing,
      String(factLines(brief, lang).length),
    ),
  ]);
}

function publishLook(brief: SiteBrief, work: WorkPrompt, prompt: Prompt, purpose: string): Look {
  const link = liveLink(work);
  if (link === null || !prompt.tools.has("fetch_page"))
    return judgedBy(contentCode(brief, prompt.lang), work, prompt, purpose);
  return {
    calls: [{ name: "fetch_page", input: { url: link } }],
    judge: ([call]) => judgeLive(brief, work, prompt, call),
  };
}

function judgeLive(brief: SiteBrief, work: WorkPrompt, { lang }: Prompt, call: Call | undefined): Judgement {
  const page = readSeen(call?.result?.content ?? "");
  if (page?.status !== 200)
    return verdictOf(work, lang, [
      rule(lang, "The live page answers", "الصفحة المنشورة تعمل", [call?.result?.content.slice(0, 300) || "-"], ""),
    ]);
  const title = titleOf(brief).replace(/\s+/g, " ");
  const headings = brief.languages.flatMap((one) => sectionsOf(brief).map((section) => headingOf(section, brief, one)));
  return verdictOf(work, lang, [
    rule(lang, "The live page answers", "الصفحة المنشورة تعمل", [], `${page.url} ${page.status}`),
    rule(lang, "Title", "العنوان", page.title.startsWith(title.slice(0, 200)) ? [] : [page.title], title.slice(0, 200)),
    rule(lang, "Every section in every language", "كل قسم في كل لغة", missingFrom(page, headings), headings.join(", ")),
    rule(
      lang,
      "Hours, contact and services as in the request",
      "الأوقات والتواصل والخدمات كما في الطلب",
      missingFrom(page, expectedTexts(brief)),
      gapsText(brief, lang) ?? "ok",
    ),
    rule(lang, "Links and files", "الروابط والملفات", page.broken === "" ? [] : [page.broken], "ok"),
  ]);
}

/** The result as the person reads it: where the page is, what was checked, what is missing. */
export function siteResult(prompt: Prompt, works: readonly WorkPrompt[], accepted: boolean): string {
  const { lang } = prompt;
  const brief = briefOf(prompt);
  const link = works.map(liveLink).find((one) => one !== null) ?? null;
  const gaps = gapsText(brief, lang);
  const files = works.flatMap((work) => work.artifacts.map((artifact) => `\`${artifact.name.replaceAll("`", "")}\``));
  const notes = works
    .map((work) => work.summary ?? "")
    .filter((summary) => link === null && /not published|لم تُنشر/i.test(summary));
  return [
    link === null
      ? pick(lang, "**Your page is made.**", "**صفحتك جاهزة.**")
      : pick(lang, `**Your page is live:** ${link}`, `**صفحتك منشورة:** ${link}`),
    ...notes,
    accepted
      ? link === null
        ? pick(
            lang,
            "An independent check found every fact of your request on it.",
            "وجد الفحص المستقل كل معلومة من طلبك فيها.",
          )
        : pick(
            lang,
            gaps === null
              ? "An independent check opened the live page: title, languages, sections, hours, contact data and links are as you asked."
              : "An independent check opened the live page: title, languages, sections and links are as you asked, and every detail you gave stands there.",
            gaps === null
              ? "فتح الفحص المستقل الصفحة المنشورة: العنوان واللغات والأقسام والأوقات وبيانات التواصل والروابط كما طلبت."
              : "فتح الفحص المستقل الصفحة المنشورة: العنوان واللغات والأقسام والروابط كما طلبت، وكل معلومة ذكرتها موجودة فيها.",
          )
      : pick(lang, "A part did not pass the independent check yet.", "جزء منها لم يجتز الفحص المستقل بعد."),
    ...(gaps === null ? [] : [gaps]),
    `${pick(lang, "Files:", "الملفات:")} ${[...new Set(files)].join(pick(lang, ", ", "، "))}`,
  ].join("\n\n");
}
