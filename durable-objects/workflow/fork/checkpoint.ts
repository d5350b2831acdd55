import { problem } from "../../../shared/errors/problem.ts";
import { err, ok } from "../../../shared/lib/result.ts";
import type { Answer, Checkpoint, ForkRequest } from "../../../shared/protocol/object-rpc.ts";
import { SCHEMA_VERSION } from "../../../shared/workflow/events.ts";
import { redactState } from "../../../shared/workflow/redact.ts";
import type { WorkflowState } from "../../../shared/workflow/state.ts";
import type { Pricing } from "../engine/edit-plan.ts";
import { PLANNING_CAP_MICROS } from "../engine/money.ts";
import { prepareFork } from "./prepare-fork.ts";
import { type EventReader, promotionPoint, stateAt } from "./state-at.ts";

/** A run's log as forking reads it: its events and its head. */
export interface ForkSource extends EventReader {
  readonly state: WorkflowState | null;
  /** Why only the beginning of the log can be trusted; null when all of it can. */
  readonly damage: unknown;
}

/** The state as it was, for clients. */
export function pastOf(source: ForkSource, version: number): Answer<WorkflowState> {
  const state = stateAt(source, version);
  return state ? ok(redactState(state)) : err(problem("not_found"));
}

/** The published snapshot, for clients. */
export const snapshotOf = (state: WorkflowState): Answer<{ schemaVersion: number; state: WorkflowState }> =>
  ok({ schemaVersion: SCHEMA_VERSION, state: redactState(state) });

/** The checkpoint a request names, made ready for a new run; see WorkflowRpc.checkpoint. */
export function checkpointOf(source: ForkSource, request: ForkRequest, pricing: Pricing): Answer<Checkpoint> {
  const head = source.state;
  if (!head) return err(problem("not_found"));
  const { reason } = request;
  const version = reason === "promote" ? promotionPoint(source, head) : request.version;
  if (version === null) return err(problem("nothing_to_promote"));
  const state = stateAt(source, version);
  if (!state) return err(problem("not_found"));
  const from = { workflowId: head.id, version };
  const prepared = prepareFork(state, {
    ...request,
    from,
    head,
    isSourceDead: source.damage !== null,
    planningCapMicros: PLANNING_CAP_MICROS,
    pricing,
  });
  return prepared.ok ? ok({ reason, from, schemaVersion: SCHEMA_VERSION, state: prepared.value }) : prepared;
}
