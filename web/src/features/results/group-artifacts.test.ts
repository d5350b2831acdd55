import { expect, test } from "vitest";
import type { ArtifactView } from "../../../../shared/api/workflows.ts";
import { groupArtifacts, leafOf, siteFolders } from "./group-artifacts.ts";

let made = 0;
const file = (name: string, more: Partial<ArtifactView> = {}): ArtifactView => ({
  id: `art_${++made}`,
  name,
  mediaType: "text/plain",
  size: 1,
  nodeId: "n",
  sha256: "",
  ...more,
});

test("results stand by folder, the top first and the newest file of each first; logs stand apart", () => {
  const { folders, logs, results } = groupArtifacts([
    file("site/index.html"),
    file("report.csv"),
    file("site/style.css"),
    file("output-1.txt", { role: "log" }),
    file("data/raw/a.csv"),
    file("summary.md"),
  ]);
  expect(folders.map((one) => [one.path, one.files.map((inner) => inner.name)])).toEqual([
    ["", ["summary.md", "report.csv"]],
    ["data/raw", ["data/raw/a.csv"]],
    ["site", ["site/style.css", "site/index.html"]],
  ]);
  expect(logs.map((one) => one.name)).toEqual(["output-1.txt"]);
  expect(results).toBe(5);
});

test("a file that was written again is there once, as its newest version", () => {
  const [first, other, again] = [file("a.csv"), file("b.csv"), file("a.csv")];
  const { folders, results } = groupArtifacts([first, other, again]);
  expect(folders[0]?.files).toEqual([again, other]);
  expect(results).toBe(2);
});

test("a folder with an index.html can be published, a log of that name cannot", () => {
  const files = [
    file("site/index.html"),
    file("INDEX.HTM"),
    file("logs/index.html", { role: "log" }),
    file("a/b.html"),
  ];
  expect(siteFolders(files)).toEqual(["site", ""]);
  expect(leafOf("site/en/index.html")).toBe("index.html");
});
