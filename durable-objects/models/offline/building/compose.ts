import { candidates } from "../columns.ts";
import { readRequest } from "../context.ts";
import { lateHeader, outstandingHeader, pick, rowsHeader } from "../labels.ts";
import type { Prompt } from "../prompt.ts";
import type { Lang, Role, Task } from "../spec.ts";
import { grouped, list, money, numberOf, record, textOf } from "./report.ts";

interface Style {
  readonly lang: Lang;
  readonly head: (text: string) => string;
  readonly strong: (text: string) => string;
  readonly point: (text: string) => string;
}

const markdown = (lang: Lang): Style => ({
  lang,
  head: (text) => `\n## ${text}\n`,
  strong: (text) => `**${text}**`,
  point: (text) => `- ${text}`,
});
const whatsapp = (lang: Lang): Style => ({
  lang,
  head: (text) => `\n*${text}*`,
  strong: (text) => `*${text}*`,
  point: (text) => `• ${text}`,
});
const mail = (lang: Lang): Style => ({
  lang,
  head: (text) => `\n${text}\n`,
  strong: (text) => text,
  point: (text) => `- ${text}`,
});

/** Characters that would be markup in the text are shown as they are. */
const plain = (text: string): string =>
  text
    .replace(/[\r\n]+/g, " ")
    .replace(/([*_`<>#|[\]\\])/g, "\\$1")
    .trim();

/** The text of a summary or message, from the facts that code printed. Every figure in it comes from there. */
export function compose(printed: Readonly<Record<string, unknown>>, task: Task, prompt: Prompt): string {
  const { lang } = prompt;
  const style = task.channel === "whatsapp" ? whatsapp(lang) : task.channel === "email" ? mail(lang) : markdown(lang);
  const title = pick(lang, "Summary", "ملخص");
  const names = prompt.files.map((file) => file.name).join(pick(lang, ", ", "، "));
  const dated = pick(
    lang,
    `As of ${prompt.today}${names === "" ? "" : `, from ${plain(names)}`}`,
    `بتاريخ ${prompt.today}${names === "" ? "" : ` من ${plain(names)}`}`,
  );
  const opening: string[] = [];
  const sending = task.flag || task.kind === "message" || task.channel !== null;
  if (task.channel === "email")
    opening.push(pick(lang, `Subject: Summary ${prompt.today}`, `الموضوع: ملخص ${prompt.today}`), "");
  if (sending)
    opening.push(
      pick(lang, "Hello,", "السلام عليكم،"),
      "",
      pick(lang, `here is the summary. ${dated}.`, `إليكم الملخص. ${dated}.`),
    );
  else opening.push(`# ${title}`, "", `${dated}.`);
  const body =
    printed.facts === undefined
      ? aggregateBody(printed, style)
      : factsBody(list(printed.facts).map(record), style, prompt);
  const closing = sending ? ["", pick(lang, "Kind regards", "مع التحية")] : [];
  return `${[...opening, ...body, ...closing]
    .join("\n")
    .replace(/\n{3,}/g, "\n\n")
    .trim()}\n`;
}

/** Without earlier tables: the overall figures calculated by this step itself. */
function aggregateBody(printed: Readonly<Record<string, unknown>>, style: Style): string[] {
  const columns = list(printed.columns).map(textOf);
  const figures = columns.slice(-list(record(list(printed.totals)[0]).values).length);
  return [
    style.head(pick(style.lang, "Overall", "الإجمالي العام")),
    ...list(printed.totals)
      .map(record)
      .map((total) => style.point(figuresText(figures, list(total.values).map(textOf), textOf(total.currency), style))),
  ];
}

function figuresText(headers: readonly string[], values: readonly string[], currency: string, style: Style): string {
  return headers
    .map(
      (header, index) =>
        `${plain(header)}: ${style.strong(header === rowsHeader(style.lang) ? grouped(values[index] ?? "") : money(values[index] ?? "", plain(currency)))}`,
    )
    .join(pick(style.lang, ", ", "، "));
}

function factsBody(facts: readonly Readonly<Record<string, unknown>>[], style: Style, prompt: Prompt): string[] {
  const { lang } = style;
  const lines: string[] = [];
  let overall = false;
  const seen = new Set<string>();
  for (const fact of facts.filter((one) => one.kind === "groups")) {
    const figures = list(fact.figures).map(textOf);
    const additive = figures.map((_name, index) => index).filter((index) => isAdditive(figures[index] ?? "", prompt));
    const complete = !/^(top|bottom)-/.test(textOf(fact.file));
    if (!overall && complete && additive.length > 0) {
      overall = true;
      lines.push(style.head(pick(lang, "Overall", "الإجمالي العام")));
      for (const total of list(fact.totals).map(record))
        lines.push(
          style.point(
            figuresText(
              additive.map((at) => figures[at] ?? ""),
              additive.map((at) => textOf(list(total.values)[at])),
              textOf(total.currency),
              style,
            ),
          ),
        );
    }
    if (list(fact.groups).length === 1 || additive.length === 0) lines.push(...tableLines(fact, figures, style));
    else
      for (const by of list(fact.by).map(record)) {
        const name = `${textOf(by.column)}|${figures.join("|")}`;
        if (seen.has(name)) continue;
        seen.add(name);
        lines.push(...groupLines(by, figures, additive, style));
      }
  }
  for (const fact of facts) {
    if (fact.kind === "overdue") lines.push(...overdueLines(fact, style, prompt));
    if (fact.kind === "duplicates") lines.push(...duplicateLines(fact, style, prompt));
    if (fact.kind === "rows") lines.push(...rowLines(fact, style, prompt));
  }
  if (lines.length === 0)
    lines.push(pick(lang, "The earlier steps delivered no tables.", "لم تسلّم الخطوات السابقة أي جداول."));
  return lines;
}

/** Totals and counts may be added over groups; averages, extremes and distinct counts may not. */
function isAdditive(header: string, prompt: Prompt): boolean {
  if (header === rowsHeader(prompt.lang)) return true;
  return !/^(Average|Lowest|Highest|Median|Different|متوسط|أقل|أعلى|وسيط|عدد مختلف) /.test(header);
}

function groupLines(
  by: Readonly<Record<string, unknown>>,
  figures: readonly string[],
  additive: readonly number[],
  style: Style,
): string[] {
  const { lang } = style;
  const all = list(by.lines).map(record);
  const isTime = all.every((line) => /^\d{4}(-|$)|^\(/.test(textOf(line.name)));
  const sorted = isTime ? [...all].sort((a, b) => (textOf(a.name) < textOf(b.name) ? -1 : 1)) : all;
  const shown = sorted.slice(0, isTime ? 14 : 10);
  const head = pick(lang, `By ${plain(textOf(by.column))}`, `حسب ${plain(textOf(by.column))}`);
  const lines = [style.head(head)];
  for (const line of shown) {
    const values = list(line.values).map(textOf);
    lines.push(
      style.point(
        `${plain(textOf(line.name))}: ${figuresText(
          additive.map((at) => figures[at] ?? ""),
          additive.map((at) => values[at] ?? ""),
          textOf(line.currency),
          style,
        )}`,
      ),
    );
  }
  const more = numberOf(by.count) - shown.length;
  if (more > 0) lines.push(style.point(pick(lang, `and ${more} more in the file`, `و${more} غيرها في الملف`)));
  return lines;
}

/** Rows of a small table as they stand. */
function tableLines(fact: Readonly<Record<string, unknown>>, figures: readonly string[], style: Style): string[] {
  const columns = list(fact.columns).map(textOf);
  const groups = list(fact.groups).length;
  const at = columns.length > groups && !figures.includes(columns[groups] ?? "") ? groups : -1;
  const lines: string[] = [];
  if (groups === 0 && numberOf(fact.count) <= 8) {
    const fresh = figures.filter((name) => !/^$/.test(name));
    for (const row of list(fact.top)) {
      const cells = list(row).map(textOf);
      lines.push(
        style.point(
          figuresText(
            fresh,
            fresh.map((name) => cells[columns.indexOf(name)] ?? ""),
            at < 0 ? "" : (cells[at] ?? ""),
            style,
          ),
        ),
      );
    }
    return lines;
  }
  const names = columns.slice(0, groups).join(pick(style.lang, " and ", " و"));
  lines.push(style.head(pick(style.lang, `By ${plain(names)}`, `حسب ${plain(names)}`)));
  for (const row of list(fact.top)) {
    const cells = list(row).map(textOf);
    const name = cells.slice(0, groups).map(plain).join(" · ");
    lines.push(
      style.point(
        `${name}: ${figuresText(
          figures,
          figures.map((figure) => cells[columns.indexOf(figure)] ?? ""),
          at < 0 ? "" : (cells[at] ?? ""),
          style,
        )}`,
      ),
    );
  }
  const more = numberOf(fact.count) - list(fact.top).length;
  if (more > 0)
    lines.push(
      style.point(
        pick(style.lang, `and ${more} more in ${textOf(fact.file)}`, `و${more} غيرها في ${textOf(fact.file)}`),
      ),
    );
  return lines;
}

const sumsOf = (fact: Readonly<Record<string, unknown>>): string =>
  list(fact.sums)
    .map(record)
    .map((one) => money(textOf(one.total), plain(textOf(one.currency))))
    .join(" + ");

function overdueLines(fact: Readonly<Record<string, unknown>>, style: Style, prompt: Prompt): string[] {
  const { lang } = style;
  const count = numberOf(fact.count);
  const sums = sumsOf(fact);
  const lines = [style.head(pick(lang, "Overdue", "المتأخرات"))];
  if (count === 0) return [...lines, style.point(pick(lang, "Nothing is overdue.", "لا توجد متأخرات."))];
  lines.push(
    style.point(
      style.strong(
        pick(
          lang,
          `${count} overdue items${sums === "" ? "" : `, together ${sums}`}`,
          `عدد المتأخرات ${count}${sums === "" ? "" : ` بإجمالي ${sums}`}`,
        ),
      ),
    ),
  );
  lines.push(...exampleLines(fact, style, prompt));
  return lines;
}

function duplicateLines(fact: Readonly<Record<string, unknown>>, style: Style, prompt: Prompt): string[] {
  const { lang } = style;
  const sets = numberOf(fact.sets);
  const lines = [style.head(pick(lang, "Duplicates", "المكررات"))];
  if (sets === 0) return [...lines, style.point(pick(lang, "None were found.", "لا يوجد."))];
  const sums = sumsOf(fact);
  lines.push(
    style.point(
      style.strong(
        pick(
          lang,
          `${sets} sets, ${numberOf(fact.count)} rows${sums === "" ? "" : `; the surplus is worth ${sums}`}`,
          `${sets} مجموعات تضم ${numberOf(fact.count)} صفوف${sums === "" ? "" : `؛ قيمة الزائد ${sums}`}`,
        ),
      ),
    ),
  );
  return [...lines, ...exampleLines(fact, style, prompt)];
}

function rowLines(fact: Readonly<Record<string, unknown>>, style: Style, prompt: Prompt): string[] {
  const { lang } = style;
  const sums = sumsOf(fact);
  return [
    style.head(pick(lang, "List", "القائمة")),
    style.point(
      style.strong(
        pick(
          lang,
          `${numberOf(fact.count)} rows${sums === "" ? "" : `, together ${sums}`}`,
          `عدد الصفوف ${numberOf(fact.count)}${sums === "" ? "" : ` بإجمالي ${sums}`}`,
        ),
      ),
    ),
    ...exampleLines(fact, style, prompt),
  ];
}

const TELLING: readonly Role[] = ["number", "client", "supplier", "product", "amount", "due", "date"];

/** The first rows of a list, in the columns that tell which ones they are. */
function exampleLines(fact: Readonly<Record<string, unknown>>, style: Style, prompt: Prompt): string[] {
  const columns = list(fact.columns).map(textOf);
  const { tables } = readRequest(prompt.request, prompt.files, prompt.today, prompt.lang);
  const telling = new Set(
    tables.flatMap((table) =>
      TELLING.flatMap((role) =>
        candidates(table, role)
          .slice(0, 1)
          .map((column) => column.name),
      ),
    ),
  );
  const extra = [lateHeader(style.lang), outstandingHeader(style.lang)];
  const chosen = columns
    .map((_, index) => index)
    .filter((index) => telling.has(columns[index] ?? "") || extra.includes(columns[index] ?? ""));
  const used = chosen.length > 0 ? chosen : columns.map((_, index) => index).slice(0, 4);
  return list(fact.top)
    .slice(0, 5)
    .map((row) =>
      style.point(used.map((index) => `${plain(columns[index] ?? "")} ${plain(textOf(list(row)[index]))}`).join(" · ")),
    );
}
