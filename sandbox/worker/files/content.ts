import { createHash } from "node:crypto";

/** Bytes of a file, perhaps not here yet. Shared by the trees that hold the same file; never changed once shared. */
export class FileContent {
  #buffer: Uint8Array | null;
  #size: number;
  #sha256: string | null;

  private constructor(buffer: Uint8Array | null, size: number, sha256: string | null) {
    this.#buffer = buffer;
    this.#size = size;
    this.#sha256 = sha256;
  }

  static of(bytes: Uint8Array): FileContent {
    return new FileContent(bytes, bytes.length, null);
  }

  /** Known by its hash; {@link fill} brings the bytes. */
  static stored(sha256: string, size: number): FileContent {
    return new FileContent(null, size, sha256);
  }

  get size(): number {
    return this.#size;
  }

  get isHere(): boolean {
    return this.#buffer !== null;
  }

  /** Throws where the bytes were not loaded before: a bug of the host, not of the guest. */
  get bytes(): Uint8Array {
    if (this.#buffer === null) throw new Error("file content is not loaded");
    return this.#buffer.subarray(0, this.#size);
  }

  /** Hexadecimal. */
  get sha256(): string {
    this.#sha256 ??= sha256Of(this.bytes);
    return this.#sha256;
  }

  fill(bytes: Uint8Array): void {
    if (bytes.length !== this.#size) throw new Error("stored content has another size than its entry");
    this.#buffer = bytes;
  }

  /** A content of its own that holds these bytes and more; room grows by doubling, so that appending stays cheap. */
  extended(bytes: Uint8Array): FileContent {
    const size = this.#size + bytes.length;
    const buffer = new Uint8Array(Math.max(256, size * 2));
    buffer.set(this.bytes);
    buffer.set(bytes, this.#size);
    return new FileContent(buffer, size, null);
  }

  /** Appends in place. False where there is no room: then {@link extended}. */
  grow(bytes: Uint8Array): boolean {
    if (this.#buffer === null || this.#size + bytes.length > this.#buffer.length) return false;
    this.#buffer.set(bytes, this.#size);
    this.#size += bytes.length;
    this.#sha256 = null;
    return true;
  }
}

/** Hexadecimal. */
export const sha256Of = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");
