import type { InfiniteData } from "@tanstack/react-query";
import type { FolderPage } from "../../../../shared/api/files.ts";
import { MAX_UPLOAD_BYTES } from "../../../../shared/api/limits.ts";
import { describe } from "../../../../shared/errors/catalogue/describe.ts";
import { queryClient } from "../../api/client.ts";
import { idempotencyKey } from "../../api/http.ts";
import { keys } from "../../api/keys.ts";
import { refreshLibrary } from "../../api/library.ts";
import { uploadCalls } from "../../api/uploads.ts";
import { bytes } from "../../i18n/format.ts";
import { t } from "../../i18n/i18n.ts";
import { announce } from "../../stores/announce-store.ts";
import { settingsStore } from "../../stores/settings-store.ts";
import { storedIntents } from "./intents.ts";
import { Uploader } from "./uploader.ts";

/** Files are put away one after another: the list is asked for again once for all of them. */
const REFRESH_MS = 400;
const refreshing = new Map<string, ReturnType<typeof setTimeout>>();

function refreshSoon(projectId: string): void {
  if (refreshing.has(projectId)) return;
  const timer = setTimeout(() => {
    refreshing.delete(projectId);
    void refreshLibrary(projectId);
  }, REFRESH_MS);
  refreshing.set(projectId, timer);
}

/** The uploads of this browser; they go on while one walks through the app. */
export const uploader = new Uploader({
  calls: uploadCalls,
  intents: storedIntents,
  newKey: idempotencyKey,
  now: () => performance.now(),
  online: () => navigator.onLine,
  knownVersion: (projectId, folder, name) => {
    const path = folder === "" ? name : `${folder}/${name}`;
    for (const [, data] of queryClient.getQueriesData<InfiniteData<FolderPage>>({
      queryKey: [...keys.library(projectId), "folder"],
    }))
      for (const page of data?.pages ?? [])
        for (const item of page.items) if (item.kind === "file" && item.path === path) return item.version;
    return null;
  },
  onStored: (projectId) => {
    announce(t("send.told", { count: 1 }));
    refreshSoon(projectId);
  },
  words: {
    tooLarge: () => t("send.tooLarge", { max: bytes(MAX_UPLOAD_BYTES) }),
    empty: () => t("send.empty"),
    gone: () => t("send.gone"),
    unsupported: (name) =>
      describe({ code: "file_type_unsupported", params: { name } }, settingsStore.getState().locale),
  },
});

addEventListener("online", () => uploader.wake());
