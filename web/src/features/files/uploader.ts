import { createStore } from "zustand/vanilla";
import type { FileView, UploadView } from "../../../../shared/api/files.ts";
import { MAX_UPLOAD_BYTES, RESUMABLE_ABOVE_BYTES } from "../../../../shared/api/limits.ts";
import { ApiError } from "../../api/http.ts";
import type { UploadCalls } from "../../api/uploads.ts";
import type { Intents } from "./intents.ts";
import {
  endsOf,
  type Happening,
  isRefusedKind,
  isSameFile,
  missingParts,
  next,
  type Phase,
  receivedBytes,
} from "./upload-model.ts";

export interface Sending {
  readonly key: string;
  readonly projectId: string;
  readonly folder: string;
  readonly name: string;
  readonly size: number;
  readonly phase: Phase;
}

export interface UploaderParts {
  readonly calls: UploadCalls;
  readonly intents: Intents;
  readonly newKey: () => string;
  readonly now: () => number;
  readonly online: () => boolean;
  /** Version of a file of this place and name as the list shows it; null when it is not known. */
  readonly knownVersion: (projectId: string, folder: string, name: string) => number | null;
  /** The list it went into is to be asked for again. */
  readonly onStored: (projectId: string, file: FileView) => void;
  readonly words: {
    readonly tooLarge: () => string;
    readonly empty: () => string;
    readonly gone: () => string;
    /** As the server would say it, once all of the file was sent. */
    readonly unsupported: (name: string) => { readonly title: string; readonly detail: string };
  };
}

interface Work {
  file: File | null;
  uploadId: string | null;
  ends: string | null;
  abort: AbortController | null;
}

/** Files at once, and parts of one file at once: two keep a slow line busy without crowding it. */
const FILES = 2;
const PARTS = 2;

/**
 * Uploads files; large ones in parts that go on where they stopped, also after the page was loaded anew. Invariants:
 * U1 a part the server has is never sent again; U2 an upload that was paused or cancelled sends nothing more;
 * U3 another file is never sent as the rest of one that was begun.
 */
export class Uploader {
  readonly store = createStore<{ readonly items: readonly Sending[] }>()(() => ({ items: [] }));
  /** Whose uploads these are; set before the first. */
  userId = "";
  readonly #parts: UploaderParts;
  readonly #work = new Map<string, Work>();

  constructor(parts: UploaderParts) {
    this.#parts = parts;
  }

  add(projectId: string, folder: string, files: readonly File[]): void {
    const { newKey, words } = this.#parts;
    for (const file of files) {
      const key = newKey();
      this.#work.set(key, { file, uploadId: null, ends: null, abort: null });
      this.#put({ key, projectId, folder, name: file.name, size: file.size, phase: { kind: "waiting" } });
      const wrong = file.size === 0 ? words.empty() : file.size > MAX_UPLOAD_BYTES ? words.tooLarge() : null;
      if (wrong !== null) this.#tell(key, { type: "refused", title: wrong, detail: "", mayRetry: false });
    }
    this.#fill();
  }

  pause(key: string): void {
    this.#tell(key, { type: "pause" });
    this.#stop(key);
  }

  resume(key: string): void {
    this.#tell(key, { type: "resume" });
    this.#fill();
  }

  /** The network is back. */
  wake(): void {
    for (const { key, phase } of this.store.getState().items) if (phase.kind === "offline") this.resume(key);
  }

  cancel(key: string): void {
    const work = this.#work.get(key);
    const item = this.#item(key);
    this.#stop(key);
    this.#work.delete(key);
    this.store.setState(({ items }) => ({ items: items.filter((one) => one.key !== key) }));
    const uploadId = work?.uploadId;
    if (uploadId && item) {
      void this.#parts.intents.drop(uploadId);
      // What nobody ends is forgotten by the server in time.
      void this.#parts.calls.abort(uploadId).catch(() => undefined);
    }
    this.#fill();
  }

