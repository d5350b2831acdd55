import type { Block } from "../../../shared/workflow/content.ts";
import { extractCode, kindCell } from "./building/extract-code.ts";
import { comment, js } from "./building/guest-code.ts";
import { list, numberOf, record, textOf } from "./building/report.ts";
import { runStep } from "./building/run-step.ts";
import { textLabel } from "./describe.ts";
import { emptyTask } from "./draft.ts";
import { writeTextFormal } from "./formal.ts";
import { pick } from "./labels.ts";
import type { PlannedStep } from "./planning.ts";
import type { Call, Prompt, WorkPrompt } from "./prompt.ts";
import { printedJson, say, toolUse } from "./prompt.ts";
import { checkText } from "./reviewing/check-text.ts";
import { scan } from "./scan.ts";
import type { ExtractKind, Lang, Task } from "./spec.ts";
import { counted, joined, readable } from "./wording.ts";

export const KINDS: readonly ExtractKind[] = ["steps", "people", "dates", "amounts"];

/** What a request wants out of a text, and whether it wants a text written. */
function wishes(request: string): { kinds: ExtractKind[]; text: Task | null } {
  const concepts = new Set(scan(request, []).flatMap((item) => [...item.concepts]));
  const kinds = KINDS.filter((kind) => concepts.has(`extract:${kind}`));
  const writes =
    concepts.has("message") ||
    concepts.has("summary") ||
    concepts.has("email") ||
    concepts.has("whatsapp") ||
    concepts.has("impossible:send");
  if (!writes) return { kinds, text: null };
  const channel = concepts.has("whatsapp") ? "whatsapp" : concepts.has("email") ? "email" : null;
  const kind = concepts.has("summary") && channel === null ? "summary" : "message";
  return { kinds, text: { ...emptyTask(kind), channel, flag: concepts.has("message") } };
}

export const wantsFromDocument = (text: string): boolean => {
  const { kinds, text: written } = wishes(text);
  return kinds.length > 0 || written !== null;
};

const KIND_NAMES: Record<ExtractKind, readonly [string, string]> = {
  steps: ["steps", "الخطوات"],
  people: ["people", "الأشخاص"],
  dates: ["dates", "التواريخ"],
  amounts: ["amounts", "المبالغ"],
};
const kindNames = (kinds: readonly ExtractKind[], lang: Lang): string =>
  joined(
    kinds.map((kind) => KIND_NAMES[kind][lang === "ar" ? 1 : 0]),
    lang,
  );

export const documentChoices = (lang: Lang): string[] => [
  pick(lang, "Extract the steps", "استخرج الخطوات"),
  pick(lang, "Extract people, dates and amounts", "استخرج الأشخاص والتواريخ والمبالغ"),
  pick(lang, "Draft a summary message", "اكتب رسالة ملخص"),
];

const NOUN_OF = { steps: "step", people: "person", dates: "date", amounts: "amount" } as const;
/** "3 steps, 1 person and 2 dates"; what was not found is left out. */
export function foundText(counts: readonly (readonly [ExtractKind, number])[], lang: Lang): string {
  const found = counts.filter(([, count]) => count > 0);
  return found.length === 0
    ? pick(lang, "nothing of the kind", "لا شيء من المطلوب")
    : joined(
        found.map(([kind, count]) => counted(count, NOUN_OF[kind], lang)),
        lang,
      );
}

const hasDocuments = (prompt: Prompt): boolean => prompt.files.some((file) => file.textPath !== null);
const pathsOf = (prompt: Prompt): string[] => prompt.files.flatMap((file) => file.textPath ?? []);

/** Building steps for texts: one that extracts, one that writes; without a file only the writing. */
export function documentSteps(prompt: Prompt): PlannedStep[] {
  const { lang } = prompt;
  const { kinds, text } = wishes(prompt.request);
  const wanted = kinds.length > 0 ? kinds : KINDS;
  const base = { type: "task", agent: "dev", stage: "building", tier: "standard" } as const;
  const steps: PlannedStep[] = [];
  if (hasDocuments(prompt)) {
    const label = pick(lang, `Extract ${kindNames(wanted, lang)}`, `استخراج ${kindNames(wanted, lang)}`);
    steps.push({
      ...base,
      id: "extract",
      label,
      dependsOn: ["design"],
      instructions: `${label}\n${pick(lang, "List each item with the line of the text that it stands in, word for word; nothing that is not in the text.", "اذكر كل عنصر مع سطره من النص حرفيًا، ولا تذكر ما ليس في النص.")}`,
      optional: false,
    });
  }
  if (text !== null || steps.length === 0) {
    const task = text ?? emptyTask("message");
    const label = textLabel(task, lang);
    steps.push({
      ...base,
      id: "message",
      label,
      dependsOn: [steps[0]?.id ?? "design"],
      instructions: `${label}\n${pick(lang, "Write a short text from the request and from what was extracted; invent nothing.", "اكتب نصًا قصيرًا من الطلب ومما استُخرج، دون إضافة من عندك.")}\n${writeTextFormal(task, lang, "message.md")}`,
      optional: false,
    });
  }
  return steps;
}

