/** How often watchers get what came, and how much one line of the transcript holds. */
const EVERY_MS = 150;
const PIECE_CHARS = 16_000;
/** Of one command; the rest is in its result. */
const MAX_CHARS = 400_000;

/** Passes output to the terminal's transcript: the first at once, then in pieces and not too often. */
export class Feed {
  readonly #send: (text: string) => Promise<void>;
  #waiting = "";
  #sent = 0;
  #isFirst = true;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #last: Promise<void> = Promise.resolve();

  constructor(send: (text: string) => Promise<void>) {
    this.#send = send;
  }

  push(text: string): void {
    if (this.#sent > MAX_CHARS) return;
    this.#waiting += text.slice(0, MAX_CHARS - this.#sent);
    this.#sent += text.length;
    if (this.#sent > MAX_CHARS) this.#waiting += "\n… more output, not shown here …\n";
    if (this.#waiting.length >= PIECE_CHARS) this.#flush();
    else this.#timer ??= setTimeout(() => this.#flush(), this.#isFirst ? 0 : EVERY_MS);
  }

  /** Resolves when all is passed on. */
  async finish(): Promise<void> {
    this.#flush();
    await this.#last;
  }

  #flush(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    while (this.#waiting !== "") {
      this.#isFirst = false;
      const piece = this.#waiting.slice(0, PIECE_CHARS);
      this.#waiting = this.#waiting.slice(PIECE_CHARS);
      // A line that cannot be shown must not break the command.
      this.#last = this.#last.then(() => this.#send(piece)).catch(() => undefined);
    }
  }
}
