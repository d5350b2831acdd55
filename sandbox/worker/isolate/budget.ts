/** Steps of the guest (and values visited by built-ins, see guards.ts) between two looks at the clock. */
export const STEPS_PER_TICK = 10_000;
/** Steps in time: a tight loop makes some 20,000 ticks a second, ordinary code about 4,000. */
const TICKS_PER_MS = 10;

/** What ended a run from outside the guest. */
export type Stop = "timeout" | "output" | "cancelled";

/**
 * What one run may spend, however many engines it starts. Time is bounded twice, by the clock and by counted steps,
 * because deployed Workers' clocks stand still while code runs. Once stopped it stays so: every interrupt then ends
 * the guest.
 */
export class Budget {
  readonly #deadline: number;
  readonly #maxTicks: number;
  #ticks = 0;
  #stop: Stop | null = null;

  constructor(timeMs: number) {
    this.#deadline = Date.now() + timeMs;
    this.#maxTicks = timeMs * TICKS_PER_MS;
  }

  get stopped(): Stop | null {
    return this.#stop;
  }

  /** The first reason counts. */
  stop(why: Stop): void {
    this.#stop ??= why;
  }

  /** Spends ticks and looks at the clock. True when the guest must stop. */
  spend(ticks: number): boolean {
    this.#ticks += ticks;
    if (this.#ticks > this.#maxTicks || Date.now() > this.#deadline) this.stop("timeout");
    return this.#stop !== null;
  }

  /** Work that built-ins did, in values visited. False when the guest may do no more. */
  readonly work = (values: number): boolean => !this.spend(values / STEPS_PER_TICK);
}
