import type { FileView } from "../../../shared/api/files.ts";
import { ACCEPTED_EXTENSIONS, MAX_FILE_BYTES } from "../../../shared/api/limits.ts";
import { t } from "../i18n/i18n.ts";
import { ApiError, idempotencyKey, languageHeader, toApiError, unreachable } from "./http.ts";

/** What can be said about a file before it is sent; null when it may go. The server checks the content itself. */
export function refuseEarly(file: Pick<File, "name" | "size">): ApiError | null {
  const refuse = (code: string, detail: string) =>
    new ApiError({ type: "about:blank", status: 422, code, title: t("upload.refused"), detail });
  if (file.size === 0) return refuse("file_empty", t("upload.empty"));
  if (file.size > MAX_FILE_BYTES) return refuse("file_too_large", t("upload.tooLarge"));
  const name = file.name.toLowerCase();
  if (!ACCEPTED_EXTENSIONS.some((extension) => name.endsWith(extension)))
    return refuse("file_type_unsupported", t("upload.type"));
  return null;
}

/** Uploads one file; `onProgress` gets 0–1. XMLHttpRequest, because fetch tells nothing about what was sent. */
export function uploadFile(
  projectId: string,
  file: File,
  onProgress: (share: number) => void,
  signal: AbortSignal,
): Promise<FileView> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", `/api/projects/${projectId}/files`);
    request.responseType = "json";
    for (const [name, value] of Object.entries(languageHeader())) request.setRequestHeader(name, value);
    request.setRequestHeader("idempotency-key", idempotencyKey());
    request.upload.onprogress = (event) => {
      if (event.lengthComputable) onProgress(event.loaded / event.total);
    };
    request.onload = () => {
      if (request.status >= 200 && request.status < 300) resolve(request.response as FileView);
      else reject(toApiError(request.status, request.response));
    };
    request.onerror = () => reject(unreachable());
    request.onabort = () => reject(signal.reason);
    signal.addEventListener("abort", () => request.abort(), { once: true });
    const form = new FormData();
    form.append("file", file, file.name);
    request.send(form);
  });
}
