import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { unzipSync } from "fflate";
import { expect } from "vitest";
import { random } from "./invoices.ts";
import { tablesOf } from "./tables.ts";

/* A program that was downloaded, and two tables whose differences are known because they were made. */

/** Amounts in fils, by reference; a reference stands as often as its list is long. */
type Book = ReadonlyMap<string, readonly number[]>;

export interface Columns {
  readonly bank: readonly [reference: string, date: string, amount: string];
  readonly books: readonly [reference: string, date: string, amount: string];
}
export const COLUMNS = {
  en: { bank: ["Reference", "Date", "Amount"], books: ["Ref", "Day", "Paid"] },
  ar: { bank: ["المرجع", "التاريخ", "المبلغ"], books: ["رقم المرجع", "اليوم", "المدفوع"] },
} as const satisfies Record<string, Columns>;

export interface TwoTables {
  readonly columns: Columns;
  readonly bankCsv: string;
  readonly booksCsv: string;
  readonly bank: Book;
  readonly books: Book;
}

const fils = (amount: number): string =>
  `${amount < 0 ? "-" : ""}${Math.floor(Math.abs(amount) / 1000)}.${String(Math.abs(amount) % 1000).padStart(3, "0")}`;
const grouped = (text: string): string => text.replace(/\B(?=(\d{3})+\.)/g, ",");

/** A bank's list and the books beside it: written in two ways, and in some rows not the same. */
export function makeTables(seed: number, columns: Columns, rows = 60): TwoTables {
  const next = random(seed);
  const bank = new Map<string, number[]>();
  const books = new Map<string, number[]>();
  for (let row = 1; row <= rows; row++) {
    const reference = `INV-${String(row).padStart(4, "0")}`;
    const amount = 1 + next(2_500_000);
    const sign = row % 9 === 0 ? -1 : 1;
    bank.set(reference, row % 20 === 0 ? [sign * amount, sign * amount] : [sign * amount]);
    if (row % 11 === 0) continue;
    // A difference of one fils counts as well as a large one.
    books.set(reference, [sign * (row % 7 === 0 ? amount + (row % 2 === 0 ? 1 : 1250) : amount)]);
  }
  for (let row = rows + 1; row <= rows + 4; row++) books.set(`INV-${String(row).padStart(4, "0")}`, [row * 1000]);

  const day = (reference: string): number => 1 + (Number(reference.slice(4)) % 28);
  const two = (figure: number): string => String(figure).padStart(2, "0");
  const lines = (
    book: Book,
    head: readonly string[],
    mark: string,
    line: (reference: string, amount: number) => string[],
  ) =>
    [head, ...[...book].flatMap(([reference, amounts]) => amounts.map((amount) => line(reference, amount)))]
      .map((cells) => cells.map((cell) => (cell.includes(mark) ? `"${cell}"` : cell)).join(mark))
      .join("\r\n");
  return {
    columns,
    bank,
    books,
    bankCsv: `\ufeff${lines(bank, columns.bank, ",", (reference, amount) => [reference, `2026-10-${two(day(reference))}`, amount < 0 ? `(${grouped(fils(-amount))})` : grouped(fils(amount))])}\r\n`,
    booksCsv: `${lines(books, columns.books, ";", (reference, amount) => [reference.toLowerCase(), `${two(day(reference))}/10/2026`, fils(amount)])}\n`,
  };
}

export interface Differences {
  /** Rows. */
  readonly matched: number;
  /** Reference and bank's amount minus the books', sorted. */
  readonly different: readonly string[];
  readonly onlyBank: readonly string[];
  readonly onlyBooks: readonly string[];
  readonly duplicates: number;
  readonly totals: readonly [bank: string, books: string, difference: string];
}

