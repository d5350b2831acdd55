import { problem } from "../../../shared/errors/problem.ts";
import type { ConnectingMember } from "../../../shared/protocol/trusted-member.ts";
import type { WorkflowDownFrame } from "../../../shared/protocol/workflow-socket.ts";
import type { WorkflowEvent } from "../../../shared/workflow/events.ts";
import { redactEvent } from "../../../shared/workflow/redact.ts";
import type { WorkflowState } from "../../../shared/workflow/state.ts";
import type { SessionGate } from "../../storage/session-gate.ts";
import type { Journal } from "../engine/journal.ts";
import { catchUp, parseSince } from "../log/catch-up.ts";
import { EventStreams } from "./event-streams.ts";
import { Progress } from "./progress.ts";
import { openingFrames, Sockets } from "./sockets.ts";

/** Everybody who watches one workflow: sockets and event streams get the same frames. */
export class Hub {
  readonly #journal: Journal;
  readonly #sockets: Sockets;
  readonly #streams: EventStreams;
  readonly #gate: SessionGate;
  readonly progress: Progress;
  #position: number | null = null;

  constructor(ctx: DurableObjectState, journal: Journal, gate: SessionGate) {
    this.#journal = journal;
    this.#gate = gate;
    this.#sockets = new Sockets(ctx, gate);
    this.#streams = new EventStreams(gate);
    this.progress = new Progress(
      (frame) => this.#broadcast(frame),
      () => this.#sockets.count + this.#streams.count > 0,
    );
    journal.onAppend((events) => this.#tell(events));
  }

  /** `/socket?since=` or `/stream?since=` (or Last-Event-ID) of a member who may read. */
  connect(request: Request, kind: "socket" | "stream", member: ConnectingMember, state: WorkflowState): Response {
    const url = new URL(request.url);
    const since = parseSince(
      kind === "stream"
        ? (request.headers.get("last-event-id") ?? url.searchParams.get("since"))
        : url.searchParams.get("since"),
    );
    if (since === "bad") return Response.json(problem("invalid_request", { fields: "since" }), { status: 400 });
    if (kind === "socket" && request.headers.get("upgrade")?.toLowerCase() !== "websocket")
      return new Response(null, { status: 426, headers: { upgrade: "websocket" } });
    this.#gate.seen(member.sessionId);
    const frames = openingFrames(
      state,
      catchUp(state, this.#journal.damage ? null : since, (from, limit) => this.#journal.events(from, limit)),
    );
    if (this.#position !== null) frames.push({ type: "queue", position: this.#position });
    return kind === "socket" ? this.#sockets.accept(member, frames) : this.#streams.accept(member, frames);
  }

  /** The place in the queue changed; null when there is none. */
  tellPosition(position: number | null): void {
    this.#position = position;
    this.#broadcast({ type: "queue", position });
  }

  receive(socket: WebSocket, message: string | ArrayBuffer): void {
    this.#sockets.receive(socket, message);
  }

  dropMember(userId: string): void {
    this.#sockets.dropMember(userId);
    this.#streams.dropMember(userId);
  }

  closeAll(): void {
    this.#sockets.closeAll();
    this.#streams.closeAll();
  }

  #tell(events: readonly WorkflowEvent[]): void {
    for (const event of events) {
      this.#broadcast({ type: "event", event: redactEvent(event) });
    }
  }

  #broadcast(frame: WorkflowDownFrame): void {
    if (this.#sockets.count + this.#streams.count === 0) return;
    const text = JSON.stringify(frame);
    this.#sockets.broadcast(text);
    this.#streams.broadcast(frame, text);
  }
}
