import { ConsoleBuffer } from "../isolate/console-buffer.ts";

/** Printing this many times the kept output is a flood, not a log. */
const FLOOD_FACTOR = 16;
const FLOOD_LEAST = 8_000_000;

/** Takes a command's output in the order it comes: keeps what the result shows, passes on what watchers see. */
export class Terminal {
  readonly #kept: ConsoleBuffer;
  readonly #flood: number;
  readonly #pass: (text: string) => void;
  readonly #decoder = new TextDecoder("utf-8", { fatal: false, ignoreBOM: true });
  readonly #encoder = new TextEncoder();

  constructor(outputChars: number, pass: (text: string) => void) {
    this.#kept = new ConsoleBuffer(outputChars);
    this.#flood = Math.max(outputChars * FLOOD_FACTOR, FLOOD_LEAST);
    this.#pass = pass;
  }

  /** False: far more came than anybody wants, the command is to be ended. */
  write(output: string | Uint8Array): boolean {
    // A text may follow half a character: it goes through the same decoder, which shows that half as U+FFFD.
    const bytes = typeof output === "string" ? this.#encoder.encode(output) : output;
    const text = this.#decoder.decode(bytes, { stream: true });
    if (text !== "") this.#put(text);
    return !this.isFlooded;
  }

  get isFlooded(): boolean {
    return this.#kept.total > this.#flood;
  }

  get cut(): boolean {
    return this.#kept.cut;
  }

  /** All that is kept. Call it once, at the end. */
  finish(): string {
    const rest = this.#decoder.decode();
    if (rest !== "") this.#put(rest);
    return this.#kept.text();
  }

  #put(text: string): void {
    this.#kept.write(text);
    this.#pass(text);
  }
}
