import { Turns } from "../turns.ts";

/** Steps of the guest (and values visited by built-ins, see guards.ts) between two looks at the clock. */
export const STEPS_PER_TICK = 10_000;
/** Steps in time: a tight loop makes some 20,000 ticks a second, ordinary code about 4,000. */
const TICKS_PER_MS = 10;
/** A turn in ticks, where the clock stands still. */
const TICKS_PER_TURN = 200;
/** How long code may keep the thread where it cannot be interrupted for others: inside a call of the host. */
const MAX_HELD_MS = 1_000;

/** What ended a run from outside the guest. */
export type Stop = "timeout" | "output" | "cancelled";

/**
 * What one run may spend, however many engines it starts. Time is bounded twice, by the clock and by counted steps,
 * because deployed Workers' clocks stand still while code runs. Once stopped it stays so: every interrupt then ends
 * the guest.
 */
export class Budget {
  readonly turns: Turns;
  readonly #untilMs: number;
  readonly #maxTicks: number;
  #ticks = 0;
  #turnTicks = 0;
  #stop: Stop | null = null;

  /** @param turns those of the command that the run is part of */
  constructor(timeMs: number, turns: Turns = new Turns(new AbortController().signal)) {
    this.turns = turns;
    this.#untilMs = turns.ownMs + timeMs;
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
    this.#turnTicks += ticks;
    if (this.#ticks > this.#maxTicks || this.turns.ownMs > this.#untilMs) this.stop("timeout");
    return this.#stop !== null;
  }

  /** Work that built-ins did, in values visited. False when the guest may do no more. */
  readonly work = (values: number): boolean => !this.spend(values / STEPS_PER_TICK);

  /** Whether it is time to give way to others. */
  get isTurnOver(): boolean {
    return this.#turnTicks >= TICKS_PER_TURN || this.turns.isTurnOver;
  }

  /** Lets others have their turn. False when the guest may not go on afterwards. */
  async giveWay(): Promise<boolean> {
    this.#turnTicks = 0;
    await this.turns.giveWay();
    if (this.turns.signal.aborted) this.stop("cancelled");
    return !this.spend(0);
  }

  /** For code that cannot give way where it stands: it is ended when it holds everybody up. */
  hold(): void {
    if (this.turns.heldMs > MAX_HELD_MS) this.stop("timeout");
  }
}
