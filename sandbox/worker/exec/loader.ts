import type { FileContent } from "../files/content.ts";
import type { SandboxObjectRpc } from "../files/object-rpc.ts";

/** Of one answer over RPC, which may hold 32 MiB. */
const BATCH_BYTES = 16 * 1024 * 1024;

/** Groups whose sizes together fit one message; one that is larger alone goes alone. */
export function* batches<T>(items: Iterable<T>, sizeOf: (item: T) => number): Generator<T[]> {
  let batch: T[] = [];
  let bytes = 0;
  for (const item of items) {
    const size = sizeOf(item);
    if (batch.length > 0 && bytes + size > BATCH_BYTES) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(item);
    bytes += size;
  }
  if (batch.length > 0) yield batch;
}

/** Brings file contents from the object, each once. */
export const loaderOf =
  (object: SandboxObjectRpc, workflowId: string) =>
  async (contents: Iterable<FileContent>): Promise<void> => {
    const missing = [...new Set(contents)].filter((content) => !content.isHere);
    for (const batch of batches(missing, ({ size }) => size)) {
      const found = await object.contents(
        workflowId,
        batch.map(({ sha256 }) => sha256),
      );
      for (const [index, content] of batch.entries()) {
        const bytes = found[index];
        if (bytes == null) throw new Error("a file's content is gone");
        content.fill(bytes);
      }
    }
  };
