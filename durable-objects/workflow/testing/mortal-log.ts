import type { MemoryLog } from "../log/memory-log.ts";
import type { LogRow, LogStore, OutboxRow } from "../ports.ts";

/** A log whose owner dies when it has written `rows` more rows: nothing of it gets through any more. */
export class MortalLog implements LogStore {
  readonly #log: MemoryLog;
  #left: number;
  dead = false;

  constructor(log: MemoryLog, rows: number) {
    this.#log = log;
    this.#left = rows;
  }

  transaction<T>(work: () => T): T {
    this.#check();
    return this.#log.transaction(work);
  }
  append(...rows: readonly LogRow[]): void {
    this.dead ||= this.#left < rows.length;
    this.#check();
    this.#left -= rows.length;
    this.#log.append(...rows);
  }
  last = (): LogRow | null => this.#log.last();
  range = (since: number, limit: number): LogRow[] => this.#log.range(since, limit);
  count = (name: string): number => this.#log.count(name);
  saveSnapshot(version: number, text: string): void {
    this.#check();
    this.#log.saveSnapshot(version, text);
  }
  snapshot = () => this.#log.snapshot();
  number = (name: string): number => this.#log.number(name);
  setNumber(name: string, value: number): void {
    this.#check();
    this.#log.setNumber(name, value);
  }
  enqueue(kind: OutboxRow["kind"], body: string): void {
    this.#check();
    this.#log.enqueue(kind, body);
  }
  outbox = (limit: number): OutboxRow[] => this.#log.outbox(limit);
  dequeue(throughSeq: number): void {
    this.#check();
    this.#log.dequeue(throughSeq);
  }

  #check(): void {
    if (this.dead) throw new Error("this instance is dead");
  }
}
