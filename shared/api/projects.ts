import { z } from "zod";
import { Role } from "../access/roles.ts";
import { MAX_BUDGET_MICROS } from "./limits.ts";

export const ProjectView = z.object({ id: z.string(), name: z.string(), role: Role, createdAt: z.string() });
export type ProjectView = z.infer<typeof ProjectView>;

const name = z.string().trim().min(1).max(100);
export const CreateProject = z.object({ name });
export const RenameProject = z.object({ name });

const micros = z.number().int().nonnegative();

/** A project's money, in micro-dollars. */
export const BudgetView = z.object({
  budgetMicros: micros,
  /** Neither spent on talking nor leased by a workflow. */
  leftMicros: micros,
  /** Everything that was booked, worst cases of unconfirmed calls included. */
  spentMicros: micros,
  /** The part of `spentMicros` that no provider will bill. */
  simulatedMicros: micros,
});
export type BudgetView = z.infer<typeof BudgetView>;

export const SetBudget = z.object({ budgetMicros: micros.max(MAX_BUDGET_MICROS) });

export const PageQuery = z.object({
  limit: z.coerce.number().int().min(1).max(100).default(30),
  cursor: z.string().max(200).optional(),
});

/** One page; `nextCursor` is null on the last. */
export const page = <T extends z.ZodType>(item: T) =>
  z.object({ items: z.array(item), nextCursor: z.string().nullable() });
