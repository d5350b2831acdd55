import type { WorkflowDownFrame } from "../../shared/protocol/workflow-socket.ts";
import type { WorkflowEvent } from "../../shared/workflow/events.ts";
import type { Client } from "../harness/client.ts";

export interface Listener {
  readonly events: readonly WorkflowEvent[];
  readonly frames: readonly WorkflowDownFrame[];
  /** Resolves when `when` holds, checked at each frame. */
  until(when: (listener: Listener) => boolean): Promise<void>;
  close(): void;
}

/** Collects frames and wakes whoever waits for them. */
class Collected implements Listener {
  readonly events: WorkflowEvent[] = [];
  readonly frames: WorkflowDownFrame[] = [];
  readonly close: () => void;
  #waiting: { when: (listener: Listener) => boolean; resolve: () => void }[] = [];

  constructor(close: () => void) {
    this.close = close;
  }

  take(text: string): void {
    // SAFETY: the server's own frame type; the tests compare the events with the log.
    const frame = JSON.parse(text) as WorkflowDownFrame;
    this.frames.push(frame);
    if (frame.type === "event") this.events.push(frame.event);
    this.#waiting = this.#waiting.filter(({ when, resolve }) => {
      if (!when(this)) return true;
      resolve();
      return false;
    });
  }

  until(when: (listener: Listener) => boolean): Promise<void> {
    if (when(this)) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push({ when, resolve }));
  }
}

/** A WebSocket on a workflow's log after version `since`. */
export async function listenBySocket(client: Client, workflowId: string, since: number): Promise<Listener> {
  const socket = await client.socket(`/api/workflows/${workflowId}/socket?since=${since}`);
  const collected = new Collected(() => socket.close());
  socket.addEventListener("message", ({ data }) => collected.take(String(data)));
  return collected;
}

/** Server-sent events, resumed as a browser does: by Last-Event-ID. */
export function listenByStream(client: Client, workflowId: string, lastEventId: number): Listener {
  const path = `/api/workflows/${workflowId}/stream`;
  const frames = client.sse("GET", path, undefined, { "last-event-id": String(lastEventId) });
  let open = true;
  const collected = new Collected(() => {
    open = false;
    void frames.return(undefined);
  });
  const pump = async () => {
    for await (const { data } of frames) if (open) collected.take(data);
  };
  void pump().catch(() => undefined);
  return collected;
}

/** True once events up to `version` have come. */
export const has =
  (version: number) =>
  ({ events }: Listener): boolean =>
    (events.at(-1)?.version ?? 0) >= version;
