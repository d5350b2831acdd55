import { createHash } from "node:crypto";
import {
  chmodSync,
  cpSync,
  createReadStream,
  lstatSync,
  mkdirSync,
  readdirSync,
  rmSync,
  type Stats,
  utimesSync,
} from "node:fs";
import { join } from "node:path";

/** A file or folder below a root; `path` is relative to it. */
export interface Found {
  readonly path: string;
  readonly kind: "file" | "folder" | "link";
  readonly stat: Stats;
}

/** Long before any file was written: shows by the access time whether a file was read since. */
const UNREAD = new Date(86_400_000);

/** Everything below `root` that has a name in UTF-8, parents first. Links are named, never followed. */
export function walk(root: string): Found[] {
  const found: Found[] = [];
  const visit = (folder: string): void => {
    let names: string[];
    try {
      names = readdirSync(join(root, folder)).sort();
    } catch {
      return;
    }
    for (const name of names) {
      const path = folder === "" ? name : `${folder}/${name}`;
      const stat = name.includes("\ufffd") ? null : lstat(join(root, path));
      if (stat === null) continue;
      const kind = stat.isDirectory() ? "folder" : stat.isFile() ? "file" : stat.isSymbolicLink() ? "link" : null;
      // Pipes, sockets and devices are no files: reading one could wait for ever.
      if (kind === null) continue;
      found.push({ path, kind, stat });
      if (kind === "folder") visit(path);
    }
  };
  visit("");
  return found;
}

function lstat(path: string): Stats | null {
  try {
    return lstatSync(path);
  } catch {
    return null;
  }
}

export interface Bounds {
  readonly fileBytes: number;
  readonly workspaceBytes: number;
  readonly files: number;
}

/** Whether a folder holds more than it may; stops counting as soon as it knows. */
export function isBeyond(root: string, bounds: Bounds): boolean {
  let bytes = 0;
  let files = 0;
  const folders = [root];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    let names: string[];
    try {
      names = readdirSync(folder);
    } catch {
      continue;
    }
    for (const name of names) {
      const stat = lstat(join(folder, name));
      files += 1;
      if (stat?.isDirectory()) folders.push(join(folder, name));
      if (!stat?.isFile()) continue;
      bytes += stat.size;
      if (stat.size > bounds.fileBytes) return true;
    }
    if (bytes > bounds.workspaceBytes || files > bounds.files) return true;
  }
  return false;
}

/** Empties a folder without removing it; what a command locked is opened first. */
export function empty(root: string): void {
  for (const name of readdirSync(root)) {
    const path = join(root, name);
    try {
      rmSync(path, { recursive: true, force: true });
    } catch {
      unlock(path);
      rmSync(path, { recursive: true, force: true });
    }
  }
}

function unlock(path: string): void {
  const stat = lstat(path);
  if (!stat?.isDirectory()) return;
  chmodSync(path, 0o700);
  for (const name of readdirSync(path)) unlock(join(path, name));
}

/** The workspace as it was before a command: kept as a copy, so that it can be put back. */
export class Before {
  readonly #root: string;
  readonly #copy: string;
  readonly #files: ReadonlyMap<string, Stats>;
  readonly #folders: ReadonlySet<string>;

  constructor(root: string, copy: string) {
    this.#root = root;
    this.#copy = copy;
    rmSync(copy, { recursive: true, force: true });
    mkdirSync(copy, { mode: 0o700, recursive: true });
    cpSync(root, copy, { recursive: true, verbatimSymlinks: true, preserveTimestamps: true });
    const files = new Map<string, Stats>();
    const folders = new Set<string>();
    for (const { path, kind, stat } of walk(root)) {
      if (kind === "folder") folders.add(path);
      if (kind !== "file") continue;
      try {
        utimesSync(join(root, path), UNREAD, stat.mtime);
      } catch {
        // Whether it is read can then not be told.
      }
      files.set(path, lstatSync(join(root, path)));
    }
    this.#files = files;
    this.#folders = folders;
  }

  /** Files that differ from then, those that went, and those that were read. */
  async changes(): Promise<{
    changed: { path: string; size: number; sha256: string }[];
    removed: string[];
    read: string[];
  }> {
    const now = new Map(walk(this.#root).map((found) => [found.path, found]));
    const read = [...this.#files].flatMap(([path]) => {
      const accessed = now.get(path)?.stat.atimeMs ?? 0;
      return accessed > UNREAD.getTime() && now.get(path)?.kind === "file" ? [path] : [];
    });
    const changed: { path: string; size: number; sha256: string }[] = [];
    for (const { path, kind, stat } of now.values()) {
      if (kind !== "file") continue;
      const was = this.#files.get(path);
      if (was !== undefined && was.ino === stat.ino && was.ctimeMs === stat.ctimeMs && was.size === stat.size) continue;
      const sha256 = await hashOf(join(this.#root, path));
      if (was !== undefined && was.size === stat.size && sha256 === (await hashOf(join(this.#copy, path)))) continue;
      changed.push({ path, size: stat.size, sha256 });
    }
    const removed = [...this.#files.keys()].filter((path) => now.get(path)?.kind !== "file");
    const written = new Set(changed.map(({ path }) => path));
    return { changed, removed, read: read.filter((path) => !written.has(path)) };
  }

  /** Puts everything back as it was. */
  restore(): void {
    empty(this.#root);
    cpSync(this.#copy, this.#root, { recursive: true, verbatimSymlinks: true, preserveTimestamps: true });
    for (const folder of this.#folders) mkdirSync(join(this.#root, folder), { recursive: true });
  }

  forget(): void {
    rmSync(this.#copy, { recursive: true, force: true });
  }
}

async function hashOf(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path)) hash.update(chunk);
  return hash.digest("hex");
}
