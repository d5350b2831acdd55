import type { BufferEncoding, FsStat, IFileSystem, FileContent as Written } from "just-bash/browser";
import type { FileContent } from "../files/content.ts";
import { type GuestFsCode, GuestFsError, type GuestStat } from "../files/guest-fs.ts";
import { partsOf } from "../files/paths.ts";
import type { Tree } from "../files/tree.ts";
import { TTY } from "./tty.ts";

/** What the shell's file system needs of the run it belongs to. */
export interface ShellHost {
  /** Called before every operation: looks at the clock, lets others have their turn, throws when the run is over. */
  pulse(): Promise<void>;
  /** Brings contents that are not here yet. */
  load(contents: readonly FileContent[]): Promise<void>;
  print(bytes: Uint8Array): void;
  /** A file or the workspace would be larger than it may be: nothing sensible can follow. */
  full(): void;
}

type Encoded = { encoding?: BufferEncoding | null } | BufferEncoding | undefined;
type ByteText = Awaited<ReturnType<NonNullable<IFileSystem["readFileBytes"]>>>;

const SCREENS = new Set([TTY, "/dev/stdout", "/dev/stderr", "/dev/console"]);
const EMPTY = new Uint8Array();
const FULL = new Set<GuestFsCode>(["EFBIG", "ENOSPC", "EMFILE"]);

/** A {@link Tree} as the shell wants its files, with the few devices scripts use. */
export class ShellFs implements IFileSystem {
  readonly #tree: Tree;
  readonly #host: ShellHost;

  constructor(tree: Tree, host: ShellHost) {
    this.#tree = tree;
    this.#host = host;
  }

  async readFile(path: string, options?: Encoded): Promise<string> {
    const bytes = await this.readFileBuffer(path);
    const encoding = encodingOf(options);
    if (encoding === "utf8" || encoding === "utf-8")
      return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("utf8");
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString(encoding);
  }

  async readFileBytes(path: string): Promise<ByteText> {
    const bytes = await this.readFileBuffer(path);
    const text: unknown = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1");
    // SAFETY: just-bash's ByteString is a text of one character per byte; its constructor is not in the browser entry.
    return text as ByteText;
  }

  async readFileBuffer(path: string): Promise<Uint8Array> {
    await this.#host.pulse();
    if (path === "/dev/null" || SCREENS.has(path) || path === "/dev/stdin") return EMPTY;
    const content = this.#tree.contentAt(path);
    if (content !== null && !content.isHere) await this.#host.load([content]);
    return this.#tree.read(path);
  }

  async writeFile(path: string, content: Written, options?: Encoded): Promise<void> {
    await this.#host.pulse();
    if (path === "/dev/null") return;
    const bytes = bytesOf(content, options);
    if (SCREENS.has(path)) return this.#host.print(bytes);
    this.#inDev(path);
    this.#grow(() => this.#tree.write(path, bytes));
  }

  async appendFile(path: string, content: Written, options?: Encoded): Promise<void> {
    await this.#host.pulse();
    if (path === "/dev/null") return;
    const bytes = bytesOf(content, options);
    if (SCREENS.has(path)) return this.#host.print(bytes);
    this.#inDev(path);
    const old = this.#tree.contentAt(path);
    if (old !== null && !old.isHere) await this.#host.load([old]);
    this.#grow(() => this.#tree.append(path, bytes));
  }

  async exists(path: string): Promise<boolean> {
    await this.#host.pulse();
    if (isDevice(path)) return true;
    try {
      this.#tree.stat(path);
      return true;
    } catch {
      return false;
    }
  }

