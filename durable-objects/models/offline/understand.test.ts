import { describe, expect, it } from "vitest";
import { readRequest } from "./context.ts";
import { readFormal, writeFormal } from "./formal.ts";
import type { Resolved } from "./resolve.ts";
import { resolve } from "./resolve.ts";
import { worldOf } from "./testing/host.ts";

const english = worldOf({
  "invoices.csv": `Invoice No,Client,City,Invoice Date,Due Date,Amount,VAT,Status
A1,Acme,Kuwait City,2025-01-31,2025-02-28,10.500 KWD,1.000,Paid
A2,Al Noor Trading,Hawally,2025-02-28,2025-03-31,20.250 KWD,2.000,Unpaid
A3,Gulf Co,Hawally,2025-03-30,2025-04-30,30.125 KWD,3.000,Pending`,
}).files;
const arabic = worldOf({
  "فواتير.csv": `رقم الفاتورة,العميل,المدينة,تاريخ الفاتورة,تاريخ الاستحقاق,المبلغ,الحالة
1,شركة النور,الكويت,2025-01-31,2025-02-28,10.500 د.ك,مدفوعة
2,مؤسسة الخليج,حولي,2025-02-28,2025-03-31,20.250 د.ك,غير مدفوعة
3,بقالة السلام,حولي,2025-03-30,2025-04-30,30.125 د.ك,معلقة`,
}).files;

/** A resolved task in one line: kind, figures | groups | conditions | order, limit and marks. */
function brief({ spec }: Resolved): string {
  const figures = spec.measures
    .filter((one, index) => index === 0 || one.fn !== "count")
    .map((one) => `${one.fn} ${one.column ?? "rows"}`);
  const where = spec.where.map((one): string => {
    switch (one.kind) {
      case "number":
        return `${one.column} ${one.op} ${one.value}${one.to === null ? "" : `..${one.to}`}`;
      case "text":
        return `${one.columns.join("/")} ${one.not ? "not " : ""}${one.mode} ${one.values.join("+")}`;
      case "date":
        return `${one.column} ${one.from ?? ""}..${one.to ?? ""}`;
      case "months":
        return `${one.column} months ${one.months.join("+")}`;
      case "paid":
        return one.paid ? "paid" : "unpaid";
      case "empty":
        return `${one.column} ${one.not ? "filled" : "empty"}`;
      default:
        return `overdue ${one.days}`;
    }
  });
  const parts = [
    `${spec.kind}${spec.kind === "aggregate" ? ` ${figures.join(", ")}` : ""}`,
    spec.groups.map((group) => (group.unit === null ? group.column : `${group.unit} of ${group.column}`)).join(", "),
    where.join(", "),
    [
      spec.order === null ? "" : `${spec.order.dir}${spec.order.column === null ? "" : ` ${spec.order.column}`}`,
      spec.limit === null ? "" : `first ${spec.limit}`,
      spec.share ? "share" : "",
      spec.flag ? "flag" : "",
      spec.days > 0 ? `${spec.days} days` : "",
      spec.having.map((one) => `having ${one.op}${one.value}`).join(" "),
      spec.kind === "duplicates" ? `key ${spec.keys.length > 3 ? "all" : spec.keys.join("+")}` : "",
    ]
      .filter((part) => part !== "")
      .join(" "),
  ];
  return parts.join(" | ").replace(/( \| )+$/, "");
}

