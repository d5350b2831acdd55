import {
  currencyHeader,
  flagHeader,
  lateHeader,
  matchHeader,
  outstandingHeader,
  overdueRowsHeader,
  rowsHeader,
  setHeader,
  shareHeader,
} from "../labels.ts";
import type { Spec } from "../spec.ts";
import { comment, currencyTable, decimalOf, FOLD_CODE, js, noCurrency } from "./guest-code.ts";

/**
 * Code that reads the tables that earlier steps made and prints their facts: for tables of groups the sums over each
 * group column, for lists how many rows there are and what they add up to. `spec` tells the amount column, its
 * format and the currency rule of the source.
 */
export function factsCode(
  names: readonly string[],
  spec: Spec | null,
  currencies: readonly string[],
  purpose: string,
): string {
  const lang = spec?.lang ?? "en";
  const amount = spec?.amount ?? null;
  return `${comment(purpose)}
const FILES = ${js(names)};
const memo = (read) => { const known = new Map(); return (text) => { if (!known.has(text)) known.set(text, read(text)); return known.get(text); }; };
${FOLD_CODE}
const H = ${js({ currency: currencyHeader(lang), rows: rowsHeader(lang), share: shareHeader(lang), late: lateHeader(lang), set: setHeader(lang), flag: flagHeader(lang), match: matchHeader(lang), left: outstandingHeader(lang), lateRows: overdueRowsHeader(lang) })};
const AMOUNT = ${js(amount)};
const DECIMAL = ${js(amount === null || spec === null ? null : decimalOf(spec, amount))};
const CURRENCY = ${js(spec?.currency ?? { column: null, marks: false, only: "" })};
const MARKS = new Map(Object.entries(${js(spec?.currency.marks ? currencyTable(currencies) : {})}));
const NONE = ${js(spec === null ? "" : noCurrency(spec))};
const shown = (cell) => cell.replace(/^'(?=[=+\\-@\\t\\r])/, "");
const scaleOf = (text) => (text.split(".")[1] ?? "").length;
const sum = () => ({ total: new Big(0), scale: 0, rows: 0 });
const add = (into, value, scale) => { into.total = into.total.plus(value); into.scale = Math.max(into.scale, scale); into.rows++; };
const plainSum = (one) => one.total.toFixed(one.scale);
const facts = [];
for (const file of FILES) {
  const { columns, rows } = files.readTable(file);
  const has = (name) => columns.indexOf(name);
  if (has(H.lateRows) >= 0 || columns.at(-1) === H.flag || columns.at(-1) === H.match) { facts.push({ file, kind: "marked", rows: rows.length }); continue; }
  const top = rows.slice(0, 8).map((row) => row.map(shown));
  const listed = has(H.set) === 0 || has(H.late) >= 0 || (has(H.rows) < 0 && AMOUNT !== null && columns.includes(AMOUNT) && columns.length > 2);
  if (listed) {
    // A list of rows as written in the source: its amounts are read as the source's are.
    const at = has(H.left) >= 0 ? has(H.left) : columns.indexOf(AMOUNT);
    const sums = new Map();
    rows.forEach((row, index) => {
      if (at < 0) return;
      if (has(H.set) === 0 && index > 0 && rows[index - 1][0] !== row[0] ) { /* the first of a set is the original */ }
      else if (has(H.set) === 0 && index === 0) { /* as above */ }
      else {
        const text = shown(row[at] ?? "");
        const value = has(H.left) >= 0 ? nexus.number(text) : nexus.number(text, DECIMAL === null ? {} : { decimal: DECIMAL });
        if (value === null) return;
        const mark = fold(text).replace(/[\\d.,\\s()+\\-\\u2212'\\u2019%]/g, "");
        const currency = CURRENCY.column !== null ? (shown(row[columns.indexOf(CURRENCY.column)] ?? "").trim().toUpperCase() || NONE) : CURRENCY.marks ? (mark === "" ? NONE : (MARKS.get(mark) ?? mark.toUpperCase())) : CURRENCY.only;
        const plain = digits(text).replace(/\\p{L}[\\p{L}\\p{M}.]*/gu, "").replace(/[^\\d.,]/g, "");
        const dot = plain.lastIndexOf(has(H.left) >= 0 ? "." : (DECIMAL ?? "."));
        const scale = dot < 0 || plain.indexOf(plain[dot]) !== dot ? scaleOf(value.toFixed()) : plain.length - dot - 1;
        const known = sums.get(currency) ?? sum();
        add(known, value, scale);
        sums.set(currency, known);
      }
    });
    const kind = has(H.set) === 0 ? "duplicates" : has(H.late) >= 0 ? "overdue" : "rows";
    facts.push({ file, kind, columns, count: rows.length, sets: kind === "duplicates" ? new Set(rows.map((row) => row[0])).size : 0, top, sums: [...sums].map(([currency, one]) => ({ currency, total: plainSum(one), rows: one.rows })) });
    continue;
  }
  // A table of groups: group columns, currency, figures.
  const at = has(H.currency);
  const first = at >= 0 ? at : columns.findIndex((name, index) => name === H.rows || rows.every((row) => /^-?\\d+(\\.\\d+)?$|^$/.test(row[index])) && rows.length > 0);
  const groupCount = first < 0 ? columns.length : first;
  const figures = columns.map((name, index) => index).filter((index) => index >= groupCount && index !== at && columns[index] !== H.share);
  const by = [];
  const totals = new Map();
  for (const row of rows) {
    const currency = at < 0 ? "" : shown(row[at]);
    const known = totals.get(currency) ?? figures.map(sum);
    figures.forEach((figure, place) => { if (row[figure] !== "") add(known[place], row[figure], scaleOf(row[figure])); });
    totals.set(currency, known);
  }
  for (let group = 0; group < groupCount; group++) {
    const lines = new Map();
    for (const row of rows) {
      const currency = at < 0 ? "" : shown(row[at]);
      const id = JSON.stringify([currency, row[group]]);
      const known = lines.get(id) ?? { name: shown(row[group]), currency, figures: figures.map(sum) };
      figures.forEach((figure, place) => { if (row[figure] !== "") add(known.figures[place], row[figure], scaleOf(row[figure])); });
      lines.set(id, known);
    }
    by.push({ column: columns[group], count: lines.size, lines: [...lines.values()].map((line) => ({ name: line.name, currency: line.currency, values: line.figures.map(plainSum), order: line.figures.length > 0 ? line.figures[0].total : new Big(0) })) });
  }
  for (const one of by) {
    one.lines.sort((a, b) => b.order.cmp(a.order));
    one.lines = one.lines.slice(0, 14).map(({ name, currency, values }) => ({ name, currency, values }));
  }
  facts.push({ file, kind: "groups", columns, count: rows.length, groups: columns.slice(0, groupCount), figures: figures.map((index) => columns[index]), top, by, totals: [...totals].map(([currency, sums]) => ({ currency, values: sums.map(plainSum) })) });
}
console.log(JSON.stringify({ facts }));`;
}
