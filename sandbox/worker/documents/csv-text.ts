import Papa from "papaparse";
import { checkGrid } from "./grid.ts";
import { uniqueNames } from "./unique-names.ts";

export interface TextTable {
  readonly columns: readonly string[];
  /** As many values in each row as there are columns. */
  readonly rows: readonly (readonly string[])[];
}

/**
 * Reads RFC 4180 text with a header row, the form of every derived table: values exactly as written, short rows
 * filled up with empty values, longer rows giving further columns, blank lines left out.
 * @throws FileProblem for more columns or cells than can be laid out
 */
export function readCsv(text: string): TextTable {
  const parsed = Papa.parse<string[]>(text, { delimiter: ",", skipEmptyLines: false });
  const lines = parsed.data;
  while (lines.length > 0 && isBlank(lines.at(-1))) lines.pop();
  const width = lines.reduce((most, line) => Math.max(most, line.length), 0);
  checkGrid(width, lines.length);
  const [header = [], ...rest] = width > 1 ? lines.filter((line) => !isBlank(line)) : lines;
  const columns = uniqueNames(fill(header, width));
  return { columns, rows: rest.map((line) => fill(line, width)) };
}

const isBlank = (line: readonly string[] | undefined): boolean =>
  line !== undefined && line.length === 1 && line[0] === "";

const fill = (line: readonly string[], width: number): string[] =>
  line.length === width ? [...line] : [...line, ...new Array<string>(width - line.length).fill("")];
