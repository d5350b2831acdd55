import type { WorkflowEvent } from "../../../../shared/workflow/events.ts";
import { fold } from "../../../../shared/workflow/fold.ts";
import { FINISHED, type WorkflowState } from "../../../../shared/workflow/state.ts";
import type { LogRow } from "../../ports.ts";
import { hash } from "../../testing/world.ts";
import { eventOf, FIRST_PREVIOUS, hashOfRow } from "../chain.ts";
import type { OutsideService } from "./outside-service.ts";

/** What somebody outside was told is in the log. */
export interface Acknowledged {
  readonly version: number;
  readonly text: string;
}

export const acknowledge = (event: WorkflowEvent): Acknowledged => ({
  version: event.version,
  text: JSON.stringify([event.name, event.data]),
});

/** Goes along the log as it grows, apart from the engine, and says what is not as it must be. */
export class Auditor {
  readonly #acknowledged: Acknowledged[] = [];
  readonly #checked: { previous: string; state: WorkflowState | null }[] = [{ previous: FIRST_PREVIOUS, state: null }];

  /** What was read, newest first to be checked: the whole of what was acknowledged must still be there at the end. */
  tell(events: readonly WorkflowEvent[]): void {
    this.#acknowledged.push(...events.map(acknowledge));
  }

  /** A crash took back what was not committed. */
  forget(version: number): void {
    this.#checked.length = Math.min(this.#checked.length, version + 1);
  }

  get state(): WorkflowState | null {
    return this.#checked.at(-1)?.state ?? null;
  }

  /** @throws Error that names the rule. */
  check(range: (since: number, limit: number) => LogRow[]): void {
    for (const row of range(this.#checked.length - 1, 10_000)) {
      const last = this.#checked.at(-1);
      rule(last !== undefined && row.version === this.#checked.length, "versions are contiguous");
      rule(row.previousHash === last.previous, "the hash chain is whole");
      const event = eventOf(row);
      checkEvent(last.state, event);
      const state = fold(last.state, event);
      const { spentMicros, reservedMicros, unconfirmedMicros, capMicros } = state.cost;
      if (event.name === "call.intended")
        rule(spentMicros + reservedMicros + unconfirmedMicros <= capMicros, "what is promised stays under the cap");
      this.#checked.push({ previous: hashOfRow(row, hash), state });
    }
  }

  checkAcknowledged(range: (since: number, limit: number) => LogRow[]): void {
    for (const { version, text } of this.#acknowledged) {
      const row = range(version - 1, 1)[0];
      const kept = row && acknowledge(eventOf(row)).text;
      rule(kept === text, `acknowledged version ${version} is in the log as it was told`);
    }
  }
}

function checkEvent(before: WorkflowState | null, event: WorkflowEvent): void {
  if (!before) return;
  const { name, data } = event;
  const ended = FINISHED.includes(before.phase);
  switch (name) {
    case "call.intended":
      rule(!ended && before.pause === null, "no call begins in a pause or after the end");
      rule(data.nodeId === null || before.plan?.approved === true, "no step runs before its plan is approved");
      return;
    case "call.settled":
    case "call.unconfirmed":
      rule(before.calls[data.callId] !== undefined, "a call is settled once");
      return;
    case "tool.started":
      rule(before.pause === null, "no tool begins in a pause");
      return;
    case "tool.settled": {
      const run = before.nodes.find((one) => one.id === data.nodeId)?.tools.find((one) => one.id === data.toolCallId);
      rule(run !== undefined && run.result === null, "a tool is settled once");
      return;
    }
    case "effect.intended": {
      if (data.undoOf !== null || data.mode === "rehearsal") return;
      const approval = before.approvals.find((one) => one.id === data.approvalId);
      rule(approval?.status === "approved", "no write without an approval that stands");
      rule(JSON.stringify(approval?.arguments) === JSON.stringify(data.arguments), "what is sent is what was approved");
      return;
    }
    case "effect.sent": {
      const effect = before.effects.find((one) => one.effectId === data.effectId);
      const harmless = effect?.effectClass === "idempotent-write" || effect?.status === "failed";
      rule(harmless, "only what the service knows by its key, or what certainly did not happen, is sent again");
      return;
    }
    default:
  }
}

/** The engine's ledger against what really happened outside. */
export function checkOutside(state: WorkflowState, service: OutsideService): void {
  const keys = new Map(state.effects.map((one) => [one.key, one]));
  for (const [key, count] of service.done) {
    rule(count === 1, `key ${key} took effect once`);
    rule(keys.has(key), `what took effect under ${key} is in the ledger`);
  }
  for (const effect of state.effects) {
    if (effect.undoOf !== null || effect.mode === "rehearsal") continue;
    if (effect.knownBy === "person") continue;
    const happened = service.done.has(effect.key);
    if (effect.status === "done") rule(happened, `${effect.effectId} is done only when it happened`);
    if (effect.status === "failed") rule(!happened, `${effect.effectId} failed only when it did not happen`);
  }
}

/** @throws Error */
export function rule(holds: boolean, what: string): asserts holds {
  if (!holds) throw new Error(`broken rule: ${what}`);
}
