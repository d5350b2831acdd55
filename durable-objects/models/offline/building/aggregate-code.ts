import { currencyHeader, groupHeader, measureHeader, shareHeader } from "../labels.ts";
import type { Group, Measure, Spec } from "../spec.ts";
import { emptyName, js, unreadableDate, WRITING_CODE } from "./guest-code.ts";

/** Whether results carry a column that names the currency. */
export const showsCurrency = (spec: Spec): boolean =>
  spec.currency.column !== null || spec.currency.marks || spec.currency.only !== "";

/** Source of a function `row → key` of one group. */
export function keyCode(group: Group, spec: Spec): string {
  const column = js(group.column);
  if (group.unit === null) return `(row) => textAt(row, ${column}) || ${js(emptyName(spec))}`;
  const cut: Record<string, string> = {
    day: "day",
    month: "day.slice(0, 7)",
    year: "day.slice(0, 4)",
    quarter: 'day.slice(0, 4) + "-Q" + Math.ceil(Number(day.slice(5, 7)) / 3)',
    week: "isoWeek(day)",
  };
  return `(row) => {
    const day = dateAt(row, ${column});
    if (day !== "") return ${cut[group.unit] ?? "day"};
    const text = textAt(row, ${column});
    if (text === "") return ${js(emptyName(spec))};
    odd(row, ${column}, text);
    return ${js(unreadableDate(spec))};
  }`;
}

export const WEEK_CODE = `// ISO 8601: weeks begin on Monday, and week 1 has the year's first Thursday.
const isoWeek = memo((day) => {
  const date = new Date(day + "T00:00:00Z");
  date.setUTCDate(date.getUTCDate() + 4 - (date.getUTCDay() || 7));
  const week = Math.ceil(((date - Date.UTC(date.getUTCFullYear(), 0, 1)) / 86400000 + 1) / 7);
  return date.getUTCFullYear() + "-W" + String(week).padStart(2, "0");
});`;

const needsList = (measure: Measure): boolean => measure.fn === "median";

/** Reads the measure's value of a row into `value` and `scale`, or leaves value null. */
function valueCode(measure: Measure, index: number): string[] {
  if (measure.fn === "count" || measure.column === null) return [];
  const column = js(measure.column);
  if (measure.fn === "distinct")
    return [
      `    const text${index} = textAt(row, ${column});`,
      `    if (text${index} !== "") { put.seen[${index}].add(text${index}); }`,
    ];
  const lines = [`    const cell${index} = numberAt(row, ${column});`];
  if (measure.times !== null)
    lines.push(
      `    const times${index} = numberAt(row, ${js(measure.times)});`,
      `    const figure${index} = cell${index}.value === null || times${index}.value === null ? NOTHING : new Figure(null, cell${index}.scale + times${index}.scale, cell${index}.value.times(times${index}.value));`,
    );
  else lines.push(`    const figure${index} = cell${index};`);
  lines.push(
    `    if (figure${index} !== NOTHING) take(put, ${index}, figure${index});`,
    `    else if (textAt(row, ${column}) !== "") odd(row, ${column}, textAt(row, ${column}));`,
    `    else notes.emptyFigures = (notes.emptyFigures ?? 0) + 1;`,
  );
  return lines;
}

