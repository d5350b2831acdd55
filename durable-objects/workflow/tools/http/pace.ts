import type { Exchanged, HttpPort } from "./exchange.ts";
import type { HttpService } from "./services.ts";

/** Waits longer than this are not waited for inside one look. */
const LONGEST_WAIT_MS = 30_000;
const ATTEMPTS = 3;
const BACKOFF_MS = [500, 2_000, 4_000] as const;

const isLimit = (got: Exchanged): boolean => got.kind === "answer" && got.status === 429;

/** What a service asked for before the next request (FR-6.9), kept for all calls of this instance. */
export class Pace {
  readonly #port: HttpPort;
  readonly #notBefore = new Map<string, number>();

  constructor(port: HttpPort) {
    this.#port = port;
  }

  /** Seconds until the service may be asked again. */
  secondsLeft(service: HttpService): number {
    return Math.max(1, Math.ceil(this.#waitOf(service) / 1000));
  }

  /** A look: repeated on every failure that may pass (NFR-R2.3). "later": the service asked for too long a wait. */
  async look(service: HttpService, signal: AbortSignal, ask: () => Promise<Exchanged>): Promise<Exchanged | "later"> {
    for (let attempt = 1; ; attempt += 1) {
      const wait = this.#waitOf(service);
      if (wait > LONGEST_WAIT_MS) return "later";
      if (wait > 0) await this.#port.sleep(wait, signal);
      if (signal.aborted) return { kind: "lost", why: "stopped" };
      const got = await ask();
      if (isLimit(got)) this.#note(service, got, attempt);
      const again = got.kind === "lost" || got.status >= 500 || isLimit(got);
      if (!again) return got;
      if (attempt === ATTEMPTS) return isLimit(got) ? "later" : got;
      if (!isLimit(got)) await this.#port.sleep(delayOf(got, attempt), signal);
    }
  }

  /** A write: sent once, or not at all while the service wants to be left alone. The engine repeats and logs it. */
  async write(service: HttpService, ask: () => Promise<Exchanged>): Promise<Exchanged | "later"> {
    if (this.#waitOf(service) > 0) return "later";
    const got = await ask();
    if (!isLimit(got)) return got;
    this.#note(service, got, 1);
    return "later";
  }

  #waitOf(service: HttpService): number {
    return (this.#notBefore.get(service.name) ?? 0) - this.#port.now();
  }

  #note(service: HttpService, got: Exchanged, attempt: number): void {
    this.#notBefore.set(service.name, this.#port.now() + delayOf(got, attempt));
  }
}

function delayOf(got: Exchanged, attempt: number): number {
  const asked = got.kind === "answer" ? got.retryAfterMs : null;
  return asked ?? BACKOFF_MS[Math.min(attempt, BACKOFF_MS.length) - 1] ?? 0;
}
