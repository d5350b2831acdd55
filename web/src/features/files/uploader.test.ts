import { expect, test, vi } from "vitest";
import type { FileView, UploadView } from "../../../../shared/api/files.ts";
import { ApiError, unreachable } from "../../api/http.ts";
import type { UploadCalls } from "../../api/uploads.ts";
import type { Intents } from "./intents.ts";
import type { Intent } from "./upload-model.ts";
import { Uploader } from "./uploader.ts";

const MB = 1024 * 1024;
const PART = 5 * MB;

/** A server that keeps parts, as long as it is on. */
class Server {
  readonly uploads = new Map<string, UploadView>();
  readonly sent: { part: number; size: number }[] = [];
  aborted: string[] = [];
  on = true;
  /** Parts wait here until they are let go. */
  gate: Promise<void> = Promise.resolve();
  version = 1;

  readonly calls: UploadCalls = {
    whole: async (_, { file }, onSent) => {
      this.#reach();
      onSent(file.size);
      return this.#file(file.name);
    },
    create: async (_, { name, path, size }) => {
      this.#reach();
      const upload: UploadView = {
        id: `upl_${this.uploads.size + 1}`,
        name,
        path,
        size,
        partSize: PART,
        parts: Math.ceil(size / PART),
        received: [],
        createdAt: "",
        expiresAt: "",
      };
      this.uploads.set(upload.id, upload);
      return upload;
    },
    look: async (id) => {
      this.#reach();
      const upload = this.uploads.get(id);
      if (!upload) throw new ApiError({ type: "", status: 404, code: "not_found", title: "gone", detail: "" });
      return upload;
    },
    part: async ({ uploadId, part, bytes }, onSent, signal) => {
      await this.gate;
      signal.throwIfAborted();
      this.#reach();
      this.sent.push({ part, size: bytes.size });
      onSent(bytes.size);
      const upload = this.uploads.get(uploadId);
      if (upload) this.uploads.set(uploadId, { ...upload, received: [...upload.received, part] });
    },
    finish: async (id) => {
      const upload = await this.calls.look(id);
      expect(upload.received.toSorted()).toEqual(Array.from({ length: upload.parts }, (_, index) => index + 1));
      return this.#file(upload.name);
    },
    abort: async (id) => void this.aborted.push(id),
  };

  #reach(): void {
    if (!this.on) throw unreachable();
  }
  #file(name: string): FileView {
    // SAFETY: the uploader reads nothing else of it.
    return { name, version: this.version } as FileView;
  }
}

function memory(): Intents & { readonly kept: Map<string, Intent> } {
  const kept = new Map<string, Intent>();
  return {
    kept,
    all: async () => [...kept.values()],
    keep: async (intent) => void kept.set(intent.uploadId, intent),
    drop: async (id) => void kept.delete(id),
    clear: async () => kept.clear(),
  };
}

function visit(server: Server, intents: Intents, known: number | null = null): Uploader {
  let key = 0;
  const uploader = new Uploader({
    calls: server.calls,
    intents,
    newKey: () => `key_${++key}`,
    now: () => 0,
    online: () => server.on,
    knownVersion: () => known,
    onStored: vi.fn(),
    words: {
      tooLarge: () => "too large",
      empty: () => "empty",
      gone: () => "gone",
      unsupported: () => ({ title: "unsupported", detail: "" }),
    },
  });
  uploader.userId = "usr_1";
  return uploader;
}

const big = (fill = 1) => new File([new Uint8Array(22 * MB).fill(fill)], "video.bin");
const phases = (uploader: Uploader) => uploader.store.getState().items.map((one) => one.phase);
const until = (uploader: Uploader, kind: string) =>
  vi.waitFor(() => expect(phases(uploader)[0]?.kind).toBe(kind), { interval: 2 });

test("a small file goes in one piece, a large one in parts that together are the file", async () => {
  const server = new Server();
  const uploader = visit(server, memory());
  uploader.add("prj_1", "", [new File(["hello"], "a.txt")]);
  await until(uploader, "done");
  expect(server.sent).toEqual([]);
  uploader.clear();
  uploader.add("prj_1", "Videos", [big()]);
  await until(uploader, "done");
  expect(server.sent.map((one) => one.part).toSorted()).toEqual([1, 2, 3, 4, 5]);
  expect(server.sent.reduce((sum, one) => sum + one.size, 0)).toBe(22 * MB);
});

test("a large program is refused before anything of it is sent", async () => {
  const server = new Server();
  const uploader = visit(server, memory());
  uploader.add("prj_1", "", [new File(["MZ", new Uint8Array(22 * MB)], "setup.exe")]);
  await until(uploader, "refused");
  expect(phases(uploader)[0]).toMatchObject({ title: "unsupported", mayRetry: false });
  expect([server.uploads.size, server.sent.length]).toEqual([0, 0]);
});

