import { write as print } from "./console.js";
import { Buffer, bytesOf } from "./encoding.js";
import { call, codeError, send } from "./host.js";
import { stdinBytes } from "./process.js";
import { Sink, Source } from "./streams.js";
import { fileURLToPath } from "./url.js";

/** node:fs over the workspace. Everything happens at once; callbacks and promises only hand the outcome over. */
const pathOf = (value) => {
  if (typeof value === "string") {
    if (!value.includes("\0")) return value;
    throw codeError(TypeError, "ERR_INVALID_ARG_VALUE", "The argument 'path' must be a string without null bytes.");
  }
  if (value instanceof URL) return fileURLToPath(value);
  if (value instanceof Uint8Array) return Buffer.from(value).toString();
  throw codeError(
    TypeError,
    "ERR_INVALID_ARG_TYPE",
    'The "path" argument must be of type string or an instance of Buffer or URL.',
  );
};
const encodingOf = (options) => (typeof options === "string" ? options : (options?.encoding ?? null));
const isUtf8 = (encoding) => /^utf-?8$/i.test(encoding);

/** Open files: position and path. */
const open = new Map();
let lastFd = 2;

function read(path, options) {
  const encoding = encodingOf(options);
  if (path === 0 || path === "/dev/stdin") {
    const bytes = stdinBytes();
    return encoding === null ? Buffer.from(bytes) : bytes.toString(encoding);
  }
  const name = typeof path === "number" ? fileOf(path).path : pathOf(path);
  if (encoding !== null && isUtf8(encoding)) return call("readText", name);
  const bytes = Buffer.from(call("readBytes", name));
  return encoding === null ? bytes : bytes.toString(encoding);
}

function dataOf(data, options) {
  if (typeof data === "string") {
    const encoding = encodingOf(options);
    return encoding === null || isUtf8(encoding) ? data : bytesOf(Buffer.from(data, encoding));
  }
  if (ArrayBuffer.isView(data)) return bytesOf(data);
  throw codeError(
    TypeError,
    "ERR_INVALID_ARG_TYPE",
    'The "data" argument must be of type string or an instance of Buffer, TypedArray, or DataView.',
  );
}

function write(path, data, options) {
  const raw = dataOf(data, options);
  if (path === 1 || path === "/dev/stdout") return print("stdout", raw);
  if (path === 2 || path === "/dev/stderr") return print("stderr", raw);
  const flag = typeof options === "object" && options !== null ? (options.flag ?? "w") : "w";
  const name = typeof path === "number" ? fileOf(path).path : pathOf(path);
  send("write", [name, typeof path === "number" ? "a" : flag, options?.mode ?? null], raw);
}

class Stats {
  #kind;
  constructor({ kind, size, mode, mtimeMs }) {
    this.dev = 1;
    this.ino = 0;
    this.mode = (kind === "folder" ? 0o040000 : kind === "link" ? 0o120000 : 0o100000) | mode;
    this.nlink = 1;
    this.uid = 1000;
    this.gid = 1000;
    this.rdev = 0;
    this.size = size;
    this.blksize = 4096;
    this.blocks = Math.ceil(size / 512);
    for (const key of ["atime", "mtime", "ctime", "birthtime"]) {
      this[`${key}Ms`] = mtimeMs;
      this[key] = new Date(mtimeMs);
    }
    this.#kind = kind;
  }
  isFile() {
    return this.#kind === "file";
  }
  isDirectory() {
    return this.#kind === "folder";
  }
  isSymbolicLink() {
    return this.#kind === "link";
  }
  isFIFO() {
    return false;
  }
  isSocket() {
    return false;
  }
  isBlockDevice() {
    return false;
  }
  isCharacterDevice() {
    return false;
  }
}

class Dirent extends Stats {
  constructor(name, parentPath, stat) {
    super(stat);
    for (const key of Object.keys(this)) delete this[key];
    this.name = name;
    this.parentPath = parentPath;
    this.path = parentPath;
  }
}

function stat(operation, path, options) {
  try {
    return new Stats(call(operation, pathOf(path)));
  } catch (error) {
    if (options?.throwIfNoEntry === false && error.code === "ENOENT") return undefined;
    throw error;
  }
}

function list(path, options) {
  const folder = pathOf(path);
  const withTypes = typeof options === "object" && options?.withFileTypes === true;
  const entries = call("list", folder, options?.recursive === true);
  return entries.map(({ name, ...entry }) => {
    if (!withTypes) return name;
    const cut = name.lastIndexOf("/");
    return new Dirent(name.slice(cut + 1), cut < 0 ? folder : `${folder}/${name.slice(0, cut)}`, entry);
  });
}

function fileOf(fd) {
  const file = open.get(fd);
  if (file !== undefined) return file;
  throw Object.assign(new Error("EBADF: bad file descriptor"), { code: "EBADF", syscall: "read" });
}

function openSync(path, flags = "r", mode = null) {
  const name = pathOf(path);
  if (/^[wa]/.test(flags)) send("write", [name, flags[0] === "w" ? flags.replace("+", "") : "a", mode], "");
  else call("stat", name);
  lastFd++;
  open.set(lastFd, { path: name, position: 0 });
  return lastFd;
}

function readSync(fd, buffer, offset = 0, length = buffer.byteLength - offset, position = null) {
  if (typeof offset === "object" && offset !== null) {
    ({ offset = 0, length = buffer.byteLength - offset, position = null } = offset);
  }
  const file = fd === 0 ? stdinFile : fileOf(fd);
  const bytes = fd === 0 ? stdinBytes() : new Uint8Array(call("readBytes", file.path));
  const start = position ?? file.position;
  const part = bytes.subarray(start, start + length);
  buffer.set(part, offset);
  if (position === null) file.position += part.length;
  return part.length;
}
const stdinFile = { position: 0 };