/** Code of totals, averages, counts … of all rows or of groups. Prints one line of JSON with the key figures. */
export function aggregateCode(spec: Spec, file: string, reading: string): string {
  const { lang, measures, groups } = spec;
  const currencyShown = showsCurrency(spec);
  const columns = [
    ...groups.map((group) => groupHeader(group, lang)),
    ...(currencyShown ? [currencyHeader(lang)] : []),
    ...measures.map((measure) => measureHeader(measure, lang)),
    ...(spec.share ? [shareHeader(lang)] : []),
  ];
  const money = measures.find((one) => one.fn !== "count" && one.fn !== "distinct");
  const currencyColumn = js(money?.column ?? "");
  const needsWeek = groups.some((group) => group.unit === "week");
  return `${reading}
${needsWeek ? WEEK_CODE : ""}
const FNS = ${js(measures.map((one) => one.fn))};
const KEYS = [${groups.map((group) => keyCode(group, spec)).join(", ")}];
const fresh = (keys, currency) => ({ keys, currency, n: 0, count: FNS.map(() => 0), sum: FNS.map(newSum), exact: FNS.map(() => null), min: FNS.map(() => null), max: FNS.map(() => null), list: FNS.map(() => []), seen: FNS.map(() => new Set()) });
const scales = new Map(); // decimals to show, by currency and measure
const less = (a, b) => (a.units !== null && b.units !== null && a.scale === b.scale ? a.units < b.units : a.value.lt(b.value));
const take = (into, index, one) => {
  into.count[index]++;
  addTo(into.sum[index], one);
  ${measures.some((one) => one.fn === "min") ? "if (into.min[index] === null || less(one, into.min[index])) into.min[index] = one;" : ""}
  ${measures.some((one) => one.fn === "max") ? "if (into.max[index] === null || less(into.max[index], one)) into.max[index] = one;" : ""}
  ${measures.some(needsList) ? 'if (FNS[index] === "median") into.list[index].push(one);' : ""}
  const name = into.currency + "\\u0001" + index;
  if ((scales.get(name) ?? 0) < one.scale) scales.set(name, one.scale);
};
// Adds one group to another: the figures of all rows come from those of the groups.
const join = (into, one) => {
  into.n += one.n;
  FNS.forEach((_, index) => {
    into.count[index] += one.count[index];
    into.sum[index].big = (into.sum[index].big ?? new Big(0)).plus(sumOf(one.sum[index]));
    if (one.min[index] !== null && (into.min[index] === null || less(one.min[index], into.min[index]))) into.min[index] = one.min[index];
    if (one.max[index] !== null && (into.max[index] === null || less(into.max[index], one.max[index]))) into.max[index] = one.max[index];
    for (const item of one.list[index]) into.list[index].push(item);
    for (const item of one.seen[index]) into.seen[index].add(item);
  });
};

const groups = new Map();
const overall = new Map(); // by currency
for (const row of rows) {
  if (!keep(row)) continue;
  notes.rowsUsed++;
  const currency = currencyOf(row, ${currencyColumn});
  const keys = KEYS.map((key) => key(row));
  const id = JSON.stringify([currency, ...keys]);
  let put = groups.get(id);
  if (put === undefined) groups.set(id, (put = fresh(keys, currency)));
  put.n++;
  {
${measures.flatMap(valueCode).join("\n")}
  }
}
for (const group of groups.values()) {
  let all = overall.get(group.currency);
  if (all === undefined) overall.set(group.currency, (all = fresh([], group.currency)));
  join(all, group);
}

// One figure of a group as written in the result; averages are rounded half up.
const figure = (group, index) => {
  const fn = FNS[index];
  if (fn === "count") return new Big(group.n);
  if (fn === "distinct") return new Big(group.seen[index].size);
  if (group.count[index] === 0) return fn === "sum" ? new Big(0) : null;
  const scale = scales.get(group.currency + "\\u0001" + index) ?? 0;
  if (fn === "min") return group.min[index].value;
  if (fn === "max") return group.max[index].value;
  const sum = (group.exact[index] ??= sumOf(group.sum[index]));
  if (fn === "sum") return sum;
  const shown = Math.max(scale, scale === 0 ? 2 : scale);
  if (fn === "avg") return sum.div(group.count[index]).round(shown, 1);
  const sorted = group.list[index].map((one) => one.value).sort((a, b) => a.cmp(b));
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle] : sorted[middle - 1].plus(sorted[middle]).div(2).round(shown, 1);
};
const write = (group, index) => {
  const value = figure(group, index);
  if (value === null) return "";
  const fn = FNS[index];
  if (fn === "count" || fn === "distinct") return value.toFixed(0);
  const scale = scales.get(group.currency + "\\u0001" + index) ?? 0;
  return value.toFixed((fn === "avg" || fn === "median") && scale === 0 ? 2 : scale);
};

const LAST = new Set(${js([emptyName(spec), unreadableDate(spec)])});
const byText = (a, b) => (LAST.has(a) ? 1 : 0) - (LAST.has(b) ? 1 : 0) || (a < b ? -1 : a > b ? 1 : 0);
const byKeys = (a, b) => {
  for (let index = 0; index < a.keys.length; index++) { const way = byText(a.keys[index], b.keys[index]); if (way !== 0) return way; }
  return byText(a.currency, b.currency);
};
let found = [...groups.values()].sort(byKeys);
${havingCode(spec)}
${orderCode(spec)}
const lines = found.map((group) => [...group.keys, ${currencyShown ? "group.currency, " : ""}...FNS.map((_, index) => write(group, index))${spec.share ? ", share(group)" : ""}]);
${WRITING_CODE}
save(${js(file)}, ${js(columns)}, lines);
// Names that differ only in spelling are left apart and reported.
const spellings = new Map();
for (const group of groups.values()) for (const key of group.keys) { const same = spellings.get(fold(key)) ?? new Set(); same.add(key); spellings.set(fold(key), same); }
const lookAlike = [...spellings.values()].filter((same) => same.size > 1).slice(0, 5).map((same) => [...same].slice(0, 4));
const totals = [...overall.values()].sort((a, b) => byText(a.currency, b.currency)).map((all) => ({ currency: all.currency, rows: all.n, values: FNS.map((_, index) => write(all, index)) }));
console.log(JSON.stringify({ kind: "aggregate", file: ${js(file)}, columns: ${js(columns)}, groupCount: found.length, top: lines.slice(0, 10), totals, lookAlike, notes }));`;
}