  /** Takes what has ended off the list. */
  clear(): void {
    this.store.setState(({ items }) => ({ items: items.filter(({ phase }) => phase.kind !== "done") }));
  }

  /** The file of an upload that was begun on an earlier visit. */
  async pick(key: string, file: File): Promise<void> {
    const work = this.#work.get(key);
    const item = this.#item(key);
    if (!work || !item || work.ends === null) return;
    if (await isSameFile({ size: item.size, ends: work.ends }, file)) {
      work.file = file;
      this.resume(key);
    } else this.#tell(key, { type: "wrong-file" });
  }

  /** Shows what was begun on earlier visits of this person and has not ended. */
  async recall(projectId: string, userId: string): Promise<void> {
    const known = new Set([...this.#work.values()].map((work) => work.uploadId));
    for (const intent of await this.#parts.intents.all()) {
      if (intent.projectId !== projectId || intent.userId !== userId || known.has(intent.uploadId)) continue;
      const { uploadId, folder, name, size, ends } = intent;
      const upload = await this.#look(uploadId);
      if (upload === "gone") await this.#parts.intents.drop(uploadId);
      if (typeof upload === "string" || this.#work.has(uploadId)) continue;
      this.#work.set(uploadId, { file: null, uploadId, ends, abort: null });
      const phase: Phase = { kind: "needs-file", sent: receivedBytes(upload), wrong: false };
      this.#put({ key: uploadId, projectId, folder, name, size, phase });
    }
  }

  /** Who signs out leaves nothing behind. */
  async forget(): Promise<void> {
    for (const key of [...this.#work.keys()]) this.#stop(key);
    this.#work.clear();
    this.store.setState({ items: [] });
    await this.#parts.intents.clear();
  }

  async #look(uploadId: string): Promise<UploadView | "gone" | "unknown"> {
    try {
      return await this.#parts.calls.look(uploadId);
    } catch (error) {
      return error instanceof ApiError && (error.body.status === 404 || error.body.status === 410) ? "gone" : "unknown";
    }
  }

  #item(key: string): Sending | undefined {
    return this.store.getState().items.find((one) => one.key === key);
  }

  #put(item: Sending): void {
    this.store.setState(({ items }) => ({ items: [...items, item] }));
  }

  #tell(key: string, happening: Happening): void {
    this.store.setState(({ items }) => ({
      items: items.map((one) => (one.key === key ? { ...one, phase: next(one.phase, happening) } : one)),
    }));
  }

  #stop(key: string): void {
    const work = this.#work.get(key);
    work?.abort?.abort(new DOMException("stopped", "AbortError"));
    if (work) work.abort = null;
  }

  #fill(): void {
    const { items } = this.store.getState();
    const busy = items.filter((one) => this.#work.get(one.key)?.abort).length;
    for (const item of items.filter((one) => one.phase.kind === "waiting").slice(0, Math.max(0, FILES - busy)))
      void this.#run(item);
  }

