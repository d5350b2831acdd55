import { z } from "zod";
import type { Member } from "../../shared/access/roles.ts";
import { isProblemCode } from "../../shared/errors/catalogue/describe.ts";
import { problem } from "../../shared/errors/problem.ts";
import { encodeMember, MEMBER_HEADER } from "../../shared/protocol/trusted-member.ts";
import type { AppContext } from "../context.ts";
import { ProblemError, refuse } from "../middleware/problems/problem-error.ts";

/** The only headers of a caller that an object sees: what a socket's handshake and a resumed stream need. */
const PASSED = [
  "upgrade",
  "connection",
  "sec-websocket-key",
  "sec-websocket-version",
  "sec-websocket-extensions",
  "sec-websocket-protocol",
  "last-event-id",
] as const;

interface Fetches {
  fetch(request: Request): Promise<Response>;
}

/**
 * A request to an object in the name of a member: built anew, so that nothing a client sent can pass for the trusted
 * header.
 */
export function objectRequest(
  c: AppContext,
  member: Member,
  path: string,
  init: { method?: string; body?: string } = {},
): Request {
  const sessionId = c.get("identity")?.sessionId;
  const headers = new Headers({ [MEMBER_HEADER]: encodeMember({ ...member, sessionId }) });
  for (const name of PASSED) {
    const value = c.req.header(name);
    if (value !== undefined) headers.set(name, value);
  }
  if (init.body !== undefined) headers.set("content-type", "application/json");
  return new Request(`https://object${path}`, { ...init, headers });
}

/** Hands a WebSocket to an object. @throws invalid_request when it is none */
export async function passSocket(c: AppContext, object: Fetches, member: Member, path: string): Promise<Response> {
  if (c.req.header("upgrade")?.toLowerCase() !== "websocket") throw refuse("invalid_request", { fields: "Upgrade" });
  const answer = await object.fetch(objectRequest(c, member, path));
  if (answer.status !== 101) throw await refusal(answer);
  return answer;
}

/** Passes a stream of an object on as server-sent events. */
export async function passStream(object: Fetches, request: Request): Promise<Response> {
  const answer = await object.fetch(request);
  if (!answer.ok || answer.body === null) throw await refusal(answer);
  const headers = { "content-type": "text/event-stream; charset=utf-8", "x-accel-buffering": "no" };
  return new Response(answer.body, { status: 200, headers });
}

const Refusal = z.object({
  code: z.string(),
  params: z.record(z.string(), z.union([z.string(), z.number()])).default({}),
});

/** What an object's `fetch` refused with, as this request's problem. */
async function refusal(answer: Response): Promise<Error> {
  const said = Refusal.safeParse(await answer.json().catch(() => null));
  if (said.success && isProblemCode(said.data.code)) return new ProblemError(problem(said.data.code, said.data.params));
  return new Error(`an object answered ${answer.status} without a problem`);
}
