import type { GuestFile } from "../../../shared/protocol/sandbox-rpc.ts";

/** The name under which the guest sees that a file could not be read or written; such a failure has kind "files". */
export class GuestFilesError extends Error {
  override readonly name = "FilesError";
}

export const MAX_WRITTEN_FILES = 200;
const MAX_NAME_CHARS = 120;
const decoder = new TextDecoder("utf-8");
const encoder = new TextEncoder();

/** The files one run can see: given ones read-only underneath, written ones above, under a limit of bytes and count. */
export class GuestFiles {
  readonly #given = new Map<string, Uint8Array>();
  readonly #written = new Map<string, Uint8Array>();
  readonly #limitBytes: number;
  #writtenBytes = 0;

  constructor(given: readonly GuestFile[], limitBytes: number) {
    for (const file of given) this.#given.set(file.path, file.bytes);
    this.#limitBytes = limitBytes;
  }

  list(): string[] {
    return [...new Set([...this.#given.keys(), ...this.#written.keys()])].sort();
  }

  /** Text of a file, UTF-8, without a byte order mark. */
  readText(path: string): string {
    const bytes = this.#written.get(path) ?? this.#given.get(path);
    if (bytes === undefined) {
      const names = this.list();
      const known = names.slice(0, 20).map((name) => JSON.stringify(name));
      throw new GuestFilesError(
        `There is no file ${JSON.stringify(path.slice(0, MAX_NAME_CHARS))}. ` +
          (names.length === 0 ? "There are no files." : `Files: ${known.join(", ")}${names.length > 20 ? ", …" : ""}`),
      );
    }
    return decoder.decode(bytes);
  }

  write(path: string, text: string): void {
    const name = path.normalize("NFC");
    const problem = findNameProblem(name);
    if (problem !== null) throw new GuestFilesError(`A file cannot be named ${JSON.stringify(name)}: ${problem}.`);
    const before = this.#written.get(name);
    if (before === undefined && this.#written.size >= MAX_WRITTEN_FILES) {
      throw new GuestFilesError(`A run can write at most ${MAX_WRITTEN_FILES} files.`);
    }
    // Every UTF-16 unit takes at least one byte: refuse before encoding what cannot fit.
    const others = this.#writtenBytes - (before?.length ?? 0);
    const bytes = others + text.length > this.#limitBytes ? null : encoder.encode(text);
    if (bytes === null || others + bytes.length > this.#limitBytes) {
      throw new GuestFilesError(`Written files together can be at most ${this.#limitBytes} bytes.`);
    }
    this.#writtenBytes = others + bytes.length;
    this.#written.set(name, bytes);
  }

  written(): GuestFile[] {
    return [...this.#written].map(([path, bytes]) => ({ path, bytes }));
  }
}

function findNameProblem(name: string): string | null {
  if (name === "") return "the name is empty";
  if (name.length > MAX_NAME_CHARS) return `the name is longer than ${MAX_NAME_CHARS} characters`;
  if (/[/\\]/.test(name)) return "names have no slashes";
  if (/^\.+$/.test(name)) return "that is a folder";
  if (/[\p{Cc}\p{Cs}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u.test(name)) return "it has control characters";
  if (name.trim() !== name) return "it begins or ends with a space";
  return null;
}
