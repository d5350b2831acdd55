import type { Intent } from "./upload-model.ts";

const NAME = "nexus.uploads";
const STORE = "uploads";

/** Uploads that have begun, kept between visits. Where the browser keeps nothing, they live as long as the page. */
export interface Intents {
  all(): Promise<Intent[]>;
  keep(intent: Intent): Promise<void>;
  drop(uploadId: string): Promise<void>;
  clear(): Promise<void>;
}

const open = (): Promise<IDBDatabase> =>
  new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE, { keyPath: "uploadId" });
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

async function use<T>(mode: IDBTransactionMode, work: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  const db = await open();
  try {
    return await new Promise<T>((resolve, reject) => {
      const transaction = db.transaction(STORE, mode);
      const request = work(transaction.objectStore(STORE));
      transaction.oncomplete = () => resolve(request.result);
      transaction.onabort = () => reject(transaction.error);
      transaction.onerror = () => reject(transaction.error);
    });
  } finally {
    db.close();
  }
}

/** Private windows and full disks refuse to keep anything: an upload then only cannot outlive the page. */
async function tolerant<T>(work: Promise<T>, otherwise: T): Promise<T> {
  try {
    return await work;
  } catch {
    return otherwise;
  }
}

export const storedIntents: Intents = {
  // SAFETY: nothing else writes to this store.
  all: () =>
    tolerant(
      use("readonly", (store) => store.getAll() as IDBRequest<Intent[]>),
      [],
    ),
  keep: (intent) =>
    tolerant(
      use("readwrite", (store) => store.put(intent)).then(() => undefined),
      undefined,
    ),
  drop: (uploadId) =>
    tolerant(
      use("readwrite", (store) => store.delete(uploadId)).then(() => undefined),
      undefined,
    ),
  clear: () =>
    tolerant(
      use("readwrite", (store) => store.clear()).then(() => undefined),
      undefined,
    ),
};
