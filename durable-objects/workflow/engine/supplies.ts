import type { Clock } from "../../../shared/lib/ports.ts";
import { SYSTEM } from "../../../shared/workflow/records.ts";
import type { WorkflowState } from "../../../shared/workflow/state.ts";
import { Backoff } from "./backoff.ts";
import type { Journal } from "./journal.ts";
import type { Services } from "./services.ts";

export interface SuppliesDeps {
  readonly journal: Journal;
  readonly clock: Clock;
  readonly loadServices: (state: WorkflowState) => Promise<Services>;
  /** Runs work beside the executor's loop under a key that is taken until it ends. */
  readonly start: (key: "services" | "lease", work: () => Promise<void>) => void;
  /** It failed too often: a person looks at it. */
  readonly attention: (error: unknown) => void;
  readonly report: (what: string, error: unknown) => void;
}

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
