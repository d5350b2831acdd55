import { showsCurrency } from "../building/aggregate-code.ts";
import {
  comment,
  currencyTable,
  emptyName,
  js,
  noCurrency,
  TOTAL_LINE,
  unreadableDate,
} from "../building/guest-code.ts";
import { companionOf } from "../building/table-code.ts";
import { no, pick, yes } from "../labels.ts";
import { OPEN_WORDS, SETTLED_WORDS } from "../payment.ts";
import type { Resolved } from "../resolve.ts";
import { CHECK_BASE, CHECK_ROWS } from "./check-base.ts";

/** Code that recalculates a table step from the source and compares the delivered file with it, row by row. */
export function checkTable(resolved: Resolved, file: string, others: readonly string[]): string {
  const { spec, table } = resolved;
  const { lang } = spec;
  const figures = table.columns
    .filter((one) => one.profile.kind === "number" || one.profile.kind === "money")
    .map((one) => one.name);
  const data = {
    ...spec,
    figures,
    totalLine: TOTAL_LINE,
    settledWords: SETTLED_WORDS,
    openWords: OPEN_WORDS,
    marks: spec.currency.marks ? currencyTable(table.columns.flatMap((one) => one.profile.currencies)) : {},
    emptyName: emptyName(spec),
    unreadable: unreadableDate(spec),
    noCurrency: noCurrency(spec),
    withCurrency: showsCurrency(spec),
    yes: yes(lang),
    no: no(lang),
  };
  const texts = {
    rows: pick(lang, "Rows agree with an independent recalculation", "الصفوف تطابق حسابًا مستقلًا"),
    complete: pick(lang, "Nothing is missing and nothing is too many", "لا شيء ناقص ولا زائد"),
    total: pick(lang, "The figures add up to the source", "الأرقام تساوي مجموع المصدر"),
    marked: pick(lang, "The marked table agrees", "الجدول المميز مطابق"),
  };
  const companion = companionOf(file);
  const body =
    spec.kind === "aggregate"
      ? AGGREGATE
      : spec.kind === "duplicates"
        ? DUPLICATES
        : spec.kind === "overdue"
          ? OVERDUE
          : ROWS;
  return `${comment(pick(lang, `Independent check of ${file}`, `فحص مستقل للملف ${file}`))}
${CHECK_BASE}
const SPEC = ${js(data)};
const FILE = ${js(file)};
const MARKED = ${js(others.includes(companion) ? companion : null)};
const T = ${js(texts)};
${CHECK_ROWS}
const made = readCsv(files.readText(FILE));
${body}
console.log(JSON.stringify({ ok: problems.length === 0, problems, checks, figures: typeof figuresOut === "undefined" ? [] : figuresOut, facts: typeof facts === "undefined" ? {} : facts, rowsChecked: made.rows.length }));`;
}

