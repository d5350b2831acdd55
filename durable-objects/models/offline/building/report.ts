import { measureHeader, pick } from "../labels.ts";
import type { Resolved } from "../resolve.ts";
import type { Lang, Spec } from "../spec.ts";
import { counted, dayText, filesText, grouped, joined } from "../wording.ts";

/** Values as printed by our own code, read defensively: anything else than expected becomes empty. */
export const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
export const textOf = (value: unknown): string =>
  typeof value === "string" ? value : typeof value === "number" ? String(value) : "";
export const record = (value: unknown): Readonly<Record<string, unknown>> =>
  // SAFETY: a non-null object that is no array has string keys.
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
export const numberOf = (value: unknown): number => (typeof value === "number" && Number.isFinite(value) ? value : 0);

/** An amount with its currency behind it. */
export const money = (plain: string, currency: string): string =>
  currency === "" ? grouped(plain) : `${grouped(plain)} ${currency}`;

/** Overall figures: "Total Amount: 1,730.748 KWD from 60 rows". One line for each currency. */
export function totalsLines(printed: Readonly<Record<string, unknown>>, spec: Spec): string[] {
  const { lang } = spec;
  return list(printed.totals).map((one) => {
    const total = record(one);
    const values = list(total.values).map(textOf);
    const currency = textOf(total.currency);
    const rows = spec.measures.findIndex((measure) => measure.fn === "count");
    const from = rows < 0 ? "" : counted(Number(values[rows]), "row", lang, spec.measures.length > 1);
    const figures = spec.measures.flatMap((measure, index) => {
      if (measure.fn === "count") return [];
      const value = values[index] ?? "";
      return `${measureHeader(measure, lang)}: ${measure.fn === "distinct" ? grouped(value) : money(value, currency)}`;
    });
    if (figures.length === 0) return `${from}.`;
    const text = figures.join(pick(lang, ", ", "، "));
    return from === "" ? `${text}.` : pick(lang, `${text}, from ${from}.`, `${text}، من ${from}.`);
  });
}

/** What a list adds up to, in each currency. */
export function sumsText(printed: Readonly<Record<string, unknown>>): string {
  return list(printed.totals)
    .map(record)
    .map((one) => money(textOf(list(one.values)[0]), textOf(one.currency)))
    .filter((text) => text !== "")
    .join(" + ");
}

/** The plain-language summary of a table step. */
export function tableSummary(printed: Readonly<Record<string, unknown>>, resolved: Resolved): string {
  const { spec } = resolved;
  const { lang } = spec;
  const lines: string[] = [];
  const file = filesText([textOf(printed.file)], lang);
  const sums = sumsText(printed);
  const worth = sums === "" ? "" : pick(lang, `, together ${sums}`, ` بإجمالي ${sums}`);
  const count = numberOf(printed.count);
  switch (spec.kind) {
    case "aggregate": {
      lines.push(...totalsLines(printed, spec));
      if (spec.groups.length > 0)
        lines.push(
          pick(
            lang,
            `${counted(numberOf(printed.groupCount), "group", lang)} in ${file}.`,
            `${counted(numberOf(printed.groupCount), "group", lang)} في ${file}.`,
          ),
        );
      const best = list(printed.top).slice(0, spec.limit === null ? 0 : 3);
      if (best.length > 0) lines.push("", ...best.map((row) => `- ${list(row).map(textOf).join(" · ")}`), "");
      if (spec.limit !== null && spec.groups.length > 0)
        lines.push(
          pick(
            lang,
            "The overall figures are of all rows, not only of those listed.",
            "الأرقام الكلية لكل الصفوف وليس للمعروض فقط.",
          ),
        );
      break;
    }
    case "rows": {
      const matched = numberOf(printed.matched);
      lines.push(
        matched === count
          ? pick(
              lang,
              `${counted(matched, "row", lang)} meeting the conditions${worth}, in ${file}.`,
              `المطابق للشروط ${counted(matched, "row", lang)}${worth}، في ${file}.`,
            )
          : pick(
              lang,
              `${counted(matched, "row", lang)} meeting the conditions, ${grouped(String(count))} of them listed in ${file}${worth}.`,
              `المطابق للشروط ${counted(matched, "row", lang)}، والمعروض منها في ${file} ${counted(count, "row", lang)}${worth}.`,
            ),
      );
      break;
    }
    case "duplicates": {
      const extra = numberOf(printed.extra);
      lines.push(
        numberOf(printed.sets) === 0
          ? pick(lang, "No duplicates were found.", "لم توجد صفوف مكررة.")
          : pick(
              lang,
              `${counted(numberOf(printed.sets), "set", lang)} with ${counted(numberOf(printed.rows), "row", lang)} in ${file}; ${counted(extra, "row", lang)} too many${sums === "" ? "" : `, worth ${sums}`}.`,
              `${counted(numberOf(printed.sets), "set", lang)} فيها ${counted(numberOf(printed.rows), "row", lang)}، في ${file}؛ والزائد ${counted(extra, "row", lang)}${sums === "" ? "" : ` بقيمة ${sums}`}.`,
            ),
      );
      break;
    }
    case "overdue": {
      const today = dayText(spec.today, lang);
      const oldest = numberOf(printed.oldest);
      const longest = oldest === 0 ? "" : counted(oldest, "day", lang);
      lines.push(
        count === 0
          ? pick(lang, `Nothing is overdue on ${today}.`, `لا توجد متأخرات في ${today}.`)
          : pick(
              lang,
              `${counted(count, "item", lang)} overdue on ${today}${worth}${longest === "" ? "" : `; the longest for ${longest}`}. See ${file}.`,
              `المتأخر في ${today}: ${counted(count, "item", lang)}${worth}${longest === "" ? "" : `؛ أطول تأخير ${longest}`}. التفاصيل في ${file}.`,
            ),
      );
      break;
    }
  }
  lines.push(
    ...notesLines(record(printed.notes), lang),
    ...lookAlikes(printed, lang),
    ...resolved.assumptions,
    ...resolved.limits.filter((limit) => limit !== ""),
  );
  if (spec.measures.some((one) => one.fn === "avg" || one.fn === "median"))
    lines.push(
      pick(
        lang,
        "Averages are rounded half up to the decimal places of the column.",
        "المتوسطات مقربة لأقرب خانة عشرية مستخدمة في العمود.",
      ),
    );
  return lines
    .join("\n")
    .replace(/\n{3,}/g, "\n\n")
    .trim();
}

