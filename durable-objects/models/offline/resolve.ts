import { chooseTable } from "./choose-table.ts";
import type { Choice, KnownColumn, KnownTable } from "./columns.ts";
import { candidates, columnByWords, columnFor, mainRole } from "./columns.ts";
import { pick as either } from "./labels.ts";
import { NO_SETTLEMENT } from "./payment.ts";
import { currencyOf, settlementOf } from "./resolve-rules.ts";
import type {
  AskedFilter,
  AskedMeasure,
  ColumnUse,
  Group,
  Lang,
  Measure,
  Ref,
  Role,
  Settlement,
  Spec,
  Task,
  Where,
} from "./spec.ts";
import { fold } from "./words.ts";

/** A task tied to a table, with what was assumed on the way and what cannot be done. */
export interface Resolved {
  readonly spec: Spec;
  readonly table: KnownTable;
  readonly assumptions: readonly string[];
  readonly limits: readonly string[];
}

const q = (name: string): string => JSON.stringify(name);

/** Ties a task to the table; null when there is no table to work on. */
export function resolve(
  task: Task,
  tables: readonly KnownTable[],
  named: readonly string[],
  today: string,
  lang: Lang,
): Resolved | null {
  const table = chooseTable(task, tables, named);
  return table === null ? null : new Resolver(task, table, named, today, lang).resolve();
}

class Resolver {
  readonly #task: Task;
  readonly #table: KnownTable;
  readonly #named: readonly string[];
  readonly #today: string;
  readonly #lang: Lang;
  readonly #assumptions = new Set<string>();
  readonly #limits = new Set<string>();

  constructor(task: Task, table: KnownTable, named: readonly string[], today: string, lang: Lang) {
    this.#task = task;
    this.#table = table;
    this.#named = named;
    this.#today = today;
    this.#lang = lang;
  }

