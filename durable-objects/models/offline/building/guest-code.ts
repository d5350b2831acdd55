import { CURRENCY_MARKS } from "../columns.ts";
import { OPEN_WORDS, SETTLED_WORDS } from "../payment.ts";
import type { Spec, Where } from "../spec.ts";

/** A value as JavaScript source. Everything that comes from people or files enters code through this. */
export const js = (value: unknown): string =>
  JSON.stringify(value).replaceAll("\u2028", "\\u2028").replaceAll("\u2029", "\\u2029");

/** Text as a comment line: no line break can end the comment early. */
export const comment = (text: string): string => `// ${text.replace(/[\r\n\u2028\u2029]+/g, " ").slice(0, 300)}`;

export const TOTAL_LINE =
  "^(grand |sub ?)?totals?( amount| due)?:?$|^(ال)?(اجمالي|مجموع)( ?ال(كلي|عام|نهائي|اجمالي))?:?$";

export const MEMO_CODE = `const memo = (read) => { const known = new Map(); return (text) => { let value = known.get(text); if (value === undefined) { value = read(text); known.set(text, value); } return value; }; };`;

/** `fold` as in words.ts, for values of cells. */
export const FOLD_CODE = `const digits = (text) => (/^[\\x20-\\x7e]*$/.test(text) ? text : text
  .replace(/[\\u0660-\\u0669\\u06f0-\\u06f9]/g, (digit) => String(digit.charCodeAt(0) & 15))
  .replaceAll("\\u066b", ".").replaceAll("\\u066c", ","));
const fold = memo((text) => digits(text).normalize("NFKC").toLowerCase()
  .replace(/[\\u064b-\\u065f\\u0670\\u0640\\u200b-\\u200f\\u202a-\\u202e\\u2066-\\u2069\\ufeff]/g, "")
  .replace(/[\\u0622\\u0623\\u0625\\u0671]/g, "\\u0627").replaceAll("\\u0629", "\\u0647").replaceAll("\\u0649", "\\u064a")
  .replaceAll("\\u06cc", "\\u064a").replaceAll("\\u06a9", "\\u0643").replaceAll("\\u06af", "\\u0643").replaceAll("\\u0686", "\\u062c")
  .replace(/\\s+/g, " ").trim());`;

const formatOf = (spec: Spec, column: string): string | null =>
  spec.columns.find((one) => one.name === column)?.format ?? null;
export const decimalOf = (spec: Spec, column: string): "." | "," | null => {
  const format = formatOf(spec, column);
  return format === "." || format === "," ? format : null;
};
export const orderOf = (spec: Spec, column: string): "ymd" | "dmy" | "mdy" | null => {
  const format = formatOf(spec, column);
  return format === "ymd" || format === "dmy" || format === "mdy" ? format : null;
};

export const emptyName = (spec: Spec): string => (spec.lang === "ar" ? "(فارغ)" : "(empty)");
export const unreadableDate = (spec: Spec): string => (spec.lang === "ar" ? "(تاريخ غير مقروء)" : "(unreadable date)");
export const noCurrency = (spec: Spec): string => (spec.lang === "ar" ? "(بدون عملة)" : "(no currency)");

/**
 * Amounts: plain forms are read here (calls to the host are slow), all others by `nexus.number`. A figure keeps how
 * many decimals were written; `units` is its value times 10^scale as a safe integer where that fits.
 */
