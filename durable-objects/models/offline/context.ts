import type { FileProfile } from "../../../shared/api/files.ts";
import type { KnownTable } from "./columns.ts";
import { columnFor, knowTables, mainRole } from "./columns.ts";
import { emptyTask } from "./draft.ts";
import type { Resolved } from "./resolve.ts";
import { resolve } from "./resolve.ts";
import type { Lang, Task, Understanding } from "./spec.ts";
import { understand } from "./understand.ts";

/** A request with the tables it is about and every data task tied to them. */
export interface Reading {
  readonly tables: readonly KnownTable[];
  readonly understanding: Understanding;
  /** Data tasks with what they came to; null where no table fits. */
  readonly data: readonly { readonly task: Task; readonly resolved: Resolved }[];
  /** Summaries and messages. */
  readonly texts: readonly Task[];
}

export const isText = (task: Task): boolean => task.kind === "summary" || task.kind === "message";

export function readRequest(request: string, files: readonly FileProfile[], today: string, lang: Lang): Reading {
  const tables = knowTables(files);
  const understanding = understand(request, tables, today);
  const asked = understanding.tasks.filter((task) => !isText(task));
  const tasks = shareGroups(asked.length > 0 || tables.length === 0 ? asked : overview(tables));
  const data = tasks.flatMap((task) => {
    const resolved = resolve(task, tables, understanding.tables, today, lang);
    return resolved === null ? [] : [{ task, resolved }];
  });
  return { tables, understanding, data, texts: understanding.tasks.filter(isText) };
}

/** "Totals by client and month with the overdue ones flagged": the overdue part is marked in the same groups. */
function shareGroups(tasks: readonly Task[]): Task[] {
  const grouped = tasks.find((task) => task.kind === "aggregate" && task.groups.length > 0 && task.limit === null);
  return tasks.map((task) =>
    task.kind === "overdue" && task.flag && task.groups.length === 0 && grouped
      ? { ...task, groups: grouped.groups }
      : task,
  );
}

/** What a table is about when nothing particular is asked: totals by who or what, and by month. */
export function overview(tables: readonly KnownTable[]): Task[] {
  const table = [...tables].sort((a, b) => b.rows - a.rows)[0];
  if (!table) return [];
  const total: Task = { ...emptyTask("aggregate"), measures: [{ fn: "sum", ref: null }] };
  const found: Task[] = [];
  const who = (["client", "supplier", "product", "category", "person", "place"] as const)
    .map((role) => columnFor(table, role))
    .find((choice) => choice !== null && (choice.how === "guess" || mainRole(choice.column) !== null));
  if (who)
    found.push({
      ...total,
      groups: [{ ref: { column: who.column.name, role: null, text: who.column.name }, unit: null }],
    });
  const date = columnFor(table, "date");
  if (date && date.column.profile.kind === "date")
    found.push({
      ...total,
      groups: [{ ref: { column: date.column.name, role: null, text: date.column.name }, unit: "month" }],
    });
  return found.length > 0 ? found : [total];
}
