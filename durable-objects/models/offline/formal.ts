import { emptyTask } from "./draft.ts";
import type { AskedFilter, AskedMeasure, Fn, Lang, NumberOp, Spec, Task, TaskKind, Unit } from "./spec.ts";

/**
 * The exact form of a step inside its instructions: one line that names columns in full, so that nothing is left to
 * guess when the step is carried out and reviewed. The keywords are in the person's language.
 */
export interface Formal {
  readonly task: Task;
  readonly sources: readonly string[];
  readonly file: string | null;
}

type Pair = readonly [string, string];
const MARK: Pair = ["Task:", "المهمة:"];
export const RULES: Pair = ["Rules:", "القواعد:"];

const KINDS: Record<Exclude<TaskKind, "extract">, Pair> = {
  aggregate: ["calculate", "حساب"],
  rows: ["list rows", "سرد الصفوف"],
  duplicates: ["find duplicates", "إيجاد المكرر"],
  overdue: ["find overdue", "إيجاد المتأخر"],
  summary: ["write summary", "كتابة ملخص"],
  message: ["write message", "كتابة رسالة"],
};
const FNS: Record<Fn, Pair> = {
  sum: ["sum", "مجموع"],
  avg: ["average", "متوسط"],
  count: ["count", "عدد"],
  distinct: ["different values", "عدد القيم المختلفة"],
  min: ["lowest", "أقل قيمة"],
  max: ["highest", "أعلى قيمة"],
  median: ["median", "وسيط"],
};
const UNITS: Record<Unit, Pair> = {
  day: ["day", "يوم"],
  week: ["week", "أسبوع"],
  month: ["month", "شهر"],
  quarter: ["quarter", "ربع"],
  year: ["year", "سنة"],
};
const W = {
  of: ["of", "لعمود"],
  rows: ["rows", "الصفوف"],
  by: ["by", "حسب"],
  where: ["where", "بشرط"],
  groups: ["groups where", "المجموعات بشرط"],
  order: ["order by", "ترتيب حسب"],
  asc: ["ascending", "تصاعدي"],
  desc: ["descending", "تنازلي"],
  first: ["first", "أول"],
  share: ["with share", "مع النسبة"],
  flag: ["with marks", "مع علامة"],
  same: ["same", "تطابق"],
  from: ["from", "من"],
  file: ["save as", "حفظ باسم"],
  paid: ["paid", "مدفوع"],
  unpaid: ["unpaid", "غير مدفوع"],
  overdue: ["overdue by more than", "متأخر أكثر من"],
  issued: ["issued more than", "صادر قبل أكثر من"],
  empty: ["is empty", "فارغ"],
  filled: ["is not empty", "غير فارغ"],
  is: ["is", "يساوي"],
  isNot: ["is not", "لا يساوي"],
  contains: ["contains", "يحتوي"],
  lacks: ["does not contain", "لا يحتوي"],
  month: ["month in", "شهر ضمن"],
  any: ["any column", "أي عمود"],
  email: ["for e-mail", "للبريد"],
  whatsapp: ["for WhatsApp", "للواتساب"],
  toSend: ["to send", "للإرسال"],
} as const satisfies Record<string, Pair>;

const j = (text: string): string => JSON.stringify(text);
const list = (texts: readonly string[]): string => texts.map(j).join(", ");

