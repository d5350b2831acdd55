import { FileContent } from "./content.ts";
import { type GuestFs, GuestFsError, type GuestStat } from "./guest-fs.ts";
import { isStorable, partsOf } from "./paths.ts";
import { type FolderNode, newFolder, type TreeLimits, type TreeNode } from "./tree-nodes.ts";

/** Where guests may write. `/dev` takes what the shell itself puts there; nothing of it is kept. */
const WRITABLE = new Set(["workspace", "tmp", "dev"]);
const MAX_LINKS = 40;

/**
 * Files of one workspace in memory, with limits. A {@link fork} shares contents and nothing else, so that a command can
 * work on one and be forgotten. Reads mark the file as read (see {@link readPaths}).
 */
export class Tree implements GuestFs {
  readonly #root: FolderNode;
  readonly #limits: TreeLimits;
  readonly #now: () => number;
  /** Contents that only this tree holds: they may grow in place. */
  #own = new WeakSet<FileContent>();
  readonly #read = new Set<string>();
  readonly #numbers = new WeakMap<TreeNode, number>();
  #lastNumber = 0;
  #bytes = 0;
  #count = 0;

  constructor(limits: TreeLimits, now: () => number = Date.now, root?: FolderNode) {
    this.#limits = limits;
    this.#now = now;
    this.#root = root ?? newFolder(now());
    if (root === undefined) {
      for (const name of WRITABLE) this.#root.children.set(name, newFolder(now()));
    }
  }

