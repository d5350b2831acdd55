import { queryOptions } from "@tanstack/react-query";
import type { ShareCreated, SharedView, ShareView } from "../../../shared/api/shares.ts";
import type { PreviewView, SiteDetail, SiteView } from "../../../shared/api/sites.ts";
import { queryClient } from "./client.ts";
import { call, idempotencyKey } from "./http.ts";
import { keys } from "./keys.ts";

/** `seen`: what the reader knows of a run; with something new in it, what was read before is out of date. */
export const sitesQuery = (projectId: string, seen = "") =>
  queryOptions({
    queryKey: [...keys.sites(projectId), seen] as const,
    queryFn: ({ signal }) => call<{ items: SiteView[] }>(`/projects/${projectId}/sites`, { signal }),
  });

export const siteQuery = (siteId: string) =>
  queryOptions({
    queryKey: keys.site(siteId),
    queryFn: ({ signal }) => call<SiteDetail>(`/sites/${siteId}`, { signal }),
  });

async function write<T>(path: string, body: unknown, projectId: string): Promise<T> {
  const answer = await call<T>(path, { method: "POST", body, headers: { "idempotency-key": idempotencyKey() } });
  await Promise.all([
    queryClient.invalidateQueries({ queryKey: keys.sites(projectId) }),
    queryClient.invalidateQueries({ queryKey: ["site"] }),
  ]);
  return answer;
}

export const publishByHand = (workflowId: string, projectId: string, body: { folder?: string; title?: string }) =>
  write<SiteView>(`/workflows/${workflowId}/publish`, body, projectId);
export const rollBack = (site: SiteView, version: number) =>
  write<SiteView>(`/sites/${site.id}/rollback`, { version }, site.projectId);
export const unpublish = (site: SiteView) => write<SiteView>(`/sites/${site.id}/unpublish`, {}, site.projectId);
export const putBack = (site: SiteView) => write<SiteView>(`/sites/${site.id}/publish`, {}, site.projectId);

/** An address on the sites' own origin where members look at a folder of the results, and what to know of it. */
export const fetchPreview = (workflowId: string, folder: string, entry?: string): Promise<PreviewView> =>
  call<PreviewView>(`/workflows/${workflowId}/preview`, {
    method: "POST",
    body: { folder, ...(entry === undefined ? {} : { entry }) },
  });

export const previewQuery = (workflowId: string, folder: string, entry?: string) =>
  queryOptions({
    queryKey: ["workflow", workflowId, "preview", folder, entry] as const,
    queryFn: () => fetchPreview(workflowId, folder, entry),
    staleTime: 60_000,
    retry: 1,
  });

export const sharesQuery = (workflowId: string) =>
  queryOptions({
    queryKey: keys.shares(workflowId),
    queryFn: ({ signal }) => call<{ items: ShareView[] }>(`/workflows/${workflowId}/shares`, { signal }),
    staleTime: 0,
  });

export async function createShare(workflowId: string, body: { expiresInHours: number }): Promise<ShareCreated> {
  const made = await call<ShareCreated>(`/workflows/${workflowId}/shares`, { method: "POST", body });
  await queryClient.invalidateQueries({ queryKey: keys.shares(workflowId) });
  return made;
}

export async function revokeShare(workflowId: string, shareId: string): Promise<void> {
  await call(`/shares/${shareId}`, { method: "DELETE" });
  await queryClient.invalidateQueries({ queryKey: keys.shares(workflowId) });
}

export const sharedQuery = (token: string) =>
  queryOptions({
    queryKey: keys.shared(token),
    queryFn: ({ signal }) => call<SharedView>(`/shared/${encodeURIComponent(token)}`, { signal }),
    retry: false,
  });

export const sharedFileUrl = (token: string, artifactId: string): string =>
  `/api/shared/${encodeURIComponent(token)}/artifacts/${artifactId}`;
