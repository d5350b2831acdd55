import type { Clock } from "../../../shared/lib/ports.ts";
import type { ResultFact } from "../../../shared/protocol/projection.ts";
import type { Journal } from "../engine/journal.ts";
import type { LogStore, ShelfPort } from "../ports.ts";

/** A step that writes a hundred files tells of them together. */
const GATHER_MS = 250;
const BATCH = 100;
const FIRST_BACKOFF_MS = 1000;
const LAST_BACKOFF_MS = 15 * 60_000;

/**
 * Puts results into the project's library, at least once and in order, apart from what the project is told: a library
 * that is slow or away keeps no projection waiting, and no step. The library knows a fact it has taken (SPEC O6).
 */
export class Shelf {
  readonly #store: Pick<LogStore, "outbox" | "dequeue">;
  readonly #journal: Journal;
  readonly #library: (projectId: string) => ShelfPort;
  readonly #clock: Clock;
  /** Rows may be there. */
  #pending = true;
  #lastAt = 0;
  #failures = 0;

  constructor(
    store: Pick<LogStore, "outbox" | "dequeue">,
    journal: Journal,
    library: (projectId: string) => ShelfPort,
    clock: Clock,
  ) {
    this.#store = store;
    this.#journal = journal;
    this.#library = library;
    this.#clock = clock;
    journal.onAppend((events) => {
      this.#pending ||= events.some((event) => TELLING.has(event.name));
    });
  }

  /** When to deliver next, milliseconds UTC; null when all is told. */
  dueAt(): number | null {
    if (!this.#journal.state || !this.#pending) return null;
    this.#pending = this.#store.outbox(1, "library").length > 0;
    if (!this.#pending) return null;
    if (this.#failures === 0) return this.#lastAt + GATHER_MS;
    return this.#lastAt + Math.min(LAST_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** Math.min(20, this.#failures - 1));
  }

  /** One delivery. Never throws: a failure is counted and waited for. */
  async deliver(): Promise<void> {
    const { state } = this.#journal;
    if (!state) return;
    this.#lastAt = this.#clock.now();
    const rows = this.#store.outbox(BATCH, "library");
    const through = rows.at(-1)?.seq;
    if (through === undefined) return;
    try {
      // SAFETY: the journal writes each such row from a ResultFact.
      const facts = rows.map((row) => JSON.parse(row.body) as ResultFact);
      const { projectId, id: workflowId, name: workflowName, locale } = state;
      await this.#library(projectId).results({ projectId, workflowId, workflowName, locale, facts });
    } catch {
      this.#failures += 1;
      return;
    }
    this.#failures = 0;
    if (this.#journal.state !== null) this.#store.dequeue(through, "library");
  }
}

const TELLING: ReadonlySet<string> = new Set(["artifact.created", "artifact.removed", "workflow.imported"]);
