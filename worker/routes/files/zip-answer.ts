import { type InputWithoutMeta, type InputWithSizeMeta, makeZip } from "client-zip";
import { DATA_CSP } from "../../middleware/security-headers/security-headers.ts";
import { cleanFileName, disposition } from "./file-name.ts";

export type ZipInput = InputWithSizeMeta | InputWithoutMeta;

/**
 * A zip as a download, sent while it is made: an entry is opened when the one before was sent.
 * @param name of a folder or a workflow, as people or models wrote it; without ".zip"
 */
export function zipAnswer(name: string, entries: AsyncIterable<ZipInput>): Response {
  const file = cleanFileName(`${name.replace(/[/\\]/g, "-") || "files"}.zip`);
  return new Response(leavable(makeZip(entries)), {
    headers: {
      "content-type": "application/zip",
      "content-disposition": disposition("attachment", file),
      "content-security-policy": DATA_CSP,
      "x-content-type-options": "nosniff",
    },
  });
}

/** The same bytes. The zip throws into its source when the client leaves, and that is no error of ours. */
function leavable(zip: ReadableStream<Uint8Array>): ReadableStream<Uint8Array> {
  const reader = zip.getReader();
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await reader.read();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    cancel: () => reader.cancel(new Error("the client left")).catch(() => undefined),
  });
}