const A = "aggregate sum Amount";
const ENGLISH: readonly (readonly [string, ...string[]])[] = [
  ["total amount", A],
  ["What is the grand total?", A],
  [
    "totals by client and month with the overdue ones flagged and a summary to send",
    `${A} | Client, month of Invoice Date`,
    "overdue | Client, month of Invoice Date |  | flag",
    "summary",
  ],
  ["average amount per city", "aggregate avg Amount | City"],
  ["how many invoices", "aggregate count rows"],
  ["how many clients do we have", "aggregate distinct Client"],
  ["number of invoices per month", "aggregate count rows | month of Invoice Date"],
  ["count of invoices by status", "aggregate count rows | Status"],
  ["top 5 clients by total amount", `${A} | Client |  | desc first 5`],
  ["Also list the top 5 clients", `${A} | Client |  | desc first 5`],
  ["bottom 3 cities", `${A} | City |  | asc first 3`],
  ["biggest invoice", "rows |  |  | desc Amount first 1"],
  ["list invoices over 1,000", "rows |  | Amount > 1000"],
  ["unpaid invoices in March", "rows |  | unpaid, Invoice Date months 3"],
  ["total of unpaid invoices by client", `${A} | Client | unpaid`],
  ["find duplicates", "duplicates |  |  | key Invoice No"],
  ["duplicate clients", "duplicates |  |  | key Client"],
  ["overdue invoices by more than 30 days", "overdue |  |  | 30 days"],
  ["which client owes the most?", `${A} | Client | unpaid | desc first 1`],
  ["which month had the highest total?", `${A} | month of Invoice Date |  | desc first 1`],
  ["total for Acme in March 2025", `${A} |  | Client is Acme, Invoice Date 2025-03-01..2025-03-31`],
  ["total by client, sorted by total descending", `${A} | Client |  | desc`],
  ["sort invoices by date", "rows |  |  | asc Invoice Date"],
  ["percentage of total by city", `${A} | City |  | share`],
  ["sum amount and VAT by quarter", "aggregate sum Amount, sum VAT | quarter of Invoice Date"],
  ["monthly totals for Al Noor Trading", `${A} | month of Invoice Date | Client is Al Noor Trading`],
  ["clients with total over 1000", `${A} | Client |  | having >1000`],
  ["total between 2025-01-01 and 2025-03-31", `${A} |  | Invoice Date 2025-01-01..2025-03-31`],
  ["average and max amount by client", "aggregate avg Amount, max Amount | Client"],
  ["rank clients by total", `${A} | Client |  | desc`],
  ["compare January and February", `${A} | month of Invoice Date | Invoice Date months 1+2`],
  ["invoices where city is Hawally", "rows |  | City is Hawally"],
  ["total by client excluding Acme", `${A} | Client | Client not is Acme`],
  ["invoices between 100 and 500", "rows |  | Amount between 100..500"],
  ["show me the invoices with missing due date", "rows |  | Due Date empty"],
  ["total overdue amount", `${A} |  | overdue 0`],
  ["how many invoices are overdue?", "aggregate count rows |  | overdue 0"],
  ["flag invoices over 500", "rows |  | Amount > 500 | flag"],
  ["median amount by city", "aggregate median Amount | City"],
  ["total VAT by client", "aggregate sum VAT | Client"],
  ["Total sales per customer", `${A} | Client`],
  ["List all invoices for Acme Trading LLC", "rows |  | Client is Acme Trading LLC"],
  ["clients with more than 3 invoices", "aggregate count rows | Client |  | having >3"],
  ["show invoices without due date", "rows |  | Due Date empty"],
  ["total since 1/3/2025 by client", `${A} | Client | Invoice Date 2025-03-01..`],
  ["totals by week", `${A} | week of Invoice Date`],
];
const B = "aggregate sum المبلغ";
const ARABIC: readonly (readonly [string, ...string[]])[] = [
  [
    "اجمع الفواتير حسب العميل والشهر وحدد المتأخرة واكتب ملخص للإرسال",
    `${B} | العميل, month of تاريخ الفاتورة`,
    "overdue | العميل, month of تاريخ الفاتورة |  | flag",
    "summary",
  ],
  ["كم إجمالي المبالغ", B],
  ["متوسط المبلغ لكل مدينة", "aggregate avg المبلغ | المدينة"],
  ["كم عدد الفواتير", "aggregate count rows"],
  ["كم عدد العملاء", "aggregate distinct العميل"],
  ["أكبر ٥ عملاء", `${B} | العميل |  | desc first 5`],
  ["أعلى 3 عملاء حسب الإجمالي", `${B} | العميل |  | desc first 3`],
  ["الفواتير أكثر من ١٠٠", "rows |  | المبلغ > 100"],
  ["الفواتير غير المدفوعة في شهر ٣", "rows |  | unpaid, تاريخ الفاتورة months 3"],
  ["طلع لي الفواتير المكررة", "duplicates |  |  | key رقم الفاتورة"],
  ["الفواتير المتأخرة أكثر من ٣٠ يوم", "overdue |  |  | 30 days"],
  ["اجمع المبلغ حسب الشهر", `${B} | month of تاريخ الفاتورة`],
  ["مجموع كل عميل", `${B} | العميل`],
  ["نسبة كل عميل من الإجمالي", `${B} | العميل |  | share`],
  ["إجمالي شركة النور في مارس", `${B} |  | العميل is شركة النور, تاريخ الفاتورة months 3`],
  ["رتب العملاء حسب الإجمالي تنازليا", `${B} | العميل |  | desc`],
  ["ابي مجموع الفواتير اللي ما اندفعت لكل عميل", `${B} | العميل | unpaid`],
  ["منو العميل اللي عليه أكثر", `${B} | العميل | unpaid | desc first 1`],
  ["المبيعات الشهرية", `${B} | month of تاريخ الفاتورة`],
  ["الإجمالي بين 2025-01-01 و 2025-03-31", `${B} |  | تاريخ الفاتورة 2025-01-01..2025-03-31`],
  ["الفواتير بين ١٠٠ و ٥٠٠", "rows |  | المبلغ between 100..500"],
  ["عدد الفواتير حسب الحالة", "aggregate count rows | الحالة"],
  ["شنو أكبر فاتورة", "rows |  |  | desc المبلغ first 1"],
  ["المجموع في الربع الأول", `${B} |  | تاريخ الفاتورة months 1+2+3`],
  ["اكتب رسالة واتساب للمدير بالإجمالي حسب العميل", `${B} | العميل`, "message whatsapp"],
  ["كم مبيعات الشهر الماضي", `${B} |  | تاريخ الفاتورة 2025-05-01..2025-05-31`],
  ["الإجمالي ما عدا شركة النور", `${B} |  | العميل not is شركة النور`],
  ["متوسط وأعلى مبلغ لكل عميل", "aggregate avg المبلغ, max المبلغ | العميل"],
  ["الفواتير في حولي", "rows |  | المدينة is حولي"],
  ["اجمع لي الفلوس اللي على كل زبون", `${B} | العميل`],
  ["ما هو إجمالي المبيعات لكل مدينة وكل شهر", `${B} | المدينة, month of تاريخ الفاتورة`],
];

