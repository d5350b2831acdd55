import { Inflate } from "fflate";
import { FileProblem } from "./problems.ts";

export interface ZipLimits {
  readonly entries: number;
  /** Inflated bytes of all entries that are read. */
  readonly totalBytes: number;
  /** Inflated over packed size from which an entry larger than `ratioFreeBytes` is taken for a bomb. */
  readonly ratio: number;
  readonly ratioFreeBytes: number;
}

/** Office files pack to a tenth, XML of large plain sheets to a fiftieth; bombs reach a thousandth. */
export const ZIP_LIMITS: ZipLimits = {
  entries: 5_000,
  totalBytes: 160 * 1024 * 1024,
  ratio: 200,
  ratioFreeBytes: 2 * 1024 * 1024,
};

interface ZipEntry {
  readonly name: string;
  readonly method: number;
  readonly packed: number;
  readonly size: number;
  readonly offset: number;
}

const END = 0x06054b50;
const CENTRAL = 0x02014b50;
const LOCAL = 0x04034b50;
const END_BYTES = 22;
const MAX_COMMENT = 0xffff;
/** Packed bytes inflated at a time: bounds what one step can give, whatever the headers claim. */
const STEP_BYTES = 16 * 1024;

/**
 * A ZIP archive read by its central directory. Guards run before anything is inflated (entries, declared sizes and
 * ratios, overlapping data, encryption) and again on what is really inflated, since headers can lie.
 * Archives inside the archive are never opened.
 */
export class ZipArchive {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #limits: ZipLimits;
  readonly #entries = new Map<string, ZipEntry>();
  #inflated = 0;

