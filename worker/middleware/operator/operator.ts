import { timingSafeEqual } from "node:crypto";
import type { AppContext } from "../../context.ts";
import { refuse } from "../problems/problem-error.ts";

/** A shorter token could be guessed; it counts as none. */
const MIN_TOKEN_CHARS = 32;

/** Lets pass who holds the deployment's OPERATOR_TOKEN, as `Authorization: Bearer`. @throws not_found */
export async function requireOperator(c: AppContext): Promise<object> {
  const token = c.env.OPERATOR_TOKEN ?? "";
  const given = /^Bearer (\S+)$/i.exec(c.req.header("authorization") ?? "")?.[1] ?? "";
  // Of digests, so that neither content nor length shows in the time it takes.
  const [expected, actual] = await Promise.all([digest(token), digest(given)]);
  if (!timingSafeEqual(expected, actual) || token.length < MIN_TOKEN_CHARS) throw refuse("not_found");
  return {};
}

async function digest(text: string): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
}