  /** A copy for a command; its bounds may be others. */
  fork(limits: TreeLimits = this.#limits): Tree {
    const copy = (node: TreeNode): TreeNode => {
      if (node.kind !== "folder") return { ...node };
      const children = new Map<string, TreeNode>();
      for (const [name, child] of node.children) children.set(name, copy(child));
      return { ...node, children };
    };
    const root = copy(this.#root);
    if (root.kind !== "folder") throw new Error("the root is a folder");
    const tree = new Tree(limits, this.#now, root);
    this.#own = new WeakSet();
    tree.#bytes = this.#bytes;
    tree.#count = this.#count;
    return tree;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get limits(): TreeLimits {
    return this.#limits;
  }

  /** Absolute paths of the files read so far. */
  get readPaths(): ReadonlySet<string> {
    return this.#read;
  }

  /** Puts an entry from outside in, with its folders and without looking at limits. */
  place(path: string, node: TreeNode): void {
    const parts = partsOf(path) ?? [];
    const name = parts.pop();
    if (name === undefined) return;
    let folder = this.#root;
    for (const part of parts) {
      let next = folder.children.get(part);
      if (next?.kind !== "folder") {
        next = newFolder(this.#now());
        folder.children.set(part, next);
      }
      folder = next;
    }
    const old = folder.children.get(name);
    if (node.kind === "folder" && old?.kind === "folder") {
      Object.assign(old, { mode: node.mode, mtimeMs: node.mtimeMs });
      return;
    }
    if (old !== undefined) this.#forget(old);
    folder.children.set(name, node);
    this.#count += 1;
    if (node.kind === "file") this.#bytes += node.content.size;
  }

  /** Programs, for those who look: no part of the guest's share. */
  placePrograms(folder: string, names: readonly string[]): void {
    const [bytes, count] = [this.#bytes, this.#count];
    for (const name of names) {
      const content = FileContent.of(new TextEncoder().encode(`#!/bin/bash\n# Built-in command: ${name}\n`));
      this.place(`${folder}/${name}`, { kind: "file", content, mode: 0o755, mtimeMs: 0 });
    }
    [this.#bytes, this.#count] = [bytes, count];
  }

  /** All entries below a folder, parents first. */
  *walk(path: string): Generator<[string, TreeNode]> {
    const start = this.#find(path, "scandir", true)?.node;
    if (start?.kind !== "folder") return;
    const inside = function* (at: string, folder: FolderNode): Generator<[string, TreeNode]> {
      for (const [name, node] of folder.children) {
        yield [`${at}/${name}`, node];
        if (node.kind === "folder") yield* inside(`${at}/${name}`, node);
      }
    };
    yield* inside(path, start);
  }

  /** The content behind a path, to be loaded before it is read; null where there is no file. */
  contentAt(path: string): FileContent | null {
    try {
      const node = this.#find(path, "open", true)?.node;
      return node?.kind === "file" ? node.content : null;
    } catch {
      return null;
    }
  }

  stat(path: string): GuestStat {
    return this.#statOf(this.#must(path, "stat", true).node);
  }

  lstat(path: string): GuestStat {
    return this.#statOf(this.#must(path, "lstat", false).node);
  }

  read(path: string): Uint8Array {
    const { node, real } = this.#must(path, "open", true);
    if (node.kind !== "file") throw new GuestFsError("EISDIR", "read", path);
    this.#read.add(real);
    if (!node.content.isHere) throw new GuestFsError("EFBIG", "read", path);
    return node.content.bytes;
  }

  write(path: string, bytes: Uint8Array, mode?: number): void {
    this.#replace(path, FileContent.of(bytes), mode);
  }

  append(path: string, bytes: Uint8Array): void {
    const found = this.#find(path, "open", true);
    if (found === null) {
      this.write(path, bytes.slice());
      return;
    }
    const { node } = found;
    if (node.kind !== "file") throw new GuestFsError("EISDIR", "open", path);
    this.#checkWritable(path, "open", found.real);
    this.#checkSize(path, node.content.size + bytes.length, bytes.length);
    if (!this.#own.has(node.content) || !node.content.grow(bytes)) {
      node.content = node.content.extended(bytes);
      this.#own.add(node.content);
    }
    this.#bytes += bytes.length;
    node.mtimeMs = this.#now();
  }

  list(path: string): string[] {
    const { node } = this.#must(path, "scandir", true);
    if (node.kind !== "folder") throw new GuestFsError("ENOTDIR", "scandir", path);
    return [...node.children.keys()].sort();
  }

  makeFolder(path: string, options: { recursive?: boolean } = {}): void {
    const found = this.#find(path, "mkdir", options.recursive === true);
    if (found !== null) {
      if (options.recursive === true && found.node.kind === "folder") return;
      throw new GuestFsError("EEXIST", "mkdir", path);
    }
    const parts = partsOf(path) ?? [];
    if (options.recursive === true && parts.length > 1) {
      const parent = `/${parts.slice(0, -1).join("/")}`;
      if (this.#find(parent, "mkdir", true) === null) this.makeFolder(parent, options);
    }
    const { folder, name, real } = this.#parent(path, "mkdir");
    this.#checkWritable(path, "mkdir", real);
    this.#checkCount(path);
    folder.children.set(name, newFolder(this.#now()));
    folder.mtimeMs = this.#now();
    this.#count += 1;
  }

  remove(path: string, options: { recursive?: boolean; force?: boolean } = {}): void {
    const found = this.#find(path, "rm", false);
    if (found === null) {
      if (options.force === true) return;
      throw new GuestFsError("ENOENT", "rm", path);
    }
    this.#checkWritable(path, "rm", found.real);
    if (found.real.split("/").length < 3) throw new GuestFsError("EACCES", "rm", path);
    if (found.node.kind === "folder" && found.node.children.size > 0 && options.recursive !== true) {
      throw new GuestFsError("ENOTEMPTY", "rmdir", path);
    }
    const { folder, name } = this.#parent(path, "rm");
    folder.children.delete(name);
    folder.mtimeMs = this.#now();
    this.#forget(found.node);
  }

  move(from: string, to: string): void {
    const source = this.#must(from, "rename", false);
    this.#checkWritable(from, "rename", source.real);
    if (source.real.split("/").length < 3) throw new GuestFsError("EACCES", "rename", from);
    const target = this.#find(to, "rename", false);
    const place = this.#parent(to, "rename");
    this.#checkWritable(to, "rename", place.real);
    if (place.real === source.real) return;
    if (place.real.startsWith(`${source.real}/`)) throw new GuestFsError("EINVAL", "rename", to);
    if (target !== null) {
      if (target.node.kind === "folder" && source.node.kind !== "folder")
        throw new GuestFsError("EISDIR", "rename", to);
      if (target.node.kind !== "folder" && source.node.kind === "folder") {
        throw new GuestFsError("ENOTDIR", "rename", to);
      }
      if (target.node.kind === "folder" && target.node.children.size > 0) {
        throw new GuestFsError("ENOTEMPTY", "rename", to);
      }
      this.#forget(target.node);
    }
    const origin = this.#parent(from, "rename");
    origin.folder.children.delete(origin.name);
    place.folder.children.set(place.name, source.node);
  }

  link(target: string, path: string): void {
    if (target === "" || target.length > 1024 || target.includes("\0"))
      throw new GuestFsError("EINVAL", "symlink", path);
    if (this.#find(path, "symlink", false) !== null) throw new GuestFsError("EEXIST", "symlink", path);
    const { folder, name, real } = this.#parent(path, "symlink");
    this.#checkWritable(path, "symlink", real);
    this.#checkCount(path);
    folder.children.set(name, { kind: "link", target, mode: 0o777, mtimeMs: this.#now() });
    this.#count += 1;
  }

  readLink(path: string): string {
    const { node } = this.#must(path, "readlink", false);
    if (node.kind !== "link") throw new GuestFsError("EINVAL", "readlink", path);
    return node.target;
  }

  chmod(path: string, mode: number): void {
    const { node, real } = this.#must(path, "chmod", true);
    this.#checkWritable(path, "chmod", real);
    node.mode = mode & 0o777;
  }

  touch(path: string, mtimeMs: number): void {
    const { node, real } = this.#must(path, "utime", true);
    this.#checkWritable(path, "utime", real);
    if (Number.isFinite(mtimeMs)) node.mtimeMs = mtimeMs;
  }

  real(path: string): string {
    return this.#must(path, "realpath", true).real;
  }

  /** Gives a copy of the file's content to another path, without copying bytes. */
  copyFile(from: string, to: string): void {
    const { node, real } = this.#must(from, "copyfile", true);
    if (node.kind !== "file") throw new GuestFsError("EISDIR", "copyfile", from);
    this.#read.add(real);
    // Growing in place would change the copy as well.
    this.#own.delete(node.content);
    this.#replace(to, node.content, node.mode);
  }

  #replace(path: string, content: FileContent, mode?: number): void {
    const found = this.#find(path, "open", true);
    if (found !== null && found.node.kind !== "file") throw new GuestFsError("EISDIR", "open", path);
    const old = found?.node.kind === "file" ? found.node : null;
    this.#checkSize(path, content.size, content.size - (old?.content.size ?? 0));
    if (old !== null && found !== null) {
      this.#checkWritable(path, "open", found.real);
      this.#bytes += content.size - old.content.size;
      Object.assign(old, { content, mtimeMs: this.#now(), ...(mode === undefined ? {} : { mode: mode & 0o777 }) });
      return;
    }
    const { folder, name, real } = this.#parent(this.#throughLink(path), "open");
    this.#checkWritable(path, "open", real);
    this.#checkCount(path);
    folder.children.set(name, { kind: "file", content, mode: (mode ?? 0o644) & 0o777, mtimeMs: this.#now() });
    this.#count += 1;
    this.#bytes += content.size;
  }

  /** Where a link at the end of the path that leads to nothing yet points: writing creates that file. */
  #throughLink(path: string): string {
    let at = path;
    for (let hops = 0; hops < MAX_LINKS; hops += 1) {
      const found = this.#find(at, "open", false);
      if (found?.node.kind !== "link") return at;
      const parent = found.real.slice(0, found.real.lastIndexOf("/"));
      at = `/${(partsOf(found.node.target, parent) ?? []).join("/")}`;
    }
    throw new GuestFsError("ELOOP", "open", path);
  }

  #must(path: string, operation: string, follow: boolean, shown = path): { node: TreeNode; real: string } {
    const found = this.#find(path, operation, follow);
    if (found === null) throw new GuestFsError("ENOENT", operation, shown);
    return found;
  }

  /** Null: nothing there. Throws ENOTDIR, ELOOP, EINVAL. */
  #find(path: string, operation: string, follow: boolean): { node: TreeNode; real: string } | null {
    let todo = partsOf(path);
    if (todo === null) throw new GuestFsError("EINVAL", operation, path.replaceAll("\0", "\\0"));
    let at: TreeNode = this.#root;
    let trail: { name: string; node: FolderNode }[] = [];
    for (let index = 0, hops = 0; index < todo.length; index += 1) {
      const name = todo[index] ?? "";
      if (at.kind !== "folder") throw new GuestFsError("ENOTDIR", operation, path);
      const next: TreeNode | undefined = at.children.get(name);
      if (next === undefined) return null;
      const isLast = index === todo.length - 1;
      if (next.kind === "link" && (follow || !isLast)) {
        hops += 1;
        if (hops > MAX_LINKS) throw new GuestFsError("ELOOP", operation, path);
        const base = `/${trail.map((step) => step.name).join("/")}`;
        todo = [...(partsOf(next.target, base) ?? []), ...todo.slice(index + 1)];
        index = -1;
        at = this.#root;
        trail = [];
        continue;
      }
      if (isLast) return { node: next, real: `/${[...trail.map((step) => step.name), name].join("/")}` };
      if (next.kind === "folder") trail.push({ name, node: next });
      at = next;
    }
    return { node: at, real: `/${trail.map((step) => step.name).join("/")}` };
  }

  #parent(path: string, operation: string): { folder: FolderNode; name: string; real: string } {
    const parts = partsOf(path);
    const name = parts?.pop();
    if (parts === null || name === undefined) throw new GuestFsError("EINVAL", operation, path);
    const { node, real } = this.#must(`/${parts.join("/")}`, operation, true, path);
    if (node.kind !== "folder") throw new GuestFsError("ENOTDIR", operation, path);
    const at = `${real === "/" ? "" : real}/${name}`;
    if (!isStorable(partsOf(at) ?? [])) throw new GuestFsError("ENAMETOOLONG", operation, path);
    return { folder: node, name, real: at };
  }

  #checkWritable(path: string, operation: string, real: string): void {
    if (!WRITABLE.has(real.split("/")[1] ?? "")) throw new GuestFsError("EROFS", operation, path);
  }

  #checkCount(path: string): void {
    if (this.#count >= this.#limits.files) throw new GuestFsError("EMFILE", "open", path);
  }

  #checkSize(path: string, size: number, more: number): void {
    if (size > this.#limits.fileBytes) throw new GuestFsError("EFBIG", "write", path);
    if (more > 0 && this.#bytes + more > this.#limits.workspaceBytes) throw new GuestFsError("ENOSPC", "write", path);
  }

  #statOf(node: TreeNode): GuestStat {
    const size = node.kind === "file" ? node.content.size : node.kind === "link" ? node.target.length : 0;
    let ino = this.#numbers.get(node);
    if (ino === undefined) {
      this.#lastNumber += 1;
      ino = this.#lastNumber;
      this.#numbers.set(node, ino);
    }
    return { kind: node.kind, size, mode: node.mode, mtimeMs: node.mtimeMs, ino };
  }

  #forget(node: TreeNode): void {
    this.#count -= 1;
    if (node.kind === "file") this.#bytes -= node.content.size;
    if (node.kind === "folder") for (const child of node.children.values()) this.#forget(child);
  }
}
