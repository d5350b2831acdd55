import type { KnownTable } from "./columns.ts";
import { columnFor } from "./columns.ts";
import type { Ref, Task } from "./spec.ts";

/** The table that fits a task best; null when there is none. */
export function chooseTable(task: Task, tables: readonly KnownTable[], named: readonly string[]): KnownTable | null {
  const open = named.length > 0 ? tables.filter((table) => table.paths.some((path) => named.includes(path))) : tables;
  let best: { table: KnownTable; score: number } | null = null;
  for (const table of open.length > 0 ? open : tables) {
    const refs: Ref[] = [
      ...task.groups.map((group) => group.ref ?? { column: null, role: "date" as const, text: "date" }),
      ...task.measures.map((one) => one.ref ?? { column: null, role: "amount" as const, text: "amount" }),
      ...task.keys,
      ...task.filters.flatMap((filter) => ("ref" in filter && filter.ref ? [filter.ref] : [])),
    ];
    if (task.kind === "overdue") refs.push({ column: null, role: "due", text: "due" });
    if (refs.length === 0) refs.push({ column: null, role: "amount", text: "amount" });
    const score = refs.reduce((sum, ref) => sum + fitOf(ref, table), 0) + Math.min(table.rows, 1000) / 10_000;
    if (best === null || score > best.score) best = { table, score };
  }
  return best?.table ?? null;
}

function fitOf(ref: Ref, table: KnownTable): number {
  if (ref.column !== null) return table.columns.some((column) => column.name === ref.column) ? 3 : -3;
  const choice = ref.role ? columnFor(table, ref.role) : null;
  return choice === null ? -2 : choice.how === "sure" ? 2 : 1;
}
