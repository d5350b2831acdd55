import Papa from "papaparse";
import type { TableProfile } from "../../../shared/api/files.ts";
import { parseDate } from "../../../shared/text/dates.ts";
import { parseNumber } from "../../../shared/text/numbers.ts";
import { countValues, profileColumn, proveDecimal, proveOrder, type TableEvidence } from "./column-profile.ts";
import { checkGrid } from "./grid.ts";
import { uniqueNames } from "./unique-names.ts";

/** A table as its source has it: any rows, the header not yet found. */
export interface SourceTable {
  readonly sheet: string;
  readonly rows: readonly (readonly string[])[];
  /** By column: currencies that cell formats name, with how often. */
  readonly currencies?: readonly ReadonlyMap<string, number>[];
}

export interface CleanTable {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly currencies: readonly ReadonlyMap<string, number>[];
}

const MAX_TITLE_ROWS = 15;
const HEAD_ROWS = 5;
const MAX_HEAD_CHARS = 200;
const SAMPLE_ROWS = 50;

/**
 * Finds the header, leaves out title rows above it, empty rows, and columns without a name and a value, and makes
 * every row as wide as the header. Values are only trimmed. Null when nothing is left.
 * @throws FileProblem for more columns or cells than can be laid out
 */
export function cleanTable(source: SourceTable): CleanTable | null {
  const trimmed = source.rows
    .map((row) => row.map((text) => text.replaceAll("\u0000", "").trim()))
    .filter((row) => row.some((text) => text !== ""));
  if (trimmed.length === 0) return null;
  const width = trimmed.reduce((most, row) => Math.max(most, row.length), 0);
  checkGrid(width, trimmed.length);
  const padded = trimmed.map((row) =>
    row.length < width ? [...row, ...new Array<string>(width - row.length).fill("")] : row,
  );
  const body = padded.slice(countTitleRows(padded));
  const kept = Array.from({ length: width }, (_, column) => column).filter((column) =>
    body.some((row) => row[column] !== ""),
  );
  const rows = body.map((row) => kept.map((column) => row[column] ?? ""));
  const [first = [], ...rest] = rows;
  const hasHeader = !looksLikeData(first, rest);
  return {
    columns: uniqueNames(hasHeader ? first : first.map(() => "")),
    rows: hasHeader ? rest : rows,
    currencies: kept.map((column) => source.currencies?.[column] ?? new Map()),
  };
}

/** RFC 4180, UTF-8, with a header row. */
export function toCsv(table: CleanTable): string {
  return `${Papa.unparse([[...table.columns], ...table.rows.map((row) => [...row])], { newline: "\r\n" })}\r\n`;
}

export function profileTable(sheet: string, path: string, table: CleanTable): TableProfile {
  const values = table.columns.map((_, index) => countValues(table.rows, index));
  const proven = values.map((column) => ({ decimal: proveDecimal(column), order: proveOrder(column) }));
  // A file is written in one manner: what one column proves settles the columns that prove nothing.
  const others: TableEvidence = {
    decimal: soleWinner(proven.map(({ decimal }) => decimal)),
    order: soleWinner(proven.map(({ order }) => order)),
  };
  return {
    sheet,
    path,
    rows: table.rows.length,
    columns: table.columns.map((name, index) =>
      profileColumn(
        name,
        values[index] ?? countValues([], index),
        proven[index] ?? others,
        others,
        table.currencies[index],
      ),
    ),
    head: table.rows.slice(0, HEAD_ROWS).map((row) => row.map((text) => shorten(text))),
  };
}

/** What most columns prove; null when as many prove something else, or none anything. */
function soleWinner<T extends string>(proofs: readonly (T | null)[]): T | null {
  const counts = new Map<T, number>();
  for (const proof of proofs) if (proof !== null) counts.set(proof, (counts.get(proof) ?? 0) + 1);
  const [first, second] = [...counts].sort((a, b) => b[1] - a[1]);
  return first === undefined || first[1] === second?.[1] ? null : first[0];
}

/**
 * How many rows above the header are titles: rows with few cells, then a row with most cells, all of them words.
 * 0 unless that is obvious.
 */
function countTitleRows(rows: readonly (readonly string[])[]): number {
  const counts = rows.map((row) => row.filter((text) => text !== "").length);
  const sorted = counts.slice(0, SAMPLE_ROWS).sort((a, b) => a - b);
  const usual = sorted[Math.floor(sorted.length / 2)] ?? 0;
  if (usual < 2) return 0;
  const header = counts.slice(0, MAX_TITLE_ROWS).findIndex((count) => count >= Math.max(2, usual * 0.7));
  if (header <= 0 || header === rows.length - 1) return 0;
  const titles = counts.slice(0, header).every((count) => count <= Math.max(1, usual * 0.5));
  const words = (rows[header] ?? []).every((text) => valueKind(text) === "text" || text === "");
  return titles && words ? header : 0;
}

type ValueKind = "date" | "amount" | "integer" | "text";

function valueKind(text: string): ValueKind {
  if (parseDate(text) !== null) return "date";
  const number = parseNumber(text);
  if (number === null) return "text";
  return /^-?\d+$/.test(number.value) && number.currency === null ? "integer" : "amount";
}

/**
 * True when the first row is data and the table has no header: a date, amount or number in it with the same kind
 * below. Years do not count, they head the columns of many a report.
 */
function looksLikeData(first: readonly string[], rest: readonly (readonly string[])[]): boolean {
  if (rest.length === 0) return first.some((text) => valueKind(text) === "date" || valueKind(text) === "amount");
  let proof = false;
  for (const [column, text] of first.entries()) {
    const kind = valueKind(text);
    if (text === "" || kind === "text" || /^(19|20)\d\d$/.test(text)) continue;
    const below = rest
      .slice(0, SAMPLE_ROWS)
      .map((row) => row[column] ?? "")
      .filter((value) => value !== "");
    const same = below.filter(
      (value) => isNumber(valueKind(value)) === isNumber(kind) && valueKind(value) !== "text",
    ).length;
    if (below.length === 0) continue;
    if (same < below.length * 0.6) return false;
    proof = true;
  }
  return proof;
}

const isNumber = (kind: ValueKind): boolean => kind === "amount" || kind === "integer";

const shorten = (text: string): string =>
  text.length <= MAX_HEAD_CHARS ? text : `${text.slice(0, MAX_HEAD_CHARS).toWellFormed()}…`;
