/**
 * The file system as guest code of one command sees it: synchronous, in memory, with the command's own changes. Paths
 * are absolute and normal ("/workspace/a/b.txt", no "." or "..", no trailing "/"); `/workspace` and `/tmp` can be
 * written. Links are followed by `stat`, `read`, `list` and `write`, never out of `/workspace` and `/tmp`.
 * Every method that cannot do what it is asked throws a {@link GuestFsError}.
 */
export interface GuestFs {
  stat(path: string): GuestStat;
  /** Without following a link at the end of the path. */
  lstat(path: string): GuestStat;
  /** A copy is not made: do not change the bytes. */
  read(path: string): Uint8Array;
  /** Creates or replaces; the folder must be there. The bytes are kept as they are: hand over your own copy. */
  write(path: string, bytes: Uint8Array, mode?: number): void;
  append(path: string, bytes: Uint8Array): void;
  /** Names in the folder, sorted. */
  list(path: string): string[];
  makeFolder(path: string, options?: { recursive?: boolean }): void;
  remove(path: string, options?: { recursive?: boolean; force?: boolean }): void;
  move(from: string, to: string): void;
  link(target: string, path: string): void;
  readLink(path: string): string;
  chmod(path: string, mode: number): void;
  touch(path: string, mtimeMs: number): void;
  /** The path without links. */
  real(path: string): string;
}

export interface GuestStat {
  readonly kind: "file" | "folder" | "link";
  readonly size: number;
  readonly mode: number;
  /** Milliseconds since 1970. */
  readonly mtimeMs: number;
  /** The same number is the same file, whatever path led to it. */
  readonly ino: number;
}

/** `EFBIG`, `ENOSPC` and `EMFILE`: one file, all files, or their number is beyond the limits. */
export type GuestFsCode =
  | "ENOENT"
  | "EEXIST"
  | "ENOTDIR"
  | "EISDIR"
  | "ENOTEMPTY"
  | "ELOOP"
  | "EINVAL"
  | "EACCES"
  | "EROFS"
  | "ENAMETOOLONG"
  | "EFBIG"
  | "ENOSPC"
  | "EMFILE";

/** Worded as Node words it: "ENOENT: no such file or directory, open '/workspace/x'". */
export class GuestFsError extends Error {
  readonly code: GuestFsCode;
  readonly path: string;

  constructor(code: GuestFsCode, operation: string, path: string) {
    super(`${code}: ${WORDS[code]}, ${operation} '${path}'`);
    this.name = "Error";
    this.code = code;
    this.path = path;
  }
}

const WORDS: Record<GuestFsCode, string> = {
  ENOENT: "no such file or directory",
  EEXIST: "file already exists",
  ENOTDIR: "not a directory",
  EISDIR: "illegal operation on a directory",
  ENOTEMPTY: "directory not empty",
  ELOOP: "too many symbolic links encountered",
  EINVAL: "invalid argument",
  EACCES: "permission denied",
  EROFS: "read-only file system",
  ENAMETOOLONG: "name too long",
  EFBIG: "file too large",
  ENOSPC: "no space left on device",
  EMFILE: "too many files",
};
