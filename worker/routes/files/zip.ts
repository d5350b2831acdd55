import { z } from "zod";
import { freeName, zipName } from "../../../durable-objects/library/names.ts";
import { projectKey } from "../../../durable-objects/storage/project-key.ts";
import { createSealedStore, type SealedStore } from "../../../durable-objects/storage/sealed-store.ts";
import type { LibraryRpc, ZipEntry } from "../../../shared/protocol/library-rpc.ts";
import { unwrap } from "../../middleware/problems/problem-error.ts";
import { projectRoute } from "../../routing/route.ts";
import { zipAnswer } from "./zip-answer.ts";

type Page = { name: string; items: ZipEntry[]; nextCursor: string | null };

export const zipFolder = projectRoute(
  {
    method: "GET",
    path: "/api/projects/:projectId/folders/zip",
    id: "zipFolder",
    tag: "Files",
    summary: "A folder with everything in it as one zip, sent while it is made; `path` empty for all files",
    query: z.object({ path: z.string().max(4000).default("") }),
    answer: { status: 200, contentType: "application/zip", description: "The zip" },
  },
  "artifact.download",
  async (c, { projectId, query }) => {
    const library = c.env.LIBRARY.getByName(projectId);
    const first = unwrap(await library.zip(query.path, null));
    const store = createSealedStore(c.env.BUCKET, () => projectKey(c.env, projectId));
    return zipAnswer(first.name, entries(library, store, query.path, first));
  },
);

/**
 * One file at a time, opened when the one before was sent: memory does not grow with the folder, and when the client
 * leaves no further file is opened. A file that cannot be opened breaks the zip off, so that it never passes for whole.
 */
async function* entries(library: LibraryRpc, store: SealedStore, path: string, first: Page) {
  const taken = new Set<string>();
  for (let page: Page | null = first; page; ) {
    for (const entry of page.items) {
      const name = freeName(zipName(entry.path), (one) => taken.has(one.toLowerCase()));
      taken.add(name.toLowerCase());
      const opened = await store.stream(entry.key, entry.header);
      if (!opened) throw new Error("a file of the folder is gone");
      yield { name, input: opened.body, lastModified: new Date(entry.updatedAt) };
    }
    page = page.nextCursor === null ? null : unwrap(await library.zip(path, page.nextCursor));
  }
}
