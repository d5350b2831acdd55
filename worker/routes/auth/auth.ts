import { AccountView, Done, SignInBody, SignUpBody } from "../../../shared/api/auth.ts";
import type { AppContext } from "../../context.ts";
import { openDatabase } from "../../db/client.ts";
import { dropOldAnswers } from "../../db/idempotency.ts";
import { dropExpiredSessions, endAllSessions } from "../../db/sessions.ts";
import { removeHalfMadeUser } from "../../db/users.ts";
import { authOf } from "../../identity/auth.ts";
import { guardSignIn, guardSignUp, tidyGuards } from "../../identity/guard.ts";
import { isWeakPassword } from "../../identity/password-policy.ts";
import { defer } from "../../middleware/defer.ts";
import { refuse } from "../../middleware/problems/problem-error.ts";
import { publicRoute, userRoute } from "../../routing/route.ts";
import { asProblem } from "./auth-problems.ts";

const tag = "Identity";
const HALF_MADE_MS = 60_000;

type Made = { headers: Headers; response: { user: { id: string; name: string; email: string } } };

async function asking<T>(call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    throw asProblem(error);
  }
}

/** The person and the cookie. The session's token stays in the cookie: scripts never see it. */
function signedIn(made: Made, locale: "en" | "ar"): Response {
  const { id, name, email } = made.response.user;
  const answer = Response.json({ user: { id, name, email, locale } } satisfies AccountView);
  for (const cookie of made.headers.getSetCookie()) answer.headers.append("set-cookie", cookie);
  return answer;
}

export const signUp = publicRoute(
  {
    method: "POST",
    path: "/api/auth/sign-up/email",
    id: "signUp",
    tag,
    summary: "Create an account; sets the session cookie",
    body: SignUpBody,
    answer: { status: 200, schema: AccountView, description: "Signed up and in" },
    problems: ["weak_password", "email_taken", "rate_limited"],
  },
  async (c, { body }) => {
    const now = c.var.clock.now();
    const db = openDatabase(c.env.DB);
    await guardSignUp(db, c.req.raw.headers, now);
    if (isWeakPassword(body.password, body)) throw refuse("weak_password");
    await removeHalfMadeUser(db, body.email, new Date(now - HALF_MADE_MS));
    const locale = c.get("locale");
    const { signUpEmail } = authOf(c.env).api;
    const made = signUpEmail({ body: { ...body, locale }, headers: c.req.raw.headers, returnHeaders: true });
    return signedIn(await asking(made), locale);
  },
);

export const signIn = publicRoute(
  {
    method: "POST",
    path: "/api/auth/sign-in/email",
    id: "signIn",
    tag,
    summary: "Sign in; sets the session cookie",
    body: SignInBody,
    answer: { status: 200, schema: AccountView, description: "Signed in" },
    problems: ["bad_credentials", "rate_limited"],
  },
  async (c, { body }) => {
    const now = c.var.clock.now();
    const db = openDatabase(c.env.DB);
    const { headers } = c.req.raw;
    const guard = await guardSignIn(c.env, db, { email: body.email, headers, now });
    const made = await asking(authOf(c.env).api.signInEmail({ body, headers, returnHeaders: true }));
    await guard.succeeded();
    const { user } = made.response;
    defer(c, "tidy", tidy(c, user.id, now));
    return signedIn(made, user.locale === "ar" ? "ar" : "en");
  },
);

async function tidy(c: AppContext, userId: string, now: number): Promise<void> {
  const db = openDatabase(c.env.DB);
  await dropExpiredSessions(db, { userId }, new Date(now));
  await tidyGuards(db, now);
  await dropOldAnswers(db, now);
}

/** Ends this request's session in the database and in the browser. */
async function endOwnSession(c: AppContext): Promise<Response> {
  const answer = Response.json({ ok: true });
  const { headers } = await authOf(c.env).api.signOut({ headers: c.req.raw.headers, returnHeaders: true });
  for (const cookie of headers.getSetCookie()) answer.headers.append("set-cookie", cookie);
  return answer;
}

export const signOut = publicRoute(
  {
    method: "POST",
    path: "/api/auth/sign-out",
    id: "signOut",
    tag,
    summary: "End this session; fine to call without one",
    answer: { status: 200, schema: Done, description: "Signed out" },
  },
  (c) => endOwnSession(c),
);

export const signOutEverywhere = userRoute(
  {
    method: "POST",
    path: "/api/auth/sign-out-everywhere",
    id: "signOutEverywhere",
    tag,
    summary: "End all sessions of this account, this one too",
    answer: { status: 200, schema: Done, description: "Signed out everywhere" },
  },
  async (c, { identity }) => {
    await endAllSessions(openDatabase(c.env.DB), identity);
    return endOwnSession(c);
  },
);
