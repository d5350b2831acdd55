import { z } from "zod";

const email = z.string().trim().toLowerCase().max(254).pipe(z.email());

/** What a password must be is judged apart (`weak_password`); longer than 128 is refused here. */
export const SignUpBody = z.object({
  name: z.string().trim().min(1).max(100),
  email,
  password: z.string().max(128),
});

export const SignInBody = z.object({ email, password: z.string().min(1).max(128) });

export const AccountView = z.object({
  user: z.object({ id: z.string(), name: z.string(), email: z.string(), locale: z.enum(["en", "ar"]) }),
});
export type AccountView = z.infer<typeof AccountView>;

/** What a command with nothing to show answers. */
export const Done = z.object({ ok: z.literal(true) });

export const SessionView = z.object({
  id: z.string(),
  /** The session of this very request. */
  current: z.boolean(),
  createdAt: z.string(),
  /** Written down every 15 minutes at most. */
  lastSeenAt: z.string(),
  expiresAt: z.string(),
  ipAddress: z.string().nullable(),
  userAgent: z.string().nullable(),
});
export type SessionView = z.infer<typeof SessionView>;
export const SessionList = z.object({ items: z.array(SessionView) });