export const NUMBER_CODE = `class Figure {
  constructor(units, scale, big) { this.units = units; this.scale = scale; this.big = big; }
  get value() { return (this.big ??= new Big(this.units + "e-" + this.scale)); }
}
const NOTHING = { units: null, scale: 0, big: null, value: null };
// Digits written after the decimal mark: results keep the scale of the source.
const decimals = (text, mark, value) => {
  const ascii = digits(text);
  // Letters go first, with the dots of abbreviations such as د.ك or K.D.
  const plain = ascii.replace(/\\p{L}[\\p{L}\\p{M}.]*/gu, "").replace(/[^\\d.,]/g, "");
  const at = plain.lastIndexOf(mark);
  if (at < 0 || plain.indexOf(mark) !== at || /\\d[eE][+-]?\\d/.test(ascii)) return (value.toFixed().split(".")[1] ?? "").length;
  return plain.length - at - 1;
};
const CURRENCY_MARK = "(?:KWD|KD|SAR|SR|AED|QAR|BHD|OMR|USD|EUR|GBP|EGP|US\\\\$|\\\\$|€|£|د\\\\.ك\\\\.?)";
const PLAIN = {
  ".": new RegExp("^(?:" + CURRENCY_MARK + "\\\\s?)?(-?)(\\\\d{1,3}(?:,\\\\d{3})+|\\\\d+)(?:\\\\.(\\\\d+))?(?:\\\\s?" + CURRENCY_MARK + ")?$"),
  ",": new RegExp("^(?:" + CURRENCY_MARK + "\\\\s?)?(-?)(\\\\d{1,3}(?:\\\\.\\\\d{3})+|\\\\d+)(?:,(\\\\d+))?(?:\\\\s?" + CURRENCY_MARK + ")?$"),
};
const readNumber = (mark) => memo((text) => {
  const plain = PLAIN[mark ?? "."].exec(digits(text));
  if (plain !== null) {
    const fraction = plain[3] ?? "";
    const whole = plain[2].length > 3 ? plain[2].replace(/[.,]/g, "") : plain[2];
    if (whole.length + fraction.length <= 15) return new Figure(Number(plain[1] + whole + fraction), fraction.length, null);
  }
  const value = nexus.number(text, mark === null ? {} : { decimal: mark });
  return value === null ? NOTHING : new Figure(null, decimals(text, mark ?? ".", value), value);
});
// Exact sums without a Big for every row: whole numbers per scale, moved into a Big before they could overflow.
const newSum = () => ({ units: [], big: null });
const addTo = (sum, figure) => {
  if (figure.units === null) { sum.big = sum.big === null ? figure.value : sum.big.plus(figure.value); return; }
  const next = (sum.units[figure.scale] ?? 0) + figure.units;
  if (next > 4e15 || next < -4e15) { sum.big = (sum.big ?? new Big(0)).plus(next + "e-" + figure.scale); sum.units[figure.scale] = 0; }
  else sum.units[figure.scale] = next;
};
const sumOf = (sum) => sum.units.reduce((all, units, scale) => all.plus(units + "e-" + scale), sum.big ?? new Big(0));
`;

/** Marks by the name under which their amounts are reported; signs stay signs unless the file names their code. */
export function currencyTable(codes: readonly string[]): Record<string, string> {
  const table: Record<string, string> = {};
  for (const [code, marks] of Object.entries(CURRENCY_MARKS))
    for (const mark of [code.toLowerCase(), ...marks]) {
      const shared = ["$", "£", "¥", "ريال", "دينار", "درهم", "جنيه", "rs", "دا"].includes(mark);
      table[mark] = shared && !codes.includes(code) ? mark : code;
    }
  return table;
}

/** Everything the calculation needs to read rows: sources, columns, values, conditions. */
export function readingCode(spec: Spec, figures: readonly string[], currencies: readonly string[]): string {
  const columns = spec.columns.map((one) => one.name);
  const parts = [
    `const SOURCES = ${js(spec.sources)};`,
    `const TODAY = ${js(spec.today)};`,
    `const FIGURES = ${js(figures)}; // columns of numbers`,
    `const notes = { rowsRead: 0, rowsUsed: 0, blankRows: 0, totalLines: 0, unreadableCount: 0, unreadable: [], statuses: [], undated: 0, credits: 0 };`,
    MEMO_CODE,
    FOLD_CODE,
    `const clean = memo((text) => text.trim().replace(/\\s+/g, " "));`,
    `const odd = (row, column, text) => { notes.unreadableCount++; if (notes.unreadable.length < 20) notes.unreadable.push({ row: row.line, column, text: text.slice(0, 60) }); };`,
    `${NUMBER_CODE}
const readDate = (order) => memo((text) => nexus.date(text, order === null ? {} : { order }) ?? "");`,
    `const NUMBER = new Map(${js(spec.columns.filter((one) => one.kind === "number" || figures.includes(one.name)).map((one) => [one.name, decimalOf(spec, one.name)]))}.map(([name, mark]) => [name, readNumber(mark)]));`,
    `const DATE = new Map(${js(spec.columns.filter((one) => one.kind === "date").map((one) => [one.name, orderOf(spec, one.name)]))}.map(([name, order]) => [name, readDate(order)]));`,
    `const anyNumber = readNumber(null);
const numberAt = (row, column) => (NUMBER.get(column) ?? anyNumber)(row.cells[row.at.get(column)] ?? "");
const anyDate = readDate(null);
const dateAt = (row, column) => (DATE.get(column) ?? anyDate)(row.cells[row.at.get(column)] ?? "");
const textAt = (row, column) => clean(row.cells[row.at.get(column)] ?? "");`,
    `// Rows of all sources; blank lines and lines that only repeat a total are left out.
const TOTAL = new RegExp(${js(TOTAL_LINE)});
let header = null;
const rows = [];
for (const source of SOURCES) {
  const table = files.readTable(source);
  if (header === null) header = table.columns;
  const at = new Map(table.columns.map((name, index) => [name, index]).reverse());
  for (const name of ${js(columns)}) if (!at.has(name)) throw new Error("No column " + JSON.stringify(name) + " in " + source);
  const words = table.columns.map((name, index) => index).filter((index) => !FIGURES.includes(table.columns[index]));
  table.rows.forEach((cells, index) => {
    notes.rowsRead++;
    let filled = 0;
    let last = "";
    for (const word of words) if (cells[word] && (cells[word].charCodeAt(0) > 32 || cells[word].trim() !== "")) { filled++; last = cells[word]; if (filled > 1) break; }
    if (filled === 0 && cells.every((cell) => cell.trim() === "")) { notes.blankRows++; return; }
    if (filled === 1 && (words.length > 1 || index === table.rows.length - 1) && TOTAL.test(fold(last))) { notes.totalLines++; return; }
    rows.push({ cells, at, source, line: index + 2 });
  });
}`,
    settlementCode(spec),
    currencyCodeText(spec, currencies),
    whereCode(spec.where),
  ];
  return parts.filter((part) => part !== "").join("\n");
}

