import type { Block } from "../../../../shared/workflow/content.ts";
import { readRequest } from "../context.ts";
import { labelOf, textLabel } from "../describe.ts";
import { pick } from "../labels.ts";
import type { Call, Prompt } from "../prompt.ts";
import { counted, filesText, joined } from "../wording.ts";
import { FOLD_CODE, js, MEMO_CODE, NUMBER_CODE } from "./guest-code.ts";
import { list, numberOf, record, textOf } from "./report.ts";
import { runStep } from "./run-step.ts";

/** Steps before building: look at the material, prove by code what is there, and say what follows from it. */
export function surveyStep(prompt: Prompt, calls: readonly Call[]): Block[] {
  const tables = prompt.files.flatMap((file) => file.tables);
  const texts = prompt.files.flatMap((file) => (file.textPath === null ? [] : [file.textPath]));
  const { lang, step } = prompt;
  const purpose = step.label;
  const columns = tables.map((table) => ({
    path: table.path,
    columns: table.columns.map((column) => ({
      name: column.name,
      kind: column.kind === "money" || column.kind === "number" ? "number" : column.kind === "date" ? "date" : "text",
      format: column.format,
    })),
  }));
  const body = `// ${purpose.replace(/[\r\n\u2028\u2029]+/g, " ")}
${MEMO_CODE}
${FOLD_CODE}
${NUMBER_CODE}
const TABLES = ${js(columns)};
const TEXTS = ${js(texts)};
const orders = ["ymd", "dmy", "mdy"];
const found = { tables: [], texts: [] };
for (const one of TABLES) {
  const table = files.readTable(one.path);
  const report = { path: one.path, rows: table.rows.length, empty: [], unreadable: [] };
  one.columns.forEach((column, index) => {
    let empty = 0, bad = 0, sample = "";
    const figure = readNumber(column.format === "." || column.format === "," ? column.format : null);
    const known = new Map();
    for (const row of table.rows) {
      const text = (row[index] ?? "").trim();
      if (text === "") { empty++; continue; }
      if (column.kind === "text") continue;
      let fine = known.get(text);
      if (fine === undefined) {
        fine = column.kind === "number"
          ? figure(text) !== NOTHING
          : nexus.date(text, orders.includes(column.format) ? { order: column.format } : {}) !== null;
        known.set(text, fine);
      }
      if (!fine) { bad++; if (sample === "") sample = text.slice(0, 40); }
    }
    if (empty > 0) report.empty.push([column.name, empty]);
    if (bad > 0) report.unreadable.push([column.name, bad, sample]);
  });
  found.tables.push(report);
}
for (const path of TEXTS) { const text = files.readText(path); found.texts.push({ path, characters: text.length, lines: text.split("\\n").length }); }
console.log(JSON.stringify(found));`;
  return runStep(
    {
      purpose,
      approaches: [
        body,
        `// ${pick(lang, "Another way: only counts.", "طريقة أخرى: العد فقط.")}\nconsole.log(JSON.stringify({ tables: ${js(tables.map((table) => table.path))}.map((path) => ({ path, rows: files.readTable(path).rows.length, empty: [], unreadable: [] })), texts: [] }));`,
      ],
      summary: (printed) => surveySummary(printed, prompt),
      files: () => [],
    },
    prompt,
    calls,
  );
}

function surveySummary(printed: Readonly<Record<string, unknown>>, prompt: Prompt): string {
  const { lang, step } = prompt;
  const lines: string[] = [];
  if (step.agent === "pm" || step.stage === "orchestrating") {
    const reading = readRequest(prompt.request, prompt.files, prompt.today, lang);
    const wanted = [
      ...reading.data.map(({ resolved }) => labelOf(resolved.spec)),
      ...reading.texts.map((task) => textLabel(task, lang)),
    ];
    if (wanted.length > 0)
      lines.push(
        pick(lang, `The result must contain: ${wanted.join("; ")}.`, `يجب أن تحتوي النتيجة على: ${wanted.join("؛ ")}.`),
      );
    for (const text of new Set(reading.data.flatMap(({ resolved }) => [...resolved.assumptions, ...resolved.limits])))
      lines.push(text);
    if (step.stage === "orchestrating")
      lines.push(
        prompt.files.some((file) => file.tables.length > 0)
          ? pick(
              lang,
              "Checks: rows and totals are recalculated from the source in another way and compared row by row.",
              "الفحوص: يعاد حساب الصفوف والمجاميع من المصدر بطريقة أخرى وتُقارن صفًا بصف.",
            )
          : pick(
              lang,
              "Checks: what is delivered is compared with the source again, word for word.",
              "الفحوص: يُقارن ما يُسلَّم بالمصدر مرة أخرى حرفيًا.",
            ),
      );
  }
  for (const one of list(printed.tables).map(record)) {
    const empty = list(one.empty).map((pair) => `${JSON.stringify(textOf(list(pair)[0]))}: ${numberOf(list(pair)[1])}`);
    const bad = list(one.unreadable).map(
      (pair) =>
        `${JSON.stringify(textOf(list(pair)[0]))}: ${numberOf(list(pair)[1])} (${JSON.stringify(textOf(list(pair)[2]))})`,
    );
    lines.push(
      `${filesText([textOf(one.path)], lang)}: ${counted(numberOf(one.rows), "row", lang)}.` +
        (empty.length > 0
          ? pick(lang, ` Empty cells: ${empty.join(", ")}.`, ` خلايا فارغة: ${empty.join("، ")}.`)
          : "") +
        (bad.length > 0 ? pick(lang, ` Not readable: ${bad.join(", ")}.`, ` غير مقروء: ${bad.join("، ")}.`) : ""),
    );
  }
  for (const one of list(printed.texts).map(record)) {
    const path = textOf(one.path);
    const name = prompt.files.find((file) => file.textPath === path)?.name ?? path;
    const length = [counted(numberOf(one.lines), "line", lang), counted(numberOf(one.characters), "character", lang)];
    lines.push(`${filesText([name], lang)}: ${joined(length, lang)}.`);
  }
  return lines.length > 0
    ? lines.join("\n")
    : pick(lang, "There is no file; the request itself is the material.", "لا يوجد ملف؛ الطلب نفسه هو المادة.");
}
