import {
  currencyHeader,
  flagHeader,
  groupHeader,
  lateHeader,
  lineHeader,
  matchHeader,
  no,
  outstandingHeader,
  overdueAmountHeader,
  overdueRowsHeader,
  rowsHeader,
  setHeader,
  yes,
} from "../labels.ts";
import type { Group, Spec } from "../spec.ts";
import { keyCode, showsCurrency, WEEK_CODE } from "./aggregate-code.ts";
import { js, WRITING_CODE } from "./guest-code.ts";

/** Adds up an amount by currency: for the key figures of lists. */
const SUM_CODE = `const sums = new Map();
const addUp = (row, one, column) => {
  const currency = currencyOf(row, column);
  const known = sums.get(currency) ?? { n: 0, sum: newSum(), scale: 0 };
  known.n++;
  addTo(known.sum, one);
  known.scale = Math.max(known.scale, one.scale);
  sums.set(currency, known);
};
const summed = () => [...sums].map(([currency, one]) => ({ currency, rows: one.n, values: [sumOf(one.sum).toFixed(one.scale)] }));`;

const SORT_CODE = `const comparable = (row, column) => { const number = numberAt(row, column); if (number !== NOTHING) return number; const day = dateAt(row, column); return day === "" ? fold(textAt(row, column)) : day; };
const byColumn = (column, way) => (a, b) => {
  const x = a.sortBy, y = b.sortBy;
  if (x === "" || y === "") return (x === "" ? 1 : 0) - (y === "" ? 1 : 0);
  if (typeof x === "object" && typeof y === "object") return (x.units !== null && y.units !== null && x.scale === y.scale ? x.units - y.units : x.value.cmp(y.value)) * way;
  if (typeof x === "object" || typeof y === "object") return typeof x === "object" ? -1 : 1;
  return (x < y ? -1 : x > y ? 1 : 0) * way;
};`;

/** Rows that meet the conditions, in the order asked, with all their columns as written. */
export function listCode(spec: Spec, file: string, reading: string): string {
  const amount = spec.amount;
  const { order } = spec;
  const sorting =
    order?.column == null
      ? ""
      : `${SORT_CODE}
for (const row of found) row.sortBy = comparable(row, ${js(order.column)});
found.sort(byColumn(${js(order.column)}, ${order.dir === "desc" ? -1 : 1}));`;
  const flagged = spec.flag
    ? `const chosen = new Set(found);
const lines = rows.map((row) => [...header.map((name) => row.cells[row.at.get(name)] ?? ""), chosen.has(row) ? ${js(yes(spec.lang))} : ${js(no(spec.lang))}]);
const columns = [...header, ${js(matchHeader(spec.lang))}];`
    : `const lines = found.map((row) => header.map((name) => row.cells[row.at.get(name)] ?? ""));
const columns = header;`;
  return `${reading}
let found = rows.filter(keep);
const matched = found.length;
${sorting}
${spec.limit === null ? "" : `found = found.slice(0, ${spec.limit});`}
notes.rowsUsed = found.length;
${SUM_CODE}
${amount === null ? "" : `for (const row of found) { const cell = numberAt(row, ${js(amount)}); if (cell !== NOTHING) addUp(row, cell, ${js(amount)}); else if (textAt(row, ${js(amount)}) !== "") odd(row, ${js(amount)}, textAt(row, ${js(amount)})); }`}
${flagged}
${WRITING_CODE}
save(${js(file)}, columns, lines);
const shown = found.map((row) => header.map((name) => row.cells[row.at.get(name)] ?? ""));
console.log(JSON.stringify({ kind: "rows", file: ${js(file)}, columns: header, count: found.length, matched, amount: ${js(amount)}, top: shown.slice(0, 10), totals: summed(), notes }));`;
}

/** Rows that agree in the key columns with another row. */
export function duplicatesCode(spec: Spec, file: string, reading: string): string {
  const amount = spec.amount;
  return `${reading}
// Rows whose key columns agree (spaces and letter case apart); rows with an empty key are not compared.
const KEY = ${js(spec.keys)};
const sets = new Map();
for (const row of rows) {
  if (!keep(row)) continue;
  notes.rowsUsed++;
  const parts = KEY.map((name) => { const number = NUMBER.has(name) ? numberAt(row, name).value : null; const day = number === null && DATE.has(name) ? dateAt(row, name) : ""; return number !== null ? number.toFixed() : day !== "" ? day : fold(textAt(row, name)); });
  if (parts.every((part) => part === "")) continue;
  const id = JSON.stringify(parts);
  const same = sets.get(id);
  if (same === undefined) sets.set(id, [row]);
  else same.push(row);
}
const doubled = [...sets.values()].filter((same) => same.length > 1);
${SUM_CODE}
const lines = [];
doubled.forEach((same, index) => same.forEach((row, place) => {
  lines.push([String(index + 1), SOURCES.length > 1 ? row.source + ":" + row.line : String(row.line), ...header.map((name) => row.cells[row.at.get(name)] ?? "")]);
  ${amount === null ? "" : `if (place > 0) { const cell = numberAt(row, ${js(amount)}); if (cell !== NOTHING) addUp(row, cell, ${js(amount)}); }`}
}));
const columns = [${js(setHeader(spec.lang))}, ${js(lineHeader(spec.lang))}, ...header];
${WRITING_CODE}
save(${js(file)}, columns, lines);
const extra = doubled.reduce((sum, same) => sum + same.length - 1, 0);
console.log(JSON.stringify({ kind: "duplicates", file: ${js(file)}, keys: KEY, sets: doubled.length, rows: lines.length, extra, amount: ${js(amount)}, columns, top: lines.slice(0, 10), totals: summed(), notes }));`;
}

