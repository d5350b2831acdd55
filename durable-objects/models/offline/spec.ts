/** The language in which the person reads the result. */
export type Lang = "en" | "ar";

/** What a column is about, whatever its header says. */
export type Role =
  | "client"
  | "supplier"
  | "amount"
  | "balance"
  | "paidAmount"
  | "tax"
  | "quantity"
  | "price"
  | "date"
  | "due"
  | "paidDate"
  | "status"
  | "number"
  | "product"
  | "category"
  | "person"
  | "place"
  | "currency"
  | "description"
  | "phone"
  | "email"
  | "method";

export type Fn = "sum" | "avg" | "count" | "distinct" | "min" | "max" | "median";
export type Unit = "day" | "week" | "month" | "quarter" | "year";

/** A mention of a column in a request: by its header (exact) or by what it is about. */
export interface Ref {
  readonly column: string | null;
  readonly role: Role | null;
  /** The words used. */
  readonly text: string;
}

export interface AskedMeasure {
  readonly fn: Fn;
  readonly ref: Ref | null;
  /** Header of a column to multiply with first (quantity × price). */
  readonly times?: string;
}
export interface AskedGroup {
  readonly ref: Ref | null;
  readonly unit: Unit | null;
}
export type NumberOp = ">" | ">=" | "<" | "<=" | "=" | "!=" | "between";

export type AskedFilter =
  | {
      readonly kind: "number";
      readonly ref: Ref | null;
      readonly op: NumberOp;
      readonly value: string;
      readonly to: string | null;
    }
  | {
      readonly kind: "text";
      readonly ref: Ref | null;
      readonly mode: "is" | "contains";
      readonly not: boolean;
      readonly values: readonly string[];
    }
  | { readonly kind: "date"; readonly ref: Ref | null; readonly from: string | null; readonly to: string | null }
  | { readonly kind: "months"; readonly ref: Ref | null; readonly months: readonly number[] }
  | { readonly kind: "paid"; readonly paid: boolean }
  | { readonly kind: "empty"; readonly ref: Ref | null; readonly not: boolean }
  | { readonly kind: "overdue"; readonly days: number; readonly basis: "due" | "date" };

export type TaskKind = "aggregate" | "rows" | "duplicates" | "overdue" | "summary" | "message" | "extract";
export type ExtractKind = "steps" | "people" | "dates" | "amounts";

/** One thing the person asked for, before it meets the columns of a file. */
export interface Task {
  readonly kind: TaskKind;
  readonly measures: readonly AskedMeasure[];
  readonly groups: readonly AskedGroup[];
  readonly filters: readonly AskedFilter[];
  /** Columns to sort by, or the first measure when `ref` is null. */
  readonly order: { readonly ref: Ref | null; readonly dir: "asc" | "desc" } | null;
  readonly limit: number | null;
  readonly share: boolean;
  /** Mark rows in the full table, rather than only listing them. */
  readonly flag: boolean;
  /** Duplicates: the columns that must agree. */
  readonly keys: readonly Ref[];
  readonly extract: readonly ExtractKind[];
  readonly channel: "email" | "whatsapp" | null;
  /** Groups to keep, by the value of a measure ("clients with more than 3 invoices"). */
  readonly having: readonly Having[];
  /** Overdue: at least this many days past; counted from the due date or from the invoice's own date. */
  readonly days: number;
  readonly basis: "due" | "date";
}

export interface Having {
  readonly measure: AskedMeasure;
  readonly op: NumberOp;
  readonly value: string;
  readonly to: string | null;
}

/** A request as understood; `unknown` holds words that carry weight and were not understood. */
export interface Understanding {
  readonly tasks: readonly Task[];
  /** Files or sheets named in the request. */
  readonly tables: readonly string[];
  readonly impossible: readonly string[];
  readonly unknown: readonly string[];
}

export interface Measure {
  readonly fn: Fn;
  /** null counts rows. */
  readonly column: string | null;
  /** Multiply with this column first (quantity × price). */
  readonly times: string | null;
}
export interface Group {
  readonly column: string;
  readonly unit: Unit | null;
}

export type Where =
  | {
      readonly kind: "number";
      readonly column: string;
      readonly op: NumberOp;
      readonly value: string;
      readonly to: string | null;
    }
  | {
      readonly kind: "text";
      /** Columns tried in order: the first in which a value occurs is used. */
      readonly columns: readonly string[];
      readonly mode: "is" | "contains";
      readonly not: boolean;
      readonly values: readonly string[];
    }
  | { readonly kind: "date"; readonly column: string; readonly from: string | null; readonly to: string | null }
  | { readonly kind: "months"; readonly column: string; readonly months: readonly number[] }
  | { readonly kind: "paid"; readonly paid: boolean }
  | { readonly kind: "empty"; readonly column: string; readonly not: boolean }
  | { readonly kind: "overdue"; readonly days: number };

/** How it is known that a row is settled, and when it was due. */
export interface Settlement {
  readonly due: string | null;
  /** Days added to `due` when only an invoice date exists. */
  readonly graceDays: number;
  readonly status: string | null;
  readonly balance: string | null;
  readonly paidAmount: string | null;
  readonly paidDate: string | null;
}

export interface CurrencyRule {
  /** A column of codes, or marks inside the amounts' own cells. */
  readonly column: string | null;
  readonly marks: boolean;
  /** The one currency of all amounts; "" when none is named. */
  readonly only: string;
}

export interface ColumnUse {
  readonly name: string;
  readonly kind: "text" | "number" | "date";
  /** Decimal mark or date order. */
  readonly format: string | null;
}

/** A task tied to real columns: everything that code needs. */
export interface Spec {
  readonly kind: "aggregate" | "rows" | "duplicates" | "overdue";
  /** Paths of same-shaped tables, read one after the other. */
  readonly sources: readonly string[];
  readonly columns: readonly ColumnUse[];
  readonly measures: readonly Measure[];
  readonly groups: readonly Group[];
  readonly where: readonly Where[];
  /** `measure` is an index into `measures`. */
  readonly having: readonly {
    readonly measure: number;
    readonly op: NumberOp;
    readonly value: string;
    readonly to: string | null;
  }[];
  /** By a column of rows, or by a measure of groups. */
  readonly order: {
    readonly column: string | null;
    readonly measure: number | null;
    readonly dir: "asc" | "desc";
  } | null;
  readonly limit: number | null;
  readonly share: boolean;
  readonly flag: boolean;
  readonly keys: readonly string[];
  readonly settlement: Settlement;
  readonly days: number;
  readonly currency: CurrencyRule;
  /** The money column that rows are summed by in lists; null when there is none. */
  readonly amount: string | null;
  readonly today: string;
  readonly lang: Lang;
}
