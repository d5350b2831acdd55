import { z } from "zod";

export const HealthView = z.object({
  status: z.enum(["ok", "misconfigured"]),
  /** Which model answers. `simulated`: the offline stand-in, nothing is billed. */
  model: z.object({ provider: z.string(), simulated: z.boolean() }).nullable(),
  /** Name of the setting that cannot work; never its value. */
  problem: z.string().nullable(),
  at: z.string(),
});
export type HealthView = z.infer<typeof HealthView>;