  resolve(): Resolved {
    const task = this.#task;
    const settlement = settlementOf(this.#task, this.#table, this.#lang, this.#assumptions);
    const groups = task.groups
      .flatMap((group) => this.#group(group.ref, group.unit))
      .filter(
        (one, at, all) => all.findIndex((other) => other.column === one.column && other.unit === one.unit) === at,
      );
    const owed = task.filters.some((one) => (one.kind === "paid" && !one.paid) || one.kind === "overdue");
    const measures = task.kind === "aggregate" ? this.#measures(owed) : [];
    const where = task.filters.flatMap((filter) => this.#where(filter, settlement));
    const amount = this.#amountColumn(owed || task.kind === "overdue");
    const having = task.having.map((one) => ({
      measure: this.#measureIndex(measures, one.measure, owed),
      op: one.op,
      value: one.value,
      to: one.to,
    }));
    const order = this.#order(measures, amount, owed);
    if (task.kind === "aggregate" && groups.length > 0 && !measures.some((one) => one.fn === "count"))
      measures.push({ fn: "count", column: null, times: null });
    if (task.kind === "overdue" && settlement.due === null && settlement.status === null)
      this.#limits.add(
        either(
          this.#lang,
          "The file has no due date, no invoice date and no payment status, so overdue items cannot be told.",
          "الملف لا يحتوي على تاريخ استحقاق ولا تاريخ فاتورة ولا حالة دفع، لذلك لا يمكن تحديد المتأخرات.",
        ),
      );
    const keys = task.kind === "duplicates" ? this.#keys() : [];
    const summed = measures
      .filter((one) => one.fn !== "count" && one.fn !== "distinct")
      .flatMap((one) => (one.column ? [one.column] : []));
    const currency = currencyOf(
      this.#table,
      this.#lang,
      this.#assumptions,
      task.kind === "aggregate" ? summed : amount ? [amount] : [],
    );
    const sources = this.#table.paths.filter(
      (path) =>
        this.#named.length === 0 ||
        !this.#named.some((one) => this.#table.paths.includes(one)) ||
        this.#named.includes(path),
    );
    if (sources.length > 1)
      this.#assumptions.add(
        either(
          this.#lang,
          `${sources.length} tables of the same shape are taken together.`,
          `تم جمع ${sources.length} جداول متشابهة الأعمدة معًا.`,
        ),
      );
    const spec: Spec = {
      kind: task.kind === "duplicates" || task.kind === "overdue" || task.kind === "rows" ? task.kind : "aggregate",
      sources,
      columns: [],
      measures,
      groups,
      where,
      having,
      order,
      limit: task.limit,
      share: task.share && task.kind === "aggregate",
      flag: task.flag,
      keys,
      settlement:
        task.kind === "overdue" || where.some((one) => one.kind === "paid" || one.kind === "overdue")
          ? settlement
          : NO_SETTLEMENT,
      days: task.days,
      currency,
      amount: task.kind === "aggregate" ? null : amount,
      today: this.#today,
      lang: this.#lang,
    };
    return {
      spec: { ...spec, columns: this.#used(spec) },
      table: this.#table,
      assumptions: [...this.#assumptions],
      limits: [...this.#limits],
    };
  }

  #column(ref: Ref | null, fallback: Role): KnownColumn | null {
    if (ref?.column != null)
      return this.#table.columns.find((column) => column.name === ref.column) ?? columnByWords(this.#table, ref.column);
    const role = ref?.role ?? (ref === null ? fallback : null);
    if (ref !== null) {
      const literal = columnByWords(this.#table, ref.text);
      if (literal && role === null) return literal;
    }
    if (role === null) return null;
    const choice = columnFor(this.#table, role);
    if (choice) this.#explain(choice, role, ref);
    return choice?.column ?? (ref ? columnByWords(this.#table, ref.text) : null);
  }

  #explain(choice: Choice, role: Role, ref: Ref | null): void {
    const [other] = choice.others;
    if (other)
      this.#assumptions.add(
        either(
          this.#lang,
          `${q(choice.column.name)} is used, not ${choice.others.map((one) => q(one.name)).join(" or ")}.`,
          `تم استخدام العمود ${q(choice.column.name)} وليس ${choice.others.map((one) => q(one.name)).join(" أو ")}.`,
        ),
      );
    else if (choice.how === "guess")
      this.#assumptions.add(
        either(
          this.#lang,
          `${q(choice.column.name)} is taken as the ${ref?.text ?? role}.`,
          `تم اعتبار العمود ${q(choice.column.name)} هو ${ref?.text ?? "المطلوب"}.`,
        ),
      );
  }

  #group(ref: Ref | null, unit: Group["unit"]): Group[] {
    const column = this.#column(ref, "date");
    if (column === null || (unit !== null && column.profile.kind !== "date" && column.profile.kind !== "empty")) {
      const own = unit !== null && ref === null ? columnByWords(this.#table, unit) : null;
      if (own) return [{ column: own.name, unit: null }];
      this.#limits.add(
        unit !== null
          ? either(
              this.#lang,
              "There is no date column, so nothing can be grouped by time.",
              "لا يوجد عمود تاريخ، لذلك لا يمكن التجميع حسب الزمن.",
            )
          : either(this.#lang, `No column matches "${ref?.text ?? ""}".`, `لا يوجد عمود يطابق "${ref?.text ?? ""}".`),
      );
      return [];
    }
    return [{ column: column.name, unit }];
  }

  #measures(owed: boolean): Measure[] {
    const asked: readonly AskedMeasure[] =
      this.#task.measures.length > 0 ? this.#task.measures : [{ fn: "sum", ref: null }];
    const found: Measure[] = [];
    for (const one of asked) {
      const measure = this.#measure(one, owed);
      if (!found.some((known) => known.fn === measure.fn && known.column === measure.column)) found.push(measure);
    }
    return found;
  }

  #measure(asked: AskedMeasure, owed: boolean): Measure {
    if (asked.times !== undefined && asked.ref?.column != null)
      return { fn: asked.fn, column: asked.ref.column, times: asked.times };
    if (asked.fn === "count") return { fn: "count", column: null, times: null };
    if (asked.fn === "distinct") {
      const column = this.#column(asked.ref, "client");
      return column ? { fn: "distinct", column: column.name, times: null } : { fn: "count", column: null, times: null };
    }
    const column = asked.ref === null ? this.#amount(owed) : this.#column(asked.ref, "amount");
    const numeric = column !== null && (column.profile.kind === "number" || column.profile.kind === "money");
    if (column !== null && (numeric || column.profile.kind === "empty" || asked.ref?.column === column.name)) {
      const times =
        mainRole(column) === "price" && asked.fn === "sum" && asked.ref?.role !== "price" && asked.ref?.column == null
          ? columnFor(this.#table, "quantity")
          : null;
      if (times?.how === "sure")
        this.#assumptions.add(
          either(
            this.#lang,
            `There is no amount column: ${q(times.column.name)} × ${q(column.name)} is used.`,
            `لا يوجد عمود مبلغ: تم استخدام ${q(times.column.name)} × ${q(column.name)}.`,
          ),
        );
      return { fn: asked.fn, column: column.name, times: times?.how === "sure" ? times.column.name : null };
    }
    const fallback = asked.ref === null ? null : this.#amount(owed);
    if (fallback && fallback !== column) return { fn: asked.fn, column: fallback.name, times: null };
    this.#limits.add(
      either(
        this.#lang,
        "There is no column of numbers to calculate with; rows are counted instead.",
        "لا يوجد عمود أرقام للحساب، لذلك تم عدّ الصفوف بدلًا من ذلك.",
      ),
    );
    return { fn: "count", column: null, times: null };
  }

