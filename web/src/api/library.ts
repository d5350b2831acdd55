import { type InfiniteData, infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
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

/** Lists of so many pages are there at once. */
const SHORT_PAGES = 3;

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
    // A list that was scrolled far down is asked for page by page: not each time somebody comes back to the window.
    refetchOnWindowFocus: ({ state }) => (state.data?.pages.length ?? 0) <= SHORT_PAGES,
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

type Item = FolderPage["items"][number];
/** What became of an item; null when it is not there any more. */
type Edit = (item: Item) => Item | null;

const gone =
  (which: (item: Item) => boolean): Edit =>
  (item) =>
    which(item) ? null : item;

/** What is known already shows before a long list was asked for again. */
function inLists(projectId: string, edit: Edit): void {
  queryClient.setQueriesData<InfiniteData<FolderPage>>({ queryKey: [...keys.library(projectId), "folder"] }, (data) => {
    if (!data) return data;
    const pages = data.pages.map((page) => ({ ...page, items: page.items.flatMap((item) => edit(item) ?? []) }));
    const lost = (kind: Item["kind"]) => {
      const count = (all: readonly FolderPage[]) =>
        all.flatMap(({ items }) => items).filter((one) => one.kind === kind);
      return count(data.pages).length - count(pages).length;
    };
    const [files, folders] = [lost("file"), lost("folder")];
    return {
      ...data,
      pages: pages.map((page) => ({ ...page, files: page.files - files, folders: page.folders - folders })),
    };
  });
}

/** Nobody waits for a long list: it comes page by page, while what was done is said. */
async function refreshAfterWrite(projectId: string): Promise<void> {
  const lists = queryClient.getQueriesData<InfiniteData<FolderPage>>({
    queryKey: [...keys.library(projectId), "folder"],
    type: "active",
  });
  const done = refreshLibrary(projectId);
  if (lists.every(([, data]) => (data?.pages.length ?? 0) <= SHORT_PAGES)) await done;
}

async function write<T>(
  projectId: string,
  path: string,
  method: "POST" | "PATCH" | "DELETE",
  options: { readonly body?: unknown; readonly edit?: (answer: T) => Edit } = {},
): Promise<T> {
  const { body, edit } = options;
  const answer = await call<T>(path, {
    method,
    ...(body === undefined ? {} : { body }),
    headers: { "idempotency-key": idempotencyKey() },
  });
  if (edit) inLists(projectId, edit(answer));
  await refreshAfterWrite(projectId);
  return answer;
}

export const createFolder = (projectId: string, path: string) =>
  write<{ path: string }>(projectId, `/projects/${projectId}/folders`, "POST", { body: { path } });
export const moveFolder = (projectId: string, path: string, to: string) =>
  write<{ path: string }>(projectId, `/projects/${projectId}/folders`, "PATCH", { body: { path, to } });
export const removeFolder = (projectId: string, path: string) =>
  write<BinEntry>(projectId, `/projects/${projectId}/folders${query({ path })}`, "DELETE", {
    edit: () => gone((item) => item.kind === "folder" && item.path === path),
  });
export const changeFile = (projectId: string, fileId: string, change: ChangeFile) =>
  write<FileView>(projectId, `/files/${fileId}`, "PATCH", {
    body: change,
    // Moved it is in another list; renamed it stands where it stood until the list is in order again.
    edit: (file) => (item) => {
      if (item.kind !== "file" || item.id !== fileId) return item;
      return change.path === undefined ? { ...item, name: file.name, path: file.path } : null;
    },
  });
export const removeFile = (projectId: string, fileId: string) =>
  write<BinEntry>(projectId, `/files/${fileId}`, "DELETE", {
    edit: () => gone((item) => item.kind === "file" && item.id === fileId),
  });
export const restoreVersion = (projectId: string, fileId: string, version: number) =>
  write<FileView>(projectId, `/files/${fileId}/versions/${version}/restore`, "POST", { body: {} });
export const restoreBin = (projectId: string, binId: string) =>
  write<Restored>(projectId, `/projects/${projectId}/bin/${binId}/restore`, "POST", { body: {} });

/** A download, of the current version when none is named. */
export const fileUrl = (fileId: string, version?: number): string =>
  `/api/files/${fileId}${version === undefined ? "" : `/versions/${version}`}`;
export const zipUrl = (projectId: string, path: string): string =>
  `/api/projects/${projectId}/folders/zip${query({ path })}`;

/** The bytes, to look at. */
export async function fetchFile(fileId: string, version: number, signal?: AbortSignal): Promise<Blob> {
  return (await send(`/files/${fileId}/preview${query({ version })}`, { signal })).blob();
}
