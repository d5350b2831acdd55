import type { Clock } from "../../../shared/lib/ports.ts";

/** Machines correct themselves by less than this all the time; times in the log may go back by as much. */
const TOLERANCE_MS = 5_000;

/**
 * The time of one workflow. It never goes back: when the machine's clock is set back by hours, waits that were
 * counted from the later time would last as much longer, so this one goes on from where it was, at the same pace.
 * Set forward, it follows at once: what was due is done, and nothing waits twice.
 */
export class SteadyClock implements Clock {
  readonly #wall: () => number;
  #offset: number;
  #last: number;

  /** `latest`: the newest time in the log, ISO 8601; "" for an empty one. */
  constructor(wall: () => number, latest: string) {
    this.#wall = wall;
    const now = wall();
    const written = latest === "" ? now : Date.parse(latest);
    this.#offset = written > now + TOLERANCE_MS ? written - now : 0;
    this.#last = now + this.#offset;
  }

  /** Milliseconds UTC. */
  now(): number {
    const now = this.#wall() + this.#offset;
    if (now < this.#last - TOLERANCE_MS) this.#offset += this.#last - now;
    this.#last = this.#wall() + this.#offset;
    return this.#last;
  }

  /** What the machine's clock will show at `time`: alarms of the platform go by it. */
  toWall(time: number): number {
    this.now();
    return time - this.#offset;
  }
}