describe.each([
  ["English", ENGLISH, english, "en"],
  ["Arabic", ARABIC, arabic, "ar"],
] as const)("requests in %s (FR-2.1, NFR-S4.1)", (_, cases, files, lang) => {
  it.each(cases.map(([request, ...expected]) => ({ request, expected })))("$request", ({ request, expected }) => {
    const reading = readRequest(request, files, "2025-06-15", lang);
    const texts = reading.texts.map((task) => `${task.kind}${task.channel ? ` ${task.channel}` : ""}`);
    expect([...reading.data.map(({ resolved }) => brief(resolved)), ...texts]).toEqual(expected);
  });

  it("every one of them survives being written into instructions and read back", () => {
    for (const [request] of cases)
      for (const { task, resolved } of readRequest(request, files, "2025-06-15", lang).data) {
        const formal = readFormal(`label\nwords\n${writeFormal(resolved.spec, task.basis, "result.csv")}\nrules`);
        expect(formal, request).not.toBeNull();
        const again =
          formal &&
          resolve(
            formal.task,
            readRequest(request, files, "2025-06-15", lang).tables,
            formal.sources,
            "2025-06-15",
            lang,
          );
        expect(again && brief(again), request).toBe(brief(resolved));
        expect(formal?.file).toBe("result.csv");
      }
  });
});
