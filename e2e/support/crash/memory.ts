import type { WorkflowEvent } from "../../../shared/workflow/events.ts";

/** A command the server said yes to: what must be in the log for ever, and once only. */
export interface Acknowledged {
  readonly workflowId: string;
  readonly what: string;
  /** True for the one event that is this command's. */
  readonly is: (event: WorkflowEvent) => boolean;
  /** The version the answer named: the event is at or below it. */
  readonly version: number;
}

/** A workflow of the run, and what the observer knows of it. It lives outside everything that is killed. */
export interface Watched {
  readonly id: string;
  readonly person: number;
  readonly mark: string;
  /** Every frame's event, by version, as a socket delivered it. */
  readonly heard: Map<number, WorkflowEvent>;
  /** Versions in the order they came, per connection: each must follow the one before. */
  readonly gaps: string[];
}

/** When everything was killed, and when it was back; milliseconds UTC. */
export interface Kill {
  readonly trigger: string;
  readonly at: number;
  /** The server was started again: its process, before it has read or bundled anything. */
  readonly startedAt: number;
  /** It listens. */
  upAt: number;
  /** Until then no client said a word. */
  quietUntil: number;
}

export class Memory {
  readonly workflows: Watched[] = [];
  readonly acknowledged: Acknowledged[] = [];
  readonly kills: Kill[] = [];
  /** Commands whose answer never came: they may or may not be in the log, but at most once. */
  readonly unanswered: Pick<Acknowledged, "workflowId" | "what" | "is">[] = [];
}
