import type { WorkflowEvent } from "../../../shared/workflow/events.ts";
import type { WorkflowState } from "../../../shared/workflow/state.ts";

/** A client further behind than this gets the state instead of the events. */
export const MAX_GAP = 1000;

export type CatchUp =
  | { readonly kind: "range"; readonly events: readonly WorkflowEvent[] }
  | { readonly kind: "snapshot"; readonly state: WorkflowState };

/**
 * What a client that has seen everything up to `since` needs. Null: it has seen nothing. A client that claims to be
 * ahead of the log has seen another log, and starts again from the state.
 */
export function catchUp(
  state: WorkflowState,
  since: number | null,
  read: (since: number, limit: number) => readonly WorkflowEvent[],
): CatchUp {
  if (since === null || since > state.version || state.version - since > MAX_GAP) return { kind: "snapshot", state };
  const events = since === state.version ? [] : read(since, MAX_GAP);
  // What is too long to be read at once is longer than the state.
  return events.length === state.version - since ? { kind: "range", events } : { kind: "snapshot", state };
}

/** `?since=` or Last-Event-ID; null when absent, "bad" when it is not a version. */
export function parseSince(text: string | null): number | null | "bad" {
  if (text === null || text === "") return null;
  return /^\d{1,15}$/u.test(text) ? Number(text) : "bad";
}
