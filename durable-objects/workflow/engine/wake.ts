import { SCHEMA_VERSION } from "../../../shared/workflow/events.ts";
import { fold } from "../../../shared/workflow/fold.ts";
import type { WorkflowState } from "../../../shared/workflow/state.ts";
import type { Hash, LogRow, LogStore } from "../ports.ts";
import { ChainWalk, type Damage, eventOf, hashOfRow } from "./chain.ts";

const READ_AT_ONCE = 500;

export interface Woken {
  /** Of the verified prefix when the log is damaged. */
  readonly state: WorkflowState | null;
  /** Hash of the last row, and when it was written; "" for an empty log. */
  readonly headHash: string;
  readonly headAt: string;
  /** The rows after this one were checked; what is before rests on the snapshot until somebody looks (LogGuard). */
  readonly checkedFrom: number;
  readonly damage: Damage | null;
}

/** SPEC L5, L7: the newest snapshot that fits its row, and the rows after it, each checked against the one before. */
export function wake(store: LogStore, hash: Hash): Woken {
  const snapshot = readSnapshot(store, hash);
  return goAlong(store, hash, snapshot, Number.POSITIVE_INFINITY);
}

/** The state at `version`, from the log's beginning; null for 0 and where the log does not reach or cannot be read. */
export function stateThrough(store: LogStore, hash: Hash, version: number): WorkflowState | null {
  const { state } = goAlong(store, hash, null, version);
  return state?.version === version ? state : null;
}

interface Start {
  readonly state: WorkflowState;
  readonly headHash: string;
  readonly headAt: string;
}

function goAlong(store: LogStore, hash: Hash, start: Start | null, through: number): Woken {
  const checkedFrom = start?.state.version ?? 0;
  const walk = new ChainWalk(hash, start && { version: checkedFrom, hash: start.headHash });
  let state = start?.state ?? null;
  let before = state;
  let headAt = start?.headAt ?? "";
  const broken = (damage: Damage): Woken => ({
    state: damage.verifiedVersion === state?.version ? state : before,
    headHash: walk.head,
    headAt,
    checkedFrom,
    damage,
  });
  while (walk.version < through) {
    const rows = store.range(walk.version, Math.min(READ_AT_ONCE, through - walk.version));
    for (const row of rows) {
      const damage = walk.take(row);
      if (damage) return broken(damage);
      const next = folded(state, row);
      if (next === null) return broken({ kind: "unreadable", verifiedVersion: row.version - 1 });
      before = state;
      state = next;
      headAt = row.at;
    }
    if (rows.length < READ_AT_ONCE) break;
  }
  return { state, headHash: walk.head, headAt, checkedFrom, damage: null };
}

function folded(state: WorkflowState | null, row: LogRow): WorkflowState | null {
  try {
    return fold(state, eventOf(row));
  } catch {
    return null;
  }
}

/** A snapshot as it is kept: its own hash, then what it says. */
export function snapshotText(state: WorkflowState, headHash: string, hash: Hash): string {
  const body = JSON.stringify({ schemaVersion: SCHEMA_VERSION, headHash, state });
  return `${hash(body)}\n${body}`;
}

/** SPEC L5: a snapshot of another schema, one that was changed, or one whose row is not as it says is passed over. */
function readSnapshot(store: LogStore, hash: Hash): Start | null {
  const kept = store.snapshot();
  const cut = kept?.text.indexOf("\n") ?? -1;
  if (!kept || cut < 0) return null;
  const body = kept.text.slice(cut + 1);
  if (hash(body) !== kept.text.slice(0, cut)) return null;
  // SAFETY: its own hash says that snapshotText wrote it; the schema version is checked before use.
  const { schemaVersion, headHash, state } = JSON.parse(body) as Omit<Start, "headAt"> & { schemaVersion: number };
  if (schemaVersion !== SCHEMA_VERSION || state.version !== kept.version) return null;
  const row = store.range(kept.version - 1, 1)[0];
  const fits = row?.version === kept.version && hashOfRow(row, hash) === headHash;
  return fits ? { state, headHash, headAt: row.at } : null;
}
