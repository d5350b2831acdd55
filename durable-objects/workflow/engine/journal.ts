import { type Problem, problem } from "../../../shared/errors/problem.ts";
import type { Clock } from "../../../shared/lib/ports.ts";
import { costOf, priceOf } from "../../../shared/money/prices.ts";
import { encodeEvent } from "../../../shared/workflow/codec.ts";
import type { EventBody, WorkflowEvent } from "../../../shared/workflow/events.ts";
import { fold } from "../../../shared/workflow/fold.ts";
import type { Actor } from "../../../shared/workflow/records.ts";
import type { OpenCall, WorkflowState } from "../../../shared/workflow/state.ts";
import { derive } from "../outbox/derive.ts";
import type { Hash, LogRow, LogStore, OutboxRow } from "../ports.ts";
import { ChainWalk, type Damage, eventOf, hashOfRow, LogDamaged, markDamaged } from "./chain.ts";
import { refusalOf } from "./transitions.ts";
import { snapshotText, stateThrough, wake } from "./wake.ts";

/** Waking reads a snapshot and at most this many events after it. */
export const SNAPSHOT_EVERY = 500;
const READ_AT_ONCE = 1000;
/** A page of events ends when it is this long; an event itself can be megabytes (a plan of 500 steps). */
export const PAGE_CHARS = 4_000_000;
const READ_PAGE_ROWS = 20;
/** Longer than any plan of 500 steps or answer of a model; in a message of 32 MiB two of them find room. */
export const MAX_EVENT_CHARS = 4_000_000;

/** A fact too long to be kept: whoever proposed it must do with less. */
export class ResultTooLarge extends Error {
  readonly code = "result_too_large";
}

/** The database did not take what was to be written; nothing of it was. */
export class StorageFailed extends Error {
  readonly code = "storage_error";
}

type OutboxFactRow = Pick<OutboxRow, "kind" | "body">;
type Listener = (events: readonly WorkflowEvent[], state: WorkflowState) => void;

/** Where the log stands. */
interface Head {
  readonly state: WorkflowState | null;
  readonly hash: string;
  readonly at: string;
  readonly tranches: number;
}

/** What is written together. */
interface Batch {
  readonly rows: LogRow[];
  readonly outbox: OutboxFactRow[];
  readonly told: { readonly events: readonly WorkflowEvent[]; readonly state: WorkflowState }[];
}

/**
 * The one way to change a workflow: appends facts to the log and folds them into the state in memory.
 *
 * J1 Everything is synchronous: whoever checks `state` and appends in one turn cannot be overtaken.
 * J2 Rows, ledger entries and snapshots of one append are written together or not at all.
 * J3 The state in memory moves only after the rows are written.
 * J4 Listeners hear of events after J3, in the same turn; the output gate holds what they send until the commit.
 * J5 Inside {@link together} memory runs ahead of the rows, for nobody but `work`: it is set back when they are refused.
 */
export class Journal {
  readonly #store: LogStore;
  readonly #hash: Hash;
  readonly #clock: Clock;
  readonly #listeners: Listener[] = [];
  #at: Head;
  #batch: Batch | null = null;
  #epoch: number;
  #closed = false;
  #damage: Damage | null;
  /** The rows up to here rest on a snapshot; waking checked the others. */
  readonly checkedFrom: number;

  constructor(store: LogStore, hash: Hash, clock: Clock) {
    this.#store = store;
    this.#hash = hash;
    this.#clock = clock;
    const woken = wake(store, hash);
    const { state, headHash, headAt } = woken;
    this.#at = { state, hash: headHash, at: headAt, tranches: state ? store.count("money.leased") : 0 };
    this.checkedFrom = woken.checkedFrom;
    this.#damage = woken.damage;
    if (woken.damage) this.markDamaged(woken.damage);
    this.#epoch = store.number("epoch");
  }

  /** Null before `workflow.created`, and after {@link close}. */
  get state(): WorkflowState | null {
    return this.#closed ? null : this.#at.state;
  }

  /** Hash of the last row, and when it was written. */
  get head(): { readonly hash: string; readonly at: string } {
    return this.#at;
  }

  get epoch(): number {
    return this.#epoch;
  }

  /** Id of the next budget tranche: the same until its grant is in the log, so that asking twice is harmless. */
  get nextTranche(): string {
    return `t${this.#at.tranches + 1}`;
  }

  /** Why nothing more is appended, or null when the log is whole as far as was looked. */
  get damage(): Damage | null {
    return this.#damage;
  }

  /** What every command on a damaged log answers. */
  get refusal(): Problem | null {
    return this.#damage && problem("log_damaged", { version: this.#damage.verifiedVersion });
  }

