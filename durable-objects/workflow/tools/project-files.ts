import type { WorkflowState } from "../../../shared/workflow/state.ts";
import type { Blobs, LibraryPort } from "../ports.ts";

/** A text an agent can read: made by the parser from an uploaded file, or a result of this workflow. */
export interface ReadableFile {
  readonly path: string;
  readonly size: number;
  /** Name of the uploaded file, or label of the step that wrote it. */
  readonly from: string;
  readonly origin: "upload" | "result";
  readonly key: string;
  readonly header: string;
}

/** Plaintext kept in memory between tool calls; an object has 128 MB for everything. */
const CACHE_BYTES = 24 * 1024 * 1024;

/** The files of one workflow: what it was given, and what its steps made. Bytes are unsealed on demand. */
export class ProjectFiles {
  readonly #blobs: Blobs;
  readonly #uploads: readonly ReadableFile[];
  readonly #cache = new Map<string, Uint8Array>();
  #cached = 0;

  constructor(blobs: Blobs, uploads: readonly ReadableFile[]) {
    this.#blobs = blobs;
    this.#uploads = uploads;
  }

  /**
   * Uploads first. Where several steps wrote the same name, a step sees its own, others the newest; full texts of cut
   * outputs only its own.
   */
  list(state: WorkflowState, nodeId: string): ReadableFile[] {
    const results = new Map<string, ReadableFile>();
    const own = state.artifacts.filter((one) => one.nodeId === nodeId);
    for (const artifact of [...state.artifacts.filter((one) => one.role !== "log"), ...own]) {
      const { name: path, size, key, header } = artifact;
      const from = state.nodes.find((node) => node.id === artifact.nodeId)?.label ?? "";
      results.set(path, { path, size, from, origin: "result", key, header });
    }
    return [...this.#uploads, ...[...results.values()].filter((one) => !this.isUpload(one.path))];
  }

  /** Names of uploads can never be written: a step must not change what later steps take for the original. */
  isUpload(path: string): boolean {
    return this.#uploads.some((one) => one.path === path);
  }

  get uploads(): string[] {
    return this.#uploads.map((one) => one.path);
  }

  async read(file: ReadableFile): Promise<Uint8Array> {
    const kept = this.#cache.get(file.key);
    if (kept) return kept;
    const bytes = await this.#blobs.read(file.key, file.header);
    if (bytes.length > CACHE_BYTES / 2) return bytes;
    while (this.#cached + bytes.length > CACHE_BYTES) {
      const [oldest, old] = this.#cache.entries().next().value ?? [];
      if (oldest === undefined || old === undefined) break;
      this.#cache.delete(oldest);
      this.#cached -= old.length;
    }
    if (!this.#cache.has(file.key)) this.#cached += bytes.length;
    this.#cache.set(file.key, bytes);
    return bytes;
  }

  async readText(file: ReadableFile): Promise<string> {
    return new TextDecoder().decode(await this.read(file));
  }
}

/** The texts the parser made of a workflow's uploads; a file that has since been removed is left out. */
export async function uploadsOf(library: LibraryPort, fileIds: readonly string[]): Promise<ReadableFile[]> {
  const files = await Promise.all(fileIds.map((id) => library.file(id)));
  return files.flatMap((file) =>
    (file?.derived ?? []).map(({ path, size, key, header }) => ({
      path,
      size,
      from: file?.name ?? "",
      origin: "upload" as const,
      key,
      header,
    })),
  );
}
