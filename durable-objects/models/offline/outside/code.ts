import { js } from "../building/guest-code.ts";
import type { OutsideWork } from "./formal.ts";
import { MAX_CALLS } from "./plan.ts";

/** Columns by which a service's field may go in a person's table. */
const ALIASES: Readonly<Record<string, readonly string[]>> = {
  name: ["client", "customer", "guest", "patient", "اسم", "الاسم", "العميل", "الضيف", "المريض"],
  date: ["day", "تاريخ", "التاريخ", "اليوم", "الموعد"],
  time: ["hour", "وقت", "الوقت", "الساعه"],
  seats: ["guests", "people", "persons", "count", "عدد", "العدد", "الاشخاص", "المقاعد"],
  phone: ["mobile", "tel", "هاتف", "الهاتف", "جوال", "الجوال"],
  email: ["mail", "e-mail", "البريد"],
  amount: ["total", "sum", "المبلغ", "الاجمالي"],
  note: ["notes", "comment", "ملاحظه", "ملاحظات"],
};
const TEXT_FIELDS = ["text", "message", "note", "body", "summary", "content", "details", "description", "title"];
const MAX_SUMMARY = 1_500;

const PRELUDE = (
  work: OutsideWork,
): string => `const fold = (text) => text.normalize("NFKC").toLowerCase().replace(/[\\u064b-\\u065f\\u0640]/g, "").replace(/[أإآ]/g, "ا").replace(/ة/g, "ه").replace(/ى/g, "ي").replace(/[_\\s]+/g, " ").trim();
const wanted = ${js(work.source)};
const source = files.list().includes(wanted) ? wanted : (files.list().find((path) => /\\.(csv|tsv)$/.test(path)) ?? files.list()[0] ?? "");
const isTable = /\\.(csv|tsv)$/.test(source);
const rows = () => files.readTable(source).rows.filter((row) => row.some((cell) => cell.trim() !== ""));
`;

/** Code that prints the bodies of the calls: one for each row, or one with the file as text. */
export function outsideCode(work: OutsideWork, orders: Readonly<Record<string, string>>): string {
  const field = work.fields.find((one) => TEXT_FIELDS.includes(one)) ?? work.fields[0] ?? "text";
  return `${PRELUDE(work)}${
    work.each
      ? `const aliases = ${js(ALIASES)};
const orders = ${js(orders)};
const { columns } = files.readTable(source);
const fields = ${js(work.fields)};
const columnOf = (field) => {
  const names = [field, ...(aliases[field.toLowerCase()] ?? [])].map(fold);
  const exact = columns.findIndex((column) => names.includes(fold(column)));
  return exact >= 0 ? exact : columns.findIndex((column) => fold(column).split(" ").some((word) => names.includes(word)));
};
const pairs = fields.length > 0 ? fields.map((field) => [field, columnOf(field)]) : columns.map((column, at) => [column, at]);
const valueOf = (field, at, text) => {
  const isDay = /date|day|تاريخ|يوم|موعد/.test(fold(columns[at]) + fold(field));
  if (isDay) return (orders[columns[at]] ? nexus.date(text, { order: orders[columns[at]] }) : nexus.date(text)) ?? text;
  const number = /phone|mobile|tel|هاتف|جوال/.test(fold(columns[at])) || !/^[-+]?[\\d\\u0660-\\u0669][\\d\\u0660-\\u0669.,\\u066b\\u066c]*$/.test(text) ? null : nexus.number(text);
  return number === null ? text : Number(number.toString());
};
const all = rows();
const calls = all.slice(0, ${MAX_CALLS}).map((row) => Object.fromEntries(pairs.filter(([, at]) => at >= 0 && (row[at] ?? "").trim() !== "").map(([field, at]) => [field, valueOf(field, at, row[at].trim())])));
console.log(JSON.stringify({ source, total: all.length, missing: pairs.filter(([, at]) => at < 0).map(([field]) => field), calls: calls.filter((call) => Object.keys(call).length > 0) }));`
      : `const lines = isTable ? rows().map((row) => row.map((cell) => cell.trim()).filter((cell) => cell !== "").join(" · ")) : [source === "" ? "" : files.readText(source)];
console.log(JSON.stringify({ source, total: 1, missing: [], calls: [{ ${js(field)}: lines.join("\\n").slice(0, ${MAX_SUMMARY}) }] }));`
  }`;
}

/** A review's own count of what had to be sent, against what the step told and its receipts. */
export function outsideCheck(
  work: OutsideWork,
  told: { readonly requests: number; readonly done: number; readonly receipts: number },
  labels: { readonly requests: string; readonly receipts: string },
): string {
  return `${PRELUDE(work)}const due = ${work.each ? `Math.min(rows().length, ${MAX_CALLS})` : "1"};
const checks = [
  { label: ${js(labels.requests)}, passed: due === ${told.requests}, detail: due + " / ${told.requests}" },
  { label: ${js(labels.receipts)}, passed: ${told.done} === ${told.receipts}, detail: "${told.done} / ${told.receipts}" },
];
const problems = checks.filter((check) => !check.passed).map((check) => check.label + ": " + check.detail);
console.log(JSON.stringify({ ok: problems.length === 0, problems, checks, figures: [], rowsChecked: due }));`;
}
