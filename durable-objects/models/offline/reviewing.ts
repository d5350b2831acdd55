import type { Block } from "../../../shared/workflow/content.ts";
import { js } from "./building/guest-code.ts";
import { list, record, textOf } from "./building/report.ts";
import { tableNames } from "./building/text-step.ts";
import { type StepWork, workOf } from "./building/work.ts";
import { checkDocument } from "./documents.ts";
import { pick } from "./labels.ts";
import { outsideReview } from "./outside/review.ts";
import { programLook, programResult } from "./program/review.ts";
import type { Call, Prompt, WorkPrompt } from "./prompt.ts";
import { printedJson, say, toolUse } from "./prompt.ts";
import { checkTable } from "./reviewing/check-table.ts";
import { checkText } from "./reviewing/check-text.ts";
import { isSame, type Judgement, judgedBy, type Look, type LookCall, printedChecks } from "./reviewing/look.ts";
import { type Proof, type Reviewed, resultText } from "./reviewing/result-text.ts";
import { siteLook, siteResult } from "./site/review.ts";
import { charactersText, counted, readable } from "./wording.ts";

/**
 * A review in fresh context: for every step under review its own check is written and run, then the verdict follows
 * from what the checks printed. A step whose check does not run is not accepted.
 */
export function review(prompt: Prompt, calls: readonly Call[]): Block[] {
  const { lang } = prompt;
  const looks = prompt.work.map((work) => ({ work, look: lookOf(work, prompt) }));
  const answerTo = (wanted: LookCall): Call | undefined => calls.findLast((call) => isSame(call, wanted));
  const missing = looks.flatMap(({ look }) => look.calls).filter((wanted) => answerTo(wanted) === undefined);
  if (missing.length > 0) {
    const blocks: Block[] = [
      say(
        pick(
          lang,
          "I check every step from the source, in another way than its author.",
          "أفحص كل خطوة من المصدر بطريقة غير طريقة منفذها.",
        ),
      ),
    ];
    const known: Call[] = [...calls];
    let room = MAX_CODE;
    for (const { name, input } of missing) {
      const { length } = JSON.stringify(input);
      if (room < length && room < MAX_CODE) break;
      room -= length;
      blocks.push(toolUse(known, name, { ...input }));
      known.push({ id: "", name, input: {}, result: null });
    }
    return blocks;
  }
  const results = looks.map(({ work, look }) => {
    const answers = look.calls.map(answerTo);
    const [first] = answers;
    const printed = first?.result?.ok === true ? printedJson(first.result.content) : null;
    return { work, verdict: look.judge(answers), proof: provenOf(work, printed ?? {}, prompt) };
  });
  const verdicts = results.map((one) => one.verdict);
  return [toolUse(calls, "verdict", { verdicts, summary: summaryOf(prompt, results) })];
}

/** Pages and programs have results of their own; anything else is told by its figures. */
function summaryOf(prompt: Prompt, results: readonly Reviewed[]): string {
  const of = (kind: Proof["kind"]) => results.filter((one) => one.proof.kind === kind);
  const [kind, told] = of("site").length > 0 ? (["site", siteResult] as const) : (["program", programResult] as const);
  const made = of(kind);
  if (made.length === 0) return resultText(prompt, results);
  const works = made.map(({ work }) => work);
  return readable(
    told(
      prompt,
      works,
      results.every(({ verdict }) => verdict.accepted),
    ),
    prompt.lang,
  ).slice(0, 7_500);
}

function lookOf(work: WorkPrompt, prompt: Prompt): Look {
  const found = foundOf(work, prompt);
  const purpose = purposeOf(work, prompt);
  if (found.kind === "site") return siteLook(found.part, work, prompt, purpose);
  const own = found.kind === "program" ? programLook(found.part, work, prompt, purpose) : null;
  return (
    own ?? { ...judgedBy(checkOf(work, prompt), work, prompt, purpose), judge: ([call]) => judge(work, call, prompt) }
  );
}

/** Characters of code in one answer: well within the output tokens of a review's call. */
const MAX_CODE = 17_000;

const purposeOf = (work: WorkPrompt, prompt: Prompt): string =>
  `${pick(prompt.lang, "Check", "فحص")}: ${work.nodeId} ${work.label}`.slice(0, 160);

