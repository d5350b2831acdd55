import { z } from "zod";

export const MeView = z.object({
  id: z.string(),
  name: z.string(),
  email: z.string(),
  locale: z.enum(["en", "ar"]),
  /** Which model answers, so that the client can label simulated work. */
  model: z.object({ provider: z.string(), simulated: z.boolean() }),
  /** The outside services of this deployment; `ready` is false without credentials. */
  services: z.array(
    z.object({ name: z.string(), label: z.object({ en: z.string(), ar: z.string() }), ready: z.boolean() }),
  ),
});
export type MeView = z.infer<typeof MeView>;
export const PatchMe = z.object({
  name: z.string().trim().min(1).max(100).optional(),
  locale: z.enum(["en", "ar"]).optional(),
});
