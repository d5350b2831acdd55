import type { Budget } from "./budget.ts";

/** Memory that the engines of one isolate may come to together; who would go beyond waits for others to end. */
const TOTAL_BYTES = 1024 * 1024 * 1024;
const LOOK_EVERY_MS = 20;
/** Who has not been seen for so long is gone with its request, which ends without a word to those who wait in it. */
const GONE_AFTER_MS = 10_000;

/**
 * A guest's place among those that run at once in this isolate, first come, first served. Who waits looks again by
 * itself, since a promise of one request must not depend on another request's life.
 */
export class Place {
  static #all: Place[] = [];
  readonly #bytes: number;
  #isWaiting = true;
  #hasLeft = false;
  #seenAt = Date.now();

  private constructor(bytes: number) {
    this.#bytes = bytes;
  }

  /** Null: the budget was used up or stopped while waiting. Waiting is not the run's own time. */
  static async take(bytes: number, budget: Budget): Promise<Place | null> {
    const place = new Place(bytes);
    Place.#all.push(place);
    while (!place.#enter()) {
      const before = Date.now();
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
      budget.turns.lost(Date.now() - before);
      if (await budget.giveWay()) continue;
      place.leave();
      return null;
    }
    return place;
  }

  /** To be called from time to time. Who was taken for gone, because somebody else held the thread, is back. */
  keep(): void {
    this.#seenAt = Date.now();
    if (!this.#hasLeft && !Place.#all.includes(this)) Place.#all.push(this);
  }

  leave(): void {
    this.#hasLeft = true;
    Place.#all = Place.#all.filter((other) => other !== this);
  }

  #enter(): boolean {
    this.keep();
    Place.#all = Place.#all.filter((other) => this.#seenAt - other.#seenAt < GONE_AFTER_MS);
    const mine = Place.#all.indexOf(this);
    let used = 0;
    for (const [at, other] of Place.#all.entries()) {
      if (!other.#isWaiting) used += other.#bytes;
      else if (at < mine) return false;
    }
    if (used > 0 && used + this.#bytes > TOTAL_BYTES) return false;
    this.#isWaiting = false;
    return true;
  }
}
