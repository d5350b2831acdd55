import { measureHeader, pick } from "../labels.ts";
import type { Resolved } from "../resolve.ts";
import type { Lang, Spec } from "../spec.ts";

/** Values as printed by our own code, read defensively: anything else than expected becomes empty. */
export const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
export const textOf = (value: unknown): string =>
  typeof value === "string" ? value : typeof value === "number" ? String(value) : "";
export const record = (value: unknown): Readonly<Record<string, unknown>> =>
  // SAFETY: a non-null object that is no array has string keys.
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
export const numberOf = (value: unknown): number => (typeof value === "number" && Number.isFinite(value) ? value : 0);

/** "1234567.500" as "1,234,567.500": nothing is rounded. */
export function grouped(plain: string): string {
  const match = /^(-?)(\d+)(\.\d+)?$/.exec(plain);
  if (!match) return plain;
  return `${match[1] ?? ""}${(match[2] ?? "").replace(/\B(?=(\d{3})+$)/g, ",")}${match[3] ?? ""}`;
}
export const money = (plain: string, currency: string): string =>
  currency === "" ? grouped(plain) : `${grouped(plain)} ${currency}`;

/** Overall figures: "Total Amount: 1,730.748 KWD". One line for each currency. */
export function totalsLines(printed: Readonly<Record<string, unknown>>, spec: Spec): string[] {
  return list(printed.totals).map((one) => {
    const total = record(one);
    const values = list(total.values).map(textOf);
    const currency = textOf(total.currency);
    const figures = spec.measures.map((measure, index) => {
      const counted = measure.fn === "count" || measure.fn === "distinct";
      return `${measureHeader(measure, spec.lang)}: ${counted ? grouped(values[index] ?? "") : money(values[index] ?? "", currency)}`;
    });
    return figures.join(pick(spec.lang, ", ", "، "));
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
  const file = textOf(printed.file);
  const sums = sumsText(printed);
  switch (spec.kind) {
    case "aggregate": {
      lines.push(...totalsLines(printed, spec));
      if (spec.groups.length > 0)
        lines.push(
          pick(
            lang,
            `${numberOf(printed.groupCount)} groups in ${file}.`,
            `${numberOf(printed.groupCount)} مجموعات في ${file}.`,
          ),
        );
      const best = list(printed.top).slice(0, spec.limit === null ? 0 : 3);
      for (const row of best) lines.push(`• ${list(row).map(textOf).join(" · ")}`);
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
    case "rows":
      lines.push(
        pick(
          lang,
          `${numberOf(printed.matched)} rows meet the conditions; ${numberOf(printed.count)} are listed in ${file}${sums === "" ? "" : `, together ${sums}`}.`,
          `عدد الصفوف المطابقة ${numberOf(printed.matched)}، والمعروض في ${file} هو ${numberOf(printed.count)}${sums === "" ? "" : ` بإجمالي ${sums}`}.`,
        ),
      );
      break;
    case "duplicates":
      lines.push(
        numberOf(printed.sets) === 0
          ? pick(lang, "No duplicates were found.", "لم توجد صفوف مكررة.")
          : pick(
              lang,
              `${numberOf(printed.sets)} sets of duplicates with ${numberOf(printed.rows)} rows; ${numberOf(printed.extra)} rows are surplus${sums === "" ? "" : `, worth ${sums}`} (${file}).`,
              `${numberOf(printed.sets)} مجموعات مكررة تضم ${numberOf(printed.rows)} صفوف؛ الزائد ${numberOf(printed.extra)}${sums === "" ? "" : ` بقيمة ${sums}`} (${file}).`,
            ),
      );
      break;
    case "overdue":
      lines.push(
        numberOf(printed.count) === 0
          ? pick(lang, `Nothing is overdue on ${spec.today}.`, `لا توجد متأخرات بتاريخ ${spec.today}.`)
          : pick(
              lang,
              `${numberOf(printed.count)} items are overdue on ${spec.today}${sums === "" ? "" : `, together ${sums}`}; the longest for ${numberOf(printed.oldest)} days (${file}).`,
              `عدد المتأخرات بتاريخ ${spec.today} هو ${numberOf(printed.count)}${sums === "" ? "" : ` بإجمالي ${sums}`}؛ أطولها ${numberOf(printed.oldest)} يومًا (${file}).`,
            ),
      );
      break;
  }
  lines.push(
    ...notesLines(record(printed.notes), lang),
    ...lookAlikes(printed, lang),
    ...resolved.assumptions,
    ...resolved.limits,
  );
  if (spec.measures.some((one) => one.fn === "avg" || one.fn === "median"))
    lines.push(
      pick(
        lang,
        "Averages are rounded half up to the decimal places of the column.",
        "المتوسطات مقربة لأقرب خانة عشرية مستخدمة في العمود.",
      ),
    );
  return lines.filter((line) => line !== "").join("\n");
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
        `Could not be read and not calculated with (${bad}): ${shown.join("; ")}.`,
        `قيم غير مقروءة لم تدخل في الحساب (${bad}): ${shown.join("؛ ")}.`,
      ),
    );
  }
  const add = (count: number, en: string, ar: string): void => {
    if (count > 0) lines.push(pick(lang, en, ar));
  };
  add(
    numberOf(notes.emptyFigures),
    `${numberOf(notes.emptyFigures)} cells of the amount are empty and count as nothing.`,
    `${numberOf(notes.emptyFigures)} خلايا مبلغ فارغة لم تُحسب.`,
  );
  add(
    numberOf(notes.totalLines),
    `${numberOf(notes.totalLines)} total lines of the file were not counted again.`,
    `${numberOf(notes.totalLines)} من أسطر المجاميع في الملف لم تُحسب مرة أخرى.`,
  );
  add(
    numberOf(notes.undated),
    `${numberOf(notes.undated)} open items have no readable due date and are not judged.`,
    `${numberOf(notes.undated)} بنود غير مسددة بدون تاريخ استحقاق مقروء لم يُحكم عليها.`,
  );
  add(
    numberOf(notes.credits),
    `${numberOf(notes.credits)} items of zero or less (credit notes) are not counted as overdue.`,
    `${numberOf(notes.credits)} بنود بقيمة صفر أو أقل (إشعارات دائنة) لا تُعد متأخرة.`,
  );
  const statuses = list(notes.statuses).map((one) => JSON.stringify(textOf(one)));
  add(
    statuses.length,
    `Statuses taken as not paid: ${statuses.join(", ")}.`,
    `حالات اعتُبرت غير مدفوعة: ${statuses.join("، ")}.`,
  );
  return lines;
}
