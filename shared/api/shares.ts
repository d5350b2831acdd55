import { z } from "zod";

const time = z.string().describe("ISO 8601 UTC");

/** 90 days. */
export const MAX_SHARE_HOURS = 2160;

export const CreateShare = z.object({ expiresInHours: z.number().int().min(1).max(MAX_SHARE_HOURS) });

/** The only answer that ever holds the link: the token in it is not stored. */
export const ShareCreated = z.object({ id: z.string(), url: z.string(), expiresAt: time });
export type ShareCreated = z.infer<typeof ShareCreated>;

/** A read-only link to a workflow's results, as members see it. */
export const ShareView = z.object({
  id: z.string(),
  workflowId: z.string(),
  createdBy: z.string(),
  createdAt: time,
  expiresAt: time,
  revokedAt: time.nullable(),
  /** `expired` and `revoked` links open nothing. */
  state: z.enum(["active", "expired", "revoked"]),
  /** How often the page behind the link was opened. */
  opens: z.number().int().nonnegative(),
  lastOpenedAt: time.nullable(),
});
export type ShareView = z.infer<typeof ShareView>;
export const ShareList = z.object({ items: z.array(ShareView) });

/** One proof of a result, without ids: what was checked, how, and where it can be seen. */
export const SharedProof = z.object({
  type: z.enum(["run", "artifact", "check", "quote", "receipt", "tests", "page"]),
  label: z.string(),
  /** False for a check or tests that failed. */
  passed: z.boolean(),
  /** Output of the code, words quoted, counts of tests: plain text, at most 500 characters. */
  detail: z.string(),
  /** https address of a live page or a record; null when there is none. */
  link: z.string().nullable(),
});
export type SharedProof = z.infer<typeof SharedProof>;

/** What anybody with the link sees: no ids of projects, workflows or people, and nothing but this result. */
export const SharedView = z.object({
  name: z.string(),
  status: z.enum(["running", "completed", "failed", "cancelled"]),
  /** Nothing was sent outside. */
  rehearsal: z.boolean(),
  /** The offline model wrote it. */
  simulated: z.boolean(),
  resultSummary: z.string().nullable(),
  completedAt: time.nullable(),
  expiresAt: time,
  /** `id` is for `/api/shared/:token/artifacts/:id`, which answers with a download. */
  artifacts: z.array(
    z.object({ id: z.string(), name: z.string(), mediaType: z.string(), size: z.number().int(), sha256: z.string() }),
  ),
  /** Sites of this result that are live. */
  sites: z.array(z.object({ title: z.string(), url: z.string() })),
  /** Steps that were accepted, in the plan's order, with their proof. */
  steps: z.array(z.object({ label: z.string(), proof: z.array(SharedProof) })),
});
export type SharedView = z.infer<typeof SharedView>;
