import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import type { MemberView } from "../../../shared/api/members.ts";
import type { BudgetView, ProjectView } from "../../../shared/api/projects.ts";
import { queryClient } from "./client.ts";
import { call, idempotencyKey } from "./http.ts";
import { keys } from "./keys.ts";

export interface Page<T> {
  readonly items: T[];
  readonly nextCursor: string | null;
}

export const query = (params: Record<string, string | number | null | undefined>): string => {
  const pairs = Object.entries(params).filter(([, value]) => value !== null && value !== undefined);
  return pairs.length === 0 ? "" : `?${new URLSearchParams(pairs.map(([key, value]) => [key, String(value)]))}`;
};

export const projectsQuery = infiniteQueryOptions({
  queryKey: keys.projects,
  queryFn: ({ pageParam, signal }) =>
    call<Page<ProjectView>>(`/projects${query({ limit: 30, cursor: pageParam })}`, { signal }),
  initialPageParam: null as string | null,
  getNextPageParam: (page) => page.nextCursor,
});

export const projectQuery = (projectId: string) =>
  queryOptions({
    queryKey: keys.project(projectId),
    queryFn: ({ signal }) => call<ProjectView>(`/projects/${projectId}`, { signal }),
    staleTime: 60_000,
  });

export const membersQuery = (projectId: string) =>
  queryOptions({
    queryKey: keys.members(projectId),
    queryFn: ({ signal }) => call<{ items: MemberView[] }>(`/projects/${projectId}/members`, { signal }),
    staleTime: 60_000,
  });

export async function createProject(name: string): Promise<ProjectView> {
  const project = await call<ProjectView>("/projects", {
    method: "POST",
    body: { name },
    headers: { "idempotency-key": idempotencyKey() },
  });
  queryClient.setQueryData(keys.project(project.id), project);
  await queryClient.invalidateQueries({ queryKey: keys.projects });
  return project;
}

export async function renameProject(projectId: string, name: string): Promise<void> {
  const project = await call<ProjectView>(`/projects/${projectId}`, { method: "PATCH", body: { name } });
  queryClient.setQueryData(keys.project(projectId), project);
  await queryClient.invalidateQueries({ queryKey: keys.projects });
}

export const budgetQuery = (projectId: string) =>
  queryOptions({
    queryKey: keys.budget(projectId),
    queryFn: ({ signal }) => call<BudgetView>(`/projects/${projectId}/budget`, { signal }),
    // Every run moves it.
    staleTime: 0,
  });

export async function setBudget(projectId: string, budgetMicros: number): Promise<void> {
  const budget = await call<BudgetView>(`/projects/${projectId}/budget`, { method: "PATCH", body: { budgetMicros } });
  queryClient.setQueryData(keys.budget(projectId), budget);
}

export async function deleteProject(projectId: string): Promise<void> {
  await call(`/projects/${projectId}`, { method: "DELETE" });
  queryClient.removeQueries({ queryKey: keys.project(projectId) });
  await queryClient.invalidateQueries({ queryKey: keys.projects });
}