  async stat(path: string): Promise<FsStat> {
    await this.#host.pulse();
    return isDevice(path) ? DEVICE : fsStat(this.#tree.stat(path));
  }

  async lstat(path: string): Promise<FsStat> {
    await this.#host.pulse();
    return isDevice(path) ? DEVICE : fsStat(this.#tree.lstat(path));
  }

  async mkdir(path: string, options?: { recursive?: boolean }): Promise<void> {
    await this.#host.pulse();
    this.#grow(() => this.#tree.makeFolder(path, options));
  }

  async readdir(path: string): Promise<string[]> {
    await this.#host.pulse();
    return this.#tree.list(path);
  }

  async readdirWithFileTypes(path: string) {
    const names = await this.readdir(path);
    return names.map((name) => {
      const { kind } = this.#tree.lstat(`${path === "/" ? "" : path}/${name}`);
      return { name, isFile: kind === "file", isDirectory: kind === "folder", isSymbolicLink: kind === "link" };
    });
  }

  async rm(path: string, options?: { recursive?: boolean; force?: boolean }): Promise<void> {
    await this.#host.pulse();
    this.#tree.remove(path, options);
  }

  async cp(from: string, to: string, options?: { recursive?: boolean }): Promise<void> {
    await this.#host.pulse();
    const { kind } = this.#tree.lstat(from);
    if (kind === "link") return this.#tree.link(this.#tree.readLink(from), to);
    if (kind === "file") return this.#grow(() => this.#tree.copyFile(from, to));
    if (options?.recursive !== true) throw new GuestFsError("EISDIR", "cp", from);
    if (`${to}/`.startsWith(`${from}/`)) throw new GuestFsError("EINVAL", "cp", to);
    this.#tree.makeFolder(to, { recursive: true });
    for (const name of this.#tree.list(from)) await this.cp(`${from}/${name}`, `${to}/${name}`, options);
  }

  async mv(from: string, to: string): Promise<void> {
    await this.#host.pulse();
    this.#tree.move(from, to);
  }

  resolvePath(base: string, path: string): string {
    const parts = partsOf(path, base);
    // NUL and endless paths find nothing, and say so when they are opened.
    return parts === null ? path : `/${parts.join("/")}`;
  }

  /** Globs walk the folders instead. */
  getAllPaths(): string[] {
    return [];
  }

  async chmod(path: string, mode: number): Promise<void> {
    await this.#host.pulse();
    this.#tree.chmod(path, mode);
  }

  async symlink(target: string, path: string): Promise<void> {
    await this.#host.pulse();
    this.#tree.link(target, path);
  }

  /** Trees have no hard links: the second name gets a copy. */
  async link(existing: string, path: string): Promise<void> {
    await this.#host.pulse();
    if (await this.exists(path)) throw new GuestFsError("EEXIST", "link", path);
    this.#tree.copyFile(existing, path);
  }

  async readlink(path: string): Promise<string> {
    await this.#host.pulse();
    return this.#tree.readLink(path);
  }

  async realpath(path: string): Promise<string> {
    await this.#host.pulse();
    return this.#tree.real(path);
  }

  async utimes(path: string, _accessed: Date, modified: Date): Promise<void> {
    await this.#host.pulse();
    this.#tree.touch(path, modified.getTime());
  }

  #grow(work: () => void): void {
    try {
      work();
    } catch (error) {
      if (error instanceof GuestFsError && FULL.has(error.code)) this.#host.full();
      throw error;
    }
  }

  /** Process substitution writes to /dev/fd/63; its folder comes with the first one. */
  #inDev(path: string): void {
    if (path.startsWith("/dev/fd/")) this.#tree.makeFolder("/dev/fd", { recursive: true });
  }
}

const isDevice = (path: string): boolean => path === "/dev/null" || path === "/dev/stdin" || SCREENS.has(path);

const DEVICE: FsStat = {
  isFile: true,
  isDirectory: false,
  isSymbolicLink: false,
  mode: 0o666,
  size: 0,
  mtime: new Date(0),
};

function fsStat({ kind, mode, size, mtimeMs, ino }: GuestStat): FsStat {
  return {
    isFile: kind === "file",
    isDirectory: kind === "folder",
    isSymbolicLink: kind === "link",
    mode,
    size,
    mtime: new Date(mtimeMs),
    dev: 1,
    ino,
    identity: `1:${ino}`,
  };
}

const encodingOf = (options: Encoded): BufferEncoding =>
  (typeof options === "string" ? options : options?.encoding) ?? "utf8";

/** A copy: what the shell hands over may be its own buffer. */
const bytesOf = (content: Written, options: Encoded): Uint8Array =>
  typeof content === "string" ? new Uint8Array(Buffer.from(content, encodingOf(options))) : content.slice();
