import { COMMAND_TIMES } from "../../shared/protocol/command-times.ts";

/** How long one command may keep the thread before others have their turn. */
const TURN_MS = 15;
/** Beyond a command's own time, what it may lose to others before it is ended. */
export const LOST_MS = COMMAND_TIMES.lostMs;

/**
 * The time of one command. All commands of one isolate share its single thread: each keeps it for a turn and then
 * waits for the others. What is lost to them is not the command's own time, within bounds.
 *
 * A deployed Worker's clock stands still while code runs, so that the clock cannot tell there what a turn took; all of
 * the time then counts as the command's own, and who computes counts steps as well (isolate/budget.ts).
 */
export class Turns {
  readonly signal: AbortSignal;
  readonly #started = Date.now();
  #turnStarted = this.#started;
  #lostMs = 0;

  /** @param signal aborted: the command is to end; looked at between turns */
  constructor(signal: AbortSignal) {
    this.signal = signal;
  }

  /** Of the command's own time, in ms. */
  get ownMs(): number {
    return Date.now() - this.#started - Math.min(this.#lostMs, LOST_MS);
  }

  /** How long this turn has lasted, in ms. */
  get heldMs(): number {
    return Date.now() - this.#turnStarted;
  }

  get isTurnOver(): boolean {
    return this.heldMs >= TURN_MS;
  }

  /** Lets everybody else in this isolate, and outside of it, have their turn: requests, timers, answers. */
  async giveWay(): Promise<void> {
    const before = Date.now();
    const isClockRunning = before > this.#turnStarted;
    // A task of its own: microtasks and message ports come back before anybody else has had a turn.
    await new Promise((resolve) => setTimeout(resolve, 0));
    this.#turnStarted = Date.now();
    if (isClockRunning) this.#lostMs += this.#turnStarted - before;
  }

  /** Time spent waiting in a queue, in ms. */
  lost(ms: number): void {
    this.#lostMs += ms;
    this.#turnStarted = Date.now();
  }
}