function foundOf(work: WorkPrompt, prompt: Prompt): StepWork {
  const step = {
    id: work.nodeId,
    label: work.label,
    instructions: work.instructions,
    agent: "dev",
    stage: work.artifacts.length > 0 ? "building" : "planning",
  };
  return workOf(step, { ...prompt, step });
}

/** What the review itself worked out about a step: the only source of the figures in the result's text. */
function provenOf(work: WorkPrompt, printed: Readonly<Record<string, unknown>>, prompt: Prompt): Proof {
  const found = foundOf(work, prompt);
  const spec = found.kind === "table" ? found.resolved.spec : null;
  return { kind: found.kind, spec, figures: list(printed.figures).map(record), facts: record(printed.facts) };
}

function checkOf(work: WorkPrompt, prompt: Prompt): string {
  const names = work.artifacts.map((artifact) => artifact.name);
  const found = foundOf(work, prompt);
  if (found.kind === "outside") return outsideReview(found.outside, work, prompt.lang);
  if (found.kind === "table") {
    const file = names.includes(found.file)
      ? found.file
      : (names.find((name) => name.endsWith(".csv") && !name.endsWith("-flagged.csv")) ?? found.file);
    return checkTable(found.resolved, file, names);
  }
  if (found.kind === "text" && names.some((name) => /\.(md|txt)$/.test(name))) {
    const file = names.find((name) => /\.(md|txt)$/.test(name)) ?? "summary.md";
    const tables = tableNames({ ...prompt, inputs: prompt.work });
    const sources = prompt.files.flatMap((one) => [
      ...one.tables.map((table) => table.path),
      ...(one.textPath === null ? [] : [one.textPath]),
      one.name,
    ]);
    return checkText(
      file,
      tables,
      [...new Set(sources)],
      prompt.today,
      (prompt.request.match(/\d+/g) ?? []).slice(0, 50),
      prompt.lang,
    );
  }
  if (found.kind === "document" && names.length > 0) return checkDocument(work, prompt);
  return checkSurvey(work, prompt);
}

/** Steps that only looked: the number of rows they name must be the number of rows there are. */
function checkSurvey(work: WorkPrompt, prompt: Prompt): string {
  const tables = prompt.files.flatMap((file) => file.tables.map((table) => table.path));
  return `// ${pick(prompt.lang, "Count again what the step reports", "إعادة عد ما ذكرته الخطوة")}
const said = ${js(work.summary ?? "")}.replaceAll(",", "");
const few = ${js({ 1: counted(1, "row", prompt.lang), 2: counted(2, "row", prompt.lang) })};
const checks = [];
for (const path of ${js(tables)}) {
  const rows = files.readTable(path).rows.length;
  checks.push({ label: path, passed: ${js(work.artifacts.length > 0)} || !said.includes(path.replaceAll(",", "")) || said.includes(few[rows] ?? String(rows)), detail: String(rows) });
}
if (checks.length === 0) checks.push({ label: ${js(pick(prompt.lang, "Read the report", "قراءة التقرير"))}, passed: said.trim() !== "", detail: ${js(charactersText((work.summary ?? "").length, prompt.lang))} });
const problems = checks.filter((check) => !check.passed).map((check) => check.label + ": " + check.detail);
console.log(JSON.stringify({ ok: problems.length === 0, problems, checks, figures: [], rowsChecked: 0 }));`;
}

function judge(work: WorkPrompt, run: Call | undefined, prompt: Prompt): Judgement {
  const { lang } = prompt;
  const printed = run?.result?.ok === true ? printedJson(run.result.content) : null;
  if (!printed)
    return {
      nodeId: work.nodeId,
      accepted: false,
      reasons: pick(
        lang,
        `The check did not run: ${run?.result?.content.slice(0, 300) ?? ""}`,
        `لم يعمل الفحص: ${run?.result?.content.slice(0, 300) ?? ""}`,
      ),
      checks: printedChecks(run, lang),
    };
  const problems = list(printed.problems).map(textOf);
  const checks = printedChecks(run, lang);
  const accepted = printed.ok === true && checks.length > 0 && checks.every((check) => check.passed);
  return {
    nodeId: work.nodeId,
    accepted,
    reasons: accepted
      ? pick(lang, "It agrees with an independent check.", "مطابق لفحص مستقل.")
      : `${pick(lang, "It differs from an independent check:", "يختلف عن فحص مستقل:")} ${problems.join("; ").slice(0, 1500)}`,
    checks,
  };
}
