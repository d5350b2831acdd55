import type { Clock } from "../../../shared/lib/ports.ts";
import type { LedgerEntry, WorkflowSummary } from "../../../shared/protocol/object-rpc.ts";
import type { AuditFact, ProjectionFacts, RepairFact } from "../../../shared/protocol/projection.ts";
import { statusOf, type WorkflowState } from "../../../shared/workflow/state.ts";
import type { Journal } from "../engine/journal.ts";
import type { LogStore, OutboxRow, ProjectPort } from "../ports.ts";
import type { OutboxFact } from "./derive.ts";

/** A change of status is told at most this often; amounts alone, which nobody acts on, less often. */
const STATUS_EVERY_MS = 250;
const AMOUNTS_EVERY_MS = 3000;
/** A project that took long to answer is left alone this many times as long: many workflows may be telling it. */
const REST_FACTOR = 4;
const MAX_REST_MS = 5000;
const BATCH = 200;
const FIRST_BACKOFF_MS = 1000;
const LAST_BACKOFF_MS = 15 * 60_000;

/**
 * Tells the project what happened, at least once and in order: the facts as they were written with their events
 * (derive.ts), and the newest summary. Rows go away only after the project has answered (SPEC O1–O4).
 */
export class Outbox {
  readonly #store: LogStore;
  readonly #journal: Journal;
  readonly #project: (projectId: string) => ProjectPort;
  readonly #clock: Clock;
  #sent: number;
  #sentStatus = "";
  #lastAt = 0;
  #restMs = 0;
  #failures = 0;

  constructor(store: LogStore, journal: Journal, project: (projectId: string) => ProjectPort, clock: Clock) {
    this.#store = store;
    this.#journal = journal;
    this.#project = project;
    this.#clock = clock;
    this.#sent = store.number("projected");
  }

  /** When to deliver next, milliseconds UTC; null when all is told. */
  dueAt(): number | null {
    const state = this.#journal.state;
    if (!state || state.version === this.#sent) return null;
    if (this.#failures > 0)
      return this.#lastAt + Math.min(LAST_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** Math.min(20, this.#failures - 1));
    const every = statusKey(state) === this.#sentStatus ? AMOUNTS_EVERY_MS : STATUS_EVERY_MS;
    return this.#lastAt + Math.max(every, this.#restMs);
  }

  /** One delivery. Never throws: a failure is counted and waited for. */
  async deliver(): Promise<void> {
    const state = this.#journal.state;
    if (!state) return;
    this.#lastAt = this.#clock.now();
    const rows = this.#store.outbox(BATCH);
    const throughSeq = rows.at(-1)?.seq ?? 0;
    try {
      const project = this.#project(state.projectId);
      const facts = rows.map(toFact);
      const summary = summaryOf(state, this.#journal.head);
      await project.project({ summary, ...factsIn(facts) });
      for (const fact of facts)
        if (fact.kind === "release") await project.release({ workflowId: state.id, ...fact.body });
    } catch {
      this.#failures += 1;
      return;
    }
    this.#failures = 0;
    this.#restMs = Math.min(MAX_REST_MS, (this.#clock.now() - this.#lastAt) * REST_FACTOR);
    if (this.#journal.state === null) return;
    this.#store.dequeue(throughSeq);
    if (rows.length === BATCH) return;
    this.#sent = state.version;
    this.#sentStatus = statusKey(state);
    this.#store.setNumber("projected", state.version);
  }
}

const waitingIn = (state: WorkflowState): number =>
  [...state.questions, ...state.approvals].filter((one) => one.status === "open").length;

const statusKey = (state: WorkflowState): string =>
  `${statusOf(state)} ${state.stage} ${waitingIn(state)} ${state.name} ${state.cost.capMicros}`;

// SAFETY: the journal writes each row from an OutboxFact of that kind.
export const toFact = (row: OutboxRow): OutboxFact => ({ kind: row.kind, body: JSON.parse(row.body) }) as OutboxFact;

/** The facts a project keeps, by kind, each in the order of the events. Results are its library's (shelf.ts). */
export function factsIn(facts: readonly OutboxFact[]): ProjectionFacts {
  const ledger: LedgerEntry[] = [];
  const audit: AuditFact[] = [];
  const repairs: RepairFact[] = [];
  for (const fact of facts) {
    if (fact.kind === "ledger") ledger.push(fact.body);
    else if (fact.kind === "audit") audit.push(fact.body);
    else if (fact.kind === "repair") repairs.push(fact.body);
  }
  return { ledger, audit, repairs };
}

/** The row of the workflow index as it stands at `state.version`, whose row in the log is `head`. */
export function summaryOf(state: WorkflowState, head: Journal["head"]): WorkflowSummary {
  return {
    id: state.id,
    projectId: state.projectId,
    name: state.name,
    status: statusOf(state),
    stage: state.stage,
    version: state.version,
    headHash: head.hash,
    spentMicros: state.cost.spentMicros,
    capMicros: state.cost.capMicros,
    simulated: state.model.simulated,
    waiting: waitingIn(state),
    createdBy: state.createdBy,
    createdAt: state.createdAt,
    updatedAt: head.at,
    completedAt: state.completedAt,
  };
}
