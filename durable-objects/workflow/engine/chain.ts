import { decodeEvent } from "../../../shared/workflow/codec.ts";
import type { WorkflowEvent } from "../../../shared/workflow/events.ts";
import type { Failure } from "../../../shared/workflow/records.ts";
import type { WorkflowState } from "../../../shared/workflow/state.ts";
import type { Hash, LogRow } from "../ports.ts";

/** What the first row says of the row before it. */
export const FIRST_PREVIOUS = "0".repeat(64);

/**
 * Why a log is not what was written. `altered`: a row does not carry the hash of the one before it, or rows are
 * missing. `truncated`: the project was told of rows that are not there. `rewritten`: the rows fit each other but not
 * what the project was told. `foreign`: the log is of another workflow. `unreadable`: a row is no event.
 */
export interface Damage {
  readonly kind: "altered" | "truncated" | "rewritten" | "foreign" | "unreadable";
  /** The rows up to this version are vouched for by what follows them; 0: none is. */
  readonly verifiedVersion: number;
}

/** Nothing is appended to a damaged log. */
export class LogDamaged extends Error {
  readonly code = "log_damaged";
  readonly damage: Damage;

  constructor(damage: Damage) {
    super(`the log is ${damage.kind} after version ${damage.verifiedVersion}`);
    this.damage = damage;
  }
}

/** A row's hash covers all of its columns, the hash of the row before among them. */
export function hashOfRow(row: LogRow, hash: Hash): string {
  const { version, name, schemaVersion, epoch, actor, event, previousHash, cost, at } = row;
  return hash(JSON.stringify([version, name, schemaVersion, epoch, actor, event, previousHash, cost, at]));
}

/** @throws when the row is of a schema nobody can lift, or no event. */
export function eventOf(row: LogRow): WorkflowEvent {
  const decoded = decodeEvent(row);
  if (!decoded.ok) throw new Error(`Event ${decoded.error.version} is unreadable: ${decoded.error.detail}`);
  return decoded.value;
}

/** Goes along the rows and says where they stop fitting each other. */
export class ChainWalk {
  readonly #hash: Hash;
  #version: number;
  #previous: string;
  /** Whether something outside the rows vouches for the row at `#version`. */
  #vouched: boolean;

  /** `from`: a row that is known to be right; without it, the beginning. */
  constructor(hash: Hash, from: { readonly version: number; readonly hash: string } | null = null) {
    this.#hash = hash;
    this.#version = from?.version ?? 0;
    this.#previous = from?.hash ?? FIRST_PREVIOUS;
    this.#vouched = true;
  }

  /** The last row that was gone along. */
  get version(): number {
    return this.#version;
  }

  /** Hash of that row. */
  get head(): string {
    return this.#previous;
  }

  /**
   * Takes the next row. When it does not fit, one of two is wrong: this row, or the one before that it should vouch
   * for, which therefore counts as verified no longer.
   */
  take(row: LogRow): Damage | null {
    if (row.version !== this.#version + 1 || row.previousHash !== this.#previous)
      return { kind: "altered", verifiedVersion: this.#vouched ? this.#version : this.#version - 1 };
    this.#version = row.version;
    this.#previous = hashOfRow(row, this.#hash);
    this.#vouched = false;
    return null;
  }
}

/** The state of the verified prefix, as everybody may see it: at rest, with what happened to it. */
export function markDamaged(state: WorkflowState, damage: Damage): WorkflowState {
  const failure: Failure = {
    code: "log_damaged",
    params: { version: damage.verifiedVersion },
    technical: damage.kind,
  };
  const pause = { reason: "attention" as const, failure, resumeAt: null, by: "system" as const };
  return { ...state, pause, failure: state.failure && failure };
}