  #amount(owed: boolean): KnownColumn | null {
    const balance = owed ? columnFor(this.#table, "balance") : null;
    if (balance?.how === "sure" && mainRole(balance.column) === "balance") return balance.column;
    const choice = columnFor(this.#table, "amount");
    if (choice) this.#explain(choice, "amount", null);
    return choice?.column ?? null;
  }
  #amountColumn = (owed: boolean): string | null =>
    this.#task.kind === "aggregate" ? null : (this.#amount(owed)?.name ?? null);

  #measureIndex(measures: Measure[], asked: AskedMeasure, owed: boolean): number {
    const wanted = this.#measure(asked, owed);
    const at = measures.findIndex((one) => one.fn === wanted.fn && one.column === wanted.column);
    return at >= 0 ? at : measures.push(wanted) - 1;
  }

  #order(measures: Measure[], amount: string | null, owed: boolean): Spec["order"] {
    const order = this.#task.order;
    if (order === null) return null;
    if (this.#task.kind !== "aggregate") {
      const column = order.ref === null ? amount : (this.#column(order.ref, "amount")?.name ?? amount);
      return column === null ? null : { column, measure: null, dir: order.dir };
    }
    if (order.ref === null) return { column: null, measure: 0, dir: order.dir };
    const column = this.#column(order.ref, "amount");
    const grouped = this.#task.groups.some((group) => this.#column(group.ref, "date")?.name === column?.name);
    if (column && grouped) return { column: column.name, measure: null, dir: order.dir };
    if (!column || (column.profile.kind !== "number" && column.profile.kind !== "money"))
      return { column: null, measure: 0, dir: order.dir };
    return {
      column: null,
      measure: this.#measureIndex(
        measures,
        { fn: measures[0]?.fn ?? "sum", ref: { column: column.name, role: null, text: column.name } },
        owed,
      ),
      dir: order.dir,
    };
  }

  #where(filter: AskedFilter, settlement: Settlement): Where[] {
    switch (filter.kind) {
      case "number": {
        const column = filter.ref ? this.#column(filter.ref, "amount") : this.#amount(false);
        if (!column) return this.#noColumn(filter.ref?.text ?? either(this.#lang, "amount", "المبلغ"));
        return [{ kind: "number", column: column.name, op: filter.op, value: filter.value, to: filter.to }];
      }
      case "date":
      case "months": {
        const column = this.#column(filter.ref, "date");
        if (column?.profile.kind !== "date") return this.#noColumn(either(this.#lang, "date", "التاريخ"));
        return filter.kind === "date"
          ? [{ kind: "date", column: column.name, from: filter.from, to: filter.to }]
          : [{ kind: "months", column: column.name, months: filter.months }];
      }
      case "text": {
        const column = filter.ref ? this.#column(filter.ref, "client") : null;
        const columns = column ? [column.name] : this.#textColumns(filter.values);
        return columns.length > 0
          ? [{ kind: "text", columns, mode: filter.mode, not: filter.not, values: filter.values }]
          : this.#noColumn(filter.values.join(", "));
      }
      case "empty": {
        const column = this.#column(filter.ref, "client");
        return column
          ? [{ kind: "empty", column: column.name, not: filter.not }]
          : this.#noColumn(filter.ref?.text ?? "");
      }
      case "paid": {
        const known =
          settlement.status !== null ||
          settlement.balance !== null ||
          settlement.paidAmount !== null ||
          settlement.paidDate !== null;
        if (known) return [{ kind: "paid", paid: filter.paid }];
        this.#limits.add(
          either(
            this.#lang,
            "No column says what has been paid, so paid and unpaid cannot be told apart.",
            "لا يوجد عمود يبيّن المدفوع، لذلك لا يمكن التمييز بين المدفوع وغير المدفوع.",
          ),
        );
        return [];
      }
      case "overdue":
        return [{ kind: "overdue", days: filter.days }];
    }
  }

  #noColumn(text: string): Where[] {
    this.#limits.add(
      either(
        this.#lang,
        `No column was found for "${text}"; this condition is left out.`,
        `لم يوجد عمود لـ "${text}"، لذلك لم يُطبق هذا الشرط.`,
      ),
    );
    return [];
  }

  /** Where a name may stand: the column in which it was seen, else every text column in turn. */
  #textColumns(values: readonly string[]): string[] {
    const wanted = new Set(values.map(fold));
    const text = this.#table.columns.filter(
      (column) => column.profile.kind === "text" || column.profile.kind === "boolean",
    );
    const seen = text.filter((column) => column.profile.samples.some((sample) => wanted.has(fold(sample))));
    return (seen.length > 0 ? seen.slice(0, 1) : text).map((column) => column.name);
  }

  #keys(): string[] {
    const asked = this.#task.keys.flatMap((ref) => this.#column(ref, "number")?.name ?? []);
    if (asked.length > 0) return [...new Set(asked)];
    const [number] = candidates(this.#table, "number").filter((column) => mainRole(column) === "number");
    if (number && number.profile.distinct * 2 >= this.#table.rows) {
      this.#assumptions.add(
        either(
          this.#lang,
          `Rows with the same ${q(number.name)} count as duplicates.`,
          `الصفوف التي تحمل نفس ${q(number.name)} تُعد مكررة.`,
        ),
      );
      return [number.name];
    }
    this.#assumptions.add(
      either(
        this.#lang,
        "Rows that agree in every column count as duplicates.",
        "الصفوف المتطابقة في كل الأعمدة تُعد مكررة.",
      ),
    );
    return this.#table.columns.map((column) => column.name);
  }

  #used(spec: Spec): ColumnUse[] {
    const names = new Set<string>();
    for (const group of spec.groups) names.add(group.column);
    for (const one of spec.measures) for (const name of [one.column, one.times]) if (name !== null) names.add(name);
    for (const one of spec.where) {
      if ("column" in one) names.add(one.column);
      if (one.kind === "text") for (const name of one.columns) names.add(name);
    }
    for (const name of Object.values(spec.settlement)) if (typeof name === "string") names.add(name);
    for (const name of [spec.amount, spec.currency.column, spec.order?.column]) if (name != null) names.add(name);
    for (const name of spec.keys) names.add(name);
    return [...names].flatMap((name) => {
      const column = this.#table.columns.find((one) => one.name === name);
      if (!column) return [];
      const { kind, format } = column.profile;
      const use = kind === "date" ? "date" : kind === "number" || kind === "money" ? "number" : "text";
      return [{ name, kind: use, format }];
    });
  }
}