const AGGREGATE = String.raw`// Sort by key, then run along: each run of equal keys is one group.
const money = SPEC.measures.find((one) => one.column !== null && one.fn !== "distinct");
const tagged = chosen.map((row) => ({ row, unit: currency(row, money?.column ?? ""), keys: SPEC.groups.map((group) => groupOf(row, group)) }));
tagged.forEach((one) => { one.id = JSON.stringify([...one.keys, ...(SPEC.withCurrency ? [one.unit] : [])]); });
tagged.sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
const valueOf = (row, measure) => {
  const one = num(row, measure.column);
  if (measure.times === null || one === null) return one;
  const other = num(row, measure.times);
  return other === null ? null : { value: (one.value * other.value) / ONE, decimals: one.decimals + other.decimals };
};
const decimals = Object.create(null);
for (const one of tagged) SPEC.measures.forEach((measure, index) => {
  if (measure.column === null || measure.fn === "distinct") return;
  const value = valueOf(one.row, measure);
  if (value !== null) decimals[one.unit + "|" + index] = Math.max(decimals[one.unit + "|" + index] ?? 0, value.decimals);
});
const measured = (members, measure, index, unit) => {
  if (measure.fn === "count") return { exact: BigInt(members.length) * ONE, text: String(members.length) };
  if (measure.fn === "distinct") { const size = new Set(members.map((one) => tidy(one.row.get(measure.column))).filter((text) => text !== "")).size; return { exact: BigInt(size) * ONE, text: String(size) }; }
  const values = members.map((one) => valueOf(one.row, measure)).filter((value) => value !== null).map((value) => value.value);
  const scale = decimals[unit + "|" + index] ?? 0;
  const sum = values.reduce((total, value) => total + value, 0n);
  if (measure.fn === "sum") return { exact: sum, text: show(sum, scale) };
  if (values.length === 0) return { exact: null, text: "" };
  const shown = scale === 0 ? 2 : scale;
  const unitOf = 10n ** BigInt(SCALE - shown);
  if (measure.fn === "avg") { const exact = half(sum, BigInt(values.length) * unitOf) * unitOf; return { exact, text: show(exact, shown) }; }
  values.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  if (measure.fn === "min") return { exact: values[0], text: show(values[0], scale) };
  if (measure.fn === "max") return { exact: values.at(-1), text: show(values.at(-1), scale) };
  const middle = values.length >> 1;
  const exact = values.length % 2 === 1 ? values[middle] : half(values[middle - 1] + values[middle], 2n * unitOf) * unitOf;
  return { exact, text: show(exact, shown) };
};
const expected = new Map();
for (let start = 0; start < tagged.length; ) {
  let end = start;
  while (end < tagged.length && tagged[end].id === tagged[start].id) end++;
  const members = tagged.slice(start, end);
  const unit = members[0].unit;
  expected.set(tagged[start].id, { unit, figures: SPEC.measures.map((measure, index) => measured(members, measure, index, unit)) });
  start = end;
}
const wholes = new Map();
for (const unit of new Set(tagged.map((one) => one.unit))) wholes.set(unit, SPEC.measures.map((measure, index) => measured(tagged.filter((one) => one.unit === unit), measure, index, unit)));
for (const one of SPEC.having) for (const [id, group] of expected) { const value = group.figures[one.measure].exact; if (value === null || !within(value, one)) expected.delete(id); }
const keyCount = SPEC.groups.length + (SPEC.withCurrency ? 1 : 0);
const seen = new Set();
for (const cells of made.rows) {
  const id = JSON.stringify(cells.slice(0, keyCount).map(unguard));
  const group = expected.get(id);
  if (group === undefined) { wrong(id + ": not in the source"); continue; }
  if (seen.has(id)) wrong(id + ": listed twice");
  seen.add(id);
  group.figures.forEach((figure, index) => { if ((cells[keyCount + index] ?? "") !== figure.text) wrong(id + ": " + SPEC.measures[index].fn + " is " + cells[keyCount + index] + ", should be " + figure.text); });
  if (SPEC.share) {
    const all = wholes.get(group.unit)[0].exact;
    const text = all === null || all === 0n || group.figures[0].exact === null ? "" : show(half(group.figures[0].exact * 10000n, all) * (ONE / 100n), 2);
    if ((cells[keyCount + SPEC.measures.length] ?? "") !== text) wrong(id + ": share is " + cells[keyCount + SPEC.measures.length] + ", should be " + text);
  }
}
check(T.rows, problems.length === 0, problems.slice(0, 3).join("; ") || String(made.rows.length));
const before = problems.length;
const units = new Map();
for (const [id, group] of expected) units.set(group.unit, [...(units.get(group.unit) ?? []), { id, group }]);
for (const [unit, groups] of units) {
  const listed = groups.filter((one) => seen.has(one.id));
  const wanted = SPEC.limit === null ? groups.length : Math.min(SPEC.limit, groups.length);
  if (listed.length !== wanted) wrong("listed " + listed.length + " of " + wanted + (unit === "" ? "" : " in " + unit));
  if (SPEC.limit !== null && SPEC.order?.measure != null) {
    const sign = SPEC.order.dir === "desc" ? 1n : -1n;
    const value = (one) => one.group.figures[SPEC.order.measure].exact;
    const least = listed.map(value).filter((one) => one !== null).reduce((low, one) => (low === null || one * sign < low * sign ? one : low), null);
    for (const one of groups) if (!seen.has(one.id) && least !== null && value(one) !== null && value(one) * sign > least * sign) wrong(one.id + " ranks higher but is not listed");
  }
}
check(T.complete, problems.length === before, problems.slice(before, before + 3).join("; ") || made.rows.length + " / " + expected.size);
const figuresOut = [...wholes].map(([unit, figures]) => ({ currency: unit, values: figures.map((figure) => figure.text) }));
check(T.total, true, figuresOut.map((one) => one.values.join(", ") + (one.currency === "" ? "" : " " + one.currency)).join(" + "));
const blankOrRead = (row, name) => tidy(row.get(name)) === "" || num(row, name) !== null;
const facts = { rows: tagged.length, groups: expected.size, unread: tagged.reduce((sum, one) => sum + SPEC.measures.filter((measure) => measure.column !== null && measure.fn !== "distinct" && !blankOrRead(one.row, measure.column)).length, 0), best: null };
const who = SPEC.groups.findIndex((group) => group.unit === null);
if (who >= 0 && wholes.size === 1 && SPEC.measures[0].fn === "sum") {
  const sums = new Map();
  for (const [id, group] of expected) { const name = JSON.parse(id)[who]; sums.set(name, (sums.get(name) ?? 0n) + group.figures[0].exact); }
  const [first, second] = [...sums].sort((a, b) => (a[1] > b[1] ? -1 : a[1] < b[1] ? 1 : 0));
  if (first !== undefined && second !== undefined && first[1] > second[1] && first[0] !== SPEC.emptyName) facts.best = { name: first[0], value: show(first[1], decimals[figuresOut[0].currency + "|0"] ?? 0) };
}`;

