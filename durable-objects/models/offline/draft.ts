import type { AskedFilter, AskedGroup, AskedMeasure, ExtractKind, Having, Ref, Task, TaskKind } from "./spec.ts";

/** A task while it is being read; becomes a {@link Task} by {@link finish}. */
export interface Draft {
  kind: TaskKind;
  measures: AskedMeasure[];
  groups: AskedGroup[];
  filters: AskedFilter[];
  order: { ref: Ref | null; dir: "asc" | "desc" | null } | null;
  limit: number | null;
  share: boolean;
  flag: boolean;
  keys: Ref[];
  extract: ExtractKind[];
  channel: "email" | "whatsapp" | null;
  having: Having[];
  days: number;
  basis: "due" | "date";
}

export const draft = (kind: TaskKind): Draft => ({
  kind,
  measures: [],
  groups: [],
  filters: [],
  order: null,
  limit: null,
  share: false,
  flag: false,
  keys: [],
  extract: [],
  channel: null,
  having: [],
  days: 0,
  basis: "due",
});

export function finish(one: Draft): Task {
  const order =
    one.order === null ? null : { ref: one.order.ref, dir: one.order.dir ?? defaultDirection(one.order.ref) };
  return { ...one, order };
}

/** Figures are read from the largest down, names and dates from the first on. */
function defaultDirection(ref: Ref | null): "asc" | "desc" {
  const numeric =
    ref === null || ["amount", "balance", "price", "quantity", "tax", "paidAmount"].includes(ref.role ?? "");
  return numeric ? "desc" : "asc";
}

export const emptyTask = (kind: TaskKind): Task => finish(draft(kind));
