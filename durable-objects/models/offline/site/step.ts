import { changesOf } from "../../../../shared/text/change.ts";
import type { Block } from "../../../../shared/workflow/content.ts";
import { pick } from "../labels.ts";
import type { Call, Prompt } from "../prompt.ts";
import { printedJson, say, toolUse } from "../prompt.ts";
import { readable } from "../wording.ts";
import type { SiteBrief } from "./ask.ts";
import { briefOf, factLines, gapsText } from "./brief.ts";
import { structureCode, styleCode } from "./check-code.ts";
import { PAGE, type SitePart, STYLE } from "./formal.ts";
import { pageHtml } from "./page.ts";
import { publishStep } from "./publish.ts";
import { pageCss } from "./style.ts";

const MAX_SUMMARY = 7_500;
const MAX_TRIES = 2;

/** The next answer of a step that makes a part of a site. */
export function siteStep(part: SitePart, prompt: Prompt, calls: readonly Call[]): Block[] {
  const brief = briefOf(prompt);
  switch (part) {
    case "facts":
      return factsStep(brief, prompt, calls);
    case "style":
      return fileStep(styleWork(brief, prompt), prompt, calls);
    case "page":
      return fileStep(pageWork(brief, prompt), prompt, calls);
    case "publish":
      return publishStep(brief, prompt, calls);
  }
}

export function factsSummary(brief: SiteBrief, prompt: Prompt): string {
  const { lang } = prompt;
  const gaps = gapsText(brief, lang);
  const head = pick(lang, "For the page, from your request:", "للصفحة، من طلبك:");
  return readable([head, ...factLines(brief, lang), ...(gaps === null ? [] : ["", gaps])].join("\n"), lang);
}

/** Reading the request takes no tool: its own words are the proof. */
function factsStep(brief: SiteBrief, prompt: Prompt, calls: readonly Call[]): Block[] {
  const { lang } = prompt;
  const refusals = calls.filter((call) => call.name === "finish").length;
  if (refusals > MAX_TRIES) return [say(pick(lang, "I could not prove this step.", "لم أتمكن من إثبات هذه الخطوة."))];
  const { first, changes } = changesOf(prompt.request);
  const quote = (changes.at(-1) ?? first)
    .replace(/\s+/g, " ")
    .trim()
    .slice(0, refusals > 0 ? 40 : 300);
  return [
    toolUse(calls, "finish", {
      summary: factsSummary(brief, prompt).slice(0, MAX_SUMMARY),
      evidence: [
        { type: "quote", file: "request", text: quote, label: pick(lang, "What the page is made from", "مصدر الصفحة") },
      ],
    }),
  ];
}

interface FileWork {
  readonly path: string;
  readonly content: string;
  readonly check: string;
  readonly purpose: string;
  readonly words: string;
  readonly summary: string;
}

function styleWork(brief: SiteBrief, { lang }: Prompt): FileWork {
  return {
    path: STYLE,
    content: pageCss(brief),
    check: styleCode(lang),
    purpose: pick(lang, "Check contrast, narrow screens and print", "فحص التباين والشاشات الضيقة والطباعة"),
    words: pick(lang, "I write the look of the page.", "أكتب مظهر الصفحة."),
    summary: pick(
      lang,
      `The look is in \`${STYLE}\`: one colour with checked contrast, system fonts for Arabic and Latin, made for phones first, and a version for print.`,
      `المظهر في \`${STYLE}\`: لون واحد بتباين مفحوص، وخطوط النظام للعربية واللاتينية، ومناسب للجوال أولًا، مع نسخة للطباعة.`,
    ),
  };
}

function pageWork(brief: SiteBrief, { lang }: Prompt): FileWork {
  const gaps = gapsText(brief, lang);
  return {
    path: PAGE,
    content: pageHtml(brief),
    check: structureCode(brief, lang),
    purpose: pick(lang, "Check structure, links, languages and hours", "فحص البنية والروابط واللغات والأوقات"),
    words: pick(lang, "I write the page.", "أكتب الصفحة."),
    summary: [
      pick(
        lang,
        brief.languages.length > 1
          ? `The page is in \`${PAGE}\`, in Arabic and English with a switch between them. Structure, links, both languages and the hours were checked.`
          : `The page is in \`${PAGE}\`. Structure, links and hours were checked.`,
        brief.languages.length > 1
          ? `الصفحة في \`${PAGE}\` بالعربية والإنجليزية مع زر للتبديل بينهما. فُحصت البنية والروابط واللغتان والأوقات.`
          : `الصفحة في \`${PAGE}\`. فُحصت البنية والروابط والأوقات.`,
      ),
      ...(gaps === null ? [] : [gaps]),
    ].join("\n\n"),
  };
}

/** Write the file, check it by code, finish. A check that fails is written once more, then said openly. */
function fileStep(work: FileWork, prompt: Prompt, calls: readonly Call[]): Block[] {
  const { lang } = prompt;
  const written = calls.filter((call) => call.name === "write_file" && call.result?.ok === true);
  const runs = calls.filter((call) => call.name === "run_code");
  const run = runs.at(-1);
  const printed = run?.result?.ok === true ? printedJson(run.result.content) : null;
  const refusals = calls.filter((call) => call.name === "finish").length;
  const tries = calls.filter((call) => call.name === "write_file").length;
  const fileThenCheck = (words: string): Block[] => {
    const first = toolUse(calls, "write_file", { path: work.path, content: work.content });
    const known: Call[] = [...calls, { id: "", name: "write_file", input: {}, result: null }];
    return [say(words), first, toolUse(known, "run_code", { code: work.check, purpose: work.purpose })];
  };
  if (written.length === 0 || printed?.ok !== true) {
    if (tries >= MAX_TRIES) return [say(`${pick(lang, "The check failed:", "لم ينجح الفحص:")} ${said(run)}`)];
    return fileThenCheck(
      tries === 0 ? work.words : pick(lang, "The check failed; once more.", "لم ينجح الفحص، مرة أخرى."),
    );
  }
  if (refusals > MAX_TRIES) return [say(pick(lang, "I could not prove this step.", "لم أتمكن من إثبات هذه الخطوة."))];
  return [
    toolUse(calls, "finish", {
      summary: work.summary.slice(0, MAX_SUMMARY),
      evidence: [
        { type: "run", toolUseId: run?.id ?? "last", label: work.purpose },
        { type: "artifact", name: work.path, label: work.path },
      ],
    }),
  ];
}

const said = (call: Call | undefined): string => call?.result?.content.slice(0, 300) ?? "";