test("U1: when the network went, it goes on with what is missing", async () => {
  const server = new Server();
  const uploader = visit(server, memory());
  const { part } = server.calls;
  let count = 0;
  server.calls.part = (...args) => {
    if (++count === 3) server.on = false;
    return part(...args);
  };
  uploader.add("prj_1", "", [big()]);
  await until(uploader, "offline");
  server.on = true;
  uploader.wake();
  await until(uploader, "done");
  const numbers = server.sent.map((one) => one.part);
  expect(numbers.toSorted()).toEqual([1, 2, 3, 4, 5]);
});

test("U2: paused sends nothing more; resumed it sends the rest only", async () => {
  const server = new Server();
  const uploader = visit(server, memory());
  let open = (): void => undefined;
  const { part } = server.calls;
  server.calls.part = async (...args) => {
    await part(...args);
    if (server.sent.length === 2) server.gate = new Promise((resolve) => (open = resolve));
  };
  uploader.add("prj_1", "", [big()]);
  await vi.waitFor(() => expect(server.sent.length).toBe(2));
  uploader.pause("key_1");
  open();
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(server.sent.length).toBe(2);
  expect(phases(uploader)[0]?.kind).toBe("paused");
  server.gate = Promise.resolve();
  server.calls.part = part;
  uploader.resume("key_1");
  await until(uploader, "done");
  expect(server.sent.map((one) => one.part).toSorted()).toEqual([1, 2, 3, 4, 5]);
});

test("U3: after a reload the same file goes on where it stopped, another one does not", async () => {
  const server = new Server();
  const intents = memory();
  const first = visit(server, intents);
  const { part } = server.calls;
  server.calls.part = (...args) => (server.sent.length >= 2 ? new Promise(() => undefined) : part(...args));
  first.add("prj_1", "", [big()]);
  await vi.waitFor(() => expect(server.sent.length).toBe(2));

  server.calls.part = part;
  const second = visit(server, intents);
  await second.recall("prj_1", "usr_2");
  await second.recall("prj_2", "usr_1");
  expect(phases(second)).toEqual([]);
  await second.recall("prj_1", "usr_1");
  expect(phases(second)).toEqual([{ kind: "needs-file", sent: 2 * PART, wrong: false }]);
  await second.pick("upl_1", big(2));
  expect(phases(second)[0]).toMatchObject({ kind: "needs-file", wrong: true });
  expect(server.sent.length).toBe(2);
  await second.pick("upl_1", big());
  await until(second, "done");
  expect(server.sent.length).toBe(5);
  expect(intents.kept.size).toBe(0);
});

test("an upload that the server has forgotten is not offered again", async () => {
  const server = new Server();
  const intents = memory();
  await intents.keep({
    uploadId: "upl_9",
    projectId: "prj_1",
    userId: "usr_1",
    folder: "",
    name: "old.bin",
    size: 1,
    lastModified: 0,
    ends: "",
  });
  const uploader = visit(server, intents);
  server.on = false;
  await uploader.recall("prj_1", "usr_1");
  expect(intents.kept.size).toBe(1);
  server.on = true;
  await uploader.recall("prj_1", "usr_1");
  expect([phases(uploader), intents.kept.size]).toEqual([[], 0]);
});

test("cancelled, nothing of it is kept anywhere", async () => {
  const server = new Server();
  const intents = memory();
  const uploader = visit(server, intents);
  server.calls.part = () => new Promise(() => undefined);
  uploader.add("prj_1", "", [big()]);
  await vi.waitFor(() => expect(intents.kept.size).toBe(1));
  uploader.cancel("key_1");
  await vi.waitFor(() => expect(server.aborted).toEqual(["upl_1"]));
  expect([phases(uploader), intents.kept.size]).toEqual([[], 0]);
});

test("a version that was there before is told apart from a new one, and what cannot go is refused at once", async () => {
  const server = new Server();
  server.version = 3;
  const same = visit(server, memory(), 3);
  same.add("prj_1", "", [new File(["x"], "a.txt")]);
  await until(same, "done");
  expect(phases(same)[0]).toEqual({ kind: "done", version: 3, same: true });
  const newer = visit(server, memory(), 2);
  newer.add("prj_1", "", [new File(["x"], "a.txt"), new File([], "b.txt")]);
  await until(newer, "done");
  expect(phases(newer)).toEqual([
    { kind: "done", version: 3, same: false },
    { kind: "refused", title: "empty", detail: "", mayRetry: false },
  ]);
});
