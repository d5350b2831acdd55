import { z } from "zod";
import { isSessionLive } from "../../../durable-objects/storage/session-gate.ts";
import { EXEC_LIMITS } from "../../../sandbox/port.ts";
import { TerminalAccepted, TerminalBody } from "../../../shared/api/terminal.ts";
import { isId } from "../../../shared/lib/ids.ts";
import type { WorkspaceRef } from "../../../shared/protocol/sandbox-rpc.ts";
import type { AppContext } from "../../context.ts";
import type { Database } from "../../db/client.ts";
import { type Limit, take } from "../../db/limits.ts";
import { findUsers } from "../../db/users.ts";
import { defer, report } from "../../middleware/defer.ts";
import { lastingId } from "../../middleware/idempotency/idempotency.ts";
import { refuse, tooFast, unwrap } from "../../middleware/problems/problem-error.ts";
import type { WorkflowAccess } from "../../routing/access.ts";
import { workflowRoute } from "../../routing/route.ts";
import { SinceQuery } from "./live.ts";
import { toEventStream } from "./terminal-stream.ts";
import { workspaceFor } from "./workspace.ts";

const tag = "Terminal";

/** What a person types is slow; what a script sends is not meant to run here. */
const COMMANDS: Limit = { max: 60, windowMs: 60_000 };
/** A command that cannot even begin fails within this; what fails later says so in the terminal. */
const BEGIN_MS = 300;

const workspaceOf = ({ projectId, workflowId }: WorkflowAccess): WorkspaceRef => ({ projectId, workflowId });

export const terminalStream = workflowRoute(
  {
    method: "GET",
    path: "/api/workflows/:workflowId/terminal/stream",
    id: "terminalStream",
    tag,
    summary:
      "What ran for the workflow after `since`, then what runs, as server-sent events; `Last-Event-ID` is a line's `seq`",
    query: SinceQuery,
    answer: {
      status: 200,
      contentType: "text/event-stream",
      description: "One TranscriptEntry of shared/protocol/sandbox-rpc.ts per event",
    },
    problems: ["sandbox_unavailable"],
  },
  "workflow.read",
  async (c, { query, ...access }) => {
    const last = Number(c.req.header("last-event-id") ?? Number.NaN);
    const since = query.since ?? (Number.isSafeInteger(last) && last >= 0 ? last : 0);
    const lines = await answerOf(c, () => c.env.SANDBOX.watch(workspaceOf(access), since));
    const { member, projectId, identity } = access;
    const mayRead = async () =>
      (await c.env.PROJECT.getByName(projectId).roleOf(member.userId)) !== null &&
      (await isSessionLive(c.env.DB, identity.sessionId));
    return new Response(toEventStream(lines, { mayRead, now: () => c.var.clock.now() }), {
      headers: { "content-type": "text/event-stream; charset=utf-8", "x-accel-buffering": "no" },
    });
  },
);

export const runTerminalLine = workflowRoute(
  {
    method: "POST",
    path: "/api/workflows/:workflowId/terminal",
    id: "runTerminalLine",
    tag,
    summary: "Run a line of the shell in the workflow's workspace; results of the workflow do not change by it",
    body: TerminalBody,
    answer: { status: 202, schema: TerminalAccepted, description: "It runs; the stream has what it says" },
    idempotent: "lasting",
    problems: ["rate_limited", "sandbox_unavailable"],
  },
  "workflow.write",
  async (c, { body, ...access }) => {
    const { db, identity, member, projectId, workflowId } = access;
    const wait = await take(db, `terminal:${member.userId}`, COMMANDS, c.var.clock.now());
    if (wait !== null) throw tooFast(wait);
    const execId = await lastingId(c, identity, "exe");
    const [label, { manifest, egress, supply }] = await Promise.all([
      nameOf(db, member.userId),
      workspaceFor(c, access),
    ]);
    // That it happened, not what was typed: a line may hold a secret.
    unwrap(
      await c.env.PROJECT.getByName(projectId).note(member, "workflow.write", {
        eventType: "terminal.command",
        category: "workflow",
        data: { workflowId, execId },
        isSensitive: false,
      }),
    );
    const running = c.env.SANDBOX.exec(
      {
        workspace: workspaceOf(access),
        execId,
        command: { kind: "shell", script: body.line },
        limits: EXEC_LIMITS,
        egress,
        manifest,
        by: { kind: "user", id: member.userId, label },
      },
      { supply },
    );
    defer(c, "terminal", running);
    await answerOf(c, () => Promise.race([running, sleep(BEGIN_MS)]));
    return c.json({ execId } satisfies TerminalAccepted, 202);
  },
);

export const stopTerminalLine = workflowRoute(
  {
    method: "DELETE",
    path: "/api/workflows/:workflowId/terminal/:execId",
    id: "stopTerminalLine",
    tag,
    summary: "End a line that a person ran; nothing happens when it is over",
    answer: { status: 200, schema: z.object({ ok: z.literal(true) }), description: "It was told to end" },
    problems: ["sandbox_unavailable"],
  },
  "workflow.write",
  async (c, access) => {
    const execId = c.req.param("execId") ?? "";
    // Commands of agents end with their step only.
    if (!isId("exe", execId)) throw refuse("not_found");
    await answerOf(c, () => c.env.SANDBOX.cancel(workspaceOf(access), execId));
    return c.json({ ok: true });
  },
);

/** @throws sandbox_unavailable when the sandbox Worker does not answer */
async function answerOf<T>(c: AppContext, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    report(c, "sandbox", error);
    throw refuse("sandbox_unavailable");
  }
}

async function nameOf(db: Database, userId: string): Promise<string> {
  return (await findUsers(db, [userId])).get(userId)?.name ?? "";
}

const sleep = (ms: number): Promise<null> => new Promise((resolve) => setTimeout(() => resolve(null), ms));
