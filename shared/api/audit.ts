import { z } from "zod";

export const AuditCategory = z.enum([
  "project",
  "workflow",
  "meeting",
  "integration",
  "authentication",
  "data_access",
  "compliance",
]);
export type AuditCategory = z.infer<typeof AuditCategory>;

/** One line of a project's audit trail. Holds ids and amounts, never content. */
export const AuditEntry = z.object({
  /** "project", or the id of the workflow it happened in; each source has a chain of its own. */
  source: z.string(),
  /** Counts the lines of that source from 1, without gaps. */
  seq: z.number().int().positive(),
  /** SHA-256 of the line before in that chain; 64 zeros for the first. */
  previousHash: z.string(),
  eventType: z.string(),
  category: AuditCategory,
  /** Who did it: a person, an agent or the system, by id. */
  actor: z.object({ kind: z.enum(["user", "agent", "system"]), id: z.string() }),
  at: z.string().describe("ISO 8601 UTC"),
  data: z.record(z.string(), z.union([z.string(), z.number(), z.array(z.string())])),
  isSensitive: z.boolean(),
});
export type AuditEntry = z.infer<typeof AuditEntry>;
