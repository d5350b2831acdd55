import { findCurrencies } from "../../../shared/text/currencies.ts";
import type { KnownTable } from "./columns.ts";
import { candidates, columnFor, mainRole } from "./columns.ts";
import { pick as either } from "./labels.ts";
import { paymentState } from "./payment.ts";
import type { CurrencyRule, Lang, Role, Settlement, Task } from "./spec.ts";

const q = (name: string): string => JSON.stringify(name);

/** Which columns tell that a row is settled and when it was due; what is assumed goes into `assumptions`. */
export function settlementOf(task: Task, table: KnownTable, lang: Lang, assumptions: Set<string>): Settlement {
  const sure = (role: Role): string | null => {
    const [column] = candidates(table, role).filter(
      (one) => mainRole(one) === role || (role === "status" && one.roles.some((hit) => hit.role === role)),
    );
    return column?.name ?? null;
  };
  const status = candidates(table, "status").find((column) =>
    column.profile.samples.some((sample) => paymentState(sample) !== null),
  );
  const onDate = task.basis === "date" || task.filters.some((one) => one.kind === "overdue" && one.basis === "date");
  const due = sure("due");
  const date = columnFor(table, "date");
  const own = date && date.column.profile.kind === "date" ? date.column.name : null;
  const wanted = task.kind === "overdue" || task.filters.some((one) => one.kind === "overdue");
  const found: Settlement = {
    due: onDate ? (own ?? due) : (due ?? own),
    graceDays: !onDate && due === null && own !== null ? 30 : 0,
    status: status?.name ?? null,
    balance: sure("balance"),
    paidAmount: sure("paidAmount"),
    paidDate: sure("paidDate"),
  };
  if (wanted) explainOverdue(found, lang, assumptions);
  return found;
}

function explainOverdue(found: Settlement, lang: Lang, assumptions: Set<string>): void {
  if (found.graceDays > 0 && found.due)
    assumptions.add(
      either(
        lang,
        `There is no due date: an item counts as overdue ${found.graceDays} days after ${q(found.due)}.`,
        `لا يوجد تاريخ استحقاق: تُعد الفاتورة متأخرة بعد ${found.graceDays} يومًا من ${q(found.due)}.`,
      ),
    );
  if (found.status === null && found.balance === null && found.paidAmount === null && found.paidDate === null)
    assumptions.add(
      either(
        lang,
        "No column says what has been paid: every item past its date counts as overdue.",
        "لا يوجد عمود يبيّن المدفوع: كل ما فات تاريخه يُعد متأخرًا.",
      ),
    );
}

/** How the currency of the columns `summed` is known. */
export function currencyOf(
  table: KnownTable,
  lang: Lang,
  assumptions: Set<string>,
  summed: readonly string[],
): CurrencyRule {
  const none: CurrencyRule = { column: null, marks: false, only: "" };
  const money = table.columns.filter((column) => summed.includes(column.name));
  if (money.length === 0) return none;
  const [column] = candidates(table, "currency").filter((one) => mainRole(one) === "currency");
  if (column) {
    if (column.profile.distinct > 1)
      assumptions.add(
        either(
          lang,
          "Currencies are kept apart; they are never added together.",
          "كل عملة على حدة؛ لا تُجمع العملات المختلفة معًا.",
        ),
      );
    return { column: column.name, marks: false, only: "" };
  }
  const codes = [...new Set(money.flatMap((one) => one.profile.currencies))];
  if (codes.length > 1) {
    assumptions.add(
      either(
        lang,
        "Currencies are kept apart; they are never added together.",
        "كل عملة على حدة؛ لا تُجمع العملات المختلفة معًا.",
      ),
    );
    return { column: null, marks: true, only: "" };
  }
  return { ...none, only: codes[0] ?? findCurrencies(money.map((one) => one.name).join(" "))[0] ?? "" };
}
