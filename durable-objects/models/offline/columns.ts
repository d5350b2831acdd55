import type { ColumnProfile, FileProfile, TableProfile } from "../../../shared/api/files.ts";
import { ROLES_AR } from "./lexicon-ar.ts";
import { ROLES_EN } from "./lexicon-en.ts";
import type { Role } from "./spec.ts";
import { distance, fold, formsOf, nameWords } from "./words.ts";

/** A column with what its header and its values say it is about. */
export interface KnownColumn {
  readonly profile: ColumnProfile;
  readonly name: string;
  readonly words: readonly string[];
  /** Roles by score, best first; a role whose kind does not fit the values is not among them. */
  readonly roles: readonly { readonly role: Role; readonly score: number }[];
}

/** Tables of one shape, read as one. */
export interface KnownTable {
  readonly paths: readonly string[];
  /** File and sheet names, for people. */
  readonly names: readonly string[];
  readonly rows: number;
  readonly columns: readonly KnownColumn[];
}

type Phrases = readonly (readonly string[])[];

/** Phrases of "a|b c" as folded words. */
export const compile = (list: string): Phrases =>
  list.split("|").map((phrase) =>
    fold(phrase)
      .split(" ")
      .filter((word) => word.length > 0),
  );

const ROLE_NAMES = Object.keys(ROLES_EN).filter((name): name is Role => name in ROLES_AR);

/** Every role with its English and Arabic phrases, most typical first in each language. */
export const ROLE_PHRASES: readonly { readonly role: Role; readonly phrases: Phrases }[] = ROLE_NAMES.map((role) => ({
  role,
  phrases: [...compile(ROLES_EN[role]), ...compile(ROLES_AR[role])],
}));

const NUMERIC: ReadonlySet<Role> = new Set(["amount", "balance", "paidAmount", "tax", "quantity", "price"]);
const DATED: ReadonlySet<Role> = new Set(["date", "due", "paidDate"]);
const isNumeric = (column: ColumnProfile): boolean => column.kind === "number" || column.kind === "money";

function fits(role: Role, column: ColumnProfile): boolean {
  if (column.kind === "empty") return true;
  if (NUMERIC.has(role)) return isNumeric(column) && !(role === "quantity" && column.kind === "money");
  if (DATED.has(role)) return column.kind === "date";
  if (role === "number" || role === "phone" || role === "description") return column.kind !== "date";
  if (role === "status") return column.kind === "text" || column.kind === "boolean";
  return column.kind === "text" || (role === "category" && column.kind === "number");
}

/** How well a phrase describes a header: whole header best, then longer phrases, then the more typical ones. */
function phraseScore(words: readonly string[], phrases: Phrases): number {
  let best = 0;
  const forms = words.map((word) => formsOf(word));
  phrases.forEach((phrase, position) => {
    for (let start = 0; start + phrase.length <= words.length; start++) {
      if (!phrase.every((wanted, offset) => forms[start + offset]?.includes(wanted))) continue;
      const spare = words.length - phrase.length;
      // A word known only by cutting its ending off may be another word: المدينة is no المدين.
      const cut = phrase.filter((wanted, offset) => !literal(words[start + offset] ?? "", wanted)).length;
      const score = phrase.length * 20 + (spare === 0 ? 15 : 0) - spare * 2 - (position % 40) * 0.2 - cut * 8;
      best = Math.max(best, score);
    }
  });
  return best;
}

const literal = (word: string, wanted: string): boolean =>
  word === wanted || word === `ال${wanted}` || `ال${word}` === wanted || !/[\u0600-\u06ff]/.test(word);

