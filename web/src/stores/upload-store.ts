import { createStore } from "zustand/vanilla";
import type { FileView } from "../../../shared/api/files.ts";
import { MAX_FILES_PER_MESSAGE } from "../../../shared/api/limits.ts";
import { refuseEarly, uploadFile } from "../api/files.ts";
import { ApiError } from "../api/http.ts";
import { t } from "../i18n/i18n.ts";
import { toast } from "./toast-store.ts";

/** A file that can go with a message; `profile` where it was read just now. */
export type Attached = Pick<FileView, "id" | "name" | "size" | "mediaType"> & Partial<Pick<FileView, "profile">>;

export interface Upload {
  readonly key: string;
  readonly file: Pick<File, "name" | "size" | "type">;
  readonly state:
    | { readonly kind: "sending"; readonly share: number }
    | { readonly kind: "ready"; readonly view: Attached }
    | { readonly kind: "refused"; readonly title: string; readonly detail: string; readonly mayRetry: boolean };
}

/** Attachments of the message being written, by project; they outlive a change of view. */
export const uploadStore = createStore<{ readonly uploads: Readonly<Record<string, readonly Upload[]>> }>()(() => ({
  uploads: {},
}));

const aborts = new Map<string, AbortController>();

function change(projectId: string, edit: (uploads: readonly Upload[]) => readonly Upload[]): void {
  uploadStore.setState(({ uploads }) => ({ uploads: { ...uploads, [projectId]: edit(uploads[projectId] ?? []) } }));
}

const setState = (projectId: string, key: string, state: Upload["state"]): void =>
  change(projectId, (all) => all.map((one) => (one.key === key ? { ...one, state } : one)));

/** Puts files of the project beside the message; each of them once. */
export function attachFromLibrary(projectId: string, view: Attached): void {
  const all = uploadStore.getState().uploads[projectId] ?? [];
  if (all.some(({ state }) => state.kind === "ready" && state.view.id === view.id)) return;
  if (all.length >= MAX_FILES_PER_MESSAGE) {
    toast({ kind: "error", title: t("upload.tooMany", { max: MAX_FILES_PER_MESSAGE }) });
    return;
  }
  const file = { name: view.name, size: view.size, type: view.mediaType };
  change(projectId, (uploads) => [...uploads, { key: crypto.randomUUID(), file, state: { kind: "ready", view } }]);
}

export function attach(projectId: string, files: readonly File[]): void {
  const room = MAX_FILES_PER_MESSAGE - (uploadStore.getState().uploads[projectId]?.length ?? 0);
  if (files.length > room) toast({ kind: "error", title: t("upload.tooMany", { max: MAX_FILES_PER_MESSAGE }) });
  for (const file of files.slice(0, Math.max(0, room))) {
    const key = crypto.randomUUID();
    change(projectId, (all) => [...all, { key, file, state: { kind: "sending", share: 0 } }]);
    void start(projectId, key, file);
  }
}

export function retryUpload(projectId: string, upload: Upload): void {
  setState(projectId, upload.key, { kind: "sending", share: 0 });
  // What came from the library is never refused.
  if (upload.file instanceof File) void start(projectId, upload.key, upload.file);
}

async function start(projectId: string, key: string, file: File): Promise<void> {
  const abort = new AbortController();
  aborts.set(key, abort);
  try {
    const early = refuseEarly(file);
    if (early) throw early;
    const view = await uploadFile(
      projectId,
      file,
      (share) => setState(projectId, key, { kind: "sending", share }),
      abort.signal,
    );
    setState(projectId, key, { kind: "ready", view });
  } catch (error) {
    if (abort.signal.aborted) return;
    const body = error instanceof ApiError ? error.body : null;
    setState(projectId, key, {
      kind: "refused",
      title: body?.title ?? t("error.unexpected.title"),
      detail: body?.detail ?? t("error.unexpected.detail"),
      mayRetry: !body || body.status === 0 || body.status >= 500 || body.status === 429,
    });
  } finally {
    aborts.delete(key);
  }
}

export function detach(projectId: string, key: string): void {
  aborts.get(key)?.abort();
  change(projectId, (all) => all.filter((one) => one.key !== key));
}

export const detachAll = (projectId: string): void => change(projectId, () => []);
