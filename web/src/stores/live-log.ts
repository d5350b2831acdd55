import type { WorkflowDownFrame } from "../../../shared/protocol/workflow-socket.ts";
import type { WorkflowEvent } from "../../../shared/workflow/events.ts";
import { fold } from "../../../shared/workflow/fold.ts";
import type { WorkflowState } from "../../../shared/workflow/state.ts";

/** What became of a frame. `gap`: events are missing between what is held and what came; fetch them. */
export type Taken = "applied" | "repeated" | "gap" | "ignored";

/** Longest streamed text kept per step, characters: its result is in the log anyway. */
const MAX_STREAM = 20_000;

/**
 * One workflow's log as this browser knows it. Invariants:
 * L1 every version is folded exactly once and in order, whatever is repeated, late or missing;
 * L2 `state.version` never falls;
 * L3 an event ahead of a gap is kept, and folded when the gap closes.
 */
export class LiveLog {
  state: WorkflowState | null = null;
  /** Folded events, oldest first; begins after `eventsFrom`. */
  events: readonly WorkflowEvent[] = [];
  /** Version after which `events` begins: 0 unless the server began with a snapshot. */
  eventsFrom = 0;
  /** Text that streams now, by step id ("" while planning). */
  streams: Readonly<Record<string, string>> = {};
  /** Place in the queue from 1 while it waits for room; null when it is not known. */
  queuePosition: number | null = null;
  readonly #ahead = new Map<number, WorkflowEvent>();

  get version(): number {
    return this.state?.version ?? 0;
  }

  take(frame: WorkflowDownFrame): Taken {
    switch (frame.type) {
      case "snapshot":
        if (frame.version <= this.version) return "repeated";
        this.state = frame.state;
        this.events = [];
        this.eventsFrom = frame.version;
        this.#closeGap();
        return "applied";
      case "event":
        return this.takeEvents([frame.event]);
      case "progress": {
        const key = frame.nodeId ?? "";
        this.streams = { ...this.streams, [key]: frame.text.slice(-MAX_STREAM) };
        return "applied";
      }
      case "queue":
        if (frame.position === this.queuePosition) return "repeated";
        this.queuePosition = frame.position;
        return "applied";
      default:
        return "ignored";
    }
  }

  takeEvents(events: readonly WorkflowEvent[]): Taken {
    let fresh = false;
    for (const event of events) {
      if (event.version <= this.version) continue;
      this.#ahead.set(event.version, event);
      fresh = true;
    }
    if (!fresh) return "repeated";
    this.#closeGap();
    return this.#ahead.size > 0 ? "gap" : "applied";
  }

  #closeGap(): void {
    const folded: WorkflowEvent[] = [];
    for (let next = this.#ahead.get(this.version + 1); next; next = this.#ahead.get(this.version + 1)) {
      this.#ahead.delete(next.version);
      this.state = fold(this.state, next);
      folded.push(next);
      this.#endStream(next);
    }
    for (const version of this.#ahead.keys()) if (version <= this.version) this.#ahead.delete(version);
    if (folded.length > 0) this.events = [...this.events, ...folded];
  }

  /** What streamed is in the log once its call has settled. */
  #endStream(event: WorkflowEvent): void {
    if (event.name !== "call.settled" && event.name !== "node.started" && event.name !== "plan.proposed") return;
    const key = event.name === "node.started" ? event.data.nodeId : "";
    if (event.name === "call.settled") {
      const active = new Set(Object.values(this.state?.calls ?? {}).map((call) => call.nodeId ?? ""));
      this.streams = Object.fromEntries(Object.entries(this.streams).filter(([node]) => active.has(node)));
      return;
    }
    const { [key]: _ended, ...rest } = this.streams;
    this.streams = rest;
  }
}
