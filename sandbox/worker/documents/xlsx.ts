import { checkGrid, MAX_COLUMNS } from "./grid.ts";
import { FileProblem } from "./problems.ts";
import type { SourceTable } from "./table.ts";
import { type CellFormat, exactNumber, formatSerial, PLAIN_FORMAT, readFormat } from "./xlsx-formats.ts";
import { parseXmlEntry } from "./xml.ts";
import type { ZipArchive } from "./zip.ts";

/** Cells with a value in one workbook; each costs some hundred bytes here. */
const MAX_CELLS = 2_000_000;

interface Workbook {
  readonly sheets: readonly { readonly name: string; readonly path: string }[];
  readonly date1904: boolean;
  readonly strings: readonly string[];
  readonly formats: readonly CellFormat[];
}

/**
 * Reads every sheet of a workbook that has a value. Values are text: numbers exactly as stored (see
 * {@link exactNumber}), dates as ISO by their cell's format, booleans TRUE and FALSE, errors as Excel writes them,
 * formulas by their saved result; a formula nobody saved a result for is shown as the formula itself.
 */
export function readWorkbook(zip: ZipArchive): SourceTable[] {
  const path = findPart(zip, "", "_rels/.rels", "officeDocument") ?? "xl/workbook.xml";
  const folder = path.slice(0, path.lastIndexOf("/") + 1);
  const relations = readRelations(zip, folder, `${folder}_rels/${path.slice(folder.length)}.rels`);
  const { sheets, date1904 } = readSheetList(zip, path, relations);
  const partOf = (type: string): string | undefined => relations.find((relation) => relation.type === type)?.target;
  const workbook: Workbook = {
    sheets,
    date1904,
    strings: readSharedStrings(zip, partOf("sharedStrings")),
    formats: readFormats(zip, partOf("styles")),
  };
  let cells = 0;
  return workbook.sheets
    .filter((sheet) => zip.has(sheet.path))
    .map((sheet) => {
      const reader = new SheetReader(workbook, MAX_CELLS - cells);
      parseXmlEntry(zip, sheet.path, reader);
      cells += reader.cells;
      return reader.table(sheet.name);
    });
}

interface Relation {
  readonly id: string;
  /** Last part of the type's address, e.g. "worksheet". */
  readonly type: string;
  readonly target: string;
}

function readRelations(zip: ZipArchive, folder: string, path: string): Relation[] {
  const relations: Relation[] = [];
  if (!zip.has(path)) return relations;
  parseXmlEntry(zip, path, {
    open(name, attributes) {
      if (name !== "Relationship") return;
      const { Id = "", Type = "", Target = "", TargetMode } = attributes();
      if (TargetMode === "External") return;
      relations.push({ id: Id, type: Type.slice(Type.lastIndexOf("/") + 1), target: resolve(folder, Target) });
    },
  });
  return relations;
}

function findPart(zip: ZipArchive, folder: string, path: string, type: string): string | undefined {
  return readRelations(zip, folder, path).find((relation) => relation.type === type)?.target;
}

function resolve(folder: string, target: string): string {
  const parts: string[] = [];
  for (const part of (target.startsWith("/") ? target : folder + target).split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "." && part !== "") parts.push(part);
  }
  return parts.join("/");
}

function readSheetList(
  zip: ZipArchive,
  path: string,
  relations: readonly Relation[],
): Pick<Workbook, "sheets" | "date1904"> {
  if (!zip.has(path)) throw new FileProblem("file_broken", "no workbook inside");
  const sheets: { name: string; path: string }[] = [];
  let date1904 = false;
  parseXmlEntry(zip, path, {
    open(name, attributes) {
      if (name === "workbookPr") date1904 = /^(1|true)$/.test(attributes().date1904 ?? "");
      if (name !== "sheet") return;
      const all = attributes();
      const id = Object.entries(all).find(([key]) => key.endsWith(":id"))?.[1];
      const target = relations.find((relation) => relation.id === id && relation.type === "worksheet")?.target;
      if (target !== undefined) sheets.push({ name: all.name ?? "", path: target });
    },
  });
  return { sheets, date1904 };
}

function readSharedStrings(zip: ZipArchive, path: string | undefined): string[] {
  const strings: string[] = [];
  if (path === undefined || !zip.has(path)) return strings;
  let current = "";
  let inText = false;
  let phonetic = false;
  parseXmlEntry(zip, path, {
    open(name) {
      if (name === "si") current = "";
      else if (name === "rPh") phonetic = true;
      else if (name === "t") inText = !phonetic;
    },
    close(name) {
      if (name === "si") strings.push(unescapeString(current));
      else if (name === "rPh") phonetic = false;
      else if (name === "t") inText = false;
    },
    text(text) {
      if (inText) current += text;
    },
  });
  return strings;
}

/** Excel writes characters XML cannot hold as _xHHHH_. */
const unescapeString = (text: string): string =>
  text.includes("_x")
    ? text.replace(/_x([0-9A-Fa-f]{4})_/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)))
    : text;

