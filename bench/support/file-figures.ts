import type { Place } from "../../e2e/support/journey.ts";
import type { FileView, FolderPage, UploadView } from "../../shared/api/files.ts";
import { inParallel, percentile } from "./figures.ts";

const ROUNDS = 30;

/**
 * Fills a project with `count` folders and as many files in one folder, then reads lists and searches, and sends one
 * file of `uploadBytes` in parts. Milliseconds as a client sees them.
 */
export async function fileFigures(place: Place, count: number, uploadBytes: number) {
  const { client, projectId } = place;
  const base = `/api/projects/${projectId}`;
  const numbers = Array.from({ length: count }, (_, index) => index);
  await inParallel(numbers, 16, (index) => client.post(`${base}/folders`, { path: `Folders/Folder ${index}` }));
  const filling = performance.now();
  await inParallel(numbers, 8, (index) =>
    addFile(place, `note ${index}.md`, `Visit ${index} of the clinic in Salmiya`),
  );
  const fillSeconds = (performance.now() - filling) / 1000;
  const timed = async (path: string) => {
    const samples: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const began = performance.now();
      await client.get(path);
      samples.push(performance.now() - began);
    }
    return { p50Ms: percentile(samples, 0.5), p99Ms: percentile(samples, 0.99) };
  };
  const first = await client.get<FolderPage>(`${base}/folders?path=Files&limit=200`);
  const next = `${base}/folders?path=Files&limit=200&cursor=${first.nextCursor ?? ""}`;
  const lists = {
    files: await timed(`${base}/folders?path=Files&limit=200&sort=date&order=desc`),
    nextPage: await timed(next),
    folders: await timed(`${base}/folders?path=Folders&limit=200`),
    searchName: await timed(`${base}/files/search?q=note%20${count - 1}`),
    searchContent: await timed(`${base}/files/search?q=salmiya`),
  };
  return {
    files: count,
    folders: count,
    filesPerSecond: Math.round(count / fillSeconds),
    lists,
    upload: await inParts(place, uploadBytes),
  };
}

async function addFile({ client, projectId }: Place, name: string, content: string): Promise<void> {
  const form = new FormData();
  form.append("file", new File([content], name));
  form.append("path", "Files");
  await client.ok("POST", `/api/projects/${projectId}/files`, form);
}

/** Sends, completes, and reads a range of it back. */
async function inParts({ client, projectId }: Place, size: number) {
  const began = performance.now();
  const upload = await client.post<UploadView>(`/api/projects/${projectId}/uploads`, { name: "large.csv", size });
  const parts = Array.from({ length: upload.parts }, (_, index) => index + 1);
  await inParallel(parts, 3, async (part) => {
    const length = part < upload.parts ? upload.partSize : size - (upload.parts - 1) * upload.partSize;
    const bytes = new Uint8Array(length).fill(0x30 + (part % 10));
    await client.ok("PUT", `/api/uploads/${upload.id}/parts/${part}`, bytes);
  });
  const sent = performance.now();
  const file = await client.post<FileView>(`/api/uploads/${upload.id}/complete`);
  const completed = performance.now();
  await client
    .send("GET", `/api/files/${file.id}`, undefined, { range: `bytes=${size - 1000}-` })
    .then((one) => one.text());
  return {
    megabytes: Math.round(size / 1e6),
    megabytesPerSecond: Math.round((size / 1e6 / ((sent - began) / 1000)) * 10) / 10,
    completeMs: Math.round(completed - sent),
    rangeMs: Math.round(performance.now() - completed),
  };
}
