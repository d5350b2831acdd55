import { FakeTime } from "../../testing/world.ts";

interface Sleeper {
  readonly due: number;
  readonly wake: () => void;
}

/** Time that passes only when the scheduler says so: each step wakes the one sleeper whose time is next. */
export class VirtualTime extends FakeTime {
  readonly #sleepers = new Set<Sleeper>();
  #now = Date.parse("2026-11-23T10:00:00.000Z");
  /** How far the machine's clock is off the time that really passes. */
  skewMs = 0;

  override now(): number {
    return this.#now;
  }

  /** What the machine's clock shows. */
  wall(): number {
    return this.#now + this.skewMs;
  }

  override advance(ms: number): void {
    this.#now += ms;
  }

  override sleep(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal.aborted) return resolve();
      const sleeper: Sleeper = {
        due: this.#now + Math.max(0, ms),
        wake: () => {
          this.#sleepers.delete(sleeper);
          resolve();
        },
      };
      this.#sleepers.add(sleeper);
      signal.addEventListener("abort", sleeper.wake, { once: true });
    });
  }

  /** When somebody wakes next, on the time that really passes; null when nobody sleeps. */
  next(): number | null {
    let due: number | null = null;
    for (const sleeper of this.#sleepers) if (due === null || sleeper.due < due) due = sleeper.due;
    return due;
  }

  /** Moves on to `time` and wakes the first who is due by then. */
  moveTo(time: number): void {
    this.#now = Math.max(this.#now, time);
    let first: Sleeper | null = null;
    for (const sleeper of this.#sleepers)
      if (sleeper.due <= this.#now && (first === null || sleeper.due < first.due)) first = sleeper;
    first?.wake();
  }
}

/** Lets all that is ready go on until everybody waits. */
export const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
