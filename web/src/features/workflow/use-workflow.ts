import { useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { useStore } from "zustand";
import type { WorkflowView } from "../../../../shared/api/workflows.ts";
import { FINISHED, type WorkflowState } from "../../../../shared/workflow/state.ts";
import { workflowQuery } from "../../api/workflows.ts";
import { useLocale } from "../../i18n/i18n.ts";
import { type LiveWorkflow, workflowLive } from "../../realtime/workflow-live.ts";

/** While the socket cannot be had, the view is asked for this often. */
const POLL_MS = 5_000;

export const isOver = (status: string): boolean => {
  const finished: readonly string[] = FINISHED;
  return finished.includes(status);
};

export interface Workflow {
  readonly view: WorkflowView | undefined;
  readonly live: LiveWorkflow;
  readonly error: unknown;
  readonly retry: () => void;
}

/**
 * A workflow as it stands now: the fetched view first, then the live fold. Finished ones are fetched only, unless
 * `always` asks for the state behind the view (what its steps said and ran).
 */
export function useWorkflow(id: string, always = false): Workflow {
  const locale = useLocale();
  const live = workflowLive(id);
  const now = useStore(live.store);
  const query = useQuery({
    ...workflowQuery(id),
    refetchInterval: ({ state }) =>
      now.connection !== "live" && state.data && !isOver(state.data.status) ? POLL_MS : false,
  });
  const { refetch } = query;
  const known = query.data !== undefined;
  const over = query.data !== undefined && isOver(query.data.status);
  const wanted = known && (always || !over);
  useEffect(() => (wanted ? live.retain() : undefined), [wanted, live]);
  // The texts of a fetched view are in the language it was asked for in.
  // biome-ignore lint/correctness/useExhaustiveDependencies: runs when the language changes.
  useEffect(() => {
    if (known) void refetch();
  }, [locale]);
  const newest = now.view && now.view.version >= (query.data?.version ?? 0) ? now.view : query.data;
  return { view: newest, live: now, error: query.error, retry: () => void query.refetch() };
}

/** What waits for the person: open questions and change orders. */
export const waitingCount = (view: WorkflowView): number =>
  view.questions.filter((one) => one.status === "open").length +
  view.approvals.filter((one) => one.status === "open").length;

/** It rests because everything left waits for an answer: nobody paused it, and the answer lets it go on. */
export const isResting = (view: WorkflowView, state: WorkflowState | null): boolean =>
  view.paused?.reason === "person" && waitingCount(view) > 0 && state?.pause?.by !== "user";

/** It waits for the owner of the project to raise its budget; no change order can help. */
export const isBudgetGone = (view: WorkflowView): boolean =>
  view.paused?.reason === "money" && view.error?.code === "project_budget_exhausted";
