import type { Env } from "../../durable-objects/env.ts";
import type { Locale } from "../../shared/errors/catalogue/describe.ts";
import { authOf, SESSION_COOKIE } from "./auth.ts";

/** Issuer of people who signed up here. */
export const OWN_ISSUER = "nexus";

/** Who is asking, however they proved it. Roles never come from here, only from a project's own membership. */
export interface Identity {
  /** Issuer and subject name a person for good. */
  readonly iss: string;
  readonly sub: string;
  readonly userId: string;
  /** How it was proved (RFC 8176). */
  readonly amr: readonly string[];
  /** When, seconds UTC. */
  readonly authTime: number;
  /** The cookie session behind it. */
  readonly sessionId: string;
}

export interface Identified {
  readonly identity: Identity;
  /** The language this person chose. */
  readonly locale: Locale;
  /** `Set-Cookie` lines that prolong the session; the response must carry them. */
  readonly cookies: readonly string[];
}

/** The one door: gives who sent a request, or null. Nothing else in the Worker reads credentials. */
export async function identify(request: Request, env: Env): Promise<Identified | null> {
  if (!request.headers.get("cookie")?.includes(`${SESSION_COOKIE}=`)) return null;
  const { headers, response } = await authOf(env).api.getSession({ headers: request.headers, returnHeaders: true });
  if (!response) return null;
  const { session, user } = response;
  return {
    identity: {
      iss: OWN_ISSUER,
      sub: user.id,
      userId: user.id,
      amr: ["pwd"],
      authTime: Math.floor(session.createdAt.getTime() / 1000),
      sessionId: session.id,
    },
    locale: user.locale === "ar" ? "ar" : "en",
    cookies: headers.getSetCookie(),
  };
}
