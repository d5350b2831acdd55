import type { Block } from "../../../../shared/workflow/content.ts";
import { pick } from "../labels.ts";
import type { Call, Prompt } from "../prompt.ts";
import { say, toolUse } from "../prompt.ts";
import type { Lang } from "../spec.ts";
import type { SiteBrief } from "./ask.ts";
import { expectedTexts, gapsText } from "./brief.ts";
import { SITE_FOLDER } from "./formal.ts";
import { firstLink, missingFrom, readSeen, type SeenPage } from "./live.ts";
import { titleOf } from "./page.ts";

const PUBLISH = "publish_site";
const LOOK = "fetch_page";
const MAX_TRIES = 2;
const MAX_TITLE = 100;

/** Publishes the folder, looks at the live page as a visitor would, and hands over both as proof. */
export function publishStep(brief: SiteBrief, prompt: Prompt, calls: readonly Call[]): Block[] {
  const { lang } = prompt;
  const asked = calls.filter((call) => call.name === PUBLISH && call.result !== null);
  const last = asked.at(-1);
  const sent = asked.findLast((call) => call.result?.ok === true);
  const finishes = calls.filter((call) => call.name === "finish").length;
  if (finishes > MAX_TRIES) return [say(pick(lang, "I could not prove this step.", "لم أتمكن من إثبات هذه الخطوة."))];
  const publish = (): Block =>
    toolUse(calls, PUBLISH, { folder: SITE_FOLDER, entry: "index.html", title: titleOf(brief).slice(0, MAX_TITLE) });
  if (!last) return [say(pick(lang, "I publish the page and look at it.", "أنشر الصفحة ثم أفحصها.")), publish()];
  if (!sent) {
    const declined = isDeclined(last.result?.content ?? "");
    if (!declined && asked.length < MAX_TRIES) return [publish()];
    return notLive(last, declined, prompt, calls);
  }
  const link = firstLink(sent.result?.content ?? "");
  if (isRehearsed(sent.result?.content ?? "") || link === null) return rehearsed(sent, prompt, calls);
  const looks = calls.filter((call) => call.name === LOOK);
  const seen = looks.map((call) => ({ call, page: readSeen(call.result?.content ?? "") }));
  const good = seen.findLast(({ page }) => page?.status === 200);
  if (!good?.page) {
    if (looks.length >= MAX_TRIES)
      return [
        say(
          `${pick(lang, "The published page did not answer:", "الصفحة المنشورة لا تستجيب:")} ${looks.at(-1)?.result?.content.slice(0, 300) ?? ""}`,
        ),
      ];
    return [toolUse(calls, LOOK, { url: link })];
  }
  return [
    toolUse(calls, "finish", {
      summary: liveSummary(link, good.page, brief, lang),
      evidence: [
        { type: "page", toolUseId: good.call.id, label: pick(lang, "The live page", "الصفحة المنشورة") },
        { type: "receipt", toolUseId: sent.id, label: pick(lang, "Published", "تم النشر") },
      ],
    }),
  ];
}

const isDeclined = (content: string): boolean => /declined|Nobody decided in time|taken back/i.test(content);
export const isRehearsed = (content: string): boolean => content.startsWith("This run is a rehearsal");

function liveSummary(link: string, page: SeenPage, brief: SiteBrief, lang: Lang): string {
  const missing = missingFrom(page, expectedTexts(brief));
  const gaps = gapsText(brief, lang);
  return [
    pick(lang, `The page is live: ${link}`, `الصفحة منشورة على: ${link}`),
    missing.length === 0 && page.broken === ""
      ? pick(
          lang,
          "Looked at there: it answers, and every fact and link of the page is there.",
          "فُحصت هناك: تعمل، وكل معلومة ورابط فيها موجود.",
        )
      : `${pick(lang, "Looked at there; not found:", "فُحصت هناك، وغير موجود:")} ${[...missing.slice(0, 5), page.broken]
          .filter((one) => one !== "")
          .join("; ")
          .slice(0, 400)}`,
    ...(gaps === null ? [] : [gaps]),
  ].join("\n\n");
}

/** A rehearsal opens nothing: what would be published is told. */
function rehearsed(sent: Call, { lang }: Prompt, calls: readonly Call[]): Block[] {
  return [
    toolUse(calls, "finish", {
      summary: pick(
        lang,
        "Rehearsed: the page was not published. It would be with the next live run; its files are among the results.",
        "تجربة: لم تُنشر الصفحة. تُنشر عند التشغيل الفعلي، وملفاتها ضمن النتائج.",
      ),
      evidence: [{ type: "receipt", toolUseId: sent.id, label: pick(lang, "Would be published", "كان سيُنشر") }],
    }),
  ];
}

/** Nothing became live: the files are there, and the person knows why. */
function notLive(last: Call, declined: boolean, prompt: Prompt, calls: readonly Call[]): Block[] {
  const { lang } = prompt;
  const content = last.result?.content ?? "";
  if (!declined)
    return [say(`${pick(lang, "The page could not be published:", "تعذر نشر الصفحة:")} ${content.slice(0, 300)}`)];
  const purpose = pick(lang, "See that the files are there", "التأكد من وجود الملفات");
  const run = calls.findLast((call) => call.name === "run_code" && call.result?.ok === true);
  if (!run)
    return [
      toolUse(calls, "run_code", {
        code: `console.log(JSON.stringify({ files: files.list().filter((path) => path.startsWith("${SITE_FOLDER}/")) }));`,
        purpose,
      }),
    ];
  return [
    toolUse(calls, "finish", {
      summary: pick(
        lang,
        "Not published, because it was not approved. The page's files are among the results.",
        "لم تُنشر الصفحة لأن النشر لم يُعتمد. ملفات الصفحة ضمن النتائج.",
      ),
      evidence: [{ type: "run", toolUseId: run.id, label: purpose }],
    }),
  ];
}
