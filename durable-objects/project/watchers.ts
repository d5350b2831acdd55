import type { MessageFrame } from "../../shared/api/messages.ts";
import type { ProjectDownFrame } from "../../shared/protocol/project-socket.ts";
import { PROTOCOL_VERSION } from "../../shared/protocol/workflow-socket.ts";

const MAX_BAD_FRAMES = 3;

/** Everyone who watches a project: hibernating sockets, and the response streams of posted messages. */
export class Watchers {
  readonly #ctx: DurableObjectState;
  /** By message id, with who reads. A reader that left is dropped; the answer itself does not depend on any. */
  readonly #streams = new Map<string, Map<ReadableStreamDefaultController<Uint8Array>, string>>();
  readonly #encoder = new TextEncoder();

  constructor(ctx: DurableObjectState) {
    this.#ctx = ctx;
    ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair('{"type":"ping"}', '{"type":"pong"}'));
  }

  /** Opens a socket for a member; `first` are frames sent before anything live. */
  accept(userId: string, first: readonly ProjectDownFrame[]): Response {
    const [client, server] = Object.values(new WebSocketPair());
    if (!client || !server) throw new Error("no socket pair");
    this.#ctx.acceptWebSocket(server, [userId]);
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
  stream(messageId: string, userId: string, first: readonly MessageFrame[]): Response {
    let mine: ReadableStreamDefaultController<Uint8Array> | null = null;
    const readers = this.#streams.get(messageId) ?? new Map<ReadableStreamDefaultController<Uint8Array>, string>();
    this.#streams.set(messageId, readers);
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => {
        mine = controller;
        readers.set(controller, userId);
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
    for (const socket of this.#ctx.getWebSockets()) trySend(() => socket.send(text));
    if (frame.type === "delta" || frame.type === "done") this.#toStreams(frame.messageId, frame);
    if (frame.type === "message") this.#toStreams(frame.message.id, frame);
  }

  /** The answer is complete: its streams end. */
  finish(messageId: string): void {
    this.send({ type: "done", messageId });
    for (const controller of this.#streams.get(messageId)?.keys() ?? []) trySend(() => controller.close());
    this.#streams.delete(messageId);
  }

  /** Closes a person's sockets and streams, or everyone's. */
  close(userId: string | null, reason: string): void {
    for (const socket of userId === null ? this.#ctx.getWebSockets() : this.#ctx.getWebSockets(userId))
      trySend(() => socket.close(1008, reason));
    for (const readers of this.#streams.values())
      for (const [controller, reader] of readers)
        if (userId === null || userId === reader) {
          trySend(() => controller.close());
          readers.delete(controller);
        }
  }

  #toStreams(messageId: string, frame: MessageFrame): void {
    const readers = this.#streams.get(messageId);
    for (const controller of readers?.keys() ?? [])
      if (!trySend(() => controller.enqueue(this.#encode(frame)))) readers?.delete(controller);
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