function lookAlikes(printed: Readonly<Record<string, unknown>>, lang: Lang): string[] {
  const names = list(printed.lookAlike).map((same) =>
    list(same)
      .map((name) => JSON.stringify(textOf(name)))
      .join(" / "),
  );
  return names.length === 0
    ? []
    : [
        pick(
          lang,
          `Spelt differently and kept apart: ${names.join("; ")}.`,
          `مكتوبة بأشكال مختلفة وتُركت منفصلة: ${names.join("؛ ")}.`,
        ),
      ];
}

/** What was left out on the way, and where it stands in the file. */
export function notesLines(notes: Readonly<Record<string, unknown>>, lang: Lang): string[] {
  const lines: string[] = [];
  const bad = numberOf(notes.unreadableCount);
  if (bad > 0) {
    const shown = list(notes.unreadable)
      .slice(0, 5)
      .map(record)
      .map((one) =>
        pick(
          lang,
          `${JSON.stringify(textOf(one.text))} in ${JSON.stringify(textOf(one.column))}, row ${numberOf(one.row)}`,
          `${JSON.stringify(textOf(one.text))} في ${JSON.stringify(textOf(one.column))} صف ${numberOf(one.row)}`,
        ),
      );
    lines.push(
      pick(
        lang,
        `${counted(bad, "value", lang)} could not be read and ${bad === 1 ? "is" : "are"} not counted: ${shown.join("; ")}.`,
        `لم تُقرأ ولم تدخل في الحساب ${counted(bad, "value", lang)}: ${shown.join("؛ ")}.`,
      ),
    );
  }
  const add = (count: number, en: string, ar: string): void => {
    if (count > 0) lines.push(pick(lang, en, ar));
  };
  const empty = numberOf(notes.emptyFigures);
  add(
    empty,
    `${counted(empty, "cell", lang)} of the amount ${empty === 1 ? "is empty and counts" : "are empty and count"} as nothing.`,
    `بدون مبلغ ولم يُحسب: ${counted(empty, "cell", lang)}.`,
  );
  const totals = numberOf(notes.totalLines);
  add(
    totals,
    `${counted(totals, "totalLine", lang)} of the file ${totals === 1 ? "was" : "were"} not counted again.`,
    `لم يُحسب مرة أخرى من الملف: ${counted(totals, "totalLine", lang)}.`,
  );
  const undated = numberOf(notes.undated);
  add(
    undated,
    `${counted(undated, "item", lang)} still open ${undated === 1 ? "has no readable due date and is" : "have no readable due date and are"} not judged.`,
    `غير مسدد بلا تاريخ استحقاق مقروء ولم يُحكم عليه: ${counted(undated, "item", lang)}.`,
  );
  const credits = numberOf(notes.credits);
  add(
    credits,
    `${counted(credits, "item", lang)} of zero or less (credit notes) ${credits === 1 ? "is" : "are"} not counted as overdue.`,
    `بقيمة صفر أو أقل (إشعار دائن) ولا يُعد متأخرًا: ${counted(credits, "item", lang)}.`,
  );
  const statuses = list(notes.statuses).map((one) => JSON.stringify(textOf(one)));
  add(
    statuses.length,
    `Statuses taken as not paid: ${joined(statuses, lang)}.`,
    `حالات اعتُبرت غير مدفوعة: ${joined(statuses, lang)}.`,
  );
  return lines;
}