/** The next answer of a step that works on texts. */
export function documentStep(prompt: Prompt, calls: readonly Call[]): Block[] {
  const { kinds, text } = wishes(`${prompt.step.label}`);
  if (text !== null || !hasDocuments(prompt)) return writeStep(text ?? emptyTask("message"), prompt, calls);
  return extractStep(kinds.length > 0 ? kinds : KINDS, prompt, calls);
}

const extractFile = (prompt: Prompt): string =>
  prompt.step.id === "extract" ? "extracted.csv" : `extracted-${prompt.step.id}.csv`;

function extractStep(kinds: readonly ExtractKind[], prompt: Prompt, calls: readonly Call[]): Block[] {
  const { lang } = prompt;
  const file = extractFile(prompt);
  const code = extractCode(pathsOf(prompt), kinds, file, lang);
  return runStep(
    {
      purpose: prompt.step.label,
      approaches: [
        `${comment(prompt.step.label)}\n${code}`,
        `${comment(pick(lang, "Second reading", "قراءة ثانية"))}\n${code}`,
      ],
      summary: (printed) => {
        const counts = record(printed.counts);
        const found = foundText(
          kinds.map((kind) => [kind, numberOf(counts[kind])]),
          lang,
        );
        const items = list(printed.items)
          .slice(0, 12)
          .map((item) => `- ${textOf(record(item).item)}`);
        return [
          pick(lang, `Found ${found}, in \`${file}\`:`, `في النص ${found}، وهي في \`${file}\`:`),
          "",
          ...items,
          "",
          pick(
            lang,
            "Found by patterns (lists, titles, forms of dates and money): people and steps written in free prose may be missing.",
            "تم الاستخراج بالأنماط (القوائم والألقاب وصيغ التاريخ والمبالغ)؛ قد يفوت ما كُتب بأسلوب حر.",
          ),
        ].join("\n");
      },
      files: () => [file],
    },
    prompt,
    calls,
  );
}

