import type { MessageFrame } from "../../shared/api/messages.ts";
import type { ProjectDownFrame } from "../../shared/protocol/project-socket.ts";
import type { ConnectingMember } from "../../shared/protocol/trusted-member.ts";
import { PROTOCOL_VERSION, SIGNED_OUT } from "../../shared/protocol/workflow-socket.ts";
import { isSessionLive, SessionGate, sessionIn, tagsOf } from "../storage/session-gate.ts";

const MAX_BAD_FRAMES = 3;

/** Everyone who watches a project: hibernating sockets, and the response streams of posted messages. */
export class Watchers {
  readonly #ctx: DurableObjectState;
  /** By message id, with who reads. A reader that left is dropped; the answer itself does not depend on any. */
  readonly #streams = new Map<string, Map<ReadableStreamDefaultController<Uint8Array>, ConnectingMember>>();
  readonly #gate: SessionGate;
  readonly #encoder = new TextEncoder();

  constructor(ctx: DurableObjectState, db: D1Database) {
    this.#ctx = ctx;
    this.#gate = new SessionGate(
      (sessionId) => isSessionLive(db, sessionId),
      () => Date.now(),
    );
    ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair('{"type":"ping"}', '{"type":"pong"}'));
  }

  /** Opens a socket for a member; `first` are frames sent before anything live. */
  accept(member: ConnectingMember, first: readonly ProjectDownFrame[]): Response {
    const [client, server] = Object.values(new WebSocketPair());
    if (!client || !server) throw new Error("no socket pair");
    this.#ctx.acceptWebSocket(server, tagsOf(member.userId, member.sessionId));
    this.#gate.seen(member.sessionId);
    for (const frame of [{ type: "hello", protocol: PROTOCOL_VERSION } as const, ...first])
      server.send(JSON.stringify(frame));
    return new Response(null, { status: 101, webSocket: client });
  }

  /** Clients have nothing to say here but pings, which are answered without waking the object. */
  refuse(socket: WebSocket): void {
    const bad = Number(socket.deserializeAttachment() ?? 0) + 1;
    socket.serializeAttachment(bad);
    socket.send(JSON.stringify({ type: "error", code: "invalid_request" } satisfies ProjectDownFrame));
    if (bad >= MAX_BAD_FRAMES) socket.close(1008, "unexpected frames");
  }

  /** Server-sent events until the message is done; `first` comes at once. */
  stream(messageId: string, member: ConnectingMember, first: readonly MessageFrame[]): Response {
    let mine: ReadableStreamDefaultController<Uint8Array> | null = null;
    const readers =
      this.#streams.get(messageId) ?? new Map<ReadableStreamDefaultController<Uint8Array>, ConnectingMember>();
    this.#gate.seen(member.sessionId);
    this.#streams.set(messageId, readers);
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => {
        mine = controller;
        readers.set(controller, member);
        for (const frame of first) controller.enqueue(this.#encode(frame));
      },
      cancel: () => {
        if (mine) readers.delete(mine);
      },
    });
    return new Response(body, {
      headers: { "content-type": "text/event-stream; charset=utf-8", "cache-control": "no-store" },
    });
  }

  send(frame: ProjectDownFrame): void {
    const text = JSON.stringify(frame);
    for (const socket of this.#ctx.getWebSockets())
      this.#gate.pass(sessionIn(this.#ctx.getTags(socket)), (live) =>
        trySend(() => (live ? socket.send(text) : socket.close(SIGNED_OUT, "signed out"))),
      );
    if (frame.type === "delta" || frame.type === "done") this.#toStreams(frame.messageId, frame);
    if (frame.type === "message") this.#toStreams(frame.message.id, frame);
  }

  /** The answer is complete: its streams end. */
  finish(messageId: string): void {
    this.send({ type: "done", messageId });
    for (const [controller, { sessionId }] of this.#streams.get(messageId) ?? [])
      this.#gate.pass(sessionId, () => trySend(() => controller.close()));
    this.#streams.delete(messageId);
  }

  /** Closes a person's sockets and streams, or everyone's. */
  close(userId: string | null, reason: string): void {
    for (const socket of userId === null ? this.#ctx.getWebSockets() : this.#ctx.getWebSockets(userId))
      trySend(() => socket.close(1008, reason));
    for (const readers of this.#streams.values())
      for (const [controller, reader] of readers)
        if (userId === null || userId === reader.userId) {
          trySend(() => controller.close());
          readers.delete(controller);
        }
  }

  #toStreams(messageId: string, frame: MessageFrame): void {
    const readers = this.#streams.get(messageId);
    for (const [controller, { sessionId }] of readers ?? [])
      this.#gate.pass(sessionId, (live) => {
        const sent = live && trySend(() => controller.enqueue(this.#encode(frame)));
        if (!sent) readers?.delete(controller);
        if (!live) trySend(() => controller.close());
      });
  }

  #encode(frame: MessageFrame): Uint8Array {
    return this.#encoder.encode(`data: ${JSON.stringify(frame)}\n\n`);
  }
}

/** False when the other side is gone; it will find out by reconnecting. */
function trySend(send: () => void): boolean {
  try {
    send();
    return true;
  } catch {
    return false;
  }
}
