/** Work of the object that its alarm repeats until it is done. */
export interface Chore {
  /** For the log. */
  readonly name: string;
  /** When it wants to run next, milliseconds UTC; null when nothing is left to do. */
  due(): number | null;
  run(): Promise<void>;
}

/** The platform drops an alarm that keeps failing; a chore that broke comes back after this long instead. */
const AFTER_FAULT_MS = 30_000;
const BETWEEN_RUNS_MS = 200;

/** Several chores over the object's single alarm. One that breaks or takes long does not keep the others from theirs. */
export class Chores {
  readonly #storage: DurableObjectStorage;
  readonly #chores: readonly Chore[];
  readonly #broken = new Map<Chore, number>();

  constructor(storage: DurableObjectStorage, chores: readonly Chore[]) {
    this.#storage = storage;
    this.#chores = chores;
  }

  /** Never throws. */
  async run(): Promise<void> {
    const now = Date.now();
    await Promise.all(
      this.#chores.map(async (chore) => {
        const due = this.#dueOf(chore);
        if (due === null || due > now) return;
        try {
          await chore.run();
          this.#broken.delete(chore);
        } catch (error) {
          this.#broken.set(chore, Date.now() + AFTER_FAULT_MS);
          report(chore.name, error);
        }
      }),
    );
    await this.arm(Date.now() + BETWEEN_RUNS_MS);
  }

  /**
   * Puts the alarm where the first chore wants it, at the soonest at `notBefore`. Called in the turn in which something
   * came to be owed, the alarm commits together with it.
   */
  arm(notBefore = Date.now()): Promise<void> {
    const times = this.#chores.map((chore) => this.#dueOf(chore)).filter((due) => due !== null);
    if (times.length === 0) return this.#storage.deleteAlarm();
    return this.#storage.setAlarm(Math.max(notBefore, Math.min(...times)));
  }

  #dueOf(chore: Chore): number | null {
    const due = chore.due();
    return due === null ? null : Math.max(due, this.#broken.get(chore) ?? 0);
  }
}

/** One line of JSON. Only the message of an error. */
export function report(what: string, error: unknown): void {
  const message = error instanceof Error ? `${error.name}: ${error.message}` : "unknown";
  console.error(JSON.stringify({ level: "error", what, error: message.slice(0, 500) }));
}
