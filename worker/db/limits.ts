import { eq, lt, sql } from "drizzle-orm";
import type { Database } from "./client.ts";
import { rateWindow, signInGuard } from "./schema.ts";

export interface Limit {
  readonly max: number;
  readonly windowMs: number;
}

/** Seconds to wait, or null when it may go on. */
export type Wait = number | null;

const DAY_MS = 86_400_000;

/** Counts one use of `key`, in one statement, so that parallel requests cannot slip by. */
export async function take(db: Database, key: string, limit: Limit, now: number): Promise<Wait> {
  const over = sql`${rateWindow.resetAt} <= ${now}`;
  const [row] = await db
    .insert(rateWindow)
    .values({ key, count: 1, resetAt: now + limit.windowMs })
    .onConflictDoUpdate({
      target: rateWindow.key,
      set: {
        count: sql`CASE WHEN ${over} THEN 1 ELSE ${rateWindow.count} + 1 END`,
        resetAt: sql`CASE WHEN ${over} THEN ${now + limit.windowMs} ELSE ${rateWindow.resetAt} END`,
      },
    })
    .returning({ count: rateWindow.count, resetAt: rateWindow.resetAt });
  if (!row || row.count <= limit.max) return null;
  return Math.max(1, Math.ceil((row.resetAt - now) / 1000));
}

/** Gives a use back: what succeeded does not count against the limit. */
export async function giveBack(db: Database, key: string): Promise<void> {
  await db
    .update(rateWindow)
    .set({ count: sql`max(0, ${rateWindow.count} - 1)` })
    .where(eq(rateWindow.key, key));
}

/** Failures in a row before an address has to wait, and the waits that follow: doubling from half a minute. */
export const FREE_FAILURES = 5;
const FIRST_WAIT_MS = 30_000;
const LONGEST_WAIT_MS = 15 * 60_000;

/**
 * Counts a sign-in attempt for an address as failed before the password is looked at; {@link clearFailures} takes it
 * back. Gives the seconds to wait when the address is locked, whether or not anybody has it.
 */
export async function tryAddress(db: Database, key: string, attempt: string, now: number): Promise<Wait> {
  const locked = sql`${signInGuard.lockedUntil} > ${now}`;
  const stale = sql`${signInGuard.at} < ${now - DAY_MS}`;
  const failures = sql`CASE WHEN ${stale} THEN 1 ELSE ${signInGuard.failures} + 1 END`;
  const wait = sql`min(${LONGEST_WAIT_MS}, ${FIRST_WAIT_MS} * (1 << min(10, ${signInGuard.failures} + 1 - ${FREE_FAILURES})))`;
  const lockedUntil = sql`CASE WHEN ${stale} OR ${signInGuard.failures} + 1 < ${FREE_FAILURES} THEN 0 ELSE ${now} + ${wait} END`;
  const unlessLocked = (next: ReturnType<typeof sql>, old: typeof signInGuard.failures | typeof signInGuard.attempt) =>
    sql`CASE WHEN ${locked} THEN ${old} ELSE ${next} END`;
  const [row] = await db
    .insert(signInGuard)
    .values({ key, failures: 1, lockedUntil: 0, attempt, at: now })
    .onConflictDoUpdate({
      target: signInGuard.key,
      set: {
        failures: unlessLocked(failures, signInGuard.failures),
        lockedUntil: sql`CASE WHEN ${locked} THEN ${signInGuard.lockedUntil} ELSE ${lockedUntil} END`,
        attempt: unlessLocked(sql`${attempt}`, signInGuard.attempt),
        at: sql`CASE WHEN ${locked} THEN ${signInGuard.at} ELSE ${now} END`,
      },
    })
    .returning({ lockedUntil: signInGuard.lockedUntil, attempt: signInGuard.attempt });
  if (!row || row.attempt === attempt) return null;
  return Math.max(1, Math.ceil((row.lockedUntil - now) / 1000));
}

export async function clearFailures(db: Database, key: string): Promise<void> {
  await db.delete(signInGuard).where(eq(signInGuard.key, key));
}

/** Housekeeping: windows that are over and addresses quiet for a day. */
export async function dropOldLimits(db: Database, now: number): Promise<void> {
  await db.delete(rateWindow).where(lt(rateWindow.resetAt, now));
  await db.delete(signInGuard).where(lt(signInGuard.at, now - DAY_MS));
}