/** Compares the delivered rows with the expected ones as bags: each as often as it should be. */
const BAG = String.raw`const bag = (list) => { const counts = new Map(); for (const one of list) counts.set(one, (counts.get(one) ?? 0) + 1); return counts; };
const compare = (expectedRows, givenRows, label) => {
  const before = problems.length;
  const want = bag(expectedRows), have = bag(givenRows);
  for (const [row, count] of want) if ((have.get(row) ?? 0) !== count) wrong("expected " + count + " × " + row.slice(0, 160) + ", found " + (have.get(row) ?? 0));
  for (const [row, count] of have) if (!want.has(row)) wrong("not expected: " + row.slice(0, 160));
  check(label, problems.length === before, problems.slice(before, before + 2).join("; ") || String(givenRows.length));
};
const cellsOf = (row) => names.map((name) => row.get(name));`;

const ROWS = String.raw`${BAG}
const flagged = SPEC.flag;
if (flagged) compare(all.map((row) => JSON.stringify([...cellsOf(row), meets(row) ? SPEC.yes : SPEC.no])), made.rows.map((cells) => JSON.stringify(cells.map(unguard))), T.rows);
else if (SPEC.limit === null) compare(chosen.map((row) => JSON.stringify(cellsOf(row))), made.rows.map((cells) => JSON.stringify(cells.map(unguard))), T.rows);
else {
  const column = SPEC.order?.column ?? null;
  const sortable = (get) => { const value = column === null || get(column).trim() === "" ? null : amount(get(column), markOf(column)); if (value !== null) return value.value; const on = column === null ? "" : day(get(column), orderOf(column)); return on === "" ? null : BigInt(on.replaceAll("-", "")); };
  const known = bag(chosen.map((row) => JSON.stringify(cellsOf(row))));
  for (const cells of made.rows) if (!known.has(JSON.stringify(cells.map(unguard)))) wrong("not in the source: " + cells.join(",").slice(0, 160));
  check(T.rows, problems.length === 0, String(made.rows.length));
  const sign = SPEC.order?.dir === "asc" ? -1n : 1n;
  const best = chosen.map((row) => sortable(row.get)).filter((one) => one !== null).sort((a, b) => (a * sign > b * sign ? -1 : a * sign < b * sign ? 1 : 0)).slice(0, SPEC.limit);
  const given = made.rows.map((cells) => sortable((name) => unguard(cells[names.indexOf(name)] ?? ""))).filter((one) => one !== null).sort((a, b) => (a * sign > b * sign ? -1 : a * sign < b * sign ? 1 : 0));
  const right = column === null ? made.rows.length === Math.min(SPEC.limit, chosen.length) : best.length === given.length && best.every((one, index) => one === given[index]);
  if (!right) wrong("the first " + SPEC.limit + " are not the right ones");
  check(T.complete, right, made.rows.length + " / " + chosen.length);
}
const facts = { rows: flagged ? all.filter(meets).length : chosen.length };`;

