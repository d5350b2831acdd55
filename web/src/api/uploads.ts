import type { CreateUpload, FileView, UploadView } from "../../../shared/api/files.ts";
import { call, languageHeader, toApiError, unreachable } from "./http.ts";

/** Sends bytes and tells how many are on their way. XMLHttpRequest, because fetch tells nothing about what was sent. */
function put<T>(
  method: "POST" | "PUT",
  path: string,
  body: Blob | FormData,
  options: {
    readonly onSent: (bytes: number) => void;
    readonly signal: AbortSignal;
    readonly headers?: Record<string, string>;
  },
): Promise<T> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open(method, `/api${path}`);
    request.responseType = "json";
    for (const [name, value] of Object.entries({ ...languageHeader(), ...options.headers }))
      request.setRequestHeader(name, value);
    request.upload.onprogress = (event) => options.onSent(event.loaded);
    request.onload = () => {
      // SAFETY: same origin, same release: the server declares its answers with the same types of shared/api.
      if (request.status >= 200 && request.status < 300) resolve(request.response as T);
      else reject(toApiError(request.status, request.response));
    };
    request.onerror = () => reject(unreachable());
    request.onabort = () => reject(options.signal.reason);
    if (options.signal.aborted) return reject(options.signal.reason);
    options.signal.addEventListener("abort", () => request.abort(), { once: true });
    request.send(body);
  });
}

/** What an upload needs of the server. */
export interface UploadCalls {
  whole(
    projectId: string,
    input: { readonly file: File; readonly folder: string; readonly key: string },
    onSent: (bytes: number) => void,
    signal: AbortSignal,
  ): Promise<FileView>;
  create(projectId: string, input: CreateUpload, key: string): Promise<UploadView>;
  look(uploadId: string): Promise<UploadView>;
  part(
    input: { readonly uploadId: string; readonly part: number; readonly bytes: Blob },
    onSent: (bytes: number) => void,
    signal: AbortSignal,
  ): Promise<unknown>;
  finish(uploadId: string): Promise<FileView>;
  abort(uploadId: string): Promise<unknown>;
}

const at = (uploadId: string): string => `/uploads/${uploadId}`;

export const uploadCalls: UploadCalls = {
  whole(projectId, { file, folder, key }, onSent, signal) {
    const form = new FormData();
    form.append("path", folder);
    form.append("file", file, file.name);
    return put("POST", `/projects/${projectId}/files`, form, { onSent, signal, headers: { "idempotency-key": key } });
  },
  create: (projectId, body, key) =>
    call(`/projects/${projectId}/uploads`, { method: "POST", body, headers: { "idempotency-key": key } }),
  look: (uploadId) => call(at(uploadId)),
  part: ({ uploadId, part, bytes }, onSent, signal) =>
    put("PUT", `${at(uploadId)}/parts/${part}`, bytes, {
      onSent,
      signal,
      headers: { "content-type": "application/octet-stream" },
    }),
  finish: (uploadId) => call(`${at(uploadId)}/complete`, { method: "POST", body: {} }),
  abort: (uploadId) => call(at(uploadId), { method: "DELETE" }),
};