/** One line for a resolved table step, or for a text step. */
export function writeFormal(spec: Spec, basis: "due" | "date", file: string): string {
  const at = spec.lang === "ar" ? 1 : 0;
  const measure = (one: { fn: Fn; column: string | null; times: string | null }): string =>
    one.column === null
      ? `${FNS[one.fn][at]} ${W.rows[at]}`
      : `${FNS[one.fn][at]} ${W.of[at]} ${one.times === null ? "" : `${j(one.times)} × `}${j(one.column)}`;
  const parts: string[] = [KINDS[spec.kind][at]];
  if (spec.kind === "aggregate") parts.push(...spec.measures.map(measure));
  for (const group of spec.groups)
    parts.push(`${W.by[at]} ${group.unit === null ? "" : `${UNITS[group.unit][at]} ${W.of[at]} `}${j(group.column)}`);
  if (spec.kind === "overdue" && spec.days > 0)
    parts.push(`${basis === "date" ? W.issued[at] : W.overdue[at]} ${spec.days}`);
  else if (spec.kind === "overdue" && basis === "date") parts.push(`${W.issued[at]} 0`);
  for (const one of spec.where) {
    const w = W.where[at];
    if (one.kind === "number")
      parts.push(
        `${w} ${j(one.column)} ${one.op === "between" ? `${one.value}..${one.to ?? one.value}` : `${one.op} ${one.value}`}`,
      );
    if (one.kind === "text") {
      const verb = one.mode === "is" ? (one.not ? W.isNot : W.is) : one.not ? W.lacks : W.contains;
      parts.push(
        `${w} ${one.columns.length > 1 ? W.any[at] : j(one.columns[0] ?? "")} ${verb[at]} ${list(one.values)}`,
      );
    }
    if (one.kind === "date") parts.push(`${w} ${j(one.column)} ${one.from ?? "…"}..${one.to ?? "…"}`);
    if (one.kind === "months") parts.push(`${w} ${j(one.column)} ${W.month[at]} ${one.months.join(", ")}`);
    if (one.kind === "paid") parts.push(`${w} ${one.paid ? W.paid[at] : W.unpaid[at]}`);
    if (one.kind === "empty") parts.push(`${w} ${j(one.column)} ${one.not ? W.filled[at] : W.empty[at]}`);
    if (one.kind === "overdue") parts.push(`${w} ${W.overdue[at]} ${one.days}`);
  }
  for (const one of spec.having) {
    const over = spec.measures[one.measure];
    if (over)
      parts.push(
        `${W.groups[at]} ${measure(over)} ${one.op === "between" ? `${one.value}..${one.to ?? one.value}` : `${one.op} ${one.value}`}`,
      );
  }
  if (spec.keys.length > 0) parts.push(`${W.same[at]} ${list(spec.keys)}`);
  if (spec.order !== null) {
    const over = spec.order.measure === null ? undefined : spec.measures[spec.order.measure];
    parts.push(`${W.order[at]} ${over ? measure(over) : j(spec.order.column ?? "")} ${W[spec.order.dir][at]}`);
  }
  if (spec.limit !== null) parts.push(`${W.first[at]} ${spec.limit}`);
  if (spec.share) parts.push(W.share[at]);
  if (spec.flag) parts.push(W.flag[at]);
  parts.push(`${W.from[at]} ${list(spec.sources)}`, `${W.file[at]} ${j(file)}`);
  return `${MARK[at]} ${parts.join("; ")}`;
}

export function writeTextFormal(task: Task, lang: Lang, file: string): string {
  const at = lang === "ar" ? 1 : 0;
  const parts = [task.kind === "message" ? KINDS.message[at] : KINDS.summary[at]];
  if (task.flag || task.kind === "message") parts.push(W.toSend[at]);
  if (task.channel) parts.push(W[task.channel][at]);
  parts.push(`${W.file[at]} ${j(file)}`);
  return `${MARK[at]} ${parts.join("; ")}`;
}

/** Reads the exact line back out of instructions; null when there is none or it was rewritten by a person. */
export function readFormal(instructions: string): Formal | null {
  const line = instructions.split("\n").find((one) => MARK.some((mark) => one.startsWith(mark)));
  const mark = MARK.find((one) => line?.startsWith(one));
  if (line === undefined || mark === undefined) return null;
  const [head, ...parts] = split(line.slice(mark.length));
  const kind = Object.entries(KINDS).find(([, names]) => names.some((name) => name === head))?.[0];
  if (kind === undefined || !(kind in KINDS)) return null;
  // SAFETY: `kind` is a key of KINDS, found among its entries one line above.
  const found: Mutable<Task> = { ...emptyTask(kind as TaskKind) };
  const rest: { sources: string[]; file: string | null } = { sources: [], file: null };
  for (const part of parts) if (!readPart(part, found, rest)) return null;
  return { task: found, ...rest };
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** Cuts at semicolons outside quotes. */
function split(line: string): string[] {
  return (line.match(/(?:"(?:[^"\\]|\\.)*"|[^;"])+/g) ?? []).map((part) => part.trim()).filter((part) => part !== "");
}

function after(part: string, pair: Pair): string | null {
  for (const word of pair) if (part === word || part.startsWith(`${word} `)) return part.slice(word.length).trim();
  return null;
}
function strings(text: string): string[] {
  return (text.match(/"(?:[^"\\]|\\.)*"/g) ?? []).flatMap((quoted) => {
    try {
      const value: unknown = JSON.parse(quoted);
      return typeof value === "string" ? [value] : [];
    } catch {
      return [];
    }
  });
}
const ref = (column: string) => ({ column, role: null, text: column });

function readMeasure(text: string): AskedMeasure | null {
  // Longer names first: "عدد" begins "عدد القيم المختلفة".
  const named = Object.entries(FNS).sort((a, b) => b[1][1].length - a[1][1].length);
  for (const [fn, pair] of named) {
    const rest = after(text, pair);
    if (rest === null) continue;
    const names = strings(rest);
    const column = names.at(-1);
    const times = names.length === 2 && /"\s×\s"/.test(rest) ? names[0] : undefined;
    // SAFETY: `fn` is a key of FNS.
    const measure = { fn: fn as Fn, ref: column === undefined ? null : ref(column) };
    return times === undefined ? measure : { ...measure, times };
  }
  return null;
}

