import { relations, sql } from "drizzle-orm";
import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";

/*
 * D1 holds what must be seen across projects: people, their sessions, and directories of ids, roles, status and
 * dollars. What a project contains never comes here; the one text is a project's name, so that a person's projects
 * can be listed without waking each of them. Times are ISO 8601 UTC unless a column says otherwise.
 */

const timestamp = (name: string) => integer(name, { mode: "timestamp_ms" });

// --- identity (the library names these tables and fields; times are milliseconds) ---

export const user = sqliteTable("user", {
  id: text("id").primaryKey(),
  name: text("name").notNull(),
  email: text("email").notNull().unique(),
  emailVerified: integer("email_verified", { mode: "boolean" }).notNull().default(false),
  image: text("image"),
  locale: text("locale", { enum: ["en", "ar"] })
    .notNull()
    .default("en"),
  createdAt: timestamp("created_at").notNull(),
  updatedAt: timestamp("updated_at").notNull(),
});

export const session = sqliteTable(
  "session",
  {
    id: text("id").primaryKey(),
    /** Worth nothing alone: the cookie carries it signed, and no other way in takes it. */
    token: text("token").notNull().unique(),
    userId: text("user_id")
      .notNull()
      .references(() => user.id, { onDelete: "cascade" }),
    expiresAt: timestamp("expires_at").notNull(),
    ipAddress: text("ip_address"),
    userAgent: text("user_agent"),
    createdAt: timestamp("created_at").notNull(),
    updatedAt: timestamp("updated_at").notNull(),
  },
  (table) => [index("session_by_user").on(table.userId), index("session_by_expiry").on(table.expiresAt)],
);

export const account = sqliteTable(
  "account",
  {
    id: text("id").primaryKey(),
    accountId: text("account_id").notNull(),
    providerId: text("provider_id").notNull(),
    userId: text("user_id")
      .notNull()
      .references(() => user.id, { onDelete: "cascade" }),
    accessToken: text("access_token"),
    refreshToken: text("refresh_token"),
    idToken: text("id_token"),
    accessTokenExpiresAt: timestamp("access_token_expires_at"),
    refreshTokenExpiresAt: timestamp("refresh_token_expires_at"),
    scope: text("scope"),
    password: text("password"),
    createdAt: timestamp("created_at").notNull(),
    updatedAt: timestamp("updated_at").notNull(),
  },
  (table) => [
    index("account_by_user").on(table.userId),
    /** People are keyed on (issuer, subject), never linked by e-mail alone. */
    uniqueIndex("account_by_subject").on(table.providerId, table.accountId),
  ],
);

export const verification = sqliteTable(
  "verification",
  {
    id: text("id").primaryKey(),
    identifier: text("identifier").notNull(),
    value: text("value").notNull(),
    expiresAt: timestamp("expires_at").notNull(),
    createdAt: timestamp("created_at").notNull(),
    updatedAt: timestamp("updated_at").notNull(),
  },
  (table) => [index("verification_by_identifier").on(table.identifier)],
);

/** By these the identity library reads a session with its person in one query. */
export const sessionRelations = relations(session, ({ one }) => ({
  user: one(user, { fields: [session.userId], references: [user.id] }),
}));
export const accountRelations = relations(account, ({ one }) => ({
  user: one(user, { fields: [account.userId], references: [user.id] }),
}));
export const userRelations = relations(user, ({ many }) => ({ sessions: many(session), accounts: many(account) }));

/** Fixed windows, counted before the work is done. `key` names the rule and whom it counts. */
export const rateWindow = sqliteTable(
  "rate_window",
  {
    key: text("key").primaryKey(),
    count: integer("count").notNull(),
    /** Milliseconds UTC. */
    resetAt: integer("reset_at").notNull(),
  },
  (table) => [index("rate_window_by_reset").on(table.resetAt)],
);

