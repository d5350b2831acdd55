import type { Clock } from "../../../shared/lib/ports.ts";
import { costOf, priceOf } from "../../../shared/money/prices.ts";
import { decodeEvent, encodeEvent } from "../../../shared/workflow/codec.ts";
import { type EventBody, SCHEMA_VERSION, type WorkflowEvent } from "../../../shared/workflow/events.ts";
import { fold } from "../../../shared/workflow/fold.ts";
import type { Actor } from "../../../shared/workflow/records.ts";
import type { OpenCall, WorkflowState } from "../../../shared/workflow/state.ts";
import { derive } from "../outbox/derive.ts";
import type { Hash, LogRow, LogStore } from "../ports.ts";
import { refusalOf } from "./transitions.ts";

/** Waking reads a snapshot and at most this many events after it. */
export const SNAPSHOT_EVERY = 500;
const READ_AT_ONCE = 1000;
/** A page of events ends when it is this long; an event itself can be megabytes (a plan of 500 steps). */
export const PAGE_CHARS = 4_000_000;
const READ_PAGE_ROWS = 20;
const FIRST_PREVIOUS = "0".repeat(64);

/**
 * The one way to change a workflow: appends facts to the log and folds them into the state in memory.
 *
 * J1 Everything is synchronous: whoever checks `state` and appends in one turn cannot be overtaken.
 * J2 Rows, ledger entries and snapshots of one append are written together or not at all.
 * J3 The state in memory moves only after the rows are written.
 * J4 Listeners hear of events after J3, in the same turn; the output gate holds what they send until the commit.
 */
export class Journal {
  readonly #store: LogStore;
  readonly #hash: Hash;
  readonly #clock: Clock;
  readonly #listeners: ((events: readonly WorkflowEvent[], state: WorkflowState) => void)[] = [];
  #state: WorkflowState | null;
  #headHash: string;
  #headAt: string;
  #epoch: number;
  #tranches: number;
  #closed = false;

  constructor(store: LogStore, hash: Hash, clock: Clock) {
    this.#store = store;
    this.#hash = hash;
    this.#clock = clock;
    this.#state = load(store);
    const last = store.last();
    this.#headHash = last ? hash(hashedText(last)) : FIRST_PREVIOUS;
    this.#headAt = last?.at ?? "";
    this.#epoch = store.number("epoch");
    this.#tranches = this.#state ? store.count("money.leased") : 0;
  }

  /** Null before `workflow.created`, and after {@link close}. */
  get state(): WorkflowState | null {
    return this.#closed ? null : this.#state;
  }