  /** SPEC L7: from now on the state is that of the verified prefix, at rest, and nothing is written. */
  markDamaged(damage: Damage): void {
    this.#damage = damage;
    const { verifiedVersion } = damage;
    const kept = this.#at.state;
    const state =
      kept?.version === verifiedVersion ? kept : stateThrough(this.#store, this.#hash, Math.max(0, verifiedVersion));
    this.#at = { ...this.#at, state: state && markDamaged(state, damage) };
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

  onAppend(listener: Listener): void {
    this.#listeners.push(listener);
  }

  /**
   * Appends facts in order. When it throws, nothing was written.
   * @throws Error when a fact cannot follow from the state (see transitions.ts), or another instance has taken over;
   * ResultTooLarge; LogDamaged; StorageFailed with what the database said.
   */
  append(actor: Actor, bodies: readonly EventBody[]): readonly WorkflowEvent[] {
    if (this.#closed || bodies.length === 0) return [];
    if (this.#damage) throw new LogDamaged(this.#damage);
    const at = new Date(this.#clock.now()).toISOString();
    const events: WorkflowEvent[] = [];
    const rows: LogRow[] = [];
    const outbox: OutboxFactRow[] = [];
    let { state, hash: headHash, tranches } = this.#at;
    for (const body of bodies) {
      const refusal = refusalOf(state, body);
      if (refusal) throw new Error(`${body.name} cannot follow: ${refusal}`);
      const event: WorkflowEvent = { version: (state?.version ?? 0) + 1, at, actor, ...body };
      const before = state;
      state = fold(state, event);
      const row: LogRow = { ...encodeEvent(event), epoch: this.#epoch, previousHash: headHash, cost: costIn(body) };
      if (row.event.length > MAX_EVENT_CHARS)
        throw new ResultTooLarge(`${body.name} has ${row.event.length} characters`);
      headHash = hashOfRow(row, this.#hash);
      rows.push(row);
      events.push(event);
      if (body.name === "money.leased") tranches += 1;
      for (const fact of derive(event, before, state))
        outbox.push({ kind: fact.kind, body: JSON.stringify(fact.body) });
    }
    if (!state) return [];
    const head = { state, hash: headHash, at, tranches };
    const told = { events, state };
    if (this.#batch) {
      this.#batch.rows.push(...rows);
      this.#batch.outbox.push(...outbox);
      this.#batch.told.push(told);
      this.#at = head;
      return events;
    }
    this.#write({ rows, outbox, told: [told] }, this.#at.state, head);
    this.#at = head;
    this.#tell(told);
    return events;
  }

  /**
   * Runs `work`, which must not wait for anything, and writes all that it appends at once (SPEC L3). When it throws, or
   * the rows are refused, nothing of it was written and the state is what it was before.
   * @throws what `work` throws; what {@link append} throws.
   */
  together<T>(work: () => T): T {
    if (this.#batch) return work();
    const before = this.#at;
    const batch: Batch = { rows: [], outbox: [], told: [] };
    this.#batch = batch;
    let done: T;
    try {
      done = work();
      if (batch.rows.length > 0) this.#write(batch, before.state, this.#at);
    } catch (error) {
      this.#at = before;
      throw error;
    } finally {
      this.#batch = null;
    }
    for (const told of batch.told) this.#tell(told);
    return done;
  }

  /** Asked only when rows were refused, for the store itself refuses those of a run that is over (SPEC R4). */
  #isTakenOver(): boolean {
    try {
      return this.#store.number("epoch") > this.#epoch;
    } catch {
      return false;
    }
  }

  #tell({ events, state }: Batch["told"][number]): void {
    for (const listener of this.#listeners) listener(events, state);
  }

  /** J2. Rows alone are one statement and need no transaction around them. */
  #write({ rows, outbox }: Batch, before: WorkflowState | null, { state, hash }: Head): void {
    if (!state) return;
    const crossed = Math.floor(state.version / SNAPSHOT_EVERY) > Math.floor((before?.version ?? 0) / SNAPSHOT_EVERY);
    try {
      if (outbox.length === 0 && !crossed) this.#store.append(...rows);
      else
        this.#store.transaction(() => {
          this.#store.append(...rows);
          for (const { kind, body } of outbox) this.#store.enqueue(kind, body);
          if (crossed) this.#store.saveSnapshot(state.version, snapshotText(state, hash, this.#hash));
        });
    } catch (error) {
      if (this.#isTakenOver()) throw new Error("a later run has taken over", { cause: error });
      throw new StorageFailed(error instanceof Error ? error.message : String(error), { cause: error });
    }
  }

  /** Events after `since`, at most `limit`; fewer when they are so long that memory or a message could not hold them. */
  events(since: number, atMost: number): WorkflowEvent[] {
    const events: WorkflowEvent[] = [];
    let chars = 0;
    const limit = this.#damage ? Math.min(atMost, this.#damage.verifiedVersion - since) : atMost;
    while (events.length < limit && chars < PAGE_CHARS) {
      const rows = this.#store.range(events.at(-1)?.version ?? since, Math.min(READ_PAGE_ROWS, limit - events.length));
      for (const row of rows) {
        if (chars >= PAGE_CHARS) break;
        chars += row.event.length;
        events.push(eventOf(row));
      }
      if (rows.length < READ_PAGE_ROWS) break;
    }
    return events;
  }

  /** Version of the first row that does not fit, or null when the chain is whole. */
  findTampering(): number | null {
    const walk = new ChainWalk(this.#hash);
    for (;;) {
      const rows = this.#store.range(walk.version, READ_AT_ONCE);
      for (const row of rows) if (walk.take(row)) return row.version;
      if (rows.length === 0) return walk.head === this.#at.hash ? null : walk.version;
    }
  }
}

function costIn(body: EventBody): number {
  if (body.name === "call.settled") return body.data.costMicros + (body.data.unconfirmedMicros ?? 0);
  return body.name === "call.unconfirmed" ? body.data.bookedMicros : 0;
}

/** What a settled call cost at the price that held when it was made. */
export function priceCall(call: OpenCall, usage: Parameters<typeof costOf>[0]): number {
  return costOf(usage, priceOf(call.model, Date.parse(call.intendedAt)));
}
