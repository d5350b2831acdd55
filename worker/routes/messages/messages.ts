import { MAX_MESSAGE_CHARS } from "../../../shared/api/limits.ts";
import { MessageView, PostMessage } from "../../../shared/api/messages.ts";
import { PageQuery, page } from "../../../shared/api/projects.ts";
import { OBJECT_PATHS } from "../../../shared/protocol/object-paths.ts";
import { refuse, unwrap } from "../../middleware/problems/problem-error.ts";
import { objectRequest, passStream } from "../../routing/live.ts";
import { projectRoute } from "../../routing/route.ts";

const tag = "Director";
export const MessagePage = page(MessageView);

export const getMessages = projectRoute(
  {
    method: "GET",
    path: "/api/projects/:projectId/messages",
    id: "listMessages",
    tag,
    summary: "The conversation with the Director",
    query: PageQuery,
    answer: { status: 200, schema: MessagePage, description: "One page; the next one is older" },
  },
  "chat.read",
  async (c, { member, projectId, query }) => {
    const input = { limit: query.limit, before: query.cursor ?? null };
    return c.json(unwrap(await c.env.PROJECT.getByName(projectId).messages(member, input)));
  },
);

export const postMessage = projectRoute(
  {
    method: "POST",
    path: "/api/projects/:projectId/messages",
    id: "postMessage",
    tag,
    summary: "Say something to the Director; the answer streams",
    body: PostMessage,
    messageField: { name: "text", max: MAX_MESSAGE_CHARS },
    answer: { status: 200, contentType: "text/event-stream", description: "One MessageFrame as JSON per data line" },
    problems: ["message_empty", "message_too_long", "director_busy"],
    idempotent: true,
  },
  "chat.write",
  (c, { member, projectId, body }) => {
    if (body.text === "" && body.fileIds.length === 0) throw refuse("message_empty");
    const init = { method: "POST", body: JSON.stringify(body) };
    const request = objectRequest(c, member, OBJECT_PATHS.messages, init);
    return passStream(c.env.PROJECT.getByName(projectId), request);
  },
);
