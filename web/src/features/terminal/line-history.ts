/** Walks through earlier lines; what was being typed is there again at the end. */
export class History {
  /** Steps back from the newest; 0 is what is being typed. */
  #back = 0;
  #typed = "";

  /** The line at one step further (`-1` older, `1` newer), null where there is none. */
  move(way: -1 | 1, lines: readonly string[], current: string): string | null {
    const next = this.#back - way;
    if (next < 0 || next > lines.length) return null;
    if (this.#back === 0) this.#typed = current;
    this.#back = next;
    return next === 0 ? this.#typed : (lines[lines.length - next] ?? null);
  }

  leave(): void {
    this.#back = 0;
  }
}
