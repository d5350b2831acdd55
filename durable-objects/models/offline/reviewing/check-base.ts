/**
 * The reviewer's own way to read tables, used by every check: its own CSV reader, and amounts as whole numbers
 * (BigInt, 20 decimals) instead of Big. It shares nothing with the code under review, so that an error in one does
 * not hide in the other. Source text for the sandbox.
 */
export const CHECK_BASE = String.raw`const SCALE = 20;
const ONE = 10n ** BigInt(SCALE);
const readCsv = (text) => {
  const rows = [];
  let row = [], cell = "", at = text.charCodeAt(0) === 0xfeff ? 1 : 0;
  while (at < text.length) {
    if (text[at] === '"') {
      let end = at + 1;
      for (;;) { end = text.indexOf('"', end); if (end < 0) { end = text.length; break; } if (text[end + 1] !== '"') break; end += 2; }
      cell += text.slice(at + 1, end).replaceAll('""', '"');
      at = end + 1;
      continue;
    }
    let end = at;
    while (end < text.length && text[end] !== "," && text[end] !== "\n" && text[end] !== "\r" && text[end] !== '"') end++;
    cell += text.slice(at, end);
    at = end;
    if (at >= text.length || text[at] === '"') continue;
    row.push(cell);
    cell = "";
    if (text[at] === ",") { at++; if (at === text.length) row.push(""); continue; }
    if (text[at] === "\r" && text[at + 1] === "\n") at++;
    at++;
    rows.push(row);
    row = [];
  }
  if (cell !== "" || row.length > 0) { row.push(cell); rows.push(row); }
  const columns = rows.shift() ?? [];
  return { columns, rows: rows.filter((one) => one.length > 1 || one[0] !== "" || columns.length === 1) };
};
const latin = (text) => text.replace(/[\u0660-\u0669\u06f0-\u06f9]/g, (digit) => String(digit.charCodeAt(0) & 15)).replaceAll("\u066b", ".").replaceAll("\u066c", ",");
const folded = Object.create(null);
const plain = (text) => (folded["$" + text] ??= latin(text).normalize("NFKC").toLowerCase()
  .replace(/[\u064b-\u065f\u0670\u0640\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g, "")
  .replace(/[\u0622\u0623\u0625\u0671]/g, "\u0627").replaceAll("\u0629", "\u0647").replaceAll("\u0649", "\u064a")
  .replaceAll("\u06cc", "\u064a").replaceAll("\u06a9", "\u0643").replaceAll("\u06af", "\u0643").replaceAll("\u0686", "\u062c").replace(/\s+/g, " ").trim());
const tidy = (text) => text.trim().replace(/\s+/g, " ");
// "-1234.50" as a whole number of 20 decimals, with how many decimals were written.
const whole = (digits) => {
  const match = /^(-?)(\d*)(?:\.(\d*))?$/.exec(digits);
  if (!match) return null;
  const part = (match[3] ?? "").slice(0, SCALE);
  const value = BigInt((match[2] || "0") + part.padEnd(SCALE, "0"));
  return { value: match[1] === "-" ? -value : value, decimals: (match[3] ?? "").length };
};
const numbers = Object.create(null);
// An amount as written; null when it cannot be read.
const amount = (text, mark) => {
  const key = (mark ?? "?") + text;
  if (key in numbers) return numbers[key];
  const known = nexus.number(text, mark === null ? {} : { decimal: mark });
  if (known === null) return (numbers[key] = null);
  const ascii = latin(text).replace(/[\u2212\u2010-\u2015]/g, "-");
  const bare = ascii.replace(/\p{L}[\p{L}\p{M}.]*/gu, " ").replace(/[$€£¥₹₺﷼%\s\u00a0\u202f]+/g, " ").trim();
  const negative = /^\(.*\)$/.test(bare) || bare.startsWith("-") || bare.endsWith("-");
  const core = bare.replace(/[()+-]/g, "").trim();
  let read = null;
  if (/^[\d.,]+$/.test(core) && /\d$/.test(core)) {
    const dots = core.split(".").length - 1, commas = core.split(",").length - 1;
    let decimal = mark;
    if (decimal === null) decimal = dots > 0 && commas > 0 ? (core.lastIndexOf(".") > core.lastIndexOf(",") ? "." : ",") : dots === 1 ? "." : commas === 1 && !/^\d{1,3},\d{3}$/.test(core) ? "," : dots > 1 ? "," : ".";
    const cut = core.lastIndexOf(decimal);
    const single = cut >= 0 && core.indexOf(decimal) === cut;
    read = whole((negative ? "-" : "") + (single ? core.slice(0, cut).replace(/[.,]/g, "") + "." + core.slice(cut + 1) : core.replace(/[.,]/g, "")));
  }
  return (numbers[key] = read ?? whole(known.toFixed()));
};
const days = Object.create(null);
const day = (text, order) => (days[(order ?? "?") + text] ??= nexus.date(text, order === null ? {} : { order }) ?? "");
const half = (top, bottom) => { const negative = top < 0n !== bottom < 0n; const a = top < 0n ? -top : top, b = bottom < 0n ? -bottom : bottom; const result = (a * 2n + b) / (b * 2n); return negative ? -result : result; };
const show = (value, decimals) => {
  const cut = half(value, 10n ** BigInt(SCALE - decimals));
  const text = (cut < 0n ? -cut : cut).toString().padStart(decimals + 1, "0");
  return (cut < 0n ? "-" : "") + (decimals === 0 ? text : text.slice(0, -decimals) + "." + text.slice(-decimals));
};
const unguard = (cell) => cell.replace(/^'(?=[=+\-@\t\r])/, "");
const problems = [];
const checks = [];
const wrong = (text) => { if (problems.length < 12) problems.push(text); };
const check = (label, passed, detail) => { checks.push({ label, passed, detail }); };`;