/** Sign-in failures in a row for one address, whether or not somebody has it. `key` is a keyed hash of the address. */
export const signInGuard = sqliteTable(
  "sign_in_guard",
  {
    key: text("key").primaryKey(),
    failures: integer("failures").notNull(),
    /** Milliseconds UTC; 0 when open. */
    lockedUntil: integer("locked_until").notNull(),
    /** The attempt that was let through last. */
    attempt: text("attempt").notNull(),
    at: integer("at").notNull(),
  },
  (table) => [index("sign_in_guard_by_time").on(table.at)],
);

// --- directories (projections; the objects hold the truth) ---

export const projects = sqliteTable("projects", {
  id: text("id").primaryKey(),
  ownerId: text("owner_id").notNull(),
  name: text("name").notNull(),
  createdAt: text("created_at").notNull(),
  deletedAt: text("deleted_at"),
});

export const projectMembers = sqliteTable(
  "project_members",
  {
    projectId: text("project_id").notNull(),
    userId: text("user_id").notNull(),
    role: text("role", { enum: ["owner", "collaborator", "viewer"] }).notNull(),
    createdAt: text("created_at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.projectId, table.userId] }),
    index("project_members_by_user").on(table.userId, table.projectId),
  ],
);

export const workflowIndex = sqliteTable(
  "workflow_index",
  {
    id: text("id").primaryKey(),
    projectId: text("project_id").notNull(),
    status: text("status").notNull(),
    stage: text("stage").notNull(),
    version: integer("version").notNull(),
    spentMicros: integer("spent_micros").notNull().default(0),
    capMicros: integer("cap_micros").notNull().default(0),
    simulated: integer("simulated", { mode: "boolean" }).notNull().default(false),
    waiting: integer("waiting").notNull().default(0),
    createdBy: text("created_by").notNull(),
    createdAt: text("created_at").notNull(),
    updatedAt: text("updated_at").notNull(),
    completedAt: text("completed_at"),
  },
  (table) => [index("workflow_index_by_project").on(table.projectId, sql`${table.createdAt} desc`)],
);

/** Which project a file belongs to; everything else about it is in the project's LibraryObject. */
export const fileIndex = sqliteTable(
  "file_index",
  {
    id: text("id").primaryKey(),
    projectId: text("project_id").notNull(),
    createdAt: text("created_at").notNull(),
  },
  (table) => [index("file_index_by_project").on(table.projectId)],
);

/**
 * Which project answers at a site's host name, and whether it answers. A preview has no version and ends at
 * `expiresAt`; files, titles and history are in the project's LibraryObject.
 */
export const sites = sqliteTable(
  "sites",
  {
    /** First label of the host name. */
    id: text("id").primaryKey(),
    projectId: text("project_id").notNull(),
    state: text("state", { enum: ["live", "unpublished", "preview"] }).notNull(),
    version: integer("version").notNull(),
    /** Counts the changes of this row: a late delivery never moves it back. */
    revision: integer("revision").notNull(),
    /** Milliseconds UTC, previews only. */
    expiresAt: integer("expires_at"),
  },
  (table) => [index("sites_by_project").on(table.projectId), index("sites_by_expiry").on(table.expiresAt)],
);

/** Which project a shared link belongs to. The token is not here, only its SHA-256. */
export const shareLinks = sqliteTable(
  "share_links",
  {
    /** SHA-256 of the token, hexadecimal. */
    tokenHash: text("token_hash").primaryKey(),
    id: text("id").notNull().unique(),
    projectId: text("project_id").notNull(),
  },
  (table) => [index("share_links_by_project").on(table.projectId)],
);

/** First answers to writes that carried an Idempotency-Key, sealed, kept for a day. */
export const idempotencyKeys = sqliteTable(
  "idempotency_keys",
  {
    userId: text("user_id").notNull(),
    route: text("route").notNull(),
    key: text("key").notNull(),
    fingerprint: text("fingerprint").notNull(),
    /** Null while the first request still runs. */
    status: integer("status"),
    contentType: text("content_type"),
    header: text("header"),
    /** Sealed answer, base64url. */
    sealed: text("sealed"),
    /** Milliseconds UTC. */
    createdAt: integer("created_at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.userId, table.route, table.key] }),
    index("idempotency_keys_by_age").on(table.createdAt),
  ],
);
