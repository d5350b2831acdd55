import type { ArtifactView } from "../../../../shared/api/workflows.ts";

export interface ArtifactFolder {
  /** "site/en"; "" is the top. */
  readonly path: string;
  readonly files: readonly ArtifactView[];
}

export interface GroupedArtifacts {
  /** The top first, then folders by name; the newest file of a folder first. Each name once: its newest version. */
  readonly folders: readonly ArtifactFolder[];
  readonly results: number;
  /** Full texts of outputs that were cut. */
  readonly logs: readonly ArtifactView[];
}

const cut = (name: string): { folder: string; leaf: string } => {
  const at = name.lastIndexOf("/");
  return at === -1 ? { folder: "", leaf: name } : { folder: name.slice(0, at), leaf: name.slice(at + 1) };
};

/** The name without its folders. */
export const leafOf = (name: string): string => cut(name).leaf;

export function groupArtifacts(artifacts: readonly ArtifactView[]): GroupedArtifacts {
  const newest = new Map<string, ArtifactView>();
  const logs: ArtifactView[] = [];
  for (const one of artifacts)
    if (one.role === "log") logs.unshift(one);
    else {
      // Written again it is the newest.
      newest.delete(one.name);
      newest.set(one.name, one);
    }
  const folders = new Map<string, ArtifactView[]>();
  for (const one of [...newest.values()].toReversed()) {
    const { folder } = cut(one.name);
    folders.set(folder, [...(folders.get(folder) ?? []), one]);
  }
  return {
    folders: [...folders]
      .map(([path, files]) => ({ path, files }))
      .sort((a, b) => (a.path === b.path ? 0 : a.path === "" ? -1 : b.path === "" ? 1 : a.path.localeCompare(b.path))),
    results: newest.size,
    logs,
  };
}

/** Folders that could be a site: they hold an index.html. "" is the top. */
export const siteFolders = (artifacts: readonly ArtifactView[]): string[] => [
  ...new Set(
    artifacts
      .filter((one) => one.role !== "log" && /^index\.html?$/i.test(cut(one.name).leaf))
      .map((one) => cut(one.name).folder),
  ),
];
