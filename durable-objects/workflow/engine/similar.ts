import type { RepairCase } from "../../../shared/protocol/projection.ts";
import { SYSTEM } from "../../../shared/workflow/records.ts";
import { repairCase } from "../outbox/derive.ts";
import type { ProjectPort } from "../ports.ts";
import type { Journal } from "./journal.ts";
import { refusalOf } from "./transitions.ts";

/** Fewer cases say nothing (FR-5.6). */
export const ENOUGH_CASES = 5;

/**
 * Asks the project, when a step has failed, how often such a failure was mended before. What it says is told only; a
 * question that is lost in a crash is not asked again.
 */
export class Similar {
  readonly #journal: Journal;
  readonly #failed = new Map<string, RepairCase>();

  constructor(journal: Journal) {
    this.#journal = journal;
    journal.onAppend((events, state) => {
      for (const event of events) {
        if (event.name !== "node.failed") continue;
        const node = state.nodes.find((one) => one.id === event.data.nodeId);
        if (node) this.#failed.set(node.id, repairCase(node, event.data.failure, state));
      }
    });
  }

  /** Whether there is something to ask. */
  get pending(): boolean {
    return this.#failed.size > 0;
  }

  turn(project: Pick<ProjectPort, "similar">, start: (key: string, work: () => Promise<void>) => void): void {
    for (const [nodeId, kind] of this.#failed) start(`similar:${nodeId}`, () => this.#ask(project, nodeId, kind));
    this.#failed.clear();
  }

  async #ask(project: Pick<ProjectPort, "similar">, nodeId: string, kind: RepairCase): Promise<void> {
    const { succeeded, total } = await project.similar(kind);
    const { state } = this.#journal;
    if (!state || total < ENOUGH_CASES) return;
    const told = { name: "node.similar" as const, data: { nodeId, succeeded, total } };
    // The run may have ended while the project answered.
    if (refusalOf(state, told) === null) this.#journal.append(SYSTEM, [told]);
  }
}
