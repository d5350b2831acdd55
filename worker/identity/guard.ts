import type { Env } from "../../durable-objects/env.ts";
import { toBase64Url } from "../../shared/sealing/base64.ts";
import type { Database } from "../db/client.ts";
import { clearFailures, dropOldLimits, giveBack, type Limit, take, tryAddress } from "../db/limits.ts";
import { tooFast } from "../middleware/problems/problem-error.ts";
import { clientIp, networkOf } from "./client-ip.ts";

const SIGN_UPS: Limit = { max: 60, windowMs: 10 * 60_000 };
/** Failed sign-ins only: an office behind one address may come in as often as it likes. */
const FAILED_SIGN_INS: Limit = { max: 30, windowMs: 5 * 60_000 };

/** Addresses are counted under a keyed hash: the table tells nobody who tried to come in. */
async function addressKey(env: Env, email: string): Promise<string> {
  const text = new TextEncoder();
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const key = await crypto.subtle.importKey("raw", text.encode(env.AUTH_SECRET), algorithm, false, ["sign"]);
  const normal = email.trim().toLowerCase();
  return toBase64Url(new Uint8Array(await crypto.subtle.sign("HMAC", key, text.encode(`sign-in:${normal}`))));
}

/** @throws rate_limited when this network signs up too often */
export async function guardSignUp(db: Database, headers: Headers, now: number): Promise<void> {
  const wait = await take(db, `sign-up:${networkOf(clientIp(headers))}`, SIGN_UPS, now);
  if (wait !== null) throw tooFast(wait);
}

/**
 * Counts an attempt as failed before the password is looked at, for the network and for the address, so that many at
 * once gain nothing. Call `succeeded` after a right password.
 * @throws rate_limited, alike for addresses somebody has and nobody has
 */
export async function guardSignIn(
  env: Env,
  db: Database,
  input: { email: string; headers: Headers; now: number },
): Promise<{ succeeded(): Promise<void> }> {
  const network = `sign-in:${networkOf(clientIp(input.headers))}`;
  const address = await addressKey(env, input.email);
  const wait =
    (await take(db, network, FAILED_SIGN_INS, input.now)) ??
    (await tryAddress(db, address, crypto.randomUUID(), input.now));
  if (wait !== null) throw tooFast(wait);
  return {
    async succeeded() {
      await Promise.all([giveBack(db, network), clearFailures(db, address)]);
    },
  };
}

export const tidyGuards = dropOldLimits;