function settlementCode(spec: Spec): string {
  const { due, graceDays, status, balance, paidAmount, paidDate } = spec.settlement;
  const needed = spec.kind === "overdue" || spec.where.some((one) => one.kind === "paid" || one.kind === "overdue");
  if (!needed) return "";
  const lines = [
    `const SETTLED = new Set(${js(SETTLED_WORDS)});`,
    `const OPEN = new Set(${js(OPEN_WORDS)});`,
    "// Settled: the status says so, nothing is left to pay, or a payment date is there.",
    "const settled = (row) => {",
  ];
  if (status !== null)
    lines.push(
      `  const said = fold(textAt(row, ${js(status)})).replace(/[-_]/g, " ");`,
      "  if (SETTLED.has(said)) return true;",
      "  const open = OPEN.has(said);",
      `  if (!open && said !== "" && !notes.statuses.includes(said) && notes.statuses.length < 10) notes.statuses.push(said);`,
    );
  if (balance !== null)
    lines.push(`  const left = numberAt(row, ${js(balance)}).value;`, "  if (left !== null) return left.lte(0);");
  if (status !== null) lines.push("  if (open) return false;");
  if (paidAmount !== null && spec.amount !== null)
    lines.push(
      `  const paid = numberAt(row, ${js(paidAmount)}).value;`,
      `  const whole = numberAt(row, ${js(spec.amount)}).value;`,
      "  if (paid !== null && whole !== null) return whole.gt(0) && paid.gte(whole);",
    );
  if (paidDate !== null) lines.push(`  if (textAt(row, ${js(paidDate)}) !== "") return true;`);
  lines.push("  return false;", "};");
  lines.push(
    'const dayNumber = memo((day) => Math.round(Date.parse(day + "T00:00:00Z") / 86400000));',
    "// Days past the due date; 0 when not late, null when there is no date to tell by.",
  );
  if (due === null) lines.push("const daysLate = () => null;");
  else
    lines.push(
      "const daysLate = (row) => {",
      `  const day = dateAt(row, ${js(due)});`,
      `  if (day === "") return null;`,
      `  return Math.max(0, dayNumber(TODAY) - dayNumber(day) - ${graceDays});`,
      "};",
    );
  return lines.join("\n");
}

function currencyCodeText(spec: Spec, currencies: readonly string[]): string {
  const { column, marks, only } = spec.currency;
  const none = js(noCurrency(spec));
  if (column !== null) return `const currencyOf = (row) => textAt(row, ${js(column)}).toUpperCase() || ${none};`;
  if (!marks) return `const currencyOf = () => ${js(only)};`;
  return `// The currency stands inside the cell of the amount.
const MARKS = new Map(Object.entries(${js(currencyTable(currencies))}));
const markOf = memo((text) => {
  const mark = fold(text).replace(/[\\d.,\\s()+\\-\\u2212'\\u2019%]/g, "");
  return mark === "" ? ${none} : (MARKS.get(mark) ?? mark.toUpperCase());
});
const currencyOf = (row, column) => markOf(row.cells[row.at.get(column)] ?? "");`;
}

