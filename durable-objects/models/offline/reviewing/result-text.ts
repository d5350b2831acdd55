import { list, money, numberOf, record, textOf } from "../building/report.ts";
import { foundText, KINDS } from "../documents.ts";
import { pick } from "../labels.ts";
import type { Prompt, WorkPrompt } from "../prompt.ts";
import type { Lang, Measure, Spec } from "../spec.ts";
import { counted, filesText, grouped, joined, type NounName, readable } from "../wording.ts";

type Printed = Readonly<Record<string, unknown>>;

/** What a check printed about a step: overall figures for each currency, and counts. */
export interface Proof {
  readonly kind: "table" | "text" | "document" | "outside" | "site" | "program" | "survey" | "unclear";
  readonly spec: Spec | null;
  readonly figures: readonly Printed[];
  readonly facts: Printed;
}

export interface Reviewed {
  readonly work: WorkPrompt;
  readonly verdict: { readonly accepted: boolean };
  readonly proof: Proof;
}

/**
 * The result as the person reads it: a sentence with the main figure, a line for each deliverable, and what the
 * independent check says. Every figure is one that the check worked out itself.
 */
export function resultText(prompt: Prompt, reviewed: readonly Reviewed[]): string {
  const { lang } = prompt;
  const made = reviewed.filter(({ work }) => work.artifacts.length > 0);
  const good = made.filter(({ verdict }) => verdict.accepted);
  const bad = reviewed.filter(({ verdict }) => !verdict.accepted);
  const noun = nounOf(prompt);
  const points = made.map(({ work, verdict, proof }) => {
    const files = filesText(
      work.artifacts.map((artifact) => artifact.name),
      lang,
    );
    const told = verdict.accepted
      ? [keyFigures(proof, noun, lang), files].filter((part) => part !== "").join(" — ")
      : pick(lang, "not accepted yet", "لم يُقبل بعد");
    return `- **${plain(work.label)}**: ${told}`;
  });
  // What went out is told by the step that sent it, with the receipts the engine confirmed.
  const sent = reviewed.filter(({ proof }) => proof.kind === "outside").map(({ work }) => work.summary ?? "");
  const unread = good.reduce((most, { proof }) => Math.max(most, numberOf(proof.facts.unread)), 0);
  const closing = [bad.length === 0 ? agreement(good, lang) : failures(bad.length, lang)];
  if (unread > 0)
    closing.push(
      pick(
        lang,
        `${counted(unread, "value", lang)} could not be read and ${unread === 1 ? "is" : "are"} not counted; the step names ${unread === 1 ? "it" : "them"}.`,
        `لم تُقرأ ولم تدخل في الحساب ${counted(unread, "value", lang)}، والتفاصيل في الخطوة.`,
      ),
    );
  const quiet = good.length === 0 && (bad.length > 0 || sent.length > 0);
  const opening = quiet ? "" : headline(good, noun, lang);
  return readable(
    [opening, points.join("\n"), ...sent, closing.join(" ")].filter((part) => part !== "").join("\n\n"),
    lang,
  ).slice(0, 7500);
}

