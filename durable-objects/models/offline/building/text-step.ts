import type { Block } from "../../../../shared/workflow/content.ts";
import { readRequest } from "../context.ts";
import { emptyTask } from "../draft.ts";
import { pick } from "../labels.ts";
import type { Call, Prompt } from "../prompt.ts";
import { printedJson, say, toolUse } from "../prompt.ts";
import { resolve } from "../resolve.ts";
import type { Task } from "../spec.ts";
import { compose } from "./compose.ts";
import { factsCode } from "./facts-code.ts";
import { tableCode } from "./table-code.ts";

/**
 * Summary and message steps: read what earlier steps made, by code; write the text from what the code printed;
 * finish with both as proof. Without earlier tables the overall figures are calculated here.
 */
export function textStep(task: Task, file: string, prompt: Prompt, calls: readonly Call[]): Block[] {
  const { lang } = prompt;
  const purpose = pick(lang, "Read what the earlier steps delivered", "قراءة ما سلمته الخطوات السابقة");
  const run = calls.findLast((call) => call.name === "run_code" && call.result?.ok === true);
  const failed = calls.filter((call) => call.name === "run_code" && call.result?.ok === false).length;
  const printed = run?.result ? printedJson(run.result.content) : null;
  if (!run || !printed) {
    if (failed >= 2)
      return [
        say(pick(lang, "The files of the earlier steps could not be read.", "تعذرت قراءة ملفات الخطوات السابقة.")),
      ];
    const code = readingCodeFor(prompt, purpose);
    const again = failed + Math.max(prompt.failedApproaches.length, prompt.feedback === "" ? 0 : 1);
    return [
      say(purpose),
      toolUse(calls, "run_code", {
        code: again > 0 ? `// ${pick(lang, "Read again", "قراءة ثانية")} (${again})\n${code}` : code,
        purpose,
      }),
    ];
  }
  const written = calls.find((call) => call.name === "write_file" && call.result?.ok === true);
  const text = compose(printed, task, prompt);
  if (!written) return [toolUse(calls, "write_file", { path: file, content: text })];
  const refused = calls.filter((call) => call.name === "finish" && call.result?.ok === false).length;
  if (refused > 2) return [say(pick(lang, "I could not prove this step.", "لم أتمكن من إثبات هذه الخطوة."))];
  return [
    toolUse(calls, "finish", {
      summary: `${pick(lang, `Ready to copy from \`${file}\`:`, `جاهز للنسخ من \`${file}\`:`)}\n\n${text}`.slice(
        0,
        7500,
      ),
      evidence: [
        { type: "run", toolUseId: run.id, label: purpose },
        { type: "artifact", name: file, label: file },
      ],
    }),
  ];
}

/** Tables that the steps before this one made, oldest first. */
export const tableNames = (prompt: Prompt): string[] =>
  [...new Set(prompt.inputs.flatMap((input) => input.artifacts.map((artifact) => artifact.name)))].filter((name) =>
    name.endsWith(".csv"),
  );

function readingCodeFor(prompt: Prompt, purpose: string): string {
  const reading = readRequest(prompt.request, prompt.files, prompt.today, prompt.lang);
  const names = tableNames(prompt);
  if (names.length === 0) {
    const total = resolve(
      {
        ...emptyTask("aggregate"),
        measures: [
          { fn: "sum", ref: null },
          { fn: "count", ref: null },
        ],
      },
      reading.tables,
      reading.understanding.tables,
      prompt.today,
      prompt.lang,
    );
    if (total) return tableCode(total.spec, total.table, pick(prompt.lang, "overall.csv", "overall.csv"), purpose);
    return `console.log(JSON.stringify({ facts: [] }));`;
  }
  const owed =
    reading.data.find(({ task }) => task.kind === "overdue")?.resolved ??
    resolve(emptyTask("overdue"), reading.tables, reading.understanding.tables, prompt.today, prompt.lang);
  const currencies = owed?.table.columns.flatMap((column) => column.profile.currencies) ?? [];
  return factsCode(names, owed?.spec ?? null, currencies, purpose);
}
