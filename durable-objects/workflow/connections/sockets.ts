import type { ConnectingMember } from "../../../shared/protocol/trusted-member.ts";
import {
  PING,
  PONG,
  PROTOCOL_VERSION,
  SIGNED_OUT,
  type WorkflowDownFrame,
} from "../../../shared/protocol/workflow-socket.ts";
import { WorkflowUpFrame } from "../../../shared/protocol/workflow-up.ts";
import { redactEvent, redactState } from "../../../shared/workflow/redact.ts";
import type { WorkflowState } from "../../../shared/workflow/state.ts";
import { type SessionGate, sessionIn, tagsOf } from "../../storage/session-gate.ts";
import type { CatchUp } from "../log/catch-up.ts";
import { readAttachment, writeAttachment } from "./attachment.ts";

/** Frames that make no sense; the last one ends the connection. */
const MAX_BAD_FRAMES = 3;
const MAX_FRAME_CHARS = 1024;
const POLICY_VIOLATION = 1008;
const GOING_AWAY = 1001;

/** Frames that bring a client from where it was to the present. */
export function openingFrames(state: WorkflowState, missing: CatchUp): WorkflowDownFrame[] {
  const hello: WorkflowDownFrame = { type: "hello", protocol: PROTOCOL_VERSION, version: state.version };
  if (missing.kind === "snapshot")
    return [hello, { type: "snapshot", version: missing.state.version, state: redactState(missing.state) }];
  return [hello, ...missing.events.map((event): WorkflowDownFrame => ({ type: "event", event: redactEvent(event) }))];
}

/** The hibernating WebSockets of one workflow. Everything about a socket is in its attachment (SPEC S5). */
export class Sockets {
  readonly #ctx: DurableObjectState;
  readonly #gate: SessionGate;

  constructor(ctx: DurableObjectState, gate: SessionGate) {
    this.#ctx = ctx;
    this.#gate = gate;
    ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair(PING, PONG));
  }

  /** Accepts a client and sends what it missed, in the turn in which it joins: no event falls between (SPEC S1). */
  accept(member: ConnectingMember, frames: readonly WorkflowDownFrame[]): Response {
    const { 0: client, 1: server } = new WebSocketPair();
    this.#ctx.acceptWebSocket(server, tagsOf(member.userId, member.sessionId));
    writeAttachment(server, { userId: member.userId, role: member.role, badFrames: 0 });
    for (const frame of frames) server.send(JSON.stringify(frame));
    return new Response(null, { status: 101, webSocket: client });
  }

  get count(): number {
    return this.#ctx.getWebSockets().length;
  }

  broadcast(text: string): void {
    for (const socket of this.#ctx.getWebSockets())
      this.#gate.pass(sessionIn(this.#ctx.getTags(socket)), (live) => {
        if (live) trySend(socket, text);
        else socket.close(SIGNED_OUT, "signed out");
      });
  }

  receive(socket: WebSocket, message: string | ArrayBuffer): void {
    const attachment = readAttachment(socket);
    if (!attachment) {
      socket.close(POLICY_VIOLATION, "unknown socket");
      return;
    }
    if (isPing(message)) {
      trySend(socket, PONG);
      return;
    }
    const badFrames = attachment.badFrames + 1;
    writeAttachment(socket, { ...attachment, badFrames });
    trySend(socket, JSON.stringify({ type: "error", code: "bad_frame" } satisfies WorkflowDownFrame));
    if (badFrames >= MAX_BAD_FRAMES) socket.close(POLICY_VIOLATION, "too many bad frames");
  }

  /** A person who left the project sees nothing more. */
  dropMember(userId: string): void {
    for (const socket of this.#ctx.getWebSockets(userId)) socket.close(POLICY_VIOLATION, "no longer a member");
  }

  closeAll(): void {
    for (const socket of this.#ctx.getWebSockets()) socket.close(GOING_AWAY, "the workflow is gone");
  }
}

function isPing(message: string | ArrayBuffer): boolean {
  if (typeof message !== "string" || message.length > MAX_FRAME_CHARS) return false;
  try {
    return WorkflowUpFrame.safeParse(JSON.parse(message)).success;
  } catch {
    return false;
  }
}

/** A socket that is closing throws on send; its client catches up when it comes back. */
function trySend(socket: WebSocket, text: string): void {
  try {
    socket.send(text);
  } catch {
    // Its close event follows.
  }
}