/** What the two tables' makers know of them; nothing of it was read from a file. */
export function differencesOf({ bank, books }: TwoTables): Differences {
  let matched = 0;
  const different: string[] = [];
  const onlyBank: string[] = [];
  const onlyBooks: string[] = [];
  for (const reference of new Set([...bank.keys(), ...books.keys()])) {
    const mine = [...(bank.get(reference) ?? [])];
    const theirs = [...(books.get(reference) ?? [])];
    for (const amount of [...mine]) {
      const at = theirs.indexOf(amount);
      if (at === -1) continue;
      theirs.splice(at, 1);
      mine.splice(mine.indexOf(amount), 1);
      matched += 1;
    }
    while (mine.length > 0 && theirs.length > 0)
      different.push(`${reference} ${fils((mine.shift() ?? 0) - (theirs.shift() ?? 0))}`);
    onlyBank.push(...mine.map(() => reference));
    onlyBooks.push(...theirs.map(() => reference));
  }
  const sum = (book: Book): number => [...book.values()].flat().reduce((total, amount) => total + amount, 0);
  const doubled = (book: Book): string[] =>
    [...book].flatMap(([reference, amounts]) => (amounts.length > 1 ? [reference] : []));
  return {
    matched,
    different: different.sort(),
    onlyBank: onlyBank.sort(),
    onlyBooks: onlyBooks.sort(),
    duplicates: new Set([...doubled(bank), ...doubled(books)]).size,
    totals: [fils(sum(bank)), fils(sum(books)), fils(sum(bank) - sum(books))],
  };
}

/** Files in a folder of their own on this machine, where Node runs them as anybody's would. */
export class Unpacked {
  readonly folder = mkdtempSync(join(tmpdir(), "nexus-program-"));

  constructor(zip: Uint8Array) {
    for (const [name, bytes] of Object.entries(unzipSync(zip))) this.write(name, bytes);
  }

  write(name: string, content: string | Uint8Array): void {
    mkdirSync(dirname(join(this.folder, name)), { recursive: true });
    writeFileSync(join(this.folder, name), content);
  }

  /** The texts in a folder of it, by name. */
  texts(folder: string): Map<string, string> {
    const names = readdirSync(join(this.folder, folder), { withFileTypes: true })
      .flatMap((one) => (one.isFile() ? [one.name] : []))
      .sort();
    return new Map(names.map((name) => [name, readFileSync(join(this.folder, folder, name), "utf8")]));
  }

  node(...args: string[]): { readonly status: number | null; readonly printed: string } {
    // Variables of the test runner that runs this would make another of `node --test`.
    const { NODE_TEST_CONTEXT: _, NODE_OPTIONS: __, ...env } = process.env;
    const ran = spawnSync(process.execPath, args, { cwd: this.folder, encoding: "utf8", env, timeout: 60_000 });
    return { status: ran.status, printed: `${ran.stdout}${ran.stderr}` };
  }

  /** Its own tests all pass here. Gives how many. */
  test(): number {
    const { status, printed } = this.node("--test", "--test-reporter=tap");
    expect({ status, failed: /^# fail (\d+)$/m.exec(printed)?.[1], printed }).toMatchObject({ status: 0, failed: "0" });
    return Number(/^# pass (\d+)$/m.exec(printed)?.[1]);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }
}

/** Runs the program on the two tables by hand: what it prints and writes are exactly the differences. Gives its files. */
export function expectReconciles(
  program: Unpacked,
  tables: TwoTables,
  options: readonly string[],
): ReadonlyMap<string, string> {
  program.write("bank.csv", tables.bankCsv);
  program.write("books.csv", tables.booksCsv);
  const { status, printed } = program.node(
    "reconcile.mjs",
    "bank.csv",
    "books.csv",
    ...options,
    "--out",
    "out",
    "--json",
  );
  expect({ status, printed }).toMatchObject({ status: 0 });
  const wanted = differencesOf(tables);
  const [bank, books, difference] = wanted.totals;
  expect(JSON.parse(printed)).toEqual({
    left: [...tables.bank.values()].flat().length,
    right: [...tables.books.values()].flat().length,
    matched: wanted.matched,
    different: wanted.different.length,
    onlyLeft: wanted.onlyBank.length,
    onlyRight: wanted.onlyBooks.length,
    duplicates: wanted.duplicates,
    unreadable: 0,
    totals: [{ column: tables.columns.bank[2], left: bank, right: books, difference }],
  });
  const written = program.texts("out");
  const rows = (name: string) => tablesOf(written).find((one) => one.name === name)?.rows ?? [];
  const first = (name: string) => rows(name).map(([reference = ""]) => reference.toUpperCase());
  expect(first("only-in-first.csv").sort()).toEqual(wanted.onlyBank);
  expect(first("only-in-second.csv").sort()).toEqual(wanted.onlyBooks);
  const apart = rows("different.csv").map(([reference, , , amount]) => `${reference} ${amount}`);
  expect(apart.sort()).toEqual(wanted.different);
  return written;
}