  async #run(item: Sending): Promise<void> {
    const { key, projectId } = item;
    const work = this.#work.get(key);
    if (!work?.file || work.abort) return;
    const abort = new AbortController();
    work.abort = abort;
    const known = this.#parts.knownVersion(projectId, item.folder, item.name);
    try {
      const file =
        item.size > RESUMABLE_ABOVE_BYTES || work.uploadId !== null
          ? await this.#inParts(item, work, abort.signal)
          : await this.#whole(item, work.file, abort.signal);
      if (work.uploadId) await this.#parts.intents.drop(work.uploadId);
      const same = known !== null && known === file.version;
      this.#tell(key, { type: "all-sent" });
      this.#tell(key, { type: "stored", version: file.version, same });
      this.#parts.onStored(projectId, file);
    } catch (error) {
      // Paused or cancelled: what is shown says so already.
      if (!abort.signal.aborted) this.#failed(key, work, error);
    } finally {
      if (work.abort === abort) work.abort = null;
      this.#fill();
    }
  }

  #failed(key: string, work: Work, error: unknown): void {
    const { words, intents, online } = this.#parts;
    if (!online() || (error instanceof ApiError && error.offline)) {
      this.#tell(key, { type: "network-lost" });
      return;
    }
    const body = error instanceof ApiError ? error.body : null;
    if (work.uploadId && (body?.status === 404 || body?.status === 410)) {
      void intents.drop(work.uploadId);
      // Begun anew it is another upload.
      work.uploadId = null;
      this.#tell(key, { type: "refused", title: words.gone(), detail: "", mayRetry: work.file !== null });
      return;
    }
    const mayRetry = !body || body.status >= 500 || body.status === 429 || body.status === 409;
    this.#tell(key, { type: "refused", title: body?.title ?? String(error), detail: body?.detail ?? "", mayRetry });
  }

  #whole(item: Sending, file: File, signal: AbortSignal): Promise<FileView> {
    const { calls } = this.#parts;
    this.#tell(item.key, { type: "begun", sent: 0 });
    const speed = this.#speed();
    const onSent = (bytes: number) => {
      const sent = Math.min(bytes, item.size);
      this.#tell(item.key, { type: "progress", sent, bytesPerS: speed(sent) });
      if (sent >= item.size) this.#tell(item.key, { type: "all-sent" });
    };
    return calls.whole(item.projectId, { file, folder: item.folder, key: item.key }, onSent, signal);
  }

  async #inParts(item: Sending, work: Work, signal: AbortSignal): Promise<FileView> {
    const { calls } = this.#parts;
    const { key } = item;
    const upload = await this.#begin(item, work);
    signal.throwIfAborted();
    const before = receivedBytes(upload);
    this.#tell(key, { type: "begun", sent: before });
    const open = missingParts(upload);
    const moving = new Map<number, number>();
    let done = before;
    const speed = this.#speed();
    const show = () => {
      const sent = done + [...moving.values()].reduce((sum, bytes) => sum + bytes, 0);
      this.#tell(key, { type: "progress", sent: Math.min(sent, item.size), bytesPerS: speed(sent - before) });
    };
    const sendNext = async (): Promise<void> => {
      for (let one = open.shift(); one; one = open.shift()) {
        const { part, start, end } = one;
        if (!work.file) return;
        await calls.part(
          { uploadId: upload.id, part, bytes: work.file.slice(start, end) },
          (bytes) => {
            moving.set(part, Math.min(bytes, end - start));
            show();
          },
          signal,
        );
        moving.delete(part);
        done += end - start;
        show();
        signal.throwIfAborted();
      }
    };
    await Promise.all(Array.from({ length: PARTS }, sendNext));
    this.#tell(key, { type: "all-sent" });
    return calls.finish(upload.id);
  }

  async #begin(item: Sending, work: Work): Promise<UploadView> {
    const { calls, intents } = this.#parts;
    if (work.uploadId !== null) return calls.look(work.uploadId);
    const { projectId, folder, name, size, key } = item;
    const file = work.file;
    if (!file) throw new Error("no file");
    if (await isRefusedKind(file, name)) {
      const said = this.#parts.words.unsupported(name);
      throw new ApiError({ type: "about:blank", status: 415, code: "file_type_unsupported", ...said });
    }
    const upload = await calls.create(
      projectId,
      { name, path: folder, size, ...(file.type === "" ? {} : { mediaType: file.type }) },
      key,
    );
    work.uploadId = upload.id;
    work.ends = await endsOf(file);
    await intents.keep({
      uploadId: upload.id,
      projectId,
      userId: this.userId,
      folder,
      name,
      size,
      lastModified: file.lastModified,
      ends: work.ends,
    });
    return upload;
  }

  /** Bytes a second since it began; null until there is something to go by. */
  #speed(): (sent: number) => number | null {
    const start = this.#parts.now();
    return (sent) => {
      const ms = this.#parts.now() - start;
      return ms < 1_000 ? null : (sent / ms) * 1_000;
    };
  }
}
