import { random } from "../invoices.ts";

/** Something that happens inside the run and that a kill can be tied to. */
export type Moment = "model.asked" | "effect.before" | "effect.after" | "command.acknowledged" | `frame.${string}`;

/** Frames that a kill may follow at once: what was just told must survive. */
const FRAMES = [
  "call.intended",
  "call.settled",
  "tool.started",
  "tool.settled",
  "artifact.created",
  "node.finished",
  "plan.proposed",
  "approval.requested",
  "approval.decided",
  "effect.intended",
  "effect.settled",
  "money.leased",
  "workflow.completed",
] as const;

/**
 * Chooses, from a seed, where the next kill falls: at a random time, or at the n-th moment of a kind from now, at
 * once or a few milliseconds later (in the middle of an answer, an append, a delivery).
 */
export class Triggers {
  readonly #next: (below: number) => number;
  #waiting: { moment: Moment; left: number; fire: () => void }[] = [];

  constructor(seed: number) {
    this.#next = random(seed);
  }

  below(limit: number): number {
    return this.#next(limit);
  }

  /** Something happened; a kill that waits for it is due. */
  tell(moment: Moment): void {
    this.#waiting = this.#waiting.filter((one) => {
      if (one.moment !== moment || --one.left > 0) return true;
      one.fire();
      return false;
    });
  }

  /** Resolves when the next kill is due, with what it was tied to; after `patienceMs` at the latest. */
  async next(patienceMs: number): Promise<string> {
    const roll = this.#next(10);
    if (roll < 3) {
      const ms = 10 + this.#next(patienceMs);
      await sleep(ms);
      return "time";
    }
    const moment: Moment =
      roll === 3
        ? "model.asked"
        : roll === 4
          ? "effect.before"
          : roll === 5
            ? "effect.after"
            : roll === 6
              ? "command.acknowledged"
              : `frame.${FRAMES[this.#next(FRAMES.length)] ?? "call.settled"}`;
    const left = 1 + this.#next(8);
    const lateMs = this.#next(3) === 0 ? this.#next(30) : 0;
    const happened = new Promise<boolean>((fire) => this.#waiting.push({ moment, left, fire: () => fire(true) }));
    const came = await Promise.race([happened, sleep(patienceMs).then(() => false)]);
    this.#waiting = [];
    if (came && lateMs > 0) await sleep(lateMs);
    return came ? moment : "patience";
  }
}

export const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
