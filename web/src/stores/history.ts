import type { WorkflowEvent } from "../../../shared/workflow/events.ts";
import { fold } from "../../../shared/workflow/fold.ts";
import type { WorkflowState } from "../../../shared/workflow/state.ts";

/** A page of events after a version, oldest first; empty behind the end. */
export type FetchEvents = (since: number) => Promise<readonly WorkflowEvent[]>;

/** A state is kept for every so many versions: what lies between is folded again when it is looked at. */
const KEYFRAME = 64;

/**
 * The states a log went through, for looking back. Invariants:
 * H1 the state of a version is the fold of all events up to it, whichever way it was reached;
 * H2 a page is fetched once at a time, and again only when it failed;
 * H3 a look costs the folding of one keyframe's distance, however long the log is.
 */
export class History {
  readonly #fetch: FetchEvents;
  readonly #events = new Map<number, WorkflowEvent>();
  readonly #frames = new Map<number, WorkflowState>();
  readonly #loading = new Map<number, Promise<void>>();
  /** All events up to this version are here. */
  #whole = 0;
  #learnt: readonly WorkflowEvent[] = [];

  constructor(fetch: FetchEvents) {
    this.#fetch = fetch;
  }

  /** Takes events that are here already; a list that only grew costs what is new in it. */
  learn(events: readonly WorkflowEvent[]): void {
    const grown = this.#learnt.length > 0 && events[0] === this.#learnt[0] && events.length >= this.#learnt.length;
    for (const event of grown ? events.slice(this.#learnt.length) : events) this.#events.set(event.version, event);
    this.#learnt = events;
  }

  /** The state as of `version`, or null while a part of the way to it is not here. */
  at(version: number): WorkflowState | null {
    let from = version;
    while (from > 0 && !this.#frames.has(from)) {
      if (!this.#events.has(from)) return null;
      from--;
    }
    let state = this.#frames.get(from) ?? null;
    for (let next = from + 1; next <= version; next++) {
      const event = this.#events.get(next);
      if (!event) return null;
      state = fold(state, event);
      if (next % KEYFRAME === 0) this.#frames.set(next, state);
    }
    return state;
  }

  /** Every event that is here, oldest first. */
  events(): WorkflowEvent[] {
    return [...this.#events.values()].sort((a, b) => a.version - b.version);
  }

  /** The first version up to `version` whose event is not here; null when all are. */
  missing(version: number): number | null {
    while (this.#events.has(this.#whole + 1)) this.#whole++;
    return this.#whole < version ? this.#whole + 1 : null;
  }

  /** Fetches the page that begins with the first missing version. Rejects when it does not bring it. */
  async next(version: number): Promise<void> {
    const first = this.missing(version);
    if (first === null) return;
    const known = this.#loading.get(first);
    if (known) return known;
    const loading = this.#page(first).finally(() => this.#loading.delete(first));
    this.#loading.set(first, loading);
    return loading;
  }

  async #page(first: number): Promise<void> {
    for (const event of await this.#fetch(first - 1)) this.#events.set(event.version, event);
    if (!this.#events.has(first)) throw new Error(`The log has no event ${first}`);
  }
}