export function knowColumn(profile: ColumnProfile): KnownColumn {
  const words = nameWords(profile.name);
  const roles = ROLE_PHRASES.filter(({ role }) => fits(role, profile))
    .map(({ role, phrases }) => ({ role, score: phraseScore(words, phrases) }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score);
  return { profile, name: profile.name, words, roles };
}

const shapeOf = (table: TableProfile): string =>
  table.columns
    .map((column) => nameWords(column.name).join(" ") || column.name)
    .sort()
    .join("\u0001");

/** All tables of the files, those with the same columns taken together. */
export function knowTables(files: readonly FileProfile[]): KnownTable[] {
  const byShape = new Map<string, { tables: TableProfile[]; names: string[] }>();
  for (const file of files)
    for (const table of file.tables) {
      if (table.columns.length === 0) continue;
      const shape = shapeOf(table);
      const same = byShape.get(shape) ?? { tables: [], names: [] };
      same.tables.push(table);
      same.names.push(table.sheet === "" || file.tables.length === 1 ? file.name : `${file.name} (${table.sheet})`);
      byShape.set(shape, same);
    }
  return [...byShape.values()].map(({ tables, names }) => {
    const first = tables[0];
    return {
      paths: tables.map((table) => table.path),
      names,
      rows: tables.reduce((sum, table) => sum + table.rows, 0),
      columns: first ? mergeColumns(tables, first).map(knowColumn) : [],
    };
  });
}

/** Columns of same-shaped tables: what one of them shows, all may hold. */
function mergeColumns(tables: readonly TableProfile[], first: TableProfile): ColumnProfile[] {
  return first.columns.map((column) => {
    const all = tables.flatMap((table) => table.columns.filter((one) => one.name === column.name));
    const kinds = [...new Set(all.map((one) => one.kind).filter((kind) => kind !== "empty"))];
    const numeric = kinds.length > 0 && kinds.every((kind) => kind === "money" || kind === "number");
    return {
      ...column,
      kind: kinds.length === 0 ? "empty" : numeric && kinds.includes("money") ? "money" : (kinds[0] ?? column.kind),
      format: all.find((one) => one.format !== null)?.format ?? null,
      currencies: [...new Set(all.flatMap((one) => one.currencies))],
      empty: all.reduce((sum, one) => sum + one.empty, 0),
      distinct: Math.max(...all.map((one) => one.distinct), column.distinct),
      odd: [...new Set(all.flatMap((one) => one.odd))].slice(0, 5),
      samples: [...new Set(all.flatMap((one) => one.samples))],
    };
  });
}

const STAND_INS: Partial<Record<Role, readonly Role[]>> = {
  client: ["supplier", "person"],
  supplier: ["client", "person"],
  person: ["client", "supplier"],
  product: ["description"],
  amount: ["balance", "paidAmount", "price"],
  balance: ["amount"],
  paidAmount: [],
  date: ["due", "paidDate"],
};

/** The role a column has first of all. */
export const mainRole = (column: KnownColumn): Role | null => column.roles[0]?.role ?? null;

/** A column's main role as a word for file names; "" when it has none. */
export const roleNames =
  (table: KnownTable) =>
  (name: string): string => {
    const column = table.columns.find((one) => one.name === name);
    return (column ? mainRole(column) : null)?.toLowerCase() ?? "";
  };

/** Columns that can play a role, best first. A column whose header says another role better comes later. */
export function candidates(table: KnownTable, role: Role): KnownColumn[] {
  return table.columns
    .map((column) => ({ column, hit: column.roles.find((one) => one.role === role) }))
    .filter(({ hit }) => hit !== undefined)
    .sort((a, b) => rank(b.column, role) - rank(a.column, role))
    .map(({ column }) => column);
}

function rank(column: KnownColumn, role: Role): number {
  const score = column.roles.find((one) => one.role === role)?.score ?? 0;
  const best = column.roles[0]?.score ?? 0;
  return score - (best > score ? 30 + best - score : 0);
}

export interface Choice {
  readonly column: KnownColumn;
  /** `sure`: header or role; `guess`: a stand-in or only the values' kind speak for it. */
  readonly how: "sure" | "guess";
  /** Others that fit nearly as well. */
  readonly others: readonly KnownColumn[];
}

/** The column for a role: by header, then by a related role, then by what the values look like. */
export function columnFor(table: KnownTable, role: Role): Choice | null {
  const own = candidates(table, role).filter((column) => rank(column, role) > 0);
  const [first, ...rest] = own;
  if (first) {
    const near = rest.filter((column) => NUMERIC.has(role) && mainRole(column) === role);
    return { column: first, how: "sure", others: near };
  }
  for (const other of STAND_INS[role] ?? []) {
    const [stand] = candidates(table, other).filter((column) => mainRole(column) === other);
    if (stand) return { column: stand, how: "guess", others: [] };
  }
  const guess = byContent(table, role);
  return guess ? { column: guess, how: "guess", others: [] } : null;
}

/** Identifiers look like numbers but are not to be added up. */
function looksLikeId(column: KnownColumn, rows: number): boolean {
  if (mainRole(column) === "number" || mainRole(column) === "phone") return true;
  const whole = column.profile.samples.every((sample) => /^\d+$/.test(fold(sample).trim()));
  return column.profile.kind === "number" && whole && rows > 3 && column.profile.distinct >= rows;
}

function byContent(table: KnownTable, role: Role): KnownColumn | null {
  const numeric = table.columns.filter((column) => isNumeric(column.profile) && !looksLikeId(column, table.rows));
  if (role === "amount") {
    const money = numeric.filter((column) => column.profile.kind === "money");
    const free = (list: readonly KnownColumn[]) =>
      list.find((column) => mainRole(column) === null) ?? list.find((column) => mainRole(column) !== "quantity");
    return free(money) ?? free(numeric) ?? numeric[0] ?? null;
  }
  if (role === "date") return table.columns.find((column) => column.profile.kind === "date") ?? null;
  if (role === "client" || role === "supplier" || role === "person" || role === "product" || role === "category") {
    const text = table.columns.filter((column) => column.profile.kind === "text" && mainRole(column) === null);
    const grouped = text.filter((column) => column.profile.distinct > 1 && column.profile.distinct < table.rows);
    return grouped[0] ?? text[0] ?? null;
  }
  return null;
}

/** A column by words of a request that are no known role: same words, a part of them, or a slip of the finger. */
export function columnByWords(table: KnownTable, text: string): KnownColumn | null {
  const wanted = nameWords(text).map((word) => formsOf(word));
  if (wanted.length === 0) return null;
  let best: { column: KnownColumn; score: number } | null = null;
  for (const column of table.columns) {
    let score = 0;
    for (const forms of wanted) {
      const near = column.words.map((word) => closeness(forms, formsOf(word)));
      score += Math.max(0, ...near);
    }
    score = score / Math.max(wanted.length, column.words.length);
    if (score >= 0.45 && (best === null || score > best.score)) best = { column, score };
  }
  return best?.column ?? null;
}

function closeness(a: readonly string[], b: readonly string[]): number {
  if (a.some((form) => b.includes(form))) return 1;
  for (const one of a)
    for (const two of b) {
      if (one.length < 4 || two.length < 4) continue;
      if (one.startsWith(two) || two.startsWith(one)) return 0.8;
      if (one.length >= 5 && distance(one, two, 1) <= 1) return 0.8;
      if (one.length >= 8 && distance(one, two, 2) <= 2) return 0.7;
    }
  return 0;
}

/** Folded, without dots and spaces. */
export const CURRENCY_MARKS: Readonly<Record<string, readonly string[]>> = {
  KWD: ["kwd", "kd", "دك", "د.ك", "دينار", "ديناركويتي", "ك.د", "كد"],
  SAR: ["sar", "sr", "رس", "ريال", "ريالسعودي", "﷼"],
  AED: ["aed", "dh", "dhs", "دا", "درهم", "درهماماراتي"],
  QAR: ["qar", "qr", "رق", "ريالقطري"],
  BHD: ["bhd", "bd", "دب", "ديناربحريني"],
  OMR: ["omr", "رع", "ريالعماني"],
  USD: ["usd", "$", "us$", "دولار", "dollar"],
  EUR: ["eur", "€", "يورو", "euro"],
  GBP: ["gbp", "£", "جنيهاسترليني", "pound"],
  EGP: ["egp", "جم", "جنيه", "جنيهمصري", "le"],
  JOD: ["jod", "jd", "دا.", "ديناراردني"],
  INR: ["inr", "₹", "rs", "روبيه"],
  JPY: ["jpy", "¥"],
  TRY: ["try", "₺"],
};
