import type { KnownTable } from "../columns.ts";
import type { Spec } from "../spec.ts";
import { aggregateCode } from "./aggregate-code.ts";
import { comment, readingCode } from "./guest-code.ts";
import { duplicatesCode, listCode, overdueCode } from "./rows-code.ts";

/** The second file of an overdue step: the groups with the overdue part marked, or all rows with a mark. */
export const companionOf = (file: string): string => file.replace(/\.csv$/, "-flagged.csv");

/** Source for the sandbox that carries out `spec` and writes `file`. */
export function tableCode(spec: Spec, table: KnownTable, file: string, purpose: string): string {
  const figures = table.columns
    .filter((column) => column.profile.kind === "number" || column.profile.kind === "money")
    .map((column) => column.name);
  const currencies = table.columns.flatMap((column) => column.profile.currencies);
  const reading = `${comment(purpose)}\n${readingCode(spec, figures, currencies)}`;
  switch (spec.kind) {
    case "aggregate":
      return aggregateCode(spec, file, reading);
    case "rows":
      return listCode(spec, file, reading);
    case "duplicates":
      return duplicatesCode(spec, file, reading);
    case "overdue":
      return overdueCode(spec, file, companionOf(file), reading);
  }
}