/** Reads the rows of the sources as the specification says, by interpreting it (SPEC is data, not code). */
export const CHECK_ROWS = String.raw`const use = new Map(SPEC.columns.map((one) => [one.name, one]));
const markOf = (name) => { const format = use.get(name)?.format; return format === "." || format === "," ? format : null; };
const orderOf = (name) => { const format = use.get(name)?.format; return ["ymd", "dmy", "mdy"].includes(format) ? format : null; };
const totalWords = new RegExp(SPEC.totalLine);
const all = [];
let names = null;
for (const source of SPEC.sources) {
  const table = readCsv(files.readText(source));
  names ??= table.columns;
  const wordColumns = table.columns.filter((name) => !SPEC.figures.includes(name));
  table.rows.forEach((cells, index) => {
    const get = (name) => cells[table.columns.indexOf(name)] ?? "";
    const filled = table.columns.map((name, place) => [name, (cells[place] ?? "").trim()]).filter(([name, text]) => text !== "");
    if (filled.length === 0) return;
    const said = filled.filter(([name]) => !SPEC.figures.includes(name));
    if (said.length === 1 && (wordColumns.length > 1 || index === table.rows.length - 1) && totalWords.test(plain(said[0][1]))) return;
    all.push({ get, cells, line: index + 2, source });
  });
}
const num = (row, name) => (row.get(name).trim() === "" ? null : amount(row.get(name), markOf(name)));
const date = (row, name) => (row.get(name).trim() === "" ? "" : day(row.get(name), orderOf(name)));
const isSettled = (row) => {
  const { status, balance, paidAmount, paidDate } = SPEC.settlement;
  const said = status === null ? "" : plain(row.get(status)).replace(/[-_]/g, " ");
  if (SPEC.settledWords.includes(said)) return true;
  if (balance !== null) { const left = num(row, balance); if (left !== null) return left.value <= 0n; }
  if (SPEC.openWords.includes(said)) return false;
  if (paidAmount !== null && SPEC.amount !== null) { const paid = num(row, paidAmount), due = num(row, SPEC.amount); if (paid !== null && due !== null) return due.value > 0n && paid.value >= due.value; }
  return paidDate !== null && row.get(paidDate).trim() !== "";
};
const lateDays = (row) => {
  const { due, graceDays } = SPEC.settlement;
  const on = due === null ? "" : date(row, due);
  return on === "" ? null : Math.max(0, Math.round((Date.parse(SPEC.today) - Date.parse(on)) / 864e5) - graceDays);
};
const currency = (row, name) => {
  if (SPEC.currency.column !== null) return tidy(row.get(SPEC.currency.column)).toUpperCase() || SPEC.noCurrency;
  if (!SPEC.currency.marks) return SPEC.currency.only;
  const mark = plain(row.get(name)).replace(/[\d.,\s()+\-\u2212'\u2019%]/g, "");
  return mark === "" ? SPEC.noCurrency : (Object.hasOwn(SPEC.marks, mark) ? SPEC.marks[mark] : mark.toUpperCase());
};
const within = (value, one) => {
  const a = whole(one.value).value;
  switch (one.op) {
    case ">": return value > a;
    case ">=": return value >= a;
    case "<": return value < a;
    case "<=": return value <= a;
    case "=": return value === a;
    case "!=": return value !== a;
    default: return value >= a && value <= whole(one.to ?? one.value).value;
  }
};
const holders = SPEC.where.map((one) => {
  if (one.kind !== "text") return null;
  const wanted = one.values.map(plain);
  const exact = one.columns.find((name) => all.some((row) => wanted.includes(plain(row.get(name)))));
  const part = one.columns.find((name) => all.some((row) => wanted.some((value) => plain(row.get(name)).includes(value))));
  return { wanted, loose: one.mode === "contains" || (one.columns.length > 1 && exact === undefined), name: one.columns.length === 1 ? one.columns[0] : (exact ?? part ?? one.columns[0]) };
});
const meets = (row) => SPEC.where.every((one, index) => {
  if (one.kind === "number") { const value = num(row, one.column); return value !== null && within(value.value, one); }
  if (one.kind === "text") { const { wanted, loose, name } = holders[index]; const said = plain(row.get(name)); return wanted.some((value) => (loose ? said.includes(value) : said === value)) !== one.not; }
  if (one.kind === "date") { const on = date(row, one.column); return on !== "" && (one.from === null || on >= one.from) && (one.to === null || on <= one.to); }
  if (one.kind === "months") { const on = date(row, one.column); return on !== "" && one.months.includes(Number(on.slice(5, 7))); }
  if (one.kind === "paid") return isSettled(row) === one.paid;
  if (one.kind === "empty") return (row.get(one.column).trim() === "") !== one.not;
  const late = lateDays(row);
  return late !== null && late > Math.max(0, one.days) && !isSettled(row);
});
const chosen = all.filter(meets);
const weekOf = (on) => { const at = new Date(on + "T00:00:00Z"); const thursday = new Date(at.getTime() + (4 - (at.getUTCDay() || 7)) * 864e5); const first = Date.UTC(thursday.getUTCFullYear(), 0, 1); return thursday.getUTCFullYear() + "-W" + String(1 + Math.floor((thursday.getTime() - first) / 6048e5)).padStart(2, "0"); };
const groupOf = (row, group) => {
  if (group.unit === null) return tidy(row.get(group.column)) || SPEC.emptyName;
  const on = date(row, group.column);
  if (on === "") return row.get(group.column).trim() === "" ? SPEC.emptyName : SPEC.unreadable;
  return { day: () => on, month: () => on.slice(0, 7), year: () => on.slice(0, 4), quarter: () => on.slice(0, 4) + "-Q" + (1 + Math.floor((Number(on.slice(5, 7)) - 1) / 3)), week: () => weekOf(on) }[group.unit]();
};`;
