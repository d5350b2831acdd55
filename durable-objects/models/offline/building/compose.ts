import { candidates } from "../columns.ts";
import { readRequest } from "../context.ts";
import { lateHeader, outstandingHeader, pick, rowsHeader } from "../labels.ts";
import type { Prompt } from "../prompt.ts";
import type { Lang, Role, Task } from "../spec.ts";
import { andMore, counted, dayText, joined, readable } from "../wording.ts";
import { list, money, numberOf, record, textOf } from "./report.ts";

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
  const names = joined(
    prompt.files.map((file) => plain(file.name)),
    lang,
  );
  const today = dayText(prompt.today, lang);
  const dated = pick(
    lang,
    `As of ${today}${names === "" ? "" : `, from ${names}`}`,
    `بتاريخ ${today}${names === "" ? "" : ` من ${names}`}`,
  );
  const opening: string[] = [];
  const sending = task.flag || task.kind === "message" || task.channel !== null;
  if (task.channel === "email") opening.push(pick(lang, `Subject: Summary, ${today}`, `الموضوع: ملخص ${today}`), "");
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
  const text = [...opening, ...body, ...closing].join("\n").replace(/\n{3,}/g, "\n\n");
  return `${readable(text.trim(), lang)}\n`;
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

/** The one figure of a table beside its count of rows: its heading names it, and the lines need not. */
function onlyFigure(names: readonly string[], lang: Lang): string | null {
  const [first = null, ...more] = names.filter((name) => name !== rowsHeader(lang));
  return more.length === 0 ? first : null;
}

function byText(figure: string | null, groups: string, lang: Lang): string {
  const by = plain(groups);
  return figure === null
    ? pick(lang, `By ${by}`, `حسب ${by}`)
    : pick(lang, `${plain(figure)} by ${by}`, `${plain(figure)} حسب ${by}`);
}

function figuresText(
  headers: readonly string[],
  values: readonly string[],
  currency: string,
  style: Style,
  told: string | null = null,
): string {
  const { lang } = style;
  return headers
    .map((header, index) => {
      const value = values[index] ?? "";
      if (header === rowsHeader(lang) && /^\d+$/.test(value)) return counted(Number(value), "row", lang);
      const figure = style.strong(money(value, plain(currency)));
      return header === told ? figure : `${plain(header)}: ${figure}`;
    })
    .join(pick(lang, ", ", "، "));
}

function factsBody(facts: readonly Readonly<Record<string, unknown>>[], style: Style, prompt: Prompt): string[] {
  const { lang } = style;
  const lines: string[] = [];
  let overall = false;
  const seen = new Set<string>();
  const adds = (fact: Readonly<Record<string, unknown>>): boolean =>
    list(fact.figures)
      .map(textOf)
      .some((name) => name !== rowsHeader(lang) && isAdditive(name, prompt));
  const groups = facts.filter((one) => one.kind === "groups");
  for (const fact of [...groups.filter(adds), ...groups.filter((one) => !adds(one))]) {
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
  const names = additive.map((at) => figures[at] ?? "");
  const only = onlyFigure(names, lang);
  const lines = [style.head(byText(only, textOf(by.column), lang))];
  for (const line of shown) {
    const values = list(line.values).map(textOf);
    lines.push(
      style.point(
        `${plain(isTime ? dayText(textOf(line.name), lang) : textOf(line.name))}: ${figuresText(
          names,
          additive.map((at) => values[at] ?? ""),
          textOf(line.currency),
          style,
          only,
        )}`,
      ),
    );
  }
  const more = numberOf(by.count) - shown.length;
  if (more > 0)
    lines.push(style.point(pick(lang, `${andMore(more, lang)} in the file`, `${andMore(more, lang)} في الملف`)));
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
  const only = onlyFigure(figures, style.lang);
  lines.push(style.head(byText(only, joined(columns.slice(0, groups), style.lang), style.lang)));
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
          only,
        )}`,
      ),
    );
  }
  const more = numberOf(fact.count) - list(fact.top).length;
  if (more > 0)
    lines.push(
      style.point(
        pick(
          style.lang,
          `${andMore(more, style.lang)} in ${textOf(fact.file)}`,
          `${andMore(more, style.lang)} في ${textOf(fact.file)}`,
        ),
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
          `${counted(count, "item", lang)} overdue${sums === "" ? "" : `, together ${sums}`}`,
          `المتأخر ${counted(count, "item", lang)}${sums === "" ? "" : ` بإجمالي ${sums}`}`,
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
          `${counted(sets, "set", lang)}, ${counted(numberOf(fact.count), "row", lang)}${sums === "" ? "" : `; the surplus is worth ${sums}`}`,
          `${counted(sets, "set", lang)} فيها ${counted(numberOf(fact.count), "row", lang)}${sums === "" ? "" : `؛ قيمة الزائد ${sums}`}`,
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
          `${counted(numberOf(fact.count), "row", lang)}${sums === "" ? "" : `, together ${sums}`}`,
          `${counted(numberOf(fact.count), "row", lang)}${sums === "" ? "" : ` بإجمالي ${sums}`}`,
        ),
      ),
    ),
    ...exampleLines(fact, style, prompt),
  ];
}

const TELLING: readonly Role[] = ["number", "client", "supplier", "product", "amount", "due", "date"];

/** The first rows of a list, by the columns that tell which ones they are; a due date stands for all dates. */
function exampleLines(fact: Readonly<Record<string, unknown>>, style: Style, prompt: Prompt): string[] {
  const { lang } = style;
  const columns = list(fact.columns).map(textOf);
  const { tables } = readRequest(prompt.request, prompt.files, prompt.today, lang);
  const roles = new Map<string, Role>();
  for (const table of tables)
    for (const role of TELLING) {
      const [column] = candidates(table, role);
      if (column && columns.includes(column.name) && !roles.has(column.name)) roles.set(column.name, role);
    }
  const dated = [...roles.values()].includes("due");
  const currencies = list(fact.sums).map((one) => textOf(record(one).currency));
  const only = currencies.length === 1 ? plain(currencies[0] ?? "") : "";
  const told = (name: string, cell: string): string => {
    if (cell === "") return "";
    if (name === lateHeader(lang))
      return pick(
        lang,
        `${counted(Number(cell), "day", lang)} overdue`,
        `متأخر ${counted(Number(cell), "day", lang, true)}`,
      );
    const role = roles.get(name);
    if (role === "amount") return style.strong(/^-?\d+(\.\d+)?$/.test(cell) ? money(cell, only) : plain(cell));
    if (role === "date" && dated) return "";
    if (role === "due" || role === "date" || name === outstandingHeader(lang)) return `${plain(name)} ${plain(cell)}`;
    return role === undefined ? "" : plain(cell);
  };
  const rows = list(fact.top)
    .slice(0, 5)
    .map((row) => list(row).map(textOf));
  return rows.map((row) => {
    const parts = columns.map((name, index) => told(name, row[index] ?? "")).filter((part) => part !== "");
    const shown =
      parts.length > 0 ? parts : columns.slice(0, 4).map((name, index) => `${plain(name)} ${plain(row[index] ?? "")}`);
    return style.point(shown.join(" · "));
  });
}