  /** Hash of the last row, and when it was written. */
  get head(): { readonly hash: string; readonly at: string } {
    return { hash: this.#headHash, at: this.#headAt };
  }

  get epoch(): number {
    return this.#epoch;
  }

  /** Id of the next budget tranche: the same until its grant is in the log, so that asking twice is harmless. */
  get nextTranche(): string {
    return `t${this.#tranches + 1}`;
  }

  /** A new run of the executor; what an older one started can no longer append under its name. */
  beginEpoch(): number {
    this.#epoch += 1;
    this.#store.setNumber("epoch", this.#epoch);
    return this.#epoch;
  }

  /** The object is being erased: nothing is appended any more. */
  close(): void {
    this.#closed = true;
  }

  onAppend(listener: (events: readonly WorkflowEvent[], state: WorkflowState) => void): void {
    this.#listeners.push(listener);
  }

  /** Appends facts in order. @throws when a fact cannot follow from the state (see transitions.ts); nothing is written then. */
  append(actor: Actor, bodies: readonly EventBody[]): readonly WorkflowEvent[] {
    if (this.#closed || bodies.length === 0) return [];
    const at = new Date(this.#clock.now()).toISOString();
    const events: WorkflowEvent[] = [];
    let state = this.#state;
    let headHash = this.#headHash;
    let tranches = this.#tranches;
    this.#store.transaction(() => {
      for (const body of bodies) {
        const refusal = refusalOf(state, body);
        if (refusal) throw new Error(`${body.name} cannot follow: ${refusal}`);
        const event: WorkflowEvent = { version: (state?.version ?? 0) + 1, at, actor, ...body };
        const before = state;
        state = fold(state, event);
        const row: LogRow = { ...encodeEvent(event), epoch: this.#epoch, previousHash: headHash, cost: costIn(body) };
        this.#store.append(row);
        headHash = this.#hash(hashedText(row));
        if (body.name === "money.leased") tranches += 1;
        for (const fact of derive(event, before, state)) this.#store.enqueue(fact.kind, JSON.stringify(fact.body));
        events.push(event);
      }
      if (
        state &&
        Math.floor(state.version / SNAPSHOT_EVERY) > Math.floor((this.#state?.version ?? 0) / SNAPSHOT_EVERY)
      )
        this.#store.saveSnapshot(state.version, JSON.stringify({ schemaVersion: SCHEMA_VERSION, state }));
    });
    if (!state) return [];
    this.#state = state;
    this.#headHash = headHash;
    this.#headAt = at;
    this.#tranches = tranches;
    for (const listener of this.#listeners) listener(events, state);
    return events;
  }

  /** Events after `since`, at most `limit`; fewer when they are so long that memory or a message could not hold them. */
  events(since: number, limit: number): WorkflowEvent[] {
    const events: WorkflowEvent[] = [];
    let chars = 0;
    while (events.length < limit && chars < PAGE_CHARS) {
      const rows = this.#store.range(events.at(-1)?.version ?? since, Math.min(READ_PAGE_ROWS, limit - events.length));
      for (const row of rows) {
        if (chars >= PAGE_CHARS) break;
        chars += row.event.length;
        events.push(toEvent(row));
      }
      if (rows.length < READ_PAGE_ROWS) break;
    }
    return events;
  }

  /** Version of the first row whose hash does not fit, or null when the chain is whole. */
  findTampering(): number | null {
    let previous = FIRST_PREVIOUS;
    for (let since = 0; ; ) {
      const rows = this.#store.range(since, READ_AT_ONCE);
      for (const row of rows) {
        if (row.previousHash !== previous) return row.version;
        previous = this.#hash(hashedText(row));
      }
      const last = rows.at(-1);
      if (!last) return previous === this.#headHash ? null : since;
      since = last.version;
    }
  }
}

/** What a row's hash covers: all of its columns, the hash of the row before among them. */
function hashedText(row: LogRow): string {
  const { version, name, schemaVersion, epoch, actor, event, previousHash, cost, at } = row;
  return JSON.stringify([version, name, schemaVersion, epoch, actor, event, previousHash, cost, at]);
}

function load(store: LogStore): WorkflowState | null {
  let state = readSnapshot(store);
  for (;;) {
    const rows = store.range(state?.version ?? 0, READ_AT_ONCE);
    for (const row of rows) state = fold(state, toEvent(row));
    if (rows.length < READ_AT_ONCE) return state;
  }
}

/** A snapshot of another schema is passed over: the log is the truth and is folded from the start. */
function readSnapshot(store: LogStore): WorkflowState | null {
  const text = store.snapshot()?.text;
  if (text === undefined) return null;
  // SAFETY: written by append from a WorkflowState; the schema version is checked before use.
  const kept = JSON.parse(text) as { schemaVersion: number; state: WorkflowState };
  return kept.schemaVersion === SCHEMA_VERSION ? kept.state : null;
}

function toEvent(row: LogRow): WorkflowEvent {
  const decoded = decodeEvent(row);
  if (!decoded.ok) throw new Error(`Event ${decoded.error.version} is unreadable: ${decoded.error.detail}`);
  return decoded.value;
}

function costIn(body: EventBody): number {
  if (body.name === "call.settled") return body.data.costMicros + (body.data.unconfirmedMicros ?? 0);
  return body.name === "call.unconfirmed" ? body.data.bookedMicros : 0;
}

/** What a settled call cost at the price that held when it was made. */
export function priceCall(call: OpenCall, usage: Parameters<typeof costOf>[0]): number {
  return costOf(usage, priceOf(call.model, Date.parse(call.intendedAt)));
}
