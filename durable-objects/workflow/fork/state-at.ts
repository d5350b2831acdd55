import type { WorkflowEvent } from "../../../shared/workflow/events.ts";
import { fold } from "../../../shared/workflow/fold.ts";
import type { WorkflowState } from "../../../shared/workflow/state.ts";

/** What reading the past needs of a log. A damaged one gives its verified prefix only. */
export interface EventReader {
  /** Events after `since` in order, at most `limit`; may give fewer, and none only at the end. */
  events(since: number, limit: number): readonly WorkflowEvent[];
}

const AT_ONCE = 500;

/** The state as it was at `version`, folded from the log's beginning; null where the log does not reach. */
export function stateAt(log: EventReader, version: number): WorkflowState | null {
  if (!Number.isSafeInteger(version) || version < 1) return null;
  let state: WorkflowState | null = null;
  for (const event of eventsOf(log)) {
    state = fold(state, event);
    if (state.version === version) return state;
  }
  return null;
}

/** All events in order, a page at a time. */
export function* eventsOf(log: EventReader): Generator<WorkflowEvent> {
  for (let since = 0; ; ) {
    const page = log.events(since, AT_ONCE);
    yield* page;
    const last = page.at(-1);
    if (!last) return;
    since = last.version;
  }
}

/**
 * The checkpoint from which a rehearsal is run for real: right before the first attempt that recorded a write, so
 * that everything before it is kept and nothing is rehearsed twice. Null when nothing was recorded.
 */
export function promotionPoint(log: EventReader, state: WorkflowState): number | null {
  if (state.phase !== "completed" || state.mode !== "rehearsal") return null;
  const started = new Map<string, number>();
  for (const event of eventsOf(log)) {
    if (event.name === "node.started") started.set(event.data.nodeId, event.version);
    if (event.name !== "effect.intended" || event.data.mode !== "rehearsal") continue;
    const first = started.get(event.data.nodeId);
    return first === undefined ? null : first - 1;
  }
  return null;
}
