import { type LogRow, type LogStore, type OutboxRow, type Receiver, receiverOf } from "../ports.ts";

/** The log in memory, for tests of the engine; it passes the same contract as the SQLite one. */
export class MemoryLog implements LogStore {
  readonly #rows: LogRow[] = [];
  #snapshot: { version: number; text: string } | null = null;
  #numbers = new Map<string, number>();
  #outbox: OutboxRow[] = [];
  #seq = 0;

  transaction<T>(work: () => T): T {
    const restore = this.mark();
    try {
      return work();
    } catch (error) {
      restore();
      throw error;
    }
  }

  /** Gives what takes back everything written from now on. */
  mark(): () => void {
    const rows = this.#rows.length;
    const snapshot = this.#snapshot;
    const outbox = [...this.#outbox];
    const numbers = new Map(this.#numbers);
    return () => {
      this.#rows.length = rows;
      this.#snapshot = snapshot;
      this.#outbox = outbox;
      this.#numbers = numbers;
    };
  }

  last(): LogRow | null {
    return this.#rows.at(-1) ?? null;
  }

  append(...rows: readonly LogRow[]): void {
    if (rows.some((row, at) => row.version !== this.#rows.length + at + 1))
      throw new Error("checkpoints follow each other without gaps");
    if (rows.some((row) => row.epoch < this.number("epoch"))) throw new Error("a later run has begun");
    this.#rows.push(...rows);
  }

  range(since: number, limit: number): LogRow[] {
    return this.#rows.slice(since, since + limit);
  }

  count(name: string): number {
    return this.#rows.filter((row) => row.name === name).length;
  }

  saveSnapshot(version: number, text: string): void {
    this.#snapshot = { version, text };
  }

  snapshot(): { version: number; text: string } | null {
    return this.#snapshot;
  }

  number(name: string): number {
    return this.#numbers.get(name) ?? 0;
  }

  setNumber(name: string, value: number): void {
    this.#numbers.set(name, value);
  }

  enqueue(kind: OutboxRow["kind"], body: string): void {
    this.#outbox.push({ seq: ++this.#seq, kind, body });
  }

  outbox(limit: number, to: Receiver = "project"): OutboxRow[] {
    return this.#outbox.filter((row) => receiverOf(row.kind) === to).slice(0, limit);
  }

  dequeue(throughSeq: number, to: Receiver = "project"): void {
    this.#outbox = this.#outbox.filter((row) => row.seq > throughSeq || receiverOf(row.kind) !== to);
  }
}
