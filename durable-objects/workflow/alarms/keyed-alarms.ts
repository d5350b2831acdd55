/** The object's one alarm. */
export interface AlarmPort {
  /** Milliseconds UTC. */
  set(due: number): void;
  clear(): void;
}

export interface AlarmRows {
  load(): ReadonlyMap<string, number>;
  save(key: string, due: number): void;
  remove(key: string): void;
}

/** Several named alarms over the single one of an object: the platform's alarm stands at the earliest of them. */
export class KeyedAlarms<Key extends string> {
  readonly #rows: AlarmRows;
  readonly #port: AlarmPort;
  readonly #due: Map<string, number>;

  constructor(rows: AlarmRows, port: AlarmPort) {
    this.#rows = rows;
    this.#port = port;
    this.#due = new Map(rows.load());
  }

  /** When the next one is due, milliseconds UTC; null when none is set. */
  next(): number | null {
    return this.#due.size === 0 ? null : Math.min(...this.#due.values());
  }

  /** Sets or moves one alarm; null removes it. */
  set(key: Key, due: number | null): void {
    const before = this.next();
    if (due === null) {
      if (!this.#due.delete(key)) return;
      this.#rows.remove(key);
    } else {
      if (this.#due.get(key) === due) return;
      this.#due.set(key, due);
      this.#rows.save(key, due);
    }
    if (this.next() !== before) this.arm();
  }

  /** Takes the alarms that are due. The platform's alarm has fired, so it stands again at the earliest of the rest. */
  take(now: number): Key[] {
    const keys: Key[] = [];
    for (const [key, due] of [...this.#due]) {
      if (due > now) continue;
      this.#due.delete(key);
      this.#rows.remove(key);
      // SAFETY: only set() writes keys, and it takes Key.
      keys.push(key as Key);
    }
    return keys;
  }

  /** While a handler runs: the platform's alarm stands at `due`, so that work torn off is taken up again. */
  hold(due: number): void {
    this.#port.set(due);
  }

  /** Puts the platform's alarm where it belongs. */
  arm(): void {
    const next = this.next();
    if (next === null) this.#port.clear();
    else this.#port.set(next);
  }
}
