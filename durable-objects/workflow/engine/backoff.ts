const FIRST_MS = 500;
const LAST_MS = 60_000;
const MAX_FAILURES = 6;

/** Waits twice as long after each failure in a row, up to a minute. */
export class Backoff {
  #failures = 0;
  #readyAt = 0;

  /** Milliseconds UTC before which nothing is tried. */
  get readyAt(): number {
    return this.#readyAt;
  }

  /** Counts a failure; true when there were too many and somebody must look. */
  fail(now: number): boolean {
    this.#failures += 1;
    this.#readyAt = now + Math.min(LAST_MS, FIRST_MS * 2 ** (this.#failures - 1));
    return this.#failures >= MAX_FAILURES;
  }

  reset(): void {
    this.#failures = 0;
    this.#readyAt = 0;
  }
}
