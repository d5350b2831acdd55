import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import type { PlanEdit, WorkflowListItem, WorkflowView } from "../../../shared/api/workflows.ts";
import type { RunMode } from "../../../shared/workflow/effects.ts";
import type { WorkflowEvent } from "../../../shared/workflow/events.ts";
import { queryClient } from "./client.ts";
import { call, idempotencyKey, send } from "./http.ts";
import { keys } from "./keys.ts";
import { type Page, query } from "./projects.ts";

export const workflowsQuery = (projectId: string) =>
  infiniteQueryOptions({
    queryKey: keys.workflows(projectId),
    queryFn: ({ pageParam, signal }) =>
      call<Page<WorkflowListItem>>(`/projects/${projectId}/workflows${query({ limit: 30, cursor: pageParam })}`, {
        signal,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
  });

export const workflowQuery = (workflowId: string) =>
  queryOptions({
    queryKey: keys.workflow(workflowId),
    queryFn: ({ signal }) => call<WorkflowView>(`/workflows/${workflowId}`, { signal }),
  });

async function command(workflowId: string, path: string, method: "POST" | "PATCH" | "DELETE", body: unknown) {
  const view = await call<WorkflowView>(`/workflows/${workflowId}${path}`, {
    method,
    body,
    headers: { "idempotency-key": idempotencyKey() },
  });
  queryClient.setQueryData<WorkflowView>(keys.workflow(workflowId), (known) =>
    known && known.version > view.version ? known : view,
  );
  return view;
}

export const editPlan = (id: string, edit: PlanEdit) => command(id, "/plan", "PATCH", edit);
export const approvePlan = (id: string, body: { planVersion: number; capMicros: number; mode?: RunMode }) =>
  command(id, "/approve", "POST", body);
export const pauseWorkflow = (id: string) => command(id, "/pause", "POST", {});
export const resumeWorkflow = (id: string) => command(id, "/resume", "POST", {});
export const retryWorkflow = (id: string, body: { nodeId?: string; instructions?: string }) =>
  command(id, "/retry", "POST", body);
export const steerWorkflow = (id: string, message: string) => command(id, "/steer", "POST", { message });
export const cancelWorkflow = (id: string) => command(id, "", "DELETE", {});
export const answerQuestion = (id: string, questionId: string, answer: string) =>
  command(id, "/answers", "POST", { questionId, answer });
export const decideApproval = (
  id: string,
  approvalId: string,
  decision: "approved" | "rejected",
  args?: Record<string, unknown>,
) => command(id, `/approvals/${approvalId}`, "POST", { decision, ...(args ? { arguments: args } : {}) });

/** Takes back what was done outside: these effects, newest first. */
export const undoEffects = (id: string, effectIds: readonly string[]) => command(id, "/undo", "POST", { effectIds });

/** Another run that goes on from a checkpoint of this one. */
export const forkWorkflow = (
  id: string,
  body: { version: number; message?: string; change?: string; nodes?: PlanEdit["nodes"] },
): Promise<WorkflowView> => begin(id, "/fork", body);

/** The real run of a rehearsal. */
export const promoteWorkflow = (id: string): Promise<WorkflowView> => begin(id, "/promote", {});

async function begin(id: string, path: string, body: unknown): Promise<WorkflowView> {
  const view = await call<WorkflowView>(`/workflows/${id}${path}`, {
    method: "POST",
    body,
    headers: { "idempotency-key": idempotencyKey() },
  });
  queryClient.setQueryData(keys.workflow(view.id), view);
  await queryClient.invalidateQueries({ queryKey: keys.workflows(view.projectId) });
  return view;
}

/** The most the server gives at once. */
const EVENT_PAGE = 1000;

/** A page of events after `since`, oldest first. */
export const fetchEventPage = async (workflowId: string, since: number): Promise<WorkflowEvent[]> =>
  (await call<{ events: WorkflowEvent[] }>(`/workflows/${workflowId}/events${query({ since, limit: EVENT_PAGE })}`))
    .events;

/** The workflow as it was at a version. */
export const workflowAtQuery = (workflowId: string, version: number) =>
  queryOptions({
    queryKey: keys.workflowAt(workflowId, version),
    queryFn: ({ signal }) => call<WorkflowView>(`/workflows/${workflowId}/state${query({ version })}`, { signal }),
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });

/** Events after `since`, all of them. */
export async function fetchEvents(workflowId: string, since: number, signal?: AbortSignal): Promise<WorkflowEvent[]> {
  const all: WorkflowEvent[] = [];
  for (let from = since; ; ) {
    const page = await call<{ events: WorkflowEvent[]; version: number }>(
      `/workflows/${workflowId}/events${query({ since: from })}`,
      { signal },
    );
    all.push(...page.events);
    const last = page.events.at(-1);
    if (!last || last.version >= page.version) return all;
    from = last.version;
  }
}

export const artifactUrl = (workflowId: string, artifactId: string): string =>
  `/api/workflows/${workflowId}/artifacts/${artifactId}`;

/** A folder of the results with those below it; "" all. */
export const artifactsZipUrl = (workflowId: string, folder: string): string =>
  `/api/workflows/${workflowId}/zip?folder=${encodeURIComponent(folder)}`;

/** The bytes, to look at: `inline` is open to viewers as well. */
export async function fetchArtifact(workflowId: string, artifactId: string, signal?: AbortSignal): Promise<Blob> {
  const response = await send(`/workflows/${workflowId}/artifacts/${artifactId}?inline=1`, { signal });
  return response.blob();
}
