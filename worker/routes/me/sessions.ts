import { Done, SessionList, type SessionView } from "../../../shared/api/auth.ts";
import { openDatabase } from "../../db/client.ts";
import { endAllSessions, endSession, listSessions } from "../../db/sessions.ts";
import { refuse } from "../../middleware/problems/problem-error.ts";
import { userRoute } from "../../routing/route.ts";

const tag = "Me";

export const getSessions = userRoute(
  {
    method: "GET",
    path: "/api/me/sessions",
    id: "listSessions",
    tag,
    summary: "Where this account is signed in",
    answer: { status: 200, schema: SessionList, description: "Live sessions, newest first" },
  },
  async (c, { identity }) => {
    const rows = await listSessions(openDatabase(c.env.DB), identity, new Date(c.var.clock.now()));
    const items = rows.map(
      (row): SessionView => ({
        id: row.id,
        current: row.id === identity.sessionId,
        createdAt: row.createdAt.toISOString(),
        lastSeenAt: row.updatedAt.toISOString(),
        expiresAt: row.expiresAt.toISOString(),
        ipAddress: row.ipAddress || null,
        userAgent: row.userAgent || null,
      }),
    );
    return c.json({ items });
  },
);

export const deleteSessions = userRoute(
  {
    method: "DELETE",
    path: "/api/me/sessions",
    id: "endAllSessions",
    tag,
    summary: "Sign out everywhere, here too",
    answer: { status: 200, schema: Done, description: "All sessions ended" },
  },
  async (c, { identity }) => {
    await endAllSessions(openDatabase(c.env.DB), identity);
    return c.json({ ok: true });
  },
);

export const deleteSession = userRoute(
  {
    method: "DELETE",
    path: "/api/me/sessions/:sessionId",
    id: "endSession",
    tag,
    summary: "Sign out one device",
    answer: { status: 200, schema: Done, description: "The session ended" },
  },
  async (c, { identity }) => {
    const ended = await endSession(openDatabase(c.env.DB), identity, c.req.param("sessionId") ?? "");
    if (!ended) throw refuse("not_found");
    return c.json({ ok: true });
  },
);