function readFormats(zip: ZipArchive, path: string | undefined): CellFormat[] {
  const formats: CellFormat[] = [];
  if (path === undefined || !zip.has(path)) return formats;
  const codes = new Map<number, string>();
  let inCells = false;
  parseXmlEntry(zip, path, {
    open(name, attributes) {
      if (name === "numFmt") codes.set(Number(attributes().numFmtId), attributes().formatCode ?? "");
      else if (name === "cellXfs") inCells = true;
      else if (name === "xf" && inCells) {
        const id = Number(attributes().numFmtId ?? 0);
        formats.push(readFormat(id, codes.get(id)));
      }
    },
    close(name) {
      if (name === "cellXfs") inCells = false;
    },
  });
  return formats;
}

/** Collects a sheet's cells; empty rows and cells cost nothing, so a single far-away cell cannot blow it up. */
class SheetReader {
  cells = 0;
  readonly #rows: (readonly (readonly [column: number, text: string])[])[] = [];
  readonly #currencies = new Map<number, Map<string, number>>();
  readonly #workbook: Workbook;
  readonly #maxCells: number;
  #row: [number, string][] = [];
  #column = -1;
  #type = "n";
  #style = 0;
  #value = "";
  #formula: string | null = null;
  #reading: "value" | "formula" | null = null;

  constructor(workbook: Workbook, maxCells: number) {
    this.#workbook = workbook;
    this.#maxCells = maxCells;
  }

  open(name: string, attributes: () => Readonly<Record<string, string>>): void {
    if (name === "row") {
      this.#row = [];
      this.#column = -1;
    } else if (name === "c") {
      const { r, t = "n", s = "0" } = attributes();
      this.#column = columnOf(r) ?? this.#column + 1;
      this.#type = t;
      this.#style = Number(s);
      this.#value = "";
      this.#formula = null;
    } else if (name === "v" || (name === "t" && this.#type === "inlineStr")) {
      this.#reading = "value";
    } else if (name === "f") {
      this.#reading = "formula";
      this.#formula = "";
    }
  }

  close(name: string): void {
    if (name === "v" || name === "t" || name === "f") this.#reading = null;
    else if (name === "c") this.#endCell();
    else if (name === "row" && this.#row.length > 0) this.#rows.push(this.#row);
  }

  text(text: string): void {
    if (this.#reading === "value") this.#value += text;
    else if (this.#reading === "formula") this.#formula += text;
  }

  /** Rows of equal width; columns without any value are left out. */
  table(sheet: string): SourceTable {
    const used = [...new Set(this.#rows.flatMap((row) => row.map(([column]) => column)))].sort((a, b) => a - b);
    checkGrid(used.length, this.#rows.length);
    const place = new Map(used.map((column, index) => [column, index]));
    const rows = this.#rows.map((cells) => {
      const row = new Array<string>(used.length).fill("");
      for (const [column, text] of cells) row[place.get(column) ?? 0] = text;
      return row;
    });
    return { sheet, rows, currencies: used.map((column) => this.#currencies.get(column) ?? new Map()) };
  }

  #endCell(): void {
    const text = this.#cellText();
    if (text.trim() === "") return;
    if (this.#column >= MAX_COLUMNS) throw new FileProblem("file_broken", "a cell outside of the sheet");
    this.cells += 1;
    if (this.cells > this.#maxCells) throw new FileProblem("file_too_large", `more than ${MAX_CELLS} cells`);
    this.#row.push([this.#column, text]);
  }

  #cellText(): string {
    const value = this.#value;
    switch (this.#type) {
      case "s":
        return this.#workbook.strings[Number(value)] ?? "";
      case "b":
        return value === "" ? "" : value === "1" || value === "true" ? "TRUE" : "FALSE";
      case "e":
        return value;
      case "d":
        return value.replace(/T00:00:00(\.0+)?Z?$/, "");
      case "str":
      case "inlineStr":
        return unescapeString(value);
      default:
        return value === "" ? this.#unsaved() : this.#number(value);
    }
  }

  /** Without a saved result the number is not known; showing nothing would hide that. */
  #unsaved(): string {
    return this.#formula === null ? "" : `=${this.#formula}`;
  }

  #number(stored: string): string {
    const format = this.#workbook.formats[this.#style] ?? PLAIN_FORMAT;
    if (format.kind !== "number") {
      return formatSerial(Number(stored), format.kind, this.#workbook.date1904) ?? exactNumber(stored);
    }
    for (const currency of format.currencies) {
      const counts = this.#currencies.get(this.#column) ?? new Map<string, number>();
      counts.set(currency, (counts.get(currency) ?? 0) + 1);
      this.#currencies.set(this.#column, counts);
    }
    return exactNumber(stored);
  }
}

/** "AB12" → 27; undefined when there is no reference. */
function columnOf(reference: string | undefined): number | undefined {
  const letters = /^([A-Za-z]{1,4})\d*$/.exec(reference ?? "")?.[1];
  if (letters === undefined) return undefined;
  let column = 0;
  for (const letter of letters.toUpperCase()) column = column * 26 + (letter.charCodeAt(0) - 64);
  return column - 1;
}
