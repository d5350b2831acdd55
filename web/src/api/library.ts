import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import type {
  BinEntry,
  ChangeFile,
  FileHistory,
  FileView,
  FolderPage,
  FolderQuery,
  Restored,
  SearchPage,
  StorageView,
} from "../../../shared/api/files.ts";
import { queryClient } from "./client.ts";
import { call, idempotencyKey, send } from "./http.ts";
import { keys } from "./keys.ts";
import { type Page, query } from "./projects.ts";

export type FolderOrder = Pick<FolderQuery, "sort" | "order">;

export const folderQuery = (projectId: string, path: string, order: FolderOrder) =>
  infiniteQueryOptions({
    queryKey: [...keys.library(projectId), "folder", path, order],
    queryFn: ({ pageParam, signal }) =>
      call<FolderPage>(`/projects/${projectId}/folders${query({ path, ...order, limit: 200, cursor: pageParam })}`, {
        signal,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
  });

export const searchQuery = (projectId: string, q: string) =>
  infiniteQueryOptions({
    queryKey: [...keys.library(projectId), "search", q],
    queryFn: ({ pageParam, signal }) =>
      call<SearchPage>(`/projects/${projectId}/files/search${query({ q, limit: 30, cursor: pageParam })}`, { signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
  });

export const storageQuery = (projectId: string) =>
  queryOptions({
    queryKey: [...keys.library(projectId), "storage"],
    queryFn: ({ signal }) => call<StorageView>(`/projects/${projectId}/storage`, { signal }),
  });

export const historyQuery = (projectId: string, fileId: string) =>
  infiniteQueryOptions({
    queryKey: [...keys.library(projectId), "file", fileId],
    queryFn: ({ pageParam, signal }) =>
      call<FileHistory>(`/files/${fileId}/versions${query({ limit: 30, cursor: pageParam })}`, { signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
  });

export const binQuery = (projectId: string) =>
  infiniteQueryOptions({
    queryKey: [...keys.library(projectId), "bin"],
    queryFn: ({ pageParam, signal }) =>
      call<Page<BinEntry>>(`/projects/${projectId}/bin${query({ limit: 100, cursor: pageParam })}`, { signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
  });

/** Lists, searches and files of a project are asked for again. */
export const refreshLibrary = (projectId: string): Promise<void> =>
  queryClient.invalidateQueries({ queryKey: keys.library(projectId) });

async function write<T>(
  projectId: string,
  path: string,
  method: "POST" | "PATCH" | "DELETE",
  body?: unknown,
): Promise<T> {
  const answer = await call<T>(path, {
    method,
    ...(body === undefined ? {} : { body }),
    headers: { "idempotency-key": idempotencyKey() },
  });
  await refreshLibrary(projectId);
  return answer;
}

export const createFolder = (projectId: string, path: string) =>
  write<{ path: string }>(projectId, `/projects/${projectId}/folders`, "POST", { path });
export const moveFolder = (projectId: string, path: string, to: string) =>
  write<{ path: string }>(projectId, `/projects/${projectId}/folders`, "PATCH", { path, to });
export const removeFolder = (projectId: string, path: string) =>
  write<BinEntry>(projectId, `/projects/${projectId}/folders${query({ path })}`, "DELETE");
export const changeFile = (projectId: string, fileId: string, change: ChangeFile) =>
  write<FileView>(projectId, `/files/${fileId}`, "PATCH", change);
export const removeFile = (projectId: string, fileId: string) =>
  write<BinEntry>(projectId, `/files/${fileId}`, "DELETE");
export const restoreVersion = (projectId: string, fileId: string, version: number) =>
  write<FileView>(projectId, `/files/${fileId}/versions/${version}/restore`, "POST", {});
export const restoreBin = (projectId: string, binId: string) =>
  write<Restored>(projectId, `/projects/${projectId}/bin/${binId}/restore`, "POST", {});

/** A download, of the current version when none is named. */
export const fileUrl = (fileId: string, version?: number): string =>
  `/api/files/${fileId}${version === undefined ? "" : `/versions/${version}`}`;
export const zipUrl = (projectId: string, path: string): string =>
  `/api/projects/${projectId}/folders/zip${query({ path })}`;

/** The bytes, to look at. */
export async function fetchFile(fileId: string, version: number, signal?: AbortSignal): Promise<Blob> {
  return (await send(`/files/${fileId}/preview${query({ version })}`, { signal })).blob();
}