/** Items past their date and not settled; with groups also a table of totals in which the overdue part is marked. */
export function overdueCode(spec: Spec, file: string, groupFile: string, reading: string): string {
  const { lang, amount, groups } = spec;
  const { paidAmount, balance, due } = spec.settlement;
  const columnOf = (name: string | null): string => js(name ?? "");
  const outstanding =
    amount === null
      ? "const owed = () => NOTHING;"
      : balance === null && paidAmount !== null
        ? `// What is left: amount less what was paid.
const owed = (row) => {
  const whole = numberAt(row, ${js(amount)});
  const paid = numberAt(row, ${js(paidAmount)});
  if (whole === NOTHING || paid === NOTHING) return whole;
  return new Figure(null, Math.max(whole.scale, paid.scale), whole.value.minus(paid.value));
};`
        : `const owed = (row) => numberAt(row, ${js(amount)});`;
  const left = balance === null && paidAmount !== null && amount !== null;
  return `${reading}
${groups.some((group) => group.unit === "week") ? WEEK_CODE : ""}
${outstanding}
${SUM_CODE}
const late = new Map(); // row → days
for (const row of rows) {
  if (!keep(row)) continue;
  notes.rowsUsed++;
  ${
    due === null
      ? `const said = ${spec.settlement.status === null ? '""' : `fold(textAt(row, ${js(spec.settlement.status)}))`};
  if (!["overdue", "late", "past due", "متاخر", "متاخره"].includes(said)) continue;
  const days = 0;`
      : `const days = daysLate(row);
  if (days === null) { if (!settled(row)) { notes.undated++; const text = textAt(row, ${js(due)}); if (text !== "") odd(row, ${js(due)}, text); } continue; }
  if (days <= ${spec.days} || settled(row)) continue;`
  }
  const cell = owed(row);
  if (cell !== NOTHING && (cell.units !== null ? cell.units <= 0 : cell.value.lte(0))) { notes.credits++; continue; } // credit notes are owed to the client
  late.set(row, days);
  if (cell !== NOTHING) addUp(row, cell, ${columnOf(amount)});
  ${amount === null ? "" : `else if (textAt(row, ${js(amount)}) !== "") odd(row, ${js(amount)}, textAt(row, ${js(amount)}));`}
}
const found = [...late.keys()].sort((a, b) => late.get(b) - late.get(a) || a.line - b.line);
const cellsOf = (row) => header.map((name) => row.cells[row.at.get(name)] ?? "");
const extra = (row) => [${left ? `owed(row).value === null ? "" : owed(row).value.toFixed(owed(row).scale), ` : ""}${due === null ? "" : "String(late.get(row))"}];
const columns = [...header, ${left ? `${js(outstandingHeader(lang))}, ` : ""}${due === null ? "" : js(lateHeader(lang))}];
${WRITING_CODE}
${
  spec.flag && groups.length === 0
    ? `// Every row, with a mark on the overdue ones.
save(${js(groupFile)}, [...header, ${js(flagHeader(lang))}], rows.map((row) => [...cellsOf(row), late.has(row) ? ${js(yes(lang))} : ${js(no(lang))}]));`
    : ""
}
save(${js(file)}, columns, found.map((row) => [...cellsOf(row), ...extra(row)]));
${groups.length > 0 ? groupTableCode(spec, groups, groupFile) : ""}
const oldest = found.length > 0 ? late.get(found[0]) : 0;
console.log(JSON.stringify({ kind: "overdue", file: ${js(file)}, columns, count: found.length, oldest, amount: ${js(amount)}, top: found.slice(0, 10).map((row) => [...cellsOf(row), ...extra(row)]), totals: summed(), notes }));`;
}

function groupTableCode(spec: Spec, groups: readonly Group[], file: string): string {
  const { lang, amount } = spec;
  const columns = [
    ...groups.map((group) => groupHeader(group, lang)),
    ...(showsCurrency(spec) ? [currencyHeader(lang)] : []),
    rowsHeader(lang),
    overdueRowsHeader(lang),
    ...(amount === null ? [] : [overdueAmountHeader(lang)]),
    flagHeader(lang),
  ];
  return `// The same groups as the totals, with the overdue part of each marked.
const KEYS = [${groups.map((group) => keyCode(group, spec)).join(", ")}];
const parts = new Map();
const scaleBy = new Map();
for (const row of rows) {
  if (!keep(row)) continue;
  const currency = currencyOf(row, ${js(amount ?? "")});
  const keys = KEYS.map((key) => key(row));
  const id = JSON.stringify([currency, ...keys]);
  let part = parts.get(id);
  if (part === undefined) parts.set(id, (part = { keys, currency, n: 0, late: 0, sum: newSum() }));
  part.n++;
  const cell = owed(row);
  if (cell.value !== null) scaleBy.set(currency, Math.max(scaleBy.get(currency) ?? 0, cell.scale));
  if (!late.has(row)) continue;
  part.late++;
  if (cell !== NOTHING) addTo(part.sum, cell);
}
const text = (a, b) => (a < b ? -1 : a > b ? 1 : 0);
const marked = [...parts.values()].sort((a, b) => { for (let index = 0; index < a.keys.length; index++) { const way = text(a.keys[index], b.keys[index]); if (way !== 0) return way; } return text(a.currency, b.currency); });
save(${js(file)}, ${js(columns)}, marked.map((part) => [...part.keys, ${showsCurrency(spec) ? "part.currency, " : ""}String(part.n), String(part.late), ${amount === null ? "" : "sumOf(part.sum).toFixed(scaleBy.get(part.currency) ?? 0), "}part.late > 0 ? ${js(yes(lang))} : ${js(no(lang))}]));`;
}
