import { and, eq, isNull, lt, sql } from "drizzle-orm";
import type { Database } from "./client.ts";
import { idempotencyKeys } from "./schema.ts";
import type { UserScope } from "./scope.ts";

const KEPT_MS = 86_400_000;

export interface StoredAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly header: string;
  readonly sealed: string;
}

export type Claim =
  | { readonly kind: "first" }
  | { readonly kind: "running" }
  | { readonly kind: "mismatch" }
  | { readonly kind: "replay"; readonly answer: StoredAnswer };

export interface ClaimKey {
  readonly route: string;
  readonly key: string;
  readonly fingerprint: string;
}

/**
 * Claims a key for this request, or tells what became of the one that had it.
 * @param deadAfterMs after this a request without an answer counts as dead and may be made again
 */
export async function claim(
  db: Database,
  scope: UserScope,
  input: ClaimKey,
  now: number,
  deadAfterMs: number,
): Promise<Claim> {
  const place = whereKey(scope, input);
  const old = lt(idempotencyKeys.createdAt, now - KEPT_MS);
  const dead = and(isNull(idempotencyKeys.status), lt(idempotencyKeys.createdAt, now - deadAfterMs));
  await db.delete(idempotencyKeys).where(and(place, sql`(${old} OR ${dead})`));
  const [row] = await db
    .insert(idempotencyKeys)
    .values({ userId: scope.userId, ...input, createdAt: now })
    .onConflictDoNothing()
    .returning({ key: idempotencyKeys.key });
  if (row) return { kind: "first" };
  const [known] = await db.select().from(idempotencyKeys).where(place).limit(1);
  if (!known) return { kind: "running" };
  if (known.fingerprint !== input.fingerprint) return { kind: "mismatch" };
  const { status, contentType, header, sealed } = known;
  if (status === null || contentType === null || header === null || sealed === null) return { kind: "running" };
  return { kind: "replay", answer: { status, contentType, header, sealed } };
}

export async function settle(db: Database, scope: UserScope, key: ClaimKey, answer: StoredAnswer): Promise<void> {
  await db.update(idempotencyKeys).set(answer).where(whereKey(scope, key));
}

/** A request that failed for a passing reason leaves no answer: the same key may try again. */
export async function release(db: Database, scope: UserScope, key: ClaimKey): Promise<void> {
  await db.delete(idempotencyKeys).where(and(whereKey(scope, key), isNull(idempotencyKeys.status)));
}

export async function dropOldAnswers(db: Database, now: number): Promise<void> {
  await db.delete(idempotencyKeys).where(lt(idempotencyKeys.createdAt, now - KEPT_MS));
}

const whereKey = (scope: UserScope, input: { route: string; key: string }) =>
  and(
    eq(idempotencyKeys.userId, scope.userId),
    eq(idempotencyKeys.route, input.route),
    eq(idempotencyKeys.key, input.key),
  );
