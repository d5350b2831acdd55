import { drizzleAdapter } from "better-auth/adapters/drizzle";
import { betterAuth } from "better-auth/minimal";
import { drizzle } from "drizzle-orm/d1";
import type { Env } from "../../durable-objects/env.ts";
import { newId } from "../../shared/lib/ids.ts";
import {
  account,
  accountRelations,
  session,
  sessionRelations,
  user,
  userRelations,
  verification,
} from "../db/schema.ts";
import { hashPassword, verifyPassword } from "./password.ts";
import { MAX_PASSWORD, MIN_PASSWORD } from "./password-policy.ts";

/** Sessions end after 24 h without use (NFR-S2.4); use is written down every 15 minutes at most. */
export const IDLE_SECONDS = 24 * 60 * 60;
const RENEW_SECONDS = 15 * 60;

/** `__Host-`: only this origin can have set it, over a secure channel (browsers count localhost as one). */
export const SESSION_COOKIE = "__Host-nexus_session";
const HOST_COOKIE = { secure: true, httpOnly: true, sameSite: "lax", path: "/" } as const;

const SCHEMA = { user, session, account, verification, sessionRelations, accountRelations, userRelations };

function createAuth(env: Env) {
  return betterAuth({
    appName: "Nexus",
    // Only links in mails and redirects would use it; none are sent. Origins are checked by our own middleware.
    baseURL: "http://localhost",
    secret: env.AUTH_SECRET,
    database: drizzleAdapter(drizzle(env.DB, { schema: SCHEMA }), {
      provider: "sqlite",
      schema: SCHEMA,
      // D1 has no interactive transactions; see removeHalfMadeUser.
      transaction: false,
    }),
    user: { additionalFields: { locale: { type: ["en", "ar"], required: false, defaultValue: "en", input: true } } },
    emailAndPassword: {
      enabled: true,
      minPasswordLength: MIN_PASSWORD,
      maxPasswordLength: MAX_PASSWORD,
      password: { hash: hashPassword, verify: verifyPassword },
    },
    session: {
      expiresIn: IDLE_SECONDS,
      updateAge: RENEW_SECONDS,
      // A cached session would outlive its sign-out.
      cookieCache: { enabled: false },
    },
    // Limits are ours: durable, per address and per network (worker/identity/guard.ts).
    rateLimit: { enabled: false },
    telemetry: { enabled: false },
    logger: { disabled: true },
    advanced: {
      useSecureCookies: false, // would prefix __Secure-; the full name is set here
      cookies: {
        session_token: { name: SESSION_COOKIE, attributes: HOST_COOKIE },
        session_data: { name: "__Host-nexus_session_data", attributes: HOST_COOKIE },
        dont_remember: { name: "__Host-nexus_dont_remember", attributes: HOST_COOKIE },
      },
      disableCSRFCheck: true,
      disableOriginCheck: true,
      ipAddress: { ipAddressHeaders: ["cf-connecting-ip"] },
      database: {
        generateId: ({ model }) => (model === "user" ? newId("usr") : crypto.randomUUID()),
        joins: true,
        validateSchema: false,
      },
    },
  });
}

export type Auth = ReturnType<typeof createAuth>;

const instances = new WeakMap<Env, Auth>();

/**
 * The embedded identity of this environment. Its HTTP handler is never mounted: routes call the few endpoints they
 * need, so nothing else of it can be reached.
 */
export function authOf(env: Env): Auth {
  const known = instances.get(env);
  if (known) return known;
  const made = createAuth(env);
  instances.set(env, made);
  return made;
}