function whereCode(where: readonly Where[]): string {
  const lines: string[] = [];
  for (const [index, one] of where.entries()) {
    if (one.kind === "text" && one.columns.length > 1)
      lines.push(
        `// The column in which the name stands: the first of these that has it.`,
        `const values${index} = ${js(one.values)}.map(fold);`,
        `const column${index} = ${js(one.columns)}.find((column) => rows.some((row) => values${index}.includes(fold(textAt(row, column)))));`,
        `const holds${index} = column${index} ?? ${js(one.columns)}.find((column) => rows.some((row) => values${index}.some((value) => fold(textAt(row, column)).includes(value)))) ?? ${js(one.columns[0])};`,
      );
  }
  lines.push("const keep = (row) => {");
  for (const [index, one] of where.entries()) lines.push(...conditionCode(one, index));
  lines.push("  return true;", "};");
  return lines.join("\n");
}

function conditionCode(one: Where, index: number): string[] {
  switch (one.kind) {
    case "number": {
      const cell = `numberAt(row, ${js(one.column)}).value`;
      const test: Record<string, string> = { ">": "gt", ">=": "gte", "<": "lt", "<=": "lte", "=": "eq" };
      const value = `new Big(${js(one.value)})`;
      const unreadable = `  if (n${index} === null) { if (textAt(row, ${js(one.column)}) !== "") odd(row, ${js(one.column)}, textAt(row, ${js(one.column)})); return false; }`;
      if (one.op === "between")
        return [
          `  const n${index} = ${cell};`,
          unreadable,
          `  if (n${index}.lt(${value}) || n${index}.gt(new Big(${js(one.to ?? one.value)}))) return false;`,
        ];
      const call = one.op === "!=" ? `n${index}.eq(${value})` : `!n${index}.${test[one.op] ?? "eq"}(${value})`;
      return [`  const n${index} = ${cell};`, unreadable, `  if (${call}) return false;`];
    }
    case "text": {
      const column = one.columns.length > 1 ? `holds${index}` : js(one.columns[0]);
      const list = one.columns.length > 1 ? `values${index}` : `${js(one.values)}.map(fold)`;
      const same =
        one.mode === "is" && one.columns.length === 1
          ? `${list}.includes(said${index})`
          : one.mode === "is"
            ? `(column${index} === undefined ? ${list}.some((value) => said${index}.includes(value)) : ${list}.includes(said${index}))`
            : `${list}.some((value) => said${index}.includes(value))`;
      return [
        `  const said${index} = fold(textAt(row, ${column}));`,
        `  if (${one.not ? "" : "!"}${same}) return false;`,
      ];
    }
    case "date": {
      const tests = [
        one.from === null ? "" : `day${index} < ${js(one.from)}`,
        one.to === null ? "" : `day${index} > ${js(one.to)}`,
      ].filter((test) => test !== "");
      return [
        `  const day${index} = dateAt(row, ${js(one.column)});`,
        `  if (day${index} === ""${tests.map((test) => ` || ${test}`).join("")}) return false;`,
      ];
    }
    case "months":
      return [
        `  const month${index} = dateAt(row, ${js(one.column)}).slice(5, 7);`,
        `  if (month${index} === "" || !${js(one.months)}.includes(Number(month${index}))) return false;`,
      ];
    case "paid":
      return [`  if (settled(row) !== ${one.paid}) return false;`];
    case "empty":
      return [`  if ((textAt(row, ${js(one.column)}) === "") === ${one.not}) return false;`];
    case "overdue":
      return [
        `  const late${index} = daysLate(row);`,
        `  if (late${index} === null || late${index} <= ${Math.max(one.days, 0)} || settled(row)) return false;`,
      ];
  }
}

/** Cells of results: text that a spreadsheet would take for a formula is marked as text; numbers stay numbers. */
export const WRITING_CODE = `const safe = (value) => (/^[=+\\-@\\t\\r]/.test(value) && nexus.number(value) === null ? "'" + value : value);
const save = (file, columns, lines) => files.write(file, nexus.csv(columns.map(safe), lines.map((line) => line.map(safe))));`;