const DUPLICATES = String.raw`${BAG}
const keyed = new Map();
for (const row of chosen) {
  const parts = SPEC.keys.map((name) => { const kind = use.get(name)?.kind; const value = kind === "number" ? num(row, name) : null; if (value !== null) return String(value.value); const on = kind === "date" ? date(row, name) : ""; return on !== "" ? on : plain(row.get(name)); });
  if (parts.every((part) => part === "")) continue;
  const id = parts.join("\u0002");
  keyed.set(id, [...(keyed.get(id) ?? []), row]);
}
const doubled = [...keyed.values()].filter((same) => same.length > 1);
compare(doubled.flat().map((row) => JSON.stringify([SPEC.sources.length > 1 ? row.source + ":" + row.line : String(row.line), ...cellsOf(row)])), made.rows.map((cells) => JSON.stringify(cells.slice(1).map(unguard))), T.rows);
const sets = new Set(made.rows.map((cells) => cells[0])).size;
if (sets !== doubled.length) wrong("sets: " + sets + ", should be " + doubled.length);
check(T.complete, sets === doubled.length, sets + " / " + doubled.length);
const facts = { sets: doubled.length, rows: doubled.flat().length };`;

const OVERDUE = String.raw`${BAG}
const left = (row) => {
  if (SPEC.amount === null) return null;
  const due = num(row, SPEC.amount);
  if (SPEC.settlement.balance !== null || SPEC.settlement.paidAmount === null || due === null) return due;
  const paid = num(row, SPEC.settlement.paidAmount);
  return paid === null ? due : { value: due.value - paid.value, decimals: Math.max(due.decimals, paid.decimals) };
};
const lateRows = chosen.map((row) => ({ row, late: SPEC.settlement.due === null ? (["overdue", "late", "past due", "متاخر", "متاخره"].includes(SPEC.settlement.status === null ? "" : plain(row.get(SPEC.settlement.status))) ? 0 : null) : lateDays(row), owed: left(row) }))
  .filter(({ row, late, owed }) => late !== null && (SPEC.settlement.due === null || (late > SPEC.days && !isSettled(row))) && (owed === null || owed.value > 0n));
const withLeft = SPEC.settlement.balance === null && SPEC.settlement.paidAmount !== null && SPEC.amount !== null;
compare(lateRows.map(({ row, late, owed }) => JSON.stringify([...cellsOf(row), ...(withLeft ? [owed === null ? "" : show(owed.value, owed.decimals)] : []), ...(SPEC.settlement.due === null ? [] : [String(late)])])), made.rows.map((cells) => JSON.stringify(cells.map(unguard))), T.rows);
const sums = new Map();
for (const { row, owed } of lateRows) if (owed !== null) { const unit = currency(row, SPEC.amount); const known = sums.get(unit) ?? { value: 0n, decimals: 0 }; sums.set(unit, { value: known.value + owed.value, decimals: Math.max(known.decimals, owed.decimals) }); }
const facts = { rows: lateRows.length, oldest: lateRows.reduce((most, one) => Math.max(most, one.late), 0) };
const figuresOut = [...sums].map(([unit, one]) => ({ currency: unit, values: [show(one.value, one.decimals)] }));
check(T.total, true, lateRows.length + (figuresOut.length > 0 ? ": " + figuresOut.map((one) => one.values[0] + (one.currency === "" ? "" : " " + one.currency)).join(" + ") : ""));
if (MARKED !== null) {
  const marked = readCsv(files.readText(MARKED));
  const lateSet = new Map(lateRows.map((one) => [one.row, one]));
  if (SPEC.groups.length === 0) compare(all.map((row) => JSON.stringify([...cellsOf(row), lateSet.has(row) ? SPEC.yes : SPEC.no])), marked.rows.map((cells) => JSON.stringify(cells.map(unguard))), T.marked);
  else {
    const parts = new Map();
    const scales = new Map();
    for (const row of chosen) {
      const unit = currency(row, SPEC.amount ?? "");
      const owed = left(row);
      if (owed !== null) scales.set(unit, Math.max(scales.get(unit) ?? 0, owed.decimals));
      const id = JSON.stringify([...SPEC.groups.map((group) => groupOf(row, group)), ...(SPEC.withCurrency ? [unit] : [])]);
      const known = parts.get(id) ?? { unit, n: 0, late: 0, sum: 0n };
      known.n++;
      if (lateSet.has(row)) { known.late++; known.sum += owed === null ? 0n : owed.value; }
      parts.set(id, known);
    }
    compare([...parts].map(([id, part]) => JSON.stringify([...JSON.parse(id), String(part.n), String(part.late), ...(SPEC.amount === null ? [] : [show(part.sum, scales.get(part.unit) ?? 0)]), part.late > 0 ? SPEC.yes : SPEC.no])), marked.rows.map((cells) => JSON.stringify(cells.map(unguard))), T.marked);
  }
}`;
