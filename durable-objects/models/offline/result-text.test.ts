import { describe, expect, it } from "vitest";
import { carryOut, planFor, worldOf } from "./testing/host.ts";

const CLIENTS = { en: ["Al Noor", "Acme", "Zahra"], ar: ["النور", "أكمي", "زهرة"] } as const;
const HEADS = {
  en: "Invoice No,Client name,Invoice date,Due date,Amount (KWD),Status",
  ar: "رقم الفاتورة,العميل,تاريخ الفاتورة,تاريخ الاستحقاق,المبلغ (KWD),الحالة",
} as const;
const PAID = { en: ["Unpaid", "Paid"], ar: ["غير مدفوعة", "مدفوعة"] } as const;

const invoices = (count: number, lang: "en" | "ar"): string =>
  [
    HEADS[lang],
    ...Array.from(
      { length: count },
      (_, at) =>
        `INV-${at},${CLIENTS[lang][at % 3]},2026-0${(at % 4) + 1}-10,2026-0${(at % 4) + 2}-10,${100 + at}.125,${PAID[lang][at % 2]}`,
    ),
  ].join("\n");

async function resultOf(request: string, files: Record<string, string>, locale: "en" | "ar") {
  const world = worldOf(files);
  const plan = await planFor(request, world, locale);
  const result = await carryOut(request, plan, world, locale);
  expect(result.verdict.verdicts.filter((one) => !one.accepted)).toEqual([]);
  return { text: result.verdict.summary, labels: plan.steps.map((step) => step.label), result };
}

describe("FR-8 the result in the person's words", () => {
  it("says the main figures, a line for each deliverable, and what the check says (en)", async () => {
    const { text } = await resultOf(
      "totals by client and month with the overdue ones flagged and a summary to send",
      { "invoices.csv": invoices(60, "en") },
      "en",
    );
    expect(text.split("\n")).toEqual([
      "The total is **7,777.500 KWD** from 60 invoices; 30 invoices worth **3,873.750 KWD** are overdue.",
      "",
      "- **Totals by Client name and month**: 12 groups, the largest is Zahra with 2,612.500 KWD — `totals-by-client-name-and-month.csv`",
      "- **Overdue items, flagged by Client name and month**: 30 invoices, the longest for 286 days — `overdue.csv`, `overdue-flagged.csv`",
      "- **Summary to send**: ready to copy — `summary.md`",
      "",
      "An independent recalculation from your file gives the same figures.",
    ]);
  });

  it("uses the singular, dual and plural of Arabic and keeps amounts in order (ar)", async () => {
    const { text, result } = await resultOf(
      "متوسط المبلغ لكل عميل والمتأخر",
      { "فواتير.csv": invoices(3, "ar") },
      "ar",
    );
    expect(text).toContain(
      "المتوسط **\u2066101.125 KWD\u2069** من 3 فواتير، والمتأخر **\u2066202.250 KWD\u2069** (فاتورتان).",
    );
    expect(text).toContain("3 مجموعات");
    expect(result.artifacts.get("summary.md")).toContain("بتاريخ 23 نوفمبر 2026");
  });

  it("counts what was found in a document", async () => {
    const { text } = await resultOf(
      "Extract the steps, people, dates and amounts",
      { "sop.txt": "Procedure\n1. Open the shop on 2026-03-05\n2. Mr. Ahmad Saleh pays 20.500 KWD\n3. Close" },
      "en",
    );
    expect(text).toContain("I found **3 steps, 1 person, 1 date and 1 amount** in your text.");
    expect(text).toContain("An independent check found every item in your text, word for word.");
  });

  it("names values that could not be read", async () => {
    const { text } = await resultOf(
      "total by client",
      { "a.csv": "Client,Amount\nA,1.500\nB,n/a\nA,2.250\nB,3.000\nA,1.000\nB,1.000" },
      "en",
    );
    expect(text).toContain("1 value could not be read and is not counted; the step names it.");
  });

  it("never names a grouping column twice: what is grouped anew is a table of its own", async () => {
    const { labels } = await resultOf(
      "totals by client and month and average per client",
      { "invoices.csv": invoices(12, "en") },
      "en",
    );
    expect(labels).toContain("Totals by Client name and month");
    expect(labels).toContain("Averages by Client name");
  });
});
