import { z } from "zod";

const count = z.number().int().nonnegative();

export const RebuildProjections = z.object({
  /** Where the call before ended; absent begins with the first project. */
  cursor: z.string().max(200).optional(),
});

/** What one call derived again. */
export const RebuiltProjections = z.object({
  /** Null when there is no project left. */
  projectId: z.string().nullable(),
  workflows: count,
  ledger: count.describe("lines"),
  audit: count.describe("lines"),
  repairs: count.describe("facts"),
  /** Workflows whose log could not be read; their rows are left as they are. */
  unread: z.array(z.string()),
  /** First line of the project's own audit chain that does not fit; null when it is whole. */
  auditBrokenAt: count.nullable(),
  /** For the next call; null when all is done. */
  cursor: z.string().nullable(),
});
export type RebuiltProjections = z.infer<typeof RebuiltProjections>;
