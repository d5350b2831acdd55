import { ChainWalk, type Damage, hashOfRow } from "../engine/chain.ts";
import type { Journal } from "../engine/journal.ts";
import type { Hash, LogStore, Timers } from "../ports.ts";

/** What the project was last told of a log. */
export interface Anchor {
  readonly version: number;
  readonly hash: string;
}

export interface GuardDeps {
  readonly journal: Pick<Journal, "state" | "damage" | "markDamaged" | "checkedFrom">;
  readonly store: Pick<LogStore, "range" | "last" | "number" | "setNumber">;
  readonly hash: Hash;
  readonly timers: Timers;
  /** Milliseconds UTC. */
  readonly now: () => number;
  /** Null: nothing was told yet. */
  readonly anchor: (projectId: string, workflowId: string) => Promise<Anchor | null>;
  readonly onDamage: (damage: Damage) => void;
}

/** Rows checked without a pause: about 5 ms. */
const SLICE_ROWS = 200;
const BETWEEN_SLICES_MS = 10;
const ANSWER_WITHIN_MS = 5_000;
/** A log that only rests is looked through this often, when somebody wakes it. */
const LOOK_EVERY_MS = 24 * 60 * 60_000;
const CHECKED_AT = "checkedAt";

/**
 * Looks for damage that waking does not see (SPEC L7): the rows that a snapshot stands for, in slices beside the
 * work, and the head against what the project was told, once per instance.
 */
export class LogGuard {
  readonly #deps: GuardDeps;
  readonly #walk: ChainWalk;
  /** Nothing was there when this instance began: all of the log is its own. */
  readonly #own: boolean;
  #walked: boolean;
  #anchored: boolean;
  #asking: Promise<void> | null = null;

  constructor(deps: GuardDeps) {
    this.#deps = deps;
    this.#walk = new ChainWalk(deps.hash);
    this.#own = deps.journal.state === null && deps.journal.damage === null;
    this.#walked = deps.journal.checkedFrom === 0;
    this.#anchored = this.#own;
  }

  /** Whether this log should be looked through although nothing runs. */
  get isDue(): boolean {
    const { store, now, journal } = this.#deps;
    if (this.#own || journal.damage) return false;
    const at = store.number(CHECKED_AT);
    // A time to come was written by a clock that was wrong.
    return now() - at > LOOK_EVERY_MS || at > now();
  }

  /**
   * Compares the log with what the project was told. A project that does not answer is asked again the next time;
   * a run is not held up by it.
   */
  checkAnchor(): Promise<void> {
    this.#asking ??= this.#ask().finally(() => {
      this.#asking = null;
    });
    return this.#asking;
  }

  async #ask(): Promise<void> {
    const { journal, anchor, store, now, timers } = this.#deps;
    const state = journal.state;
    if (this.#anchored || journal.damage || !state) return;
    const waiting = new AbortController();
    const told = await Promise.race([
      anchor(state.projectId, state.id).catch(() => undefined),
      timers.sleep(ANSWER_WITHIN_MS, waiting.signal).then(() => undefined),
    ]);
    waiting.abort();
    if (told === undefined || journal.damage || journal.state === null) return;
    this.#anchored = true;
    const damage = told && this.#compare(told);
    if (damage) this.#report(damage);
    else store.setNumber(CHECKED_AT, now());
  }

  #compare({ version, hash }: Anchor): Damage | null {
    const last = this.#deps.store.last()?.version ?? 0;
    // Nothing vouches for the last row that is left.
    if (version > last) return { kind: "truncated", verifiedVersion: Math.max(0, last - 1) };
    const row = this.#deps.store.range(version - 1, 1)[0];
    if (row?.version === version && hashOfRow(row, this.#deps.hash) === hash) return null;
    return { kind: "rewritten", verifiedVersion: 0 };
  }

  /** Checks the next rows that rest on a snapshot; true when there are more. */
  slice(): boolean {
    const { journal, store } = this.#deps;
    if (this.#walked || journal.damage) return false;
    // The row after the snapshot's was checked at waking against the snapshot, which knows its own row's hash.
    const left = journal.checkedFrom - this.#walk.version;
    const rows = store.range(this.#walk.version, Math.min(SLICE_ROWS, left));
    for (const row of rows) {
      const damage = this.#walk.take(row);
      if (damage) return this.#report(damage);
    }
    this.#walked = rows.length === 0 || this.#walk.version >= journal.checkedFrom;
    if (this.#walked && this.#walk.version < journal.checkedFrom)
      return this.#report({ kind: "altered", verifiedVersion: Math.max(0, this.#walk.version - 1) });
    return !this.#walked;
  }

  /** All slices, with pauses in which others work. */
  async look(signal: AbortSignal): Promise<void> {
    await this.checkAnchor();
    while (!signal.aborted && this.slice()) await this.#deps.timers.sleep(BETWEEN_SLICES_MS, signal);
  }

  #report(damage: Damage): false {
    this.#deps.journal.markDamaged(damage);
    this.#deps.onDamage(damage);
    return false;
  }
}
