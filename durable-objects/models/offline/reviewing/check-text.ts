import { comment, js } from "../building/guest-code.ts";
import { pick } from "../labels.ts";
import type { Lang } from "../spec.ts";
import { CHECK_BASE } from "./check-base.ts";

/**
 * Code that checks a written text: every figure in it must stand in the delivered tables or the source, or be a sum
 * or a count of their rows that is worked out here again.
 */
export function checkText(
  file: string,
  tables: readonly string[],
  sources: readonly string[],
  today: string,
  allowed: readonly string[],
  lang: Lang,
): string {
  const label = pick(lang, "Every figure of the text is proved by the tables", "كل رقم في النص مثبت في الجداول");
  return `${comment(pick(lang, `Independent check of ${file}`, `فحص مستقل للملف ${file}`))}
${CHECK_BASE}
const TABLES = ${js(tables)};
const SOURCES = ${js(sources)};
const text = latin(files.readText(${js(file)})).replaceAll("\\\\", "");
const known = new Set(${js(allowed)});
const tokens = (one) => latin(one).match(/\\d{1,3}(?:,\\d{3})+(?!\\d)(?:\\.\\d+)?|\\d+(?:\\.\\d+)?/g) ?? [];
const allow = (one) => known.add(one.replaceAll(",", ""));
for (const part of ${js(today)}.split("-")) { allow(part); allow(String(Number(part))); }
for (const path of SOURCES) for (const one of tokens(path)) allow(one);
const addCount = (count) => { for (const shown of [0, 5, 8, 10, 14]) if (count >= shown) allow(String(count - shown)); };
for (const path of [...TABLES, ...SOURCES.filter((name) => files.list().includes(name))]) {
  const content = files.readText(path);
  const table = readCsv(content);
  for (const one of tokens(table.columns.join(" "))) allow(one);
  const cells = new Set(table.rows.flat());
  for (const cell of cells) for (const one of tokens(cell)) allow(one);
  if (!TABLES.includes(path)) { addCount(table.rows.length); continue; }
  addCount(table.rows.length);
  const figures = table.columns.map((name, index) => index).filter((index) => table.rows.some((row) => (row[index] ?? "") !== "" && amount(row[index], null) !== null));
  const total = (rows, index) => { let sum = 0n, decimals = 0; for (const row of rows) { const one = (row[index] ?? "") === "" ? null : amount(row[index], null); if (one !== null) { sum += one.value; decimals = Math.max(decimals, one.decimals); } } for (let scale = decimals; scale <= decimals; scale++) allow(show(sum, scale).replace("-", "")); };
  const marks = (cell) => latin(cell).replace(/[\\d.,\\s()+\\-\\u2212]/g, "");
  for (const index of figures) {
    total(table.rows, index);
    for (const mark of new Set(table.rows.map((row) => marks(row[index] ?? "")))) total(table.rows.filter((row) => marks(row[index] ?? "") === mark), index);
    const later = table.rows.filter((row, place) => place > 0 && table.rows[place - 1][0] === row[0]);
    total(later, index);
    for (const mark of new Set(later.map((row) => marks(row[index] ?? "")))) total(later.filter((row) => marks(row[index] ?? "") === mark), index);
  }
  table.columns.forEach((name, key) => {
    const groups = new Map();
    for (const row of table.rows) { const id = row[key] ?? ""; const same = groups.get(id); if (same === undefined) groups.set(id, [row]); else same.push(row); }
    addCount(groups.size);
    if (groups.size > 2000) return;
    for (const rows of groups.values()) { addCount(rows.length); for (const index of figures) if (index !== key) total(rows, index); }
    for (let second = key + 1; second < table.columns.length && groups.size < 300 && table.rows.length <= 3000; second++) {
      const pairs = new Map();
      for (const row of table.rows) { const id = JSON.stringify([row[key], row[second]]); const same = pairs.get(id); if (same === undefined) pairs.set(id, [row]); else same.push(row); }
      addCount(pairs.size);
      if (pairs.size < 600) for (const rows of pairs.values()) for (const index of figures) if (index !== key && index !== second) total(rows, index);
    }
  });
}
const strange = [...new Set(tokens(text).map((one) => one.replace(/,$/, "").replaceAll(",", "")))].filter((one) => !known.has(one) && !known.has(String(Number(one))));
if (strange.length > 0) wrong("figures without proof: " + strange.slice(0, 8).join(", "));
if (text.trim().length < 20) wrong("the text is empty");
check(${js(label)}, problems.length === 0, problems.join("; ") || String(tokens(text).length));
console.log(JSON.stringify({ ok: problems.length === 0, problems, checks, figures: [], rowsChecked: 0 }));`;
}
