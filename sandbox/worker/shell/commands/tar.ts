import { type CustomCommand, defineCommand } from "just-bash/browser";
import { bytesOut, type CommandContext, type CommandResult, failed, joined, stdinOf } from "../bytes.ts";
import { gunzip, gzip, isGzip, Refusal } from "./gzip.ts";
import { type CommandHost, readFile } from "./host.ts";
import { MAX_ENTRIES, placeOf, writeBelow } from "./unpack.ts";

const BLOCK = 512;
const encoder = new TextEncoder();
const decoder = new TextDecoder();

interface TarEntry {
  readonly name: string;
  readonly kind: "file" | "folder" | "link";
  readonly mode: number;
  readonly bytes: Uint8Array;
  readonly target: string;
}

/** tar: c, x, t with f, z, C, v, O and --strip-components; ustar with long names as GNU and pax write them. */
export const tarCommand = (host: CommandHost): CustomCommand =>
  defineCommand("tar", async (args, context) => {
    try {
      return await tar(host, context, optionsOf(args));
    } catch (error) {
      if (host.signal.aborted) throw error;
      return failed("tar", error instanceof Error ? error.message : "it did not work", 2);
    }
  });

interface Options {
  readonly flags: string;
  readonly archive: string;
  readonly folder: string;
  readonly strip: number;
  readonly names: readonly string[];
}

function optionsOf(args: readonly string[]): Options {
  const rest = [...args];
  let flags = rest[0]?.startsWith("-") === false ? (rest.shift() ?? "") : "";
  const taken = { f: "-", C: "", strip: 0 };
  const names: string[] = [];
  const bundle = flags;
  if (bundle.includes("f")) taken.f = rest.shift() ?? "-";
  while (rest.length > 0) {
    const arg = rest.shift() ?? "";
    const strip = arg.match(/^--strip-components=(\d{1,3})$/);
    if (strip) taken.strip = Number(strip[1]);
    else if (arg === "-C" || arg === "--directory") taken.C = rest.shift() ?? "";
    else if (arg === "--gzip") flags += "z";
    else if (/^-[a-zA-Z]/.test(arg)) {
      const file = arg.indexOf("f");
      flags += arg.slice(1);
      if (file > 0) taken.f = arg.slice(file + 1) || (rest.shift() ?? "-");
    } else if (arg.startsWith("--")) throw new Refusal(`the option ${arg} is not known here`);
    else names.push(arg);
  }
  return { flags, archive: taken.f, folder: taken.C, strip: taken.strip, names };
}

async function tar(host: CommandHost, context: CommandContext, options: Options): Promise<CommandResult> {
  const { flags, archive, names } = options;
  const folder = context.fs.resolvePath(context.cwd, options.folder || ".");
  const path = archive === "-" ? null : context.fs.resolvePath(context.cwd, archive);
  if (flags.includes("c")) {
    if (names.length === 0) throw new Refusal("it will not make an empty archive");
    const plain = await pack(host, folder, names);
    const bytes = flags.includes("z") || /\.t?gz$/.test(path ?? "") ? await gzip(plain) : plain;
    if (path === null) return { ...bytesOut(bytes), stderr: "", exitCode: 0 };
    host.tree.write(path, bytes);
    return { stdout: "", stderr: "", exitCode: 0 };
  }
  if (!flags.includes("x") && !flags.includes("t")) throw new Refusal("say -c, -x or -t");
  const packed = path === null ? stdinOf(context) : await readFile(host, path);
  const entries = entriesOf(isGzip(packed) ? await gunzip(host, packed) : packed);
  const wanted = entries.filter(({ name }) => names.length === 0 || names.some((one) => isBelow(name, one)));
  if (flags.includes("t")) return { stdout: wanted.map(({ name }) => `${name}\n`).join(""), stderr: "", exitCode: 0 };
  const printed: Uint8Array[] = [];
  for (const entry of wanted) {
    await host.pulse();
    if (flags.includes("O")) printed.push(entry.bytes);
    else extract(host, folder, entry, options.strip);
  }
  const shown = flags.includes("v") ? wanted.map(({ name }) => `${name}\n`).join("") : "";
  return flags.includes("O")
    ? { ...bytesOut(joined(printed)), stderr: shown, exitCode: 0 }
    : { stdout: shown, stderr: "", exitCode: 0 };
}

const isBelow = (name: string, wanted: string): boolean =>
  name === wanted || name.startsWith(`${wanted.replace(/\/$/, "")}/`);

function extract(host: CommandHost, folder: string, entry: TarEntry, strip: number): void {
  const name = entry.name
    .replace(/^(?:\.\/)+/, "")
    .split("/")
    .slice(strip)
    .join("/");
  if (name === "" || name === ".") return;
  const path = placeOf(host, folder, name);
  if (entry.kind === "folder") host.tree.makeFolder(path, { recursive: true });
  else if (entry.kind === "file") writeBelow(host, path, entry.bytes, entry.mode);
  else {
    host.tree.makeFolder(path.slice(0, path.lastIndexOf("/")) || "/", { recursive: true });
    host.tree.remove(path, { force: true });
    host.tree.link(entry.target, path);
  }
}

