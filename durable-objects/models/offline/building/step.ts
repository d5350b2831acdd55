import type { Block } from "../../../../shared/workflow/content.ts";
import { labelOf, whereText } from "../describe.ts";
import { documentStep } from "../documents.ts";
import { pick } from "../labels.ts";
import { outsideStep } from "../outside/step.ts";
import { programStep } from "../program/step.ts";
import type { Call, Prompt } from "../prompt.ts";
import { say, toolUse } from "../prompt.ts";
import type { Resolved } from "../resolve.ts";
import { siteStep } from "../site/step.ts";
import type { Task } from "../spec.ts";
import { tableSummary } from "./report.ts";
import { runStep } from "./run-step.ts";
import { surveyStep } from "./survey.ts";
import { companionOf, tableCode } from "./table-code.ts";
import { textStep } from "./text-step.ts";
import { steeringOf, workOf } from "./work.ts";

/** The next answer of a working step. */
export function buildStep(prompt: Prompt, calls: readonly Call[]): Block[] {
  const work = workOf(answered(prompt, calls), prompt);
  switch (work.kind) {
    case "table":
      return tableStep(work.task, work.resolved, work.file, prompt, calls);
    case "text":
      return textStep(work.task, work.file, prompt, calls);
    case "outside":
      return outsideStep(work.outside, prompt, calls);
    case "site":
      return siteStep(work.part, prompt, calls);
    case "program":
      return programStep(work.part, prompt, calls);
    case "document":
      return documentStep(prompt, calls);
    case "survey":
      return surveyStep(prompt, calls);
    case "unclear":
      return askOnce(prompt, calls);
  }
}

const LEAVE = ["Leave it out", "اتركها"] as const;

/** An answer of the person to our question replaces the label of a step that could not be understood. */
function answered(prompt: Prompt, calls: readonly Call[]): Prompt["step"] {
  const answer = calls.findLast((call) => call.name === "ask_user" && call.result?.ok === true)?.result?.content;
  return answer === undefined ? prompt.step : { ...prompt.step, label: answer, instructions: "" };
}

/** A step that names nothing we can do: the person decides once; then it is left out, with a word about why. */
function askOnce(prompt: Prompt, calls: readonly Call[]): Block[] {
  const { lang, step } = prompt;
  if (!calls.some((call) => call.name === "ask_user"))
    return [
      toolUse(calls, "ask_user", {
        question: pick(
          lang,
          `I cannot do "${step.label}" with the offline stand-in. What shall I do instead?`,
          `لا أستطيع تنفيذ "${step.label}" بالنموذج المحلي. ماذا أفعل بدلًا من ذلك؟`,
        ),
        choices: [
          pick(lang, ...LEAVE),
          pick(lang, "Total by client", "الإجمالي حسب العميل"),
          pick(lang, "Total by month", "الإجمالي حسب الشهر"),
        ],
      }),
    ];
  return runStep(
    {
      purpose: pick(lang, "See which files there are", "معرفة الملفات الموجودة"),
      approaches: [
        `// ${pick(lang, "Nothing is calculated in this step.", "لا يُحسب شيء في هذه الخطوة.")}\nconsole.log(JSON.stringify({ leftOut: true, files: files.list().length }));`,
      ],
      summary: () =>
        pick(
          lang,
          `"${step.label}" was left out: the offline stand-in cannot do it.`,
          `تُركت الخطوة "${step.label}" لأن النموذج المحلي لا يستطيع تنفيذها.`,
        ),
      files: () => [],
    },
    prompt,
    calls,
  );
}

function tableStep(task: Task, resolved: Resolved, file: string, prompt: Prompt, calls: readonly Call[]): Block[] {
  const { lang } = prompt;
  const spec = { ...resolved.spec, where: [...resolved.spec.where] };
  const purpose = labelOf(spec);
  const code = tableCode(spec, resolved.table, file, purpose);
  const lenient = code
    .replace(
      "const value = nexus.number(text, mark === null ? {} : { decimal: mark });",
      "const value = (mark === null ? null : nexus.number(text, { decimal: mark })) ?? nexus.number(text);",
    )
    .replace(
      'nexus.date(text, order === null ? {} : { order }) ?? "")',
      '(order === null ? null : nexus.date(text, { order })) ?? nexus.date(text) ?? "")',
    );
  const note = (text: string): string => `// ${text}\n`;
  const second = pick(
    lang,
    "Another way: a value that contradicts the column's format is read on its own.",
    "طريقة أخرى: القيمة المخالفة لصيغة العمود تُقرأ وحدها.",
  );
  const third = pick(
    lang,
    "Another way: columns are found by name without regard to spaces at their ends.",
    "طريقة أخرى: إيجاد الأعمدة بالاسم دون اعتبار للفراغات.",
  );
  const trimmed = lenient.replace(
    "const table = files.readTable(source);",
    "const given = files.readTable(source);\n  const table = { columns: given.columns.map((name) => name.trim()), rows: given.rows };",
  );
  const { unread } = steeringOf(prompt);
  const conditions = [
    ...(spec.where.length > 0
      ? [
          pick(
            lang,
            `Only: ${spec.where.map((one) => whereText(one, lang)).join(", ")}.`,
            `فقط: ${spec.where.map((one) => whereText(one, lang)).join("، ")}.`,
          ),
        ]
      : []),
    ...(unread.length > 0
      ? [
          pick(
            lang,
            `Not understood of what you said during the run: ${unread.join("; ")}.`,
            `لم يُفهم مما ذكرته أثناء التشغيل: ${unread.join("؛ ")}.`,
          ),
        ]
      : []),
  ];
  const companion = spec.kind === "overdue" && (spec.groups.length > 0 || spec.flag);
  const done = runStep(
    {
      purpose,
      approaches: [code, note(second) + lenient, note(third) + trimmed],
      summary: (printed) => [tableSummary(printed, { ...resolved, spec }), ...conditions].join("\n"),
      files: () => (companion ? [file, companionOf(file)] : [file]),
    },
    prompt,
    calls,
  );
  const unmet =
    resolved.limits.length > 0 && calls.length === 0 && task.kind !== "aggregate"
      ? [say(resolved.limits.join(" "))]
      : [];
  return [...unmet, ...done];
}
