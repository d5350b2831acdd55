import type { InfiniteData } from "@tanstack/react-query";
import { afterEach, expect, test, vi } from "vitest";
import type { FileEntry, FolderPage } from "../../../shared/api/files.ts";
import { queryClient } from "./client.ts";
import { changeFile, folderQuery, removeFile } from "./library.ts";

const { queryKey } = folderQuery("prj_1", "", { sort: "name", order: "asc" });

const file = (id: string): FileEntry => ({
  kind: "file",
  id,
  name: `${id}.csv`,
  path: `${id}.csv`,
  mediaType: "text/csv",
  size: 1,
  version: 1,
  origin: "upload",
  simulated: false,
  reading: "yes",
  createdAt: "",
  updatedAt: "",
  updatedBy: "usr_1",
});

const page = (...ids: readonly string[]): FolderPage => ({
  path: "",
  folders: 0,
  files: 3,
  totalFiles: 3,
  totalSize: 3,
  items: ids.map(file),
  nextCursor: null,
});

const shown = () => {
  const pages = queryClient.getQueryData<InfiniteData<FolderPage>>(queryKey)?.pages ?? [];
  return { names: pages.flatMap(({ items }) => items.map(({ name }) => name)), files: pages.map((one) => one.files) };
};

const answered = (body: unknown) => {
  queryClient.setQueryData(queryKey, { pages: [page("a", "b"), page("c")], pageParams: [null, "2"] });
  vi.stubGlobal("fetch", async () => Response.json(body));
};
afterEach(() => vi.unstubAllGlobals());

test("what was deleted, renamed or moved shows before the list is asked for again", async () => {
  answered({ id: "bin_1" });
  await removeFile("prj_1", "c");
  expect(shown()).toEqual({ names: ["a.csv", "b.csv"], files: [2, 2] });

  answered({ ...file("b"), name: "z.csv", path: "z.csv" });
  await changeFile("prj_1", "b", { name: "z.csv" });
  expect(shown()).toEqual({ names: ["a.csv", "z.csv", "c.csv"], files: [3, 3] });

  answered({ ...file("a"), path: "Folder/a.csv" });
  await changeFile("prj_1", "a", { path: "Folder" });
  expect(shown()).toEqual({ names: ["b.csv", "c.csv"], files: [2, 2] });
});