/** Writes a message: from the extracted items when there are any, else from the words of the request. */
function writeStep(task: Task, prompt: Prompt, calls: readonly Call[]): Block[] {
  const { lang } = prompt;
  const tables = [
    ...new Set(prompt.inputs.flatMap((input) => input.artifacts.map((artifact) => artifact.name))),
  ].filter((name) => name.endsWith(".csv"));
  const file = prompt.step.id === "message" ? "message.md" : `message-${prompt.step.id}.md`;
  const purpose = pick(lang, "Read what was extracted", "قراءة ما استُخرج");
  const run = calls.findLast((call) => call.name === "run_code" && call.result?.ok === true);
  if (!run) {
    const tried = calls.filter((call) => call.name === "run_code").length + (prompt.feedback === "" ? 0 : 1);
    if (tried > 2) return [say(pick(lang, "The extracted items could not be read.", "تعذرت قراءة العناصر المستخرجة."))];
    const code = `${comment(`${purpose} ${tried === 0 ? "" : tried}`)}\nconst items = [];\nfor (const file of ${js(tables)}) for (const row of files.readTable(file).rows) items.push(row.map((cell) => cell.replace(/^'(?=[=+\\-@])/, "")));\nconsole.log(JSON.stringify({ items: items.slice(0, 40), count: items.length }));`;
    return [toolUse(calls, "run_code", { code, purpose })];
  }
  const printed = run.result ? printedJson(run.result.content) : null;
  const items = list(printed?.items).map((row) => list(row).map(textOf));
  const text = messageText(task, items, prompt);
  if (!calls.some((call) => call.name === "write_file" && call.result?.ok === true))
    return [toolUse(calls, "write_file", { path: file, content: text })];
  return [
    toolUse(calls, "finish", {
      summary: `${pick(lang, `Ready to copy from \`${file}\`:`, `جاهز للنسخ من \`${file}\`:`)}\n\n${text}`.slice(
        0,
        7500,
      ),
      evidence: [
        { type: "artifact", name: file, label: file },
        { type: "run", toolUseId: run.id, label: purpose },
      ],
    }),
  ];
}

/** What the person wants said: the part of the request behind "about", "that", "saying" …; else all of it. */
function gist(request: string): string {
  const plain = request.replace(/\s+/g, " ").trim();
  const after =
    /(?:\b(?:about|saying(?: that)?|that|telling (?:him|her|them) that|regarding)\b|بخصوص|بشأن|مضمونها|مفادها|تقول|يقول|عن|إن|أن)[:\s]+(.+)$/i.exec(
      plain,
    )?.[1];
  const body = after ?? plain;
  return body.charAt(0).toUpperCase() + body.slice(1);
}

function messageText(task: Task, items: readonly (readonly string[])[], prompt: Prompt): string {
  const { lang } = prompt;
  const lines: string[] = [];
  if (task.channel === "email")
    lines.push(
      pick(lang, `Subject: ${gist(prompt.request).slice(0, 60)}`, `الموضوع: ${gist(prompt.request).slice(0, 60)}`),
      "",
    );
  lines.push(pick(lang, "Hello,", "السلام عليكم،"), "");
  if (items.length === 0) lines.push(`${gist(prompt.request).replace(/[.\s]+$/, "")}.`);
  else {
    lines.push(
      pick(
        lang,
        `these are the main points of ${prompt.files.map((file) => file.name).join(", ")}:`,
        `هذه أهم النقاط من ${prompt.files.map((file) => file.name).join("، ")}:`,
      ),
    );
    const types = [...new Set(items.map((row) => row[0] ?? ""))];
    for (const type of types) {
      lines.push("", task.channel === "whatsapp" ? `*${type}*` : type);
      for (const row of items.filter((one) => one[0] === type).slice(0, 10)) lines.push(`- ${row[1] ?? ""}`);
    }
  }
  lines.push("", pick(lang, "Kind regards", "مع التحية"));
  return `${readable(lines.join("\n"), lang)}\n`;
}

/** Code that checks work on texts: every extracted item must stand in the text; every figure of a message too. */
export function checkDocument(work: WorkPrompt, prompt: Prompt): string {
  const { lang } = prompt;
  const names = work.artifacts.map((artifact) => artifact.name);
  const csv = names.find((name) => name.endsWith(".csv"));
  const tables = prompt.work
    .flatMap((one) => one.artifacts.map((artifact) => artifact.name))
    .filter((name) => name.endsWith(".csv"));
  if (csv === undefined)
    return checkText(
      names[0] ?? "message.md",
      tables,
      [...pathsOf(prompt), ...prompt.files.map((file) => file.name)],
      prompt.today,
      (prompt.request.match(/\d+(?:[.,]\d+)?/g) ?? []).map((one) => one.replaceAll(",", "")),
      lang,
    );
  return `${comment(pick(lang, "Look every extracted item up in the text", "البحث عن كل عنصر في النص"))}
const flat = (text) => text.replace(/\\s+/g, " ").trim();
const source = flat(${js(pathsOf(prompt))}.map((path) => files.readText(path)).join("\\n"));
const rows = files.readTable(${js(csv)}).rows;
const problems = [];
const KINDS = ${js(KINDS.map((kind) => kindCell(kind, lang)))};
for (const row of rows) {
  const item = flat((row[1] ?? "").replace(/^'(?=[=+\\-@])/, ""));
  const line = flat((row[3] ?? "").replace(/^'(?=[=+\\-@])/, "")).replace(/…$/, "");
  if (item === "" || !source.includes(item)) problems.push("not in the text: " + item.slice(0, 80));
  else if (!source.includes(line)) problems.push("not a line of the text: " + line.slice(0, 80));
  else if (!line.includes(item.slice(0, line.length))) problems.push("not in its line: " + item.slice(0, 80));
}
const passed = problems.length === 0;
console.log(JSON.stringify({ ok: passed, problems: problems.slice(0, 8), checks: [{ label: ${js(pick(lang, "Every item stands in the text", "كل عنصر موجود في النص"))}, passed, detail: problems.slice(0, 2).join("; ") || String(rows.length) }], figures: [], facts: { kinds: KINDS.map((names) => rows.filter((row) => row[0] === names).length) }, rowsChecked: rows.length }));`;
}
