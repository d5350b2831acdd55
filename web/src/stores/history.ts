import type { WorkflowEvent } from "../../../shared/workflow/events.ts";
import { fold } from "../../../shared/workflow/fold.ts";
import type { WorkflowState } from "../../../shared/workflow/state.ts";

/** Where the past is fetched from; both reject when it cannot be had. */
export interface Past {
  /** Events after a version, a page of them at most, oldest first. */
  events(since: number): Promise<readonly WorkflowEvent[]>;
  /** The state as of a version. */
  state(version: number): Promise<WorkflowState>;
}

/** A state is kept for every so many versions: what lies between is folded again when it is looked at. */
const KEYFRAME = 64;
/** Versions fetched together. */
const PAGE = 500;

/**
 * The states a log went through, for looking back. Invariants:
 * H1 the state of a version is the fold of all events up to it, whichever way it was reached;
 * H2 a page is fetched once at a time, and again only when it failed;
 * H3 a look costs the folding of one keyframe's distance, however long the log is.
 */
export class History {
  readonly #past: Past;
  readonly #events = new Map<number, WorkflowEvent>();
  readonly #frames = new Map<number, WorkflowState>();
  readonly #loading = new Map<number, Promise<void>>();
  #learnt: readonly WorkflowEvent[] = [];

  constructor(past: Past) {
    this.#past = past;
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

  /** Fetches what `at(version)` lacks. */
  async load(version: number): Promise<void> {
    if (!this.at(version)) await this.fill(version);
  }

  /** Fetches the page that holds `version`, and the state before it. */
  async fill(version: number): Promise<void> {
    const base = Math.floor((version - 1) / PAGE) * PAGE;
    const known = this.#loading.get(base);
    if (known) return known;
    const loading = this.#fetch(base).finally(() => this.#loading.delete(base));
    this.#loading.set(base, loading);
    return loading;
  }

  /** Every event that is here, oldest first. */
  events(): WorkflowEvent[] {
    return [...this.#events.values()].sort((a, b) => a.version - b.version);
  }

  /** The newest version up to `head` whose event is not here; null when all are. */
  missing(head: number): number | null {
    for (let version = head; version > 0; version--) if (!this.#events.has(version)) return version;
    return null;
  }

  async #fetch(base: number): Promise<void> {
    const state = base > 0 && !this.at(base) ? this.#past.state(base) : null;
    const [found] = await Promise.all([state, this.#page(base)]);
    if (found) this.#frames.set(base, found);
  }

  async #page(base: number): Promise<void> {
    for (let from = base; from < base + PAGE; ) {
      const events = await this.#past.events(from);
      for (const event of events) this.#events.set(event.version, event);
      const last = events.at(-1);
      if (!last) return;
      from = last.version;
    }
  }
}