function entriesOf(bytes: Uint8Array): TarEntry[] {
  const entries: TarEntry[] = [];
  let longName = "";
  let at = 0;
  while (at + BLOCK <= bytes.length && bytes[at] !== 0) {
    const head = bytes.subarray(at, at + BLOCK);
    const size = octal(head, 124, 12);
    if (!Number.isSafeInteger(size) || size < 0 || at + BLOCK + size > bytes.length || !isHeader(head)) {
      throw new Refusal("this does not look like a tar archive, or it is damaged");
    }
    const body = bytes.subarray(at + BLOCK, at + BLOCK + size);
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
    const type = String.fromCharCode(head[156] ?? 0);
    if (type === "L") longName = textOf(body, 0, body.length);
    else if (type === "x") longName = decoder.decode(body).match(/\d+ path=([^\n]*)\n/)?.[1] ?? longName;
    else {
      const prefix = textOf(head, 345, 155);
      const short = textOf(head, 0, 100);
      const name = longName || (prefix === "" ? short : `${prefix}/${short}`);
      longName = "";
      const kind = type === "5" ? "folder" : type === "2" ? "link" : type === "0" || type === "\0" ? "file" : null;
      // Devices, pipes and hard links have no meaning here.
      if (kind === null) continue;
      entries.push({ name, kind, mode: octal(head, 100, 8), bytes: body.slice(), target: textOf(head, 157, 100) });
      if (entries.length > MAX_ENTRIES) throw new Refusal(`it holds more than ${MAX_ENTRIES} entries`);
    }
  }
  if (entries.length === 0 && bytes.length < BLOCK) throw new Refusal("this does not look like a tar archive");
  return entries;
}

async function pack(host: CommandHost, folder: string, names: readonly string[]): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  const add = async (path: string, name: string): Promise<void> => {
    await host.pulse();
    const { kind, mode, mtimeMs } = host.tree.lstat(path);
    const bytes = kind === "file" ? await readFile(host, path) : new Uint8Array();
    const shown = kind === "folder" ? `${name}/` : name;
    if (encoder.encode(shown).length > 100) {
      const long = encoder.encode(`${shown}\0`);
      chunks.push(header("././@LongLink", "L", 0o644, 0, long.length, ""), padded(long));
    }
    const target = kind === "link" ? host.tree.readLink(path) : "";
    const type = kind === "folder" ? "5" : kind === "link" ? "2" : "0";
    chunks.push(header(shown, type, mode, mtimeMs, bytes.length, target), padded(bytes));
    if (kind === "folder") for (const child of host.tree.list(path)) await add(`${path}/${child}`, `${name}/${child}`);
  };
  for (const name of names) {
    const clean = name.replace(/^\/+/, "").replace(/\/+$/, "") || ".";
    await add(`${folder}/${clean}`.replace(/\/\.$/, ""), clean);
  }
  return joined([...chunks, new Uint8Array(BLOCK * 2)]);
}

function header(name: string, type: string, mode: number, mtimeMs: number, size: number, target: string): Uint8Array {
  const head = new Uint8Array(BLOCK);
  const put = (text: string, at: number, length: number): void => {
    head.set(encoder.encode(text).subarray(0, length), at);
  };
  const digits = (value: number, length: number): string =>
    `${Math.floor(value)
      .toString(8)
      .padStart(length - 1, "0")}\0`;
  put(name, 0, 100);
  put(digits(mode, 8), 100, 8);
  put(digits(1000, 8), 108, 8);
  put(digits(1000, 8), 116, 8);
  put(digits(size, 12), 124, 12);
  put(digits(mtimeMs / 1000, 12), 136, 12);
  put("        ", 148, 8);
  put(type, 156, 1);
  put(target, 157, 100);
  put("ustar\u000000", 257, 8);
  put(`${sumOf(head).toString(8).padStart(6, "0")}\0 `, 148, 8);
  return head;
}

function padded(bytes: Uint8Array): Uint8Array {
  const whole = new Uint8Array(Math.ceil(bytes.length / BLOCK) * BLOCK);
  whole.set(bytes);
  return whole;
}

const sumOf = (head: Uint8Array): number => head.reduce((sum, byte) => sum + byte, 0);

function isHeader(head: Uint8Array): boolean {
  const blank = head.slice();
  blank.fill(0x20, 148, 156);
  return sumOf(blank) === octal(head, 148, 8);
}

const textOf = (bytes: Uint8Array, at: number, length: number): string =>
  decoder.decode(bytes.subarray(at, at + length)).replace(/\0[\s\S]*$/, "");

const octal = (bytes: Uint8Array, at: number, length: number): number =>
  Number.parseInt(textOf(bytes, at, length).trim() || "0", 8);
