import { and, eq, inArray, lt, notExists } from "drizzle-orm";
import type { Database } from "./client.ts";
import { account, user } from "./schema.ts";
import type { UserScope } from "./scope.ts";

export interface UserRow {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly locale: "en" | "ar";
}

const columns = { id: user.id, name: user.name, email: user.email, locale: user.locale };

export async function findUser(db: Database, scope: UserScope): Promise<UserRow | null> {
  const [row] = await db.select(columns).from(user).where(eq(user.id, scope.userId)).limit(1);
  return row ?? null;
}

/** People by id, for the members of a project the caller may see. */
export async function findUsers(db: Database, ids: readonly string[]): Promise<Map<string, UserRow>> {
  const found = new Map<string, UserRow>();
  // D1 binds at most 100 values in a statement.
  for (let at = 0; at < ids.length; at += 90) {
    const rows = await db
      .select(columns)
      .from(user)
      .where(inArray(user.id, ids.slice(at, at + 90)));
    for (const row of rows) found.set(row.id, row);
  }
  return found;
}

export async function findUserByEmail(db: Database, email: string): Promise<UserRow | null> {
  const [row] = await db.select(columns).from(user).where(eq(user.email, email.toLowerCase())).limit(1);
  return row ?? null;
}

export async function updateUser(
  db: Database,
  scope: UserScope,
  patch: { name?: string | undefined; locale?: "en" | "ar" | undefined },
): Promise<UserRow | null> {
  const set = {
    ...(patch.name === undefined ? {} : { name: patch.name }),
    ...(patch.locale === undefined ? {} : { locale: patch.locale }),
    updatedAt: new Date(),
  };
  const [row] = await db.update(user).set(set).where(eq(user.id, scope.userId)).returning(columns);
  return row ?? null;
}

/**
 * Frees an address whose sign-up stopped between its two writes: such a person has no way in. A sign-up under way
 * is younger than `before`.
 */
export async function removeHalfMadeUser(db: Database, email: string, before: Date): Promise<void> {
  const hasAccount = db.select({ id: account.id }).from(account).where(eq(account.userId, user.id));
  await db
    .delete(user)
    .where(and(eq(user.email, email.toLowerCase()), lt(user.createdAt, before), notExists(hasAccount)));
}
