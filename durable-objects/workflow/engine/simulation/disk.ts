import type { AlarmRows } from "../../alarms/keyed-alarms.ts";
import { MemoryLog } from "../../log/memory-log.ts";
import type { LogRow, LogStore, OutboxRow, Receiver } from "../../ports.ts";

/** What survives a crash of one object: its log, its alarms, the platform's alarm. */
export class Disk {
  readonly log = new MemoryLog();
  readonly alarms = new Map<string, number>();
  /** When the platform calls, by the machine's clock; null when no alarm is set. */
  alarmAt: number | null = null;

  /** Takes back everything written since: the turn was never committed. */
  mark(): () => void {
    const restore = this.log.mark();
    const alarms = [...this.alarms];
    const { alarmAt } = this;
    return () => {
      restore();
      this.alarms.clear();
      for (const [key, due] of alarms) this.alarms.set(key, due);
      this.alarmAt = alarmAt;
    };
  }
}

/** How one instance reaches its disk: once it is dead, nothing of it gets through; now and then a write fails. */
export class DiskHandle implements LogStore, AlarmRows {
  readonly #disk: Disk;
  readonly #fails: () => boolean;
  #alive = true;
  #committed = false;
  #lingers = 20;

  constructor(disk: Disk, fails: () => boolean) {
    this.#disk = disk;
    this.#fails = fails;
  }

  /** `committed`: the last turn's writes, and what was sent with them, are out. */
  die(committed: boolean): void {
    this.#alive = false;
    this.#committed = committed;
  }

  get committed(): boolean {
    return this.#committed;
  }

  /** A dead instance lingers for a while, so that its late results arrive somewhere; then it sleeps for ever. */
  fades(): boolean {
    return !this.#alive && --this.#lingers < 0;
  }

  get alive(): boolean {
    return this.#alive;
  }

  transaction<T>(work: () => T): T {
    this.#check();
    return this.#disk.log.transaction(work);
  }
  append(...rows: readonly LogRow[]): void {
    this.#check();
    if (this.#fails()) throw new Error("SQLITE_FULL: database or disk is full");
    this.#disk.log.append(...rows);
  }
  last = (): LogRow | null => this.#disk.log.last();
  range = (since: number, limit: number): LogRow[] => this.#disk.log.range(since, limit);
  count = (name: string): number => this.#disk.log.count(name);
  saveSnapshot(version: number, text: string): void {
    this.#check();
    this.#disk.log.saveSnapshot(version, text);
  }
  snapshot = () => this.#disk.log.snapshot();
  number = (name: string): number => this.#disk.log.number(name);
  setNumber(name: string, value: number): void {
    this.#check();
    this.#disk.log.setNumber(name, value);
  }
  enqueue(kind: OutboxRow["kind"], body: string): void {
    this.#check();
    this.#disk.log.enqueue(kind, body);
  }
  outbox = (limit: number, to?: Receiver): OutboxRow[] => this.#disk.log.outbox(limit, to);
  dequeue(throughSeq: number, to?: Receiver): void {
    this.#check();
    this.#disk.log.dequeue(throughSeq, to);
  }

  load = (): ReadonlyMap<string, number> => this.#disk.alarms;
  save(key: string, due: number): void {
    this.#check();
    this.#disk.alarms.set(key, due);
  }
  remove(key: string): void {
    this.#check();
    this.#disk.alarms.delete(key);
  }
  setAlarm(due: number | null): void {
    if (this.#alive) this.#disk.alarmAt = due;
  }

  #check(): void {
    if (!this.#alive) throw new Error("this instance was reset");
  }
}
