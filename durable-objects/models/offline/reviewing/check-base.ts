/**
 * The reviewer's own way to read tables, used by every check: its own CSV reader, and amounts as whole numbers
 * (BigInt, 20 decimals) instead of Big. It shares nothing with the code under review, so that an error in one does
 * not hide in the other. Source text for the sandbox.
 */
export const CHECK_BASE = String.raw`const SCALE = 20;
const ONE = 10n ** BigInt(SCALE);
// Lines first: a line with an odd number of quotes goes on in the next one.
const readCsv = (text) => {
  const lines = (text.charCodeAt(0) === 0xfeff ? text.slice(1) : text).split("\n");
  const rows = [];
  for (let at = 0; at < lines.length; at++) {
    let line = lines[at];
    if (line.indexOf('"') < 0) {
      if (line.endsWith("\r")) line = line.slice(0, -1);
      if (line !== "" || at < lines.length - 1) rows.push(line.split(","));
      continue;
    }
    while (line.split('"').length % 2 === 0 && at + 1 < lines.length) line += "\n" + lines[++at];
    if (line.endsWith("\r")) line = line.slice(0, -1);
    const row = [];
    for (const match of line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)) row.push(match[1] === undefined ? match[2] : match[1].replaceAll('""', '"'));
    rows.push(row);
  }
  const columns = rows.shift() ?? [];
  return { columns, rows: rows.filter((one) => one.length > 1 || one[0] !== "" || columns.length === 1) };
};
const latin = (text) => /^[\x20-\x7e]*$/.test(text) ? text : text.replace(/[\u0660-\u0669\u06f0-\u06f9]/g, (digit) => String(digit.charCodeAt(0) & 15)).replaceAll("\u066b", ".").replaceAll("\u066c", ",");
const folded = Object.create(null);
const plain = (text) => (folded["$" + text] ??= latin(text).normalize("NFKC").toLowerCase()
  .replace(/[\u064b-\u065f\u0670\u0640\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g, "")
  .replace(/[\u0622\u0623\u0625\u0671]/g, "\u0627").replaceAll("\u0629", "\u0647").replaceAll("\u0649", "\u064a")
  .replaceAll("\u06cc", "\u064a").replaceAll("\u06a9", "\u0643").replaceAll("\u06af", "\u0643").replaceAll("\u0686", "\u062c").replace(/\s+/g, " ").trim());
const tidied = Object.create(null);
const tidy = (text) => (tidied["$" + text] ??= text.trim().replace(/\s+/g, " "));
// "-1234.50" as a whole number of 20 decimals, with how many decimals were written.
const whole = (digits) => {
  const match = /^(-?)(\d*)(?:\.(\d*))?$/.exec(digits);
  if (!match) return null;
  const part = (match[3] ?? "").slice(0, SCALE);
  const value = BigInt((match[2] || "0") + part.padEnd(SCALE, "0"));
  return { value: match[1] === "-" ? -value : value, decimals: (match[3] ?? "").length };
};
const numbers = Object.create(null);
const knownUnits = Object.create(null);
// An amount as written; null when it cannot be read. Clear forms are read here, doubtful ones are asked of the host.
const amount = (text, mark) => {
  const key = (mark ?? "?") + text;
  const before = numbers[key];
  if (before !== undefined) return before;
  const ascii = latin(text).replace(/[\u2212\u2010-\u2015]/g, "-").trim();
  const sized = /^(\()?(?:\p{L}[\p{L}.]{0,6}|[$€£])?\s?(-)?(\d[\d.,]*)\s?(?:\p{L}[\p{L}.]{0,6}|[$€£])?(\))?$/u.exec(ascii);
  let read = null;
  if (sized !== null && (sized[1] === undefined) === (sized[4] === undefined) && /\d$/.test(sized[3])) {
    const decimal = mark ?? ".";
    const [left, right, more] = sized[3].split(decimal);
    const groups = left.split(decimal === "." ? "," : ".");
    const whole3 = groups.length === 1 || (groups[0].length <= 3 && groups.slice(1).every((group) => group.length === 3));
    if (more === undefined && whole3 && /^\d*$/.test(right ?? "")) read = whole((sized[1] !== undefined || sized[2] !== undefined ? "-" : "") + groups.join("") + "." + (right ?? ""));
  }
  const odd = read === null || /\p{L}/u.test(ascii);
  if (odd) {
    const unit = ascii.replace(/[\d.,\s()-]/g, "");
    const fine = read !== null && (knownUnits[unit] ??= nexus.number("1 " + ascii.replace(/[\d,\s()-]+/g, "").replace(/^\.+|\.+$/g, (dots) => dots)) !== null || nexus.number(text, mark === null ? {} : { decimal: mark }) !== null);
    if (!fine) {
      const known = nexus.number(text, mark === null ? {} : { decimal: mark });
      read = known === null ? null : (read ?? whole(known.toFixed()));
    }
  }
  return (numbers[key] = read);
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
  const place = Object.create(null);
  for (let index = table.columns.length - 1; index >= 0; index--) place["$" + table.columns[index]] = index;
  const wordPlaces = [], figurePlaces = [];
  table.columns.forEach((name, index) => (SPEC.figures.includes(name) ? figurePlaces : wordPlaces).push(index));
  const blank = (cell) => cell === undefined || cell === "" || (cell.charCodeAt(0) <= 32 && cell.trim() === "");
  for (let index = 0; index < table.rows.length; index++) {
    const cells = table.rows[index];
    let said = 0, only = "";
    for (const at of wordPlaces) if (!blank(cells[at])) { said++; only = cells[at]; if (said > 1) break; }
    if (said === 0 && figurePlaces.every((at) => blank(cells[at]))) continue;
    if (said === 1 && (wordPlaces.length > 1 || index === table.rows.length - 1) && totalWords.test(plain(only))) continue;
    all.push({ get: (name) => cells[place["$" + name]] ?? "", cells, line: index + 2, source });
  }
}
const marksBy = Object.create(null);
for (const one of SPEC.columns) marksBy["$" + one.name] = markOf(one.name);
const num = (row, name) => { const text = row.get(name); return text === "" || tidy(text) === "" ? null : amount(text, marksBy["$" + name] ?? null); };
const date = (row, name) => { const text = row.get(name); return text === "" || tidy(text) === "" ? "" : day(text, orderOf(name)); };
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
