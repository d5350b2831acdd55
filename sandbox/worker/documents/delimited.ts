import Papa from "papaparse";

export type Delimiter = "," | ";" | "\t" | "|";

export interface DelimitedRows {
  readonly delimiter: Delimiter;
  readonly rows: string[][];
}

/** Where two fit equally, the one that is rarer inside values wins. */
const CANDIDATES: readonly Delimiter[] = ["\t", ";", "|", ","];
const SNIFF_ROWS = 200;

interface Fit {
  readonly delimiter: Delimiter;
  /** Fields that most rows have. */
  readonly width: number;
  /** Share of rows with that many fields. */
  readonly share: number;
  readonly rows: number;
}

/** Rows of delimited text, with the delimiter found by how evenly each candidate divides the first rows. */
export function readDelimited(text: string): DelimitedRows {
  const named = /^sep=([,;\t|])\n/i.exec(text);
  const body = named === null ? text : text.slice(named[0].length);
  const delimiter = toDelimiter(named?.[1]) ?? bestFit(body)?.delimiter ?? ",";
  return { delimiter, rows: parse(body, delimiter) };
}

/**
 * True when text that is not named as a table is one all the same: three rows or more, all with as many fields. A
 * comma must make three fields at least, for prose has commas too.
 */
export function isClearlyTable(text: string): boolean {
  const fit = bestFit(text);
  if (fit === null || fit.rows < 3 || fit.share < 1) return false;
  return fit.width >= (fit.delimiter === "," ? 3 : 2);
}

function bestFit(text: string): Fit | null {
  let best: Fit | null = null;
  for (const delimiter of CANDIDATES) {
    const fit = measure(text, delimiter);
    if (fit === null) continue;
    if (best === null || fit.share > best.share + 0.1 || (fit.share > best.share - 0.1 && fit.width > best.width))
      best = fit;
  }
  return best;
}

function measure(text: string, delimiter: Delimiter): Fit | null {
  const rows = Papa.parse<string[]>(text, { delimiter, preview: SNIFF_ROWS }).data.filter(
    (row) => row.join("").trim() !== "",
  );
  const widths = new Map<number, number>();
  for (const row of rows) widths.set(row.length, (widths.get(row.length) ?? 0) + 1);
  const [width = 1, count = 0] = [...widths].sort((a, b) => b[1] - a[1] || b[0] - a[0])[0] ?? [];
  return width < 2 ? null : { delimiter, width, share: count / rows.length, rows: rows.length };
}

function parse(text: string, delimiter: Delimiter): string[][] {
  const parsed = Papa.parse<string[]>(text, { delimiter, newline: "\n" });
  // A quote that never closes would swallow the rest of the file: then quotes are plain characters here.
  const open = parsed.errors.some((error) => error.code === "MissingQuotes");
  return open ? Papa.parse<string[]>(text, { delimiter, newline: "\n", quoteChar: "\u0000" }).data : parsed.data;
}

const toDelimiter = (text: string | undefined): Delimiter | undefined =>
  CANDIDATES.find((candidate) => candidate === text);