  constructor(bytes: Uint8Array, limits: ZipLimits = ZIP_LIMITS) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#limits = limits;
    this.#readDirectory();
    this.#checkDeclared();
  }

  names(): string[] {
    return [...this.#entries.keys()];
  }

  has(name: string): boolean {
    return this.#entries.has(name);
  }

  /** Inflates an entry in steps. Throws file_zip_bomb, file_too_large or file_broken. */
  read(name: string, take: (chunk: Uint8Array) => void): void {
    const entry = this.#entries.get(name);
    if (entry === undefined) throw new FileProblem("file_broken", `no entry ${name}`);
    const data = this.#packedData(entry);
    let size = 0;
    const count = (chunk: Uint8Array): void => {
      size += chunk.length;
      this.#inflated += chunk.length;
      this.#checkActual(size, entry.packed);
      take(chunk);
    };
    if (entry.method === 0) {
      count(data);
      return;
    }
    if (entry.method !== 8) throw new FileProblem("file_broken", `compression method ${entry.method}`);
    try {
      const inflate = new Inflate(count);
      for (let at = 0; at < data.length; at += STEP_BYTES) {
        inflate.push(data.subarray(at, at + STEP_BYTES), at + STEP_BYTES >= data.length);
      }
    } catch (error) {
      if (error instanceof FileProblem) throw error;
      throw new FileProblem("file_broken", "damaged compressed data");
    }
  }

  readBytes(name: string): Uint8Array {
    const chunks: Uint8Array[] = [];
    this.read(name, (chunk) => chunks.push(chunk.slice()));
    const all = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
    let at = 0;
    for (const chunk of chunks) {
      all.set(chunk, at);
      at += chunk.length;
    }
    return all;
  }

  #readDirectory(): void {
    const end = this.#findEnd();
    const count = this.#view.getUint16(end + 10, true);
    let at = this.#view.getUint32(end + 16, true);
    if (count > this.#limits.entries) throw new FileProblem("file_zip_bomb", `${count} entries`);
    for (let index = 0; index < count; index++) {
      if (at + 46 > this.#bytes.length || this.#view.getUint32(at, true) !== CENTRAL) {
        throw new FileProblem("file_broken", "damaged archive directory");
      }
      const nameLength = this.#view.getUint16(at + 28, true);
      const extraLength = this.#view.getUint16(at + 30, true);
      if ((this.#view.getUint16(at + 8, true) & 1) === 1) throw new FileProblem("file_encrypted", "encrypted entry");
      const name = decodeName(this.#bytes.subarray(at + 46, at + 46 + nameLength));
      const entry: ZipEntry = {
        name,
        method: this.#view.getUint16(at + 10, true),
        ...this.#sizes(at, at + 46 + nameLength, extraLength),
      };
      if (!name.endsWith("/") && !this.#entries.has(name)) this.#entries.set(name, entry);
      at += 46 + nameLength + extraLength + this.#view.getUint16(at + 32, true);
    }
  }

  /** Sizes and offset of a directory entry; the ZIP64 ones where the plain ones are full. */
  #sizes(at: number, extraAt: number, extraLength: number): Pick<ZipEntry, "packed" | "size" | "offset"> {
    const plain = [
      this.#view.getUint32(at + 24, true),
      this.#view.getUint32(at + 20, true),
      this.#view.getUint32(at + 42, true),
    ];
    let field = extraAt;
    const extraEnd = Math.min(extraAt + extraLength, this.#bytes.length);
    while (field + 4 <= extraEnd) {
      const id = this.#view.getUint16(field, true);
      const length = this.#view.getUint16(field + 2, true);
      if (id === 1) {
        let value = field + 4;
        for (let index = 0; index < plain.length; index++) {
          if (plain[index] !== 0xffffffff || value + 8 > extraEnd) continue;
          plain[index] = Number(this.#view.getBigUint64(value, true));
          value += 8;
        }
      }
      field += 4 + length;
    }
    const [size = 0, packed = 0, offset = 0] = plain;
    return { size, packed, offset };
  }

  #findEnd(): number {
    const lowest = Math.max(0, this.#bytes.length - END_BYTES - MAX_COMMENT);
    for (let at = this.#bytes.length - END_BYTES; at >= lowest; at--) {
      if (this.#view.getUint32(at, true) === END) return at;
    }
    throw new FileProblem("file_broken", "no archive directory: the file is cut off");
  }

  #checkDeclared(): void {
    let packed = 0;
    let size = 0;
    for (const entry of this.#entries.values()) {
      packed += entry.packed;
      size += entry.size;
      this.#checkRatio(entry.size, entry.packed);
    }
    // Entries that share their data inflate it many times over.
    if (packed > this.#bytes.length) throw new FileProblem("file_zip_bomb", "entries overlap");
    this.#checkRatio(size, this.#bytes.length);
  }

  #checkRatio(size: number, packed: number): void {
    if (size > this.#limits.ratioFreeBytes && size > packed * this.#limits.ratio) {
      throw new FileProblem("file_zip_bomb", `inflates to ${Math.round(size / Math.max(1, packed))} times its size`);
    }
  }

  #checkActual(size: number, packed: number): void {
    this.#checkRatio(size, packed);
    if (this.#inflated > this.#limits.totalBytes) {
      throw new FileProblem("file_too_large", `more than ${this.#limits.totalBytes} bytes when unpacked`);
    }
  }

  #packedData(entry: ZipEntry): Uint8Array {
    const at = entry.offset;
    if (at + 30 > this.#bytes.length || this.#view.getUint32(at, true) !== LOCAL) {
      throw new FileProblem("file_broken", "damaged archive entry");
    }
    const start = at + 30 + this.#view.getUint16(at + 26, true) + this.#view.getUint16(at + 28, true);
    if (start + entry.packed > this.#bytes.length) throw new FileProblem("file_broken", "the file is cut off");
    return this.#bytes.subarray(start, start + entry.packed);
  }
}

/** Names inside office files are ASCII; a leading slash and backslashes are tolerated as some writers make them. */
function decodeName(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes).replaceAll("\\", "/").replace(/^\/+/, "");
}
