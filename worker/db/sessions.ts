import { and, desc, eq, gt, lt, or } from "drizzle-orm";
import type { Database } from "./client.ts";
import { session } from "./schema.ts";
import type { UserScope } from "./scope.ts";

export interface SessionRow {
  readonly id: string;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly expiresAt: Date;
  readonly ipAddress: string | null;
  readonly userAgent: string | null;
}

/** Live sessions, newest first. Tokens stay here. */
export function listSessions(db: Database, scope: UserScope, now: Date): Promise<SessionRow[]> {
  return db
    .select({
      id: session.id,
      createdAt: session.createdAt,
      updatedAt: session.updatedAt,
      expiresAt: session.expiresAt,
      ipAddress: session.ipAddress,
      userAgent: session.userAgent,
    })
    .from(session)
    .where(and(eq(session.userId, scope.userId), gt(session.expiresAt, now)))
    .orderBy(desc(session.createdAt))
    .limit(100);
}

/** False when this person has no such session. */
export async function endSession(db: Database, scope: UserScope, id: string): Promise<boolean> {
  const ended = await db
    .delete(session)
    .where(and(eq(session.id, id), eq(session.userId, scope.userId)))
    .returning({ id: session.id });
  return ended.length > 0;
}

export async function endAllSessions(db: Database, scope: UserScope): Promise<void> {
  await db.delete(session).where(eq(session.userId, scope.userId));
}

/** Housekeeping on sign-in: nobody's expired rows are kept. */
export async function dropExpiredSessions(db: Database, scope: UserScope, now: Date): Promise<void> {
  const longGone = new Date(now.getTime() - 30 * 86_400_000);
  await db
    .delete(session)
    .where(or(and(eq(session.userId, scope.userId), lt(session.expiresAt, now)), lt(session.expiresAt, longGone)));
}
