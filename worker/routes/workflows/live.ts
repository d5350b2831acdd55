import { z } from "zod";
import { OBJECT_PATHS } from "../../../shared/protocol/object-paths.ts";
import { WorkflowEvent } from "../../../shared/workflow/events.ts";
import { unwrap } from "../../middleware/problems/problem-error.ts";
import { objectRequest, passSocket, passStream } from "../../routing/live.ts";
import { workflowRoute } from "../../routing/route.ts";

const tag = "Live";

/** The last version the caller has seen; 0 for none. */
const since = z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
export const EventsQuery = z.object({
  since: since.default(0),
  limit: z.coerce.number().int().min(1).max(1000).default(500),
});
export const SinceQuery = z.object({ since: since.optional() });
export const EventPage = z.object({ events: z.array(WorkflowEvent), version: z.number().int() });

export const getEvents = workflowRoute(
  {
    method: "GET",
    path: "/api/workflows/:workflowId/events",
    id: "listEvents",
    tag,
    summary: "The log after a version",
    query: EventsQuery,
    answer: { status: 200, schema: EventPage, description: "Events in order, and the version of the log's head" },
  },
  "workflow.read",
  async (c, { member, workflowId, query }) =>
    c.json(unwrap(await c.env.WORKFLOW.getByName(workflowId).events(member, query.since, query.limit))),
);

export const workflowStream = workflowRoute(
  {
    method: "GET",
    path: "/api/workflows/:workflowId/stream",
    id: "workflowStream",
    tag,
    summary: "The same frames as the socket, as server-sent events; `Last-Event-ID` is the version",
    query: SinceQuery,
    answer: { status: 200, contentType: "text/event-stream", description: "One WorkflowDownFrame per event" },
  },
  "workflow.read",
  (c, { member, workflowId, query }) =>
    passStream(
      c.env.WORKFLOW.getByName(workflowId),
      objectRequest(c, member, `${OBJECT_PATHS.stream}${sinceOf(query)}`),
    ),
);

export const workflowSocket = workflowRoute(
  {
    method: "GET",
    path: "/api/workflows/:workflowId/socket",
    id: "workflowSocket",
    tag,
    summary: "WebSocket: the missing events or a snapshot, then what happens",
    query: SinceQuery,
    answer: { status: 101, description: "Frames of shared/protocol/workflow-socket.ts" },
    problems: ["bad_origin"],
  },
  "workflow.read",
  (c, { member, workflowId, query }) =>
    passSocket(c, c.env.WORKFLOW.getByName(workflowId), member, `${OBJECT_PATHS.socket}${sinceOf(query)}`),
);

const sinceOf = (query: { since?: number | undefined }): string =>
  query.since === undefined ? "" : `?since=${query.since}`;
