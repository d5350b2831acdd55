import type { Block } from "../../../../shared/workflow/content.ts";
import { pick } from "../labels.ts";
import type { Call, Prompt } from "../prompt.ts";
import { printedJson, say, toolUse } from "../prompt.ts";
import { readable } from "../wording.ts";

/** One way to carry a step out: code for the sandbox, and how its output becomes the step's summary. */
export interface CodeWork {
  readonly purpose: string;
  /** Sources in the order in which they are tried; each works in another way. */
  readonly approaches: readonly string[];
  /** The summary for the person, from what the code printed. */
  readonly summary: (printed: Record<string, unknown>) => string;
  /** Files the code writes. */
  readonly files: (printed: Record<string, unknown>) => readonly string[];
}

/** Drives a step that is one piece of code: run, read the output, repair on failure, finish with proof. */
export function runStep(work: CodeWork, prompt: Prompt, calls: readonly Call[]): Block[] {
  const { lang } = prompt;
  const runs = calls.filter((call) => call.name === "run_code");
  const good = runs.findLast((call) => call.result?.ok === true);
  const refusals = calls.filter((call) => call.name === "finish" && call.result?.ok === false).length;
  const printed = good?.result ? printedJson(good.result.content) : null;
  if (good && printed) {
    const files = refusals > 0 ? [] : work.files(printed);
    if (refusals > 2) return [say(pick(lang, "I could not prove this step.", "لم أتمكن من إثبات هذه الخطوة."))];
    return [
      toolUse(calls, "finish", {
        summary: readable(work.summary(printed), lang).slice(0, 7500),
        evidence: [
          { type: "run", toolUseId: good.id, label: work.purpose },
          ...files.map((name) => ({ type: "artifact", name, label: name })),
        ],
      }),
    ];
  }
  // After a failure, or when an earlier attempt was sent back, the next approach is taken.
  const before =
    prompt.failedApproaches.length + (prompt.feedback === "" ? 0 : prompt.failedApproaches.length > 0 ? 0 : 1);
  const code = work.approaches[(before + runs.length) % work.approaches.length];
  if (code === undefined || runs.length >= work.approaches.length)
    return [
      say(
        pick(
          lang,
          `The code did not run: ${runs.at(-1)?.result?.content.slice(0, 300) ?? ""}`,
          `لم يعمل الكود: ${runs.at(-1)?.result?.content.slice(0, 300) ?? ""}`,
        ),
      ),
    ];
  const words =
    runs.length > 0
      ? pick(lang, "That failed; I try it another way.", "لم ينجح ذلك، سأجرب طريقة أخرى.")
      : before > 0
        ? pick(
            lang,
            "The last attempt was sent back; I do it another way.",
            "أعيدت المحاولة السابقة، سأعمل بطريقة أخرى.",
          )
        : work.purpose;
  return [say(words), toolUse(calls, "run_code", { code, purpose: work.purpose })];
}
