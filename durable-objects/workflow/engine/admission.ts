import type { Clock } from "../../../shared/lib/ports.ts";
import type { CapacityRpc } from "../../../shared/protocol/capacity-rpc.ts";
import type { EventBody } from "../../../shared/workflow/events.ts";
import { SYSTEM } from "../../../shared/workflow/records.ts";
import type { WorkflowState } from "../../../shared/workflow/state.ts";
import type { Timers } from "../ports.ts";
import { isActive, isFinished } from "./commands.ts";
import type { Journal } from "./journal.ts";

/** How often a waiting workflow asks again; a grant it did not hear of is found then. */
export const ASK_EVERY_MS = 15_000;
/** How often a running one says that it is there. */
export const BEAT_EVERY_MS = 12_000;
const FIRST_RETRY_MS = 1_000;
const ANSWER_WITHIN_MS = 10_000;

/** Runs work beside the executor's loop and has the loop look again when it ends. */
type Start = (key: "capacity", work: () => Promise<void>) => void;

/** What the executor asks before it starts work (SPEC A1). */
export interface Gate {
  readonly admitted: boolean;
  /** At the end of each turn: asks for room, says that it is there, or gives the room up, as the state wants it. */
  turn(state: WorkflowState | null, start: Start): void;
  /** When `turn` has something to do, milliseconds UTC; null when only a change of the state brings it. */
  dueAt(state: WorkflowState): number | null;
}

export interface AdmissionDeps {
  readonly journal: Journal;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly capacity: () => Pick<CapacityRpc, "enter" | "leave" | "beat" | "position">;
  /** The place in the queue changed; null when it is not known or there is none. */
  readonly onPosition: (position: number | null) => void;
  readonly report: (what: string, error: unknown) => void;
}

/**
 * One workflow's side of the admission: it asks for room when it becomes active and gives it up when it rests.
 *
 * G1 One question at a time. What this instance holds is known from answers only; a new instance asks again, which
 *    changes nothing for one that holds a slot or waits.
 * G2 Nothing that fails here fails the workflow: it waits, visibly, and asks again.
 * G3 A workflow that is let in at once leaves no trace in the log.
 */
export class Admission implements Gate {
  readonly #deps: AdmissionDeps;
  #entered = false;
  #held = false;
  #busy = false;
  #askAt = 0;
  #beatAt = 0;
  #failures = 0;
  #position: number | null = null;

  constructor(deps: AdmissionDeps) {
    this.#deps = deps;
  }

  get admitted(): boolean {
    return this.#held;
  }

  /** Place in the queue from 1; null when it is not known. */
  get position(): number | null {
    return this.#position;
  }

  /** Finds out the place in the queue where this instance has not been told it yet. */
  async locate(): Promise<void> {
    const { journal, capacity } = this.#deps;
    const id = journal.state?.queue && journal.state.id;
    if (!id || this.#position !== null) return;
    const position = await this.#within(capacity().position(id)).catch(() => null);
    if (journal.state?.queue && this.#position === null) this.#tell(position);
  }

  /** Word came that there may be room, or that nobody heard of this workflow: it asks at its next turn. */
  hurry(): void {
    this.#askAt = 0;
    this.#beatAt = 0;
  }

  dueAt(state: WorkflowState): number | null {
    if (this.#busy || !isActive(state)) return null;
    return this.#held ? this.#beatAt : this.#askAt;
  }

  turn(state: WorkflowState | null, start: Start): void {
    const now = this.#deps.clock.now();
    if (this.#busy || !state) return;
    if (!isActive(state)) this.#rest(state, start);
    else if (!this.#held && this.#askAt <= now) this.#begin(start, () => this.#ask(state));
    else if (this.#held && this.#beatAt <= now) this.#begin(start, () => this.#beat(state.id));
  }

  /**
   * False when the executor has not yet cleared away the question before, whose answer is only just in: its next turn,
   * which follows at once, begins this one.
   */
  #begin(start: Start, work: () => Promise<void>): boolean {
    let begun = false;
    start("capacity", () => {
      begun = true;
      this.#busy = true;
      return work().finally(() => {
        this.#busy = false;
      });
    });
    return begun;
  }

  /** A word of leaving that is lost costs nothing: the watchdog finds that the workflow rests. */
  #rest(state: WorkflowState, start: Start): void {
    this.#leftQueue(state);
    if (!this.#entered) return;
    const begun = this.#begin(start, async () => {
      const left = await this.#within(this.#deps.capacity().leave(state.id)).catch((error: unknown) => error);
      if (left instanceof Error) this.#deps.report("leaving was not heard", left);
    });
    if (!begun) return;
    this.#entered = false;
    this.#held = false;
    this.#askAt = 0;
  }

  async #ask({ id: workflowId, projectId, createdBy: userId }: WorkflowState): Promise<void> {
    const { clock, capacity, report } = this.#deps;
    this.#entered = true;
    try {
      const entry = await this.#within(capacity().enter({ workflowId, projectId, userId }));
      this.#failures = 0;
      if (entry.granted) this.#admit();
      else this.#wait(entry.position, ASK_EVERY_MS);
    } catch (error) {
      if (this.#failures === 0) report("room to run could not be asked for", error);
      const pause = Math.min(ASK_EVERY_MS, FIRST_RETRY_MS * 2 ** this.#failures);
      this.#failures += 1;
      this.#wait(this.#position, pause);
    }
    this.#beatAt = clock.now() + BEAT_EVERY_MS;
  }

  #admit(): void {
    this.#held = true;
    const { state } = this.#deps.journal;
    if (state) this.#leftQueue(state);
  }

  #wait(position: number | null, askAgainMs: number): void {
    const { journal, clock } = this.#deps;
    this.#held = false;
    this.#askAt = clock.now() + askAgainMs;
    // The head may have moved while the answer was under way.
    const { state } = journal;
    if (!state || !isActive(state)) return;
    if (!state.queue) this.#append({ name: "queue.entered", data: {} });
    this.#tell(position);
  }

  async #beat(workflowId: string): Promise<void> {
    const { clock, capacity } = this.#deps;
    // Not being heard is no reason to stop: the watchdog asks before it takes anything back.
    const { held } = await this.#within(capacity().beat(workflowId)).catch(() => ({ held: true }));
    this.#beatAt = clock.now() + BEAT_EVERY_MS;
    if (held) return;
    this.#held = false;
    this.#askAt = 0;
  }

  #leftQueue(state: WorkflowState): void {
    if (state.queue && !isFinished(state)) this.#append({ name: "queue.left", data: {} });
    this.#tell(null);
  }

  #append(event: EventBody): void {
    this.#deps.journal.append(SYSTEM, [event]);
  }

  #tell(position: number | null): void {
    if (this.#position === position) return;
    this.#position = position;
    this.#deps.onPosition(position);
  }

  /** @throws when there is no answer in time. */
  async #within<T>(answer: Promise<T>): Promise<T> {
    const sleeper = new AbortController();
    try {
      return await Promise.race([
        answer,
        this.#deps.timers.sleep(ANSWER_WITHIN_MS, sleeper.signal).then((): never => {
          throw new Error("no answer in time");
        }),
      ]);
    } finally {
      sleeper.abort();
    }
  }
}