function writeSync(fd, data, ...rest) {
  const part = typeof data === "string" ? data : data.subarray(rest[0] ?? 0, (rest[0] ?? 0) + (rest[1] ?? data.length));
  write(fd, part);
  return typeof part === "string" ? Buffer.byteLength(part) : part.length;
}

const constants = { F_OK: 0, R_OK: 4, W_OK: 2, X_OK: 1, COPYFILE_EXCL: 1, O_RDONLY: 0, O_WRONLY: 1, O_RDWR: 2 };
const cp = (from, to, options) =>
  call(
    "copy",
    pathOf(from),
    pathOf(to),
    options?.recursive === true,
    options?.force === false || options?.errorOnExist === true,
  );
const exists = (path) => {
  try {
    call("stat", pathOf(path));
    return true;
  } catch {
    return false;
  }
};

/** By the name without `Sync`; each is also there with a callback and as a promise. */
const operations = {
  readFile: read,
  writeFile: write,
  appendFile: (path, data, options) =>
    write(path, data, { ...(typeof options === "string" ? { encoding: options } : options), flag: "a" }),
  mkdir: (path, options) => call("makeFolder", pathOf(path), options?.recursive === true) ?? undefined,
  mkdtemp: (prefix) => call("makeTemporary", pathOf(prefix)),
  readdir: list,
  stat: (path, options) => stat("stat", path, options),
  lstat: (path, options) => stat("lstat", path, options),
  rm: (path, options) => void call("remove", pathOf(path), options?.recursive === true, options?.force === true, "rm"),
  rmdir: (path, options) => void call("remove", pathOf(path), options?.recursive === true, false, "rmdir"),
  unlink: (path) => void call("remove", pathOf(path), false, false, "unlink"),
  rename: (from, to) => void call("move", pathOf(from), pathOf(to)),
  copyFile: (from, to, mode = 0) => void call("copy", pathOf(from), pathOf(to), false, (mode & 1) === 1),
  cp: (from, to, options) => void cp(from, to, options),
  access: (path) => void call("access", pathOf(path)),
  realpath: (path) => call("real", pathOf(path)),
  readlink: (path) => call("readLink", pathOf(path)),
  symlink: (target, path) => void call("link", pathOf(target), pathOf(path)),
  chmod: (path, mode) => void call("chmod", pathOf(path), Number(mode)),
  utimes: (path, _atime, mtime) =>
    void call("touch", pathOf(path), mtime instanceof Date ? +mtime : Number(mtime) * 1000),
  truncate: (path, length = 0) => {
    const bytes = Buffer.alloc(length);
    read(path).copy(bytes, 0, 0, length);
    write(path, bytes);
  },
};

const sync = {};
const later = {};
export const promises = { constants };
for (const [name, operation] of Object.entries(operations)) {
  sync[`${name}Sync`] = { [`${name}Sync`]: (...args) => operation(...args) }[`${name}Sync`];
  promises[name] = { [name]: async (...args) => operation(...args) }[name];
  later[name] = {
    [name](...args) {
      const done = args.pop();
      if (typeof done !== "function") {
        throw codeError(
          TypeError,
          "ERR_INVALID_ARG_TYPE",
          'The "cb" argument must be of type function. Received undefined',
        );
      }
      let outcome;
      try {
        outcome = [null, operation(...args)];
      } catch (error) {
        outcome = [error];
      }
      setImmediate(() => done(...outcome));
    },
  }[name];
}

class FileHandle {
  #fd;
  constructor(fd) {
    this.#fd = fd;
  }
  get fd() {
    return this.#fd;
  }
  async readFile(options) {
    return read(this.#fd, options);
  }
  async writeFile(data, options) {
    write(fileOf(this.#fd).path, data, options);
  }
  async appendFile(data, options) {
    write(this.#fd, data, options);
  }
  async write(data) {
    return { bytesWritten: writeSync(this.#fd, data), buffer: data };
  }
  async read(buffer, ...rest) {
    return { bytesRead: readSync(this.#fd, buffer, ...rest), buffer };
  }
  async stat() {
    return stat("stat", fileOf(this.#fd).path);
  }
  async *readLines() {
    yield* read(this.#fd, "utf8")
      .replace(/\r?\n$/, "")
      .split(/\r?\n/);
  }
  async close() {
    open.delete(this.#fd);
  }
  async [Symbol.asyncDispose ?? Symbol("asyncDispose")]() {
    open.delete(this.#fd);
  }
}
promises.open = async (path, flags, mode) => new FileHandle(openSync(path, flags, mode));

export const fs = {
  ...sync,
  ...later,
  existsSync: exists,
  exists: (path, done) => setImmediate(() => done(exists(path))),
  openSync,
  closeSync: (fd) => void open.delete(fd),
  readSync,
  writeSync,
  fstatSync: (fd) => stat("stat", fileOf(fd).path),
  fsyncSync() {},
  createReadStream: (path, options) => {
    const { start = 0, end = Number.POSITIVE_INFINITY } =
      typeof options === "object" && options !== null ? options : {};
    return new Source(() => read(path).subarray(start, end + 1), encodingOf(options));
  },
  createWriteStream(path, options) {
    const flag = typeof options === "object" && options !== null ? (options.flags ?? "w") : "w";
    write(path, "", { flag });
    return new Sink((data) => write(path, data, { flag: "a" }));
  },
  constants,
  promises,
  Stats,
  Dirent,
};
