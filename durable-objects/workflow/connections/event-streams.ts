import type { ConnectingMember } from "../../../shared/protocol/trusted-member.ts";
import type { WorkflowDownFrame } from "../../../shared/protocol/workflow-socket.ts";
import type { SessionGate } from "../../storage/session-gate.ts";

/** Proxies cut connections that stay silent. */
const KEEP_ALIVE_MS = 15_000;
/** Chunks a slow client may leave unread before it is cut off; it comes back with Last-Event-ID. */
const MAX_QUEUED = 2000;

interface Stream {
  readonly userId: string;
  readonly sessionId: string | undefined;
  readonly controller: ReadableStreamDefaultController<Uint8Array>;
  readonly timer: ReturnType<typeof setInterval>;
}

const utf8 = new TextEncoder();

/** The same frames as server-sent events; the id of an event is its version. */
export class EventStreams {
  readonly #open = new Set<Stream>();
  readonly #gate: SessionGate;

  constructor(gate: SessionGate) {
    this.#gate = gate;
  }

  get count(): number {
    return this.#open.size;
  }

  accept({ userId, sessionId }: ConnectingMember, frames: readonly WorkflowDownFrame[]): Response {
    let stream: Stream | undefined;
    const body = new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          const timer = setInterval(() => this.#pass(opened, ": keep-alive\n\n"), KEEP_ALIVE_MS);
          const opened: Stream = { userId, sessionId, controller, timer };
          stream = opened;
          this.#open.add(opened);
          for (const frame of frames) this.#send(opened, toChunk(frame, JSON.stringify(frame)));
        },
        cancel: () => {
          if (stream) this.#forget(stream);
        },
      },
      { highWaterMark: MAX_QUEUED },
    );
    return new Response(body, {
      headers: {
        "content-type": "text/event-stream; charset=utf-8",
        "cache-control": "no-store",
        "x-accel-buffering": "no",
      },
    });
  }

  /** `text` is the JSON of `frame`, made once for all clients. */
  broadcast(frame: WorkflowDownFrame, text: string): void {
    if (this.#open.size === 0) return;
    const chunk = toChunk(frame, text);
    for (const stream of this.#open) this.#pass(stream, chunk);
  }

  dropMember(userId: string): void {
    for (const stream of this.#open) if (stream.userId === userId) this.#end(stream);
  }

  closeAll(): void {
    for (const stream of this.#open) this.#end(stream);
  }

  #pass(stream: Stream, chunk: string): void {
    this.#gate.pass(stream.sessionId, (live) => (live ? this.#send(stream, chunk) : this.#end(stream)));
  }

  #send(stream: Stream, chunk: string): void {
    if ((stream.controller.desiredSize ?? 0) <= 0) {
      this.#end(stream);
      return;
    }
    try {
      stream.controller.enqueue(utf8.encode(chunk));
    } catch {
      this.#forget(stream);
    }
  }

  #end(stream: Stream): void {
    this.#forget(stream);
    try {
      stream.controller.close();
    } catch {
      // The client was faster.
    }
  }

  #forget(stream: Stream): void {
    clearInterval(stream.timer);
    this.#open.delete(stream);
  }
}

function toChunk(frame: WorkflowDownFrame, text: string): string {
  const version = frame.type === "event" ? frame.event.version : frame.type === "snapshot" ? frame.version : undefined;
  return `${version === undefined ? "" : `id: ${version}\n`}event: ${frame.type}\ndata: ${text}\n\n`;
}