/** Names of people's columns and files are data: markup in them shows as written. */
const plain = (text: string): string =>
  text
    .replace(/[\r\n]+/g, " ")
    .replace(/([*_`<>#|[\]\\])/g, "\\$1")
    .trim();

/** What a row stands for, by the names of the files and columns. */
function nounOf(prompt: Prompt): NounName {
  const names = prompt.files.flatMap((file) => [
    file.name,
    ...file.tables.flatMap((table) => table.columns.map((column) => column.name)),
  ]);
  return names.some((name) => /invoice|فاتور|فواتير/i.test(name)) ? "invoice" : "item";
}

/** The figure of one measure in every currency: "1,391.880 KWD + 20.00 USD". */
const inAll = (proof: Proof, index: number): string =>
  proof.figures
    .map((one) => {
      const counts = ["count", "distinct"].includes(proof.spec?.measures[index]?.fn ?? "");
      return money(textOf(list(one.values)[index]), counts ? "" : plain(textOf(one.currency)));
    })
    .filter((text) => text.trim() !== "")
    .join(" + ");

const isFigure = (measure: Measure): boolean => measure.fn !== "count";

function headline(good: readonly Reviewed[], noun: NounName, lang: Lang): string {
  const of = (kind: Spec["kind"]) => good.find(({ proof }) => proof.spec?.kind === kind)?.proof;
  const totals =
    good.find(({ proof }) => proof.spec?.kind === "aggregate" && proof.spec.measures[0]?.fn === "sum")?.proof ??
    of("aggregate");
  const overdue = of("overdue");
  const parts = [
    ...(totals ? [overall(totals, noun, lang)] : []),
    ...(overdue ? [late(overdue, noun, totals !== undefined, lang)] : []),
  ];
  if (parts.length > 0) return `${parts.join(pick(lang, "; ", "، "))}.`;
  const duplicates = of("duplicates");
  if (duplicates) {
    const sets = numberOf(duplicates.facts.sets);
    return sets === 0
      ? pick(lang, "There are **no duplicates**.", "**لا توجد صفوف مكررة**.")
      : pick(
          lang,
          `There ${sets === 1 ? "is" : "are"} **${counted(sets, "set", lang)}**.`,
          `النتيجة: **${counted(sets, "set", lang)}**.`,
        );
  }
  const rows = of("rows");
  if (rows) {
    const count = numberOf(rows.facts.rows);
    return pick(
      lang,
      `**${counted(count, noun, lang)}** ${count === 1 ? "meets" : "meet"} your conditions.`,
      `المطابق لشروطك: **${counted(count, noun, lang)}**.`,
    );
  }
  const document = good.find(({ proof }) => list(proof.facts.kinds).length > 0)?.proof;
  if (document)
    return pick(
      lang,
      `I found **${kindsText(document, lang)}** in your text.`,
      `في نصك **${kindsText(document, lang)}**.`,
    );
  return pick(lang, "Your text is **ready to send**.", "النص **جاهز للإرسال**.");
}

function overall(proof: Proof, noun: NounName, lang: Lang): string {
  const measures = proof.spec?.measures ?? [];
  const rows = numberOf(proof.facts.rows);
  const index = measures.findIndex(isFigure);
  const measure = measures[index];
  const value = inAll(proof, index);
  if (measure === undefined || value === "")
    return pick(
      lang,
      `There ${rows === 1 ? "is" : "are"} **${counted(rows, noun, lang)}**`,
      `العدد **${counted(rows, noun, lang)}**`,
    );
  const what = {
    sum: pick(lang, "The total is", "الإجمالي"),
    avg: pick(lang, "The average is", "المتوسط"),
    median: pick(lang, "The median is", "الوسيط"),
    min: pick(lang, "The lowest is", "أقل قيمة"),
    max: pick(lang, "The highest is", "أعلى قيمة"),
    distinct: pick(lang, "The number of different values is", "عدد القيم المختلفة"),
    count: "",
  }[measure.fn];
  return pick(
    lang,
    `${what} **${value}** from ${counted(rows, noun, lang)}`,
    `${what} **${value}** من ${counted(rows, noun, lang, true)}`,
  );
}

function late(proof: Proof, noun: NounName, follows: boolean, lang: Lang): string {
  const count = numberOf(proof.facts.rows);
  const sums = inAll(proof, 0);
  if (count === 0)
    return pick(lang, `${follows ? "nothing" : "Nothing"} is overdue`, `${follows ? "ولا" : "لا"} توجد متأخرات`);
  const items = counted(count, noun, lang);
  const be = count === 1 ? "is" : "are";
  if (sums === "") return pick(lang, `**${items}** ${be} overdue`, `${follows ? "والمتأخر" : "المتأخر"} **${items}**`);
  return pick(
    lang,
    `${items} worth **${sums}** ${be} overdue`,
    `${follows ? "والمتأخر" : "المتأخر"} **${sums}** (${items})`,
  );
}

const kindsText = (proof: Proof, lang: Lang): string => {
  const counts = list(proof.facts.kinds).map(numberOf);
  return foundText(
    KINDS.map((kind, index) => [kind, counts[index] ?? 0]),
    lang,
  );
};

/** One or two figures of a deliverable. */
function keyFigures(proof: Proof, noun: NounName, lang: Lang): string {
  const { spec, facts } = proof;
  if (proof.kind === "document" && list(facts.kinds).length > 0) return kindsText(proof, lang);
  if (spec === null) return pick(lang, "ready to copy", "جاهز للنسخ");
  const rows = numberOf(facts.rows);
  switch (spec.kind) {
    case "aggregate":
      return aggregateFigures(proof, spec, noun, lang);
    case "overdue": {
      const oldest = numberOf(facts.oldest);
      if (rows === 0) return pick(lang, "nothing", "لا شيء");
      const longest =
        oldest === 0
          ? ""
          : pick(
              lang,
              `, the longest for ${counted(oldest, "day", lang)}`,
              `، أطول تأخير ${counted(oldest, "day", lang)}`,
            );
      return `${counted(rows, noun, lang)}${longest}`;
    }
    case "duplicates":
      return numberOf(facts.sets) === 0
        ? pick(lang, "none found", "لا يوجد")
        : pick(
            lang,
            `${counted(numberOf(facts.sets), "set", lang)}, ${counted(rows, "row", lang)}`,
            `${counted(numberOf(facts.sets), "set", lang)} فيها ${counted(rows, "row", lang)}`,
          );
    case "rows":
      return counted(rows, noun, lang);
  }
}

function aggregateFigures(proof: Proof, spec: Spec, noun: NounName, lang: Lang): string {
  const best = record(proof.facts.best);
  const currency = textOf(proof.figures[0]?.currency);
  const parts: string[] = [];
  if (spec.groups.length === 0) {
    spec.measures.slice(0, 2).forEach((measure, index) => {
      const value = inAll(proof, index);
      parts.push(isFigure(measure) && measure.fn !== "distinct" ? value : grouped(value));
    });
    return joined(
      parts.filter((part) => part !== ""),
      lang,
    );
  }
  parts.push(
    spec.limit === null
      ? counted(numberOf(proof.facts.groups), "group", lang)
      : pick(
          lang,
          `from ${counted(numberOf(proof.facts.rows), noun, lang)}`,
          `من ${counted(numberOf(proof.facts.rows), noun, lang, true)}`,
        ),
  );
  const [measure] = spec.measures;
  const overall = inAll(proof, 0);
  if (measure && isFigure(measure) && measure.fn !== "sum" && overall !== "")
    parts.push(pick(lang, `${overall} overall`, `والقيمة الكلية ${overall}`));
  if (textOf(best.name) !== "" && spec.order?.dir !== "asc")
    parts.push(
      pick(
        lang,
        `the largest is ${plain(textOf(best.name))} with ${money(textOf(best.value), plain(currency))}`,
        `أكبرها ${plain(textOf(best.name))} بمبلغ ${money(textOf(best.value), plain(currency))}`,
      ),
    );
  return parts.join(pick(lang, ", ", "، "));
}

function agreement(good: readonly Reviewed[], lang: Lang): string {
  if (good.some(({ proof }) => proof.kind === "table"))
    return pick(
      lang,
      "An independent recalculation from your file gives the same figures.",
      "أُعيد حساب كل رقم من ملفك بشكل مستقل والنتيجة مطابقة.",
    );
  return good.some(({ proof }) => list(proof.facts.kinds).length > 0)
    ? pick(
        lang,
        "An independent check found every item in your text, word for word.",
        "وجد الفحص المستقل كل عنصر في نصك حرفيًا.",
      )
    : pick(lang, "An independent check agrees.", "أكد ذلك فحص مستقل.");
}

const failures = (count: number, lang: Lang): string =>
  pick(
    lang,
    `${counted(count, "step", lang)} did not pass the independent check yet.`,
    `لم يجتز الفحص المستقل بعد: ${counted(count, "step", lang)}.`,
  );
