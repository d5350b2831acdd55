import { z } from "zod";

/** `application/problem+json` (RFC 9457) as every error of the API answers. */
export const ProblemBody = z.object({
  type: z.string(),
  status: z.number().int(),
  code: z.string(),
  title: z.string(),
  detail: z.string(),
  doing: z.string().optional(),
  /** Seconds. */
  retryAfter: z.number().optional(),
  /** Fields of a rejected request: path and plain-language reason. */
  fields: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  requestId: z.string().optional(),
});
export type ProblemBody = z.infer<typeof ProblemBody>;
