import { list, record, textOf } from "../building/report.ts";
import { pick } from "../labels.ts";
import type { Call, Prompt, WorkPrompt } from "../prompt.ts";
import { printedJson } from "../prompt.ts";
import type { Lang } from "../spec.ts";
import { foundText } from "../wording.ts";

export interface Check {
  readonly label: string;
  readonly passed: boolean;
  readonly detail: string;
}

export interface Judgement {
  readonly nodeId: string;
  readonly accepted: boolean;
  readonly reasons: string;
  readonly checks: readonly Check[];
}

/** A tool call that a review makes to judge a step. */
export interface LookCall {
  readonly name: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/** How a review looks at a step: the calls it needs, and what follows from their answers, in the same order. */
export interface Look {
  readonly calls: readonly LookCall[];
  readonly judge: (answers: readonly (Call | undefined)[]) => Judgement;
}

/** The same call again: of code its purpose counts, since a later attempt's code may differ. */
export function isSame(call: Call, wanted: LookCall): boolean {
  if (call.name !== wanted.name) return false;
  if (typeof wanted.input.purpose === "string") return call.input.purpose === wanted.input.purpose;
  return JSON.stringify(call.input) === JSON.stringify(wanted.input);
}

export function verdictOf(work: WorkPrompt, lang: Lang, checks: readonly Check[]): Judgement {
  const bad = checks.filter((check) => !check.passed);
  const accepted = checks.length > 0 && bad.length === 0;
  return {
    nodeId: work.nodeId,
    accepted,
    reasons: accepted
      ? pick(lang, "It agrees with an independent check.", "مطابق لفحص مستقل.")
      : `${pick(lang, "It differs from an independent check:", "يختلف عن فحص مستقل:")} ${bad
          .map(({ label, detail }) => `${label}: ${detail}`)
          .join("; ")
          .slice(0, 1500)}`,
    checks,
  };
}

/** Judges by code that prints `checks`; code that does not run accepts nothing. */
export function judgedBy(code: string, work: WorkPrompt, prompt: Prompt, purpose: string): Look {
  return {
    calls: [{ name: "run_code", input: { code, purpose } }],
    judge: ([call]) => verdictOf(work, prompt.lang, printedChecks(call, prompt.lang)),
  };
}

/** What a check printed; one failed check that says so where it printed nothing. */
export function printedChecks(call: Call | undefined, lang: Lang): Check[] {
  const printed = call?.result?.ok === true ? printedJson(call.result.content) : null;
  if (!printed)
    return [
      {
        label: pick(lang, "Independent check", "فحص مستقل"),
        passed: false,
        detail: call?.result?.content.slice(0, 300) ?? "",
      },
    ];
  return list(printed.checks)
    .map(record)
    .map((one) => {
      const passed = one.passed === true;
      return { label: textOf(one.label), passed, detail: foundText(textOf(one.detail).slice(0, 400), passed, lang) };
    });
}
