/**
 * Keeps the first and the last half of what guest code prints, so that a flood costs no memory and both the
 * beginning and the end (where results and errors are) survive. Limits are in characters.
 */
export class ConsoleBuffer {
  readonly #limit: number;
  #head = "";
  #tail = "";
  #total = 0;

  constructor(limit: number) {
    this.#limit = Math.max(2, limit);
  }

  /** Characters written so far, kept or not. */
  get total(): number {
    return this.#total;
  }

  get cut(): boolean {
    return this.#total > this.#limit;
  }

  write(text: string): void {
    this.#total += text.length;
    const headRoom = Math.ceil(this.#limit / 2) - this.#head.length;
    this.#head += text.slice(0, Math.max(0, headRoom));
    const rest = text.slice(Math.max(0, headRoom));
    if (rest === "") return;
    const tailLimit = Math.floor(this.#limit / 2);
    this.#tail = rest.length >= tailLimit ? rest.slice(-tailLimit) : (this.#tail + rest).slice(-tailLimit);
  }

  /** The output as kept; where something was left out, a line says how much. */
  text(): string {
    if (!this.cut) return (this.#head + this.#tail).toWellFormed();
    const left = this.#total - this.#head.length - this.#tail.length;
    return `${this.#head}\n… ${left} characters left out …\n${this.#tail}`.toWellFormed();
  }
}
