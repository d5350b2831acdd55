import type { ProjectionPage } from "../../../shared/protocol/projection.ts";
import { fold } from "../../../shared/workflow/fold.ts";
import type { WorkflowState } from "../../../shared/workflow/state.ts";
import { LogDamaged } from "../engine/chain.ts";
import type { Journal } from "../engine/journal.ts";
import { derive, type OutboxFact } from "./derive.ts";
import { factsIn, summaryOf } from "./outbox.ts";

/** Events read for one page; the object does nothing else meanwhile. */
export const PAGE_EVENTS = 2000;
const READ_AT_ONCE = 200;

/** Derives from the log, a page at a time, what the outbox told as it happened (SPEC O4). */
export class Projections {
  readonly #journal: Journal;
  /** Where the last page ended, so that the next one need not fold from the start. */
  #reached: WorkflowState | null = null;

  constructor(journal: Journal) {
    this.#journal = journal;
  }

  /**
   * Facts of the events after `since`; the page that reaches the head carries the summary of exactly that version.
   * @throws LogDamaged: from a log that cannot be trusted nothing is derived
   */
  page(since: number, limit = PAGE_EVENTS): ProjectionPage {
    if (this.#journal.damage) throw new LogDamaged(this.#journal.damage);
    let state = this.#reached && this.#reached.version <= since ? this.#reached : null;
    const facts: OutboxFact[] = [];
    const until = since + limit;
    for (;;) {
      const from = state?.version ?? 0;
      const events = this.#journal.events(from, Math.min(READ_AT_ONCE, until - from));
      for (const event of events) {
        const after: WorkflowState = fold(state, event);
        if (event.version > since) facts.push(...derive(event, state, after));
        state = after;
      }
      if (events.length === 0 || (state?.version ?? 0) >= until) break;
    }
    const now = this.#journal.state;
    const through = state?.version ?? 0;
    const atHead = now !== null && through === now.version;
    this.#reached = atHead ? null : state;
    const results = facts.flatMap((fact) => (fact.kind === "result" ? [fact.body] : []));
    const locale = state?.locale ?? "en";
    return { ...factsIn(facts), results, locale, through, summary: atHead ? summaryOf(now, this.#journal.head) : null };
  }
}
