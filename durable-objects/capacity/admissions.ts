import { type Claim, FairQueue, type QueueRows, type Waiting } from "./fair-queue.ts";

export type Entry = { readonly granted: true } | { readonly granted: false; readonly position: number };

export interface AdmissionRows extends QueueRows {
  load(): {
    readonly slots: readonly Claim[];
    readonly waiting: readonly Waiting[];
    readonly turns: ReadonlyMap<string, number>;
  };
  saveSlot(claim: Claim): void;
  removeSlot(workflowId: string): void;
}

/**
 * Who runs and who waits. Everything is synchronous and kept in `rows` before the caller goes on; the clock is the
 * caller's, in milliseconds.
 *
 * A1 A workflow holds one slot or one place in the queue, however often it asks.
 * A2 Nobody waits while there is room.
 * A3 When one was last heard of is kept in memory only: after a restart all count as just heard of, and are asked later.
 */
export class Admissions {
  readonly #capacity: number;
  readonly #rows: AdmissionRows;
  readonly #slots: Map<string, Claim>;
  readonly #queue: FairQueue;
  readonly #heardAt = new Map<string, number>();
  readonly #startedAt: number;

  constructor(capacity: number, rows: AdmissionRows, now: number) {
    this.#capacity = capacity;
    this.#rows = rows;
    this.#startedAt = now;
    const { slots, ...kept } = rows.load();
    this.#slots = new Map(slots.map((one) => [one.workflowId, one]));
    this.#queue = new FairQueue(rows, kept);
  }

  get running(): number {
    return this.#slots.size;
  }

  get waiting(): number {
    return this.#queue.size;
  }

  /** A slot when there is room, else a place in the queue. Asking again changes nothing. */
  enter(claim: Claim, now: number): Entry {
    const { workflowId } = claim;
    this.#heardAt.set(workflowId, now);
    if (this.#slots.has(workflowId)) return { granted: true };
    if (this.#queue.size === 0 && this.#slots.size < this.#capacity) {
      this.#give(claim);
      return { granted: true };
    }
    this.#queue.add(claim);
    return { granted: false, position: this.#queue.position(workflowId) ?? this.#queue.size };
  }

  /** Gives up slot or place; unknown ids are ignored. */
  leave(workflowId: string): void {
    this.#heardAt.delete(workflowId);
    if (this.#slots.delete(workflowId)) this.#rows.removeSlot(workflowId);
    else this.#queue.remove(workflowId);
  }

  /** Gives what room there is to those who wait, in their order. The grants hold whether or not they hear of it. */
  grant(now: number): string[] {
    const granted: string[] = [];
    while (this.#slots.size < this.#capacity) {
      const next = this.#queue.take();
      if (!next) break;
      this.#give(next);
      // It has until the watchdog's next look to say that it is there.
      this.#heardAt.set(next.workflowId, now);
      granted.push(next.workflowId);
    }
    return granted;
  }

  /** False when it holds no slot (any more): it must enter again. */
  beat(workflowId: string, now: number): boolean {
    if (!this.#slots.has(workflowId)) return false;
    this.#heardAt.set(workflowId, now);
    return true;
  }

  position(workflowId: string): number | null {
    return this.#queue.position(workflowId);
  }

  heardAt(workflowId: string): number {
    return this.#heardAt.get(workflowId) ?? this.#startedAt;
  }

  /** It answered when asked, or was told something; its silence counts from now. */
  heard(workflowId: string, now: number): void {
    if (this.#slots.has(workflowId) || this.#queue.has(workflowId)) this.#heardAt.set(workflowId, now);
  }

  /** Those that run or wait and have not been heard of for `silentMs`, those that run first. */
  silent(now: number, silentMs: number): string[] {
    return [...this.#slots.keys(), ...this.#queue.ids()].filter((id) => now - this.heardAt(id) >= silentMs);
  }

  #give({ workflowId, projectId, userId }: Claim): void {
    const slot = { workflowId, projectId, userId };
    this.#slots.set(workflowId, slot);
    this.#rows.saveSlot(slot);
  }
}