function readPart(part: string, task: Mutable<Task>, rest: { sources: string[]; file: string | null }): boolean {
  const groups = after(part, W.groups);
  if (groups !== null) {
    const measure = readMeasure(groups);
    const test = comparison(groups.replace(/.*"|^\D*?(?=[<>=!]|\d)/, ""));
    if (!measure || !test) return false;
    task.having = [...task.having, { measure, ...test }];
    return true;
  }
  const where = after(part, W.where);
  if (where !== null) {
    const filter = readWhere(where);
    if (filter === null) return false;
    task.filters = [...task.filters, filter];
    return true;
  }
  const by = after(part, W.by);
  if (by !== null) {
    const [column] = strings(by);
    if (column === undefined) return false;
    const unit = Object.entries(UNITS).find(([, pair]) => after(by, pair) !== null)?.[0];
    // SAFETY: `unit` is a key of UNITS.
    task.groups = [...task.groups, { ref: ref(column), unit: (unit as Unit | undefined) ?? null }];
    return true;
  }
  const order = after(part, W.order);
  if (order !== null) {
    const dir = W.desc.some((word) => order.endsWith(word)) ? "desc" : "asc";
    const measure = readMeasure(order);
    const [column] = strings(order);
    task.order = { ref: measure ? measure.ref : column === undefined ? null : ref(column), dir };
    return true;
  }
  for (const [pair, basis] of [
    [W.overdue, "due"],
    [W.issued, "date"],
  ] as const) {
    const days = after(part, pair);
    if (days === null) continue;
    task.days = Number(days);
    task.basis = basis;
    return true;
  }
  const first = after(part, W.first);
  if (first !== null) {
    task.limit = Number(first);
    return Number.isInteger(task.limit);
  }
  if (after(part, W.share) === "") task.share = true;
  else if (after(part, W.flag) === "" || after(part, W.toSend) === "") task.flag = true;
  else if (after(part, W.email) === "") task.channel = "email";
  else if (after(part, W.whatsapp) === "") task.channel = "whatsapp";
  else if (after(part, W.same) !== null) task.keys = strings(part).map(ref);
  else if (after(part, W.from) !== null) rest.sources.push(...strings(part));
  else if (after(part, W.file) !== null) rest.file = strings(part)[0] ?? null;
  else {
    const measure = readMeasure(part);
    if (!measure) return false;
    task.measures = [...task.measures, measure];
  }
  return true;
}

function comparison(text: string): { op: NumberOp; value: string; to: string | null } | null {
  const range = /^\s*(-?\d+(?:\.\d+)?)\.\.(-?\d+(?:\.\d+)?)$/.exec(text);
  if (range) return { op: "between", value: range[1] ?? "", to: range[2] ?? null };
  const single = /^\s*(>=|<=|!=|>|<|=)\s*(-?\d+(?:\.\d+)?)$/.exec(text);
  const op = (["<=", ">=", "!=", "<", ">", "="] as const).find((one) => one === single?.[1]);
  return single && op ? { op, value: single[2] ?? "", to: null } : null;
}

function readWhere(text: string): AskedFilter | null {
  if (W.paid.some((word) => word === text)) return { kind: "paid", paid: true };
  if (W.unpaid.some((word) => word === text)) return { kind: "paid", paid: false };
  const late = after(text, W.overdue);
  if (late !== null) return { kind: "overdue", days: Number(late), basis: "due" };
  const any = after(text, W.any);
  const head = /^"(?:[^"\\]|\\.)*"/.exec(text)?.[0];
  const column = any !== null ? null : (strings(head ?? "")[0] ?? null);
  if (any === null && column === null) return null;
  const on = column === null ? null : ref(column);
  const tail = any ?? text.slice(head?.length ?? 0).trim();
  const test = comparison(tail);
  if (test) return { kind: "number", ref: on, ...test };
  const days = /^(\d{4}-\d\d-\d\d|…)\.\.(\d{4}-\d\d-\d\d|…)$/.exec(tail);
  if (days)
    return {
      kind: "date",
      ref: on,
      from: days[1] === "…" ? null : (days[1] ?? null),
      to: days[2] === "…" ? null : (days[2] ?? null),
    };
  const months = after(tail, W.month);
  if (months !== null) return { kind: "months", ref: on, months: months.split(",").map(Number) };
  if (after(tail, W.empty) === "") return { kind: "empty", ref: on, not: false };
  if (after(tail, W.filled) === "") return { kind: "empty", ref: on, not: true };
  for (const [pair, mode, not] of [
    [W.isNot, "is", true],
    [W.lacks, "contains", true],
    [W.is, "is", false],
    [W.contains, "contains", false],
  ] as const) {
    const values = after(tail, pair);
    if (values !== null) return { kind: "text", ref: on, mode, not, values: strings(values) };
  }
  return null;
}
