import { type DateOrder, parseDate } from "../../../shared/text/dates.ts";
import { parseNumber } from "../../../shared/text/numbers.ts";
import { readCsv } from "../documents/csv-text.ts";
import { FileProblem } from "../documents/problems.ts";
import { GuestFilesError } from "./guest-files.ts";

/** Cells of one answer to the guest: keeps each JSON text small whatever the table's size. */
const CELLS_PER_PART = 20_000;

/** The files a script sees. Whatever cannot be done is a {@link GuestFilesError}. */
export interface GuestFileAccess {
  list(): string[];
  readText(path: string): string;
  write(path: string, text: string): void;
}

interface OpenTable {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** Texts already sent, with their position in the guest's pool. */
  readonly sent: Map<string, number>;
}

/**
 * The host's side of the guest API. Takes and gives JSON texts only; whatever goes wrong comes back as
 * `{ e: [name, message] }`, never as an exception, so that no detail of the host reaches the guest.
 */
export class Bridge {
  readonly #files: GuestFileAccess;
  readonly #print: (text: string) => void;
  readonly #work: (units: number) => boolean;
  #open: { readonly path: string; readonly table: OpenTable } | null = null;

  /**
   * @param print takes what the guest prints
   * @param work takes work that built-ins did, in values visited; false when the guest may do no more
   */
  constructor(files: GuestFileAccess, print: (text: string) => void, work: (units: number) => boolean) {
    this.#files = files;
    this.#print = print;
    this.#work = work;
  }

  call(operation: string, json: string): string {
    try {
      const args: unknown = JSON.parse(json);
      if (!Array.isArray(args)) return refuse("TypeError", "Arguments must be a list");
      return JSON.stringify({ v: this.#answer(operation, args) ?? null });
    } catch (error) {
      if (error instanceof GuestFilesError) return refuse(error.name, error.message);
      if (error instanceof FileProblem) return refuse("RangeError", `This table has ${error.message}`);
      return refuse("TypeError", `This value cannot be used here (${operation.slice(0, 20)})`);
    }
  }

  #answer(operation: string, args: readonly unknown[]): unknown {
    switch (operation) {
      case "list":
        return this.#files.list();
      case "read":
        return this.#files.readText(textOf(args[0]));
      case "table":
        return this.#tablePart(textOf(args[0]), args[1]);
      case "write":
        this.#open = null;
        return this.#files.write(textOf(args[0]), textOf(args[1]));
      case "print":
        return this.#print(textOf(args[0]));
      case "work":
        if (!this.#work(typeof args[0] === "number" ? args[0] : Number.POSITIVE_INFINITY))
          throw new TypeError("stopped");
        return null;
      case "number":
        return parseNumber(textOf(args[0]), { decimal: decimalOf(args[1]) })?.value ?? null;
      case "date":
        return parseDate(textOf(args[0]), { order: orderOf(args[1]) })?.iso ?? null;
      default:
        throw new TypeError("no such operation");
    }
  }

  #tablePart(path: string, start: unknown): unknown {
    if (typeof start !== "number" || !Number.isSafeInteger(start) || start < 0) throw new TypeError("bad start");
    if (start === 0 || this.#open?.path !== path) {
      const { columns, rows } = readCsv(this.#files.readText(path));
      this.#open = { path, table: { columns, rows, sent: new Map() } };
    }
    const { columns, rows, sent } = this.#open.table;
    const end = Math.min(rows.length, start + Math.max(1, Math.floor(CELLS_PER_PART / Math.max(1, columns.length))));
    const texts: string[] = [];
    const part = rows.slice(start, end).map((row) =>
      row.map((text) => {
        const known = sent.get(text);
        if (known !== undefined) return known;
        const index = sent.size;
        sent.set(text, index);
        texts.push(text);
        return index;
      }),
    );
    return { columns, texts, rows: part, next: end < rows.length ? end : null };
  }
}

const refuse = (name: string, message: string): string => JSON.stringify({ e: [name, message] });

function textOf(value: unknown): string {
  if (typeof value !== "string") throw new TypeError("not a text");
  return value;
}

function decimalOf(value: unknown): "." | "," | null {
  return value === "." || value === "," ? value : null;
}

function orderOf(value: unknown): DateOrder | null {
  return value === "ymd" || value === "dmy" || value === "mdy" ? value : null;
}