function havingCode(spec: Spec): string {
  const tests: Record<string, string> = { ">": "gt", ">=": "gte", "<": "lt", "<=": "lte", "=": "eq" };
  return spec.having
    .map((one) => {
      const value = `figure(group, ${one.measure})`;
      const test =
        one.op === "between"
          ? `${value}.gte(${js(one.value)}) && ${value}.lte(${js(one.to ?? one.value)})`
          : one.op === "!="
            ? `!${value}.eq(${js(one.value)})`
            : `${value}.${tests[one.op] ?? "eq"}(${js(one.value)})`;
      return `found = found.filter((group) => ${value} !== null && ${test});`;
    })
    .join("\n");
}

function orderCode(spec: Spec): string {
  const lines: string[] = [];
  if (spec.share)
    lines.push(`// Share of the whole, within each currency.
const share = (group) => {
  const whole = figure(overall.get(group.currency), 0);
  const part = figure(group, 0);
  return whole === null || part === null || whole.eq(0) ? "" : part.times(100).div(whole).round(2, 1).toFixed(2);
};`);
  const { order } = spec;
  if (order !== null) {
    const way = order.dir === "desc" ? -1 : 1;
    if (order.measure !== null)
      lines.push(
        `const ranked = (a, b) => { const x = figure(a, ${order.measure}); const y = figure(b, ${order.measure}); return x === null ? (y === null ? 0 : 1) : y === null ? -1 : x.cmp(y) * ${way}; };`,
        "found.sort((a, b) => byText(a.currency, b.currency) || ranked(a, b) || byKeys(a, b));",
      );
    else {
      const at = Math.max(
        0,
        spec.groups.findIndex((group) => group.column === order.column),
      );
      lines.push(`found.sort((a, b) => byText(a.keys[${at}], b.keys[${at}]) * ${way} || byKeys(a, b));`);
    }
  }
  if (spec.limit !== null)
    lines.push(
      `// The first ${spec.limit} of each currency.`,
      "const placed = new Map();",
      `found = found.filter((group) => { const place = (placed.get(group.currency) ?? 0) + 1; placed.set(group.currency, place); return place <= ${spec.limit}; });`,
    );
  return lines.join("\n");
}
