import { createStore } from "zustand/vanilla";
import type { FileView } from "../../../shared/api/files.ts";
import { MAX_FILES_PER_MESSAGE } from "../../../shared/api/limits.ts";
import { refuseEarly, uploadFile } from "../api/files.ts";
import { ApiError } from "../api/http.ts";
import { t } from "../i18n/i18n.ts";
import { toast } from "./toast-store.ts";

export interface Upload {
  readonly key: string;
  readonly file: File;
  readonly state:
    | { readonly kind: "sending"; readonly share: number }
    | { readonly kind: "ready"; readonly view: FileView }
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
  void start(projectId, upload.key, upload.file);
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
