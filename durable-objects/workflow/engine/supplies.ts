import type { Clock } from "../../../shared/lib/ports.ts";
import { SYSTEM } from "../../../shared/workflow/records.ts";
import type { WorkflowState } from "../../../shared/workflow/state.ts";
import type { LogStore } from "../ports.ts";
import { Backoff } from "./backoff.ts";
import type { Journal } from "./journal.ts";
import type { Services } from "./services.ts";

export interface SuppliesDeps {
  readonly journal: Journal;
  readonly store: Pick<LogStore, "number" | "setNumber">;
  readonly clock: Clock;
  readonly loadServices: (state: WorkflowState) => Promise<Services>;
  /** Runs work beside the executor's loop under a key that is taken until it ends. */
  readonly start: (key: "services" | "lease", work: () => Promise<void>) => void;
  /** It failed too often: a person looks at it. */
  readonly attention: (error: unknown) => void;
  readonly report: (what: string, error: unknown) => void;
}

/** Number of the tranche that was asked for last; its answer may be lost. */
const ASKED = "leaseAsked";

/** What a run needs before it can go on, its services and its budget. What cannot be had is asked for again later. */
export class Supplies {
  readonly #deps: SuppliesDeps;
  readonly #leaseBackoff = new Backoff();
  readonly #loadBackoff = new Backoff();
  #services: Services | null = null;
  #leaseDry = false;

  constructor(deps: SuppliesDeps) {
    this.#deps = deps;
    deps.journal.onAppend((events) => {
      // Another orchestrator: it is loaded before anything more is decided.
      if (events.some((event) => event.name === "workflow.migrated")) this.#services = null;
    });
  }

  /** Null until they are loaded. */
  get services(): Services | null {
    return this.#services;
  }

  /** The project granted less than was asked for (SPEC M5). */
  get leaseDry(): boolean {
    return this.#leaseDry;
  }

  /** When to ask again, milliseconds UTC; what is not waited for lies in the past. */
  get readyAt(): readonly number[] {
    return [this.#loadBackoff.readyAt, this.#leaseBackoff.readyAt];
  }

  /** A person had the run go on: everything is asked for afresh. */
  reset(): void {
    this.#leaseDry = false;
    this.#leaseBackoff.reset();
    this.#loadBackoff.reset();
  }

  load(state: WorkflowState): void {
    const { clock, start } = this.#deps;
    if (!this.#services && this.#loadBackoff.readyAt <= clock.now()) start("services", () => this.#load(state));
  }

  lease(micros: number, services: Services): void {
    const { clock, start } = this.#deps;
    if (micros > 0 && this.#leaseBackoff.readyAt <= clock.now()) start("lease", () => this.#lease(micros, services));
  }

  /**
   * SPEC M4: a tranche that was asked for, and whose answer is not in the log, is asked for once more when the run is
   * over, so that it can go back. True until that is known.
   */
  retrieve(state: WorkflowState): boolean {
    const { journal, store, clock, start } = this.#deps;
    if (store.number(ASKED) !== numberOf(journal.nextTranche)) return false;
    const services = this.#services;
    if (!services) this.load(state);
    else if (this.#leaseBackoff.readyAt <= clock.now()) start("lease", () => this.#lease(0, services));
    return true;
  }

  async #load(state: WorkflowState): Promise<void> {
    const { journal, clock, loadServices, attention, report } = this.#deps;
    try {
      const services = await loadServices(state);
      const now = journal.state?.framework ?? state.framework;
      if (now.name !== state.framework.name || now.version !== state.framework.version) return;
      this.#services = services;
      this.#loadBackoff.reset();
    } catch (error) {
      if (this.#loadBackoff.fail(clock.now())) attention(error);
      else report("services could not be loaded", error);
    }
  }

  async #lease(micros: number, services: Services): Promise<void> {
    const { journal, clock, attention, report } = this.#deps;
    const workflowId = journal.state?.id;
    const trancheId = journal.nextTranche;
    if (workflowId === undefined) return;
    try {
      this.#deps.store.setNumber(ASKED, numberOf(trancheId));
      const { granted, asked } = await services.project.lease({ workflowId, trancheId, micros });
      this.#leaseBackoff.reset();
      // The head has moved while the project answered: what holds is decided again from the state as it is now.
      if (journal.state === null || journal.nextTranche !== trancheId) return;
      // A tranche whose first answer was lost is compared with what it was asked for then.
      this.#leaseDry = granted < asked;
      journal.append(SYSTEM, [{ name: "money.leased", data: { trancheId, micros: granted } }]);
    } catch (error) {
      if (this.#leaseBackoff.fail(clock.now())) attention(error);
      else report("budget could not be leased", error);
    }
  }
}

const numberOf = (trancheId: string): number => Number(trancheId.slice(1));
