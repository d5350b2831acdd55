import type { GuestFile } from "../../shared/protocol/sandbox-rpc.ts";
import type { BundleHead } from "../image/box/wire.ts";
import type { Snapshot } from "../port.ts";
import { BoxUnavailable } from "./box-port.ts";
import { isPlainPath } from "./paths.ts";
import { Head } from "./wire-schemas.ts";

const HEAD_BYTES = 16 * 1024 * 1024;

/** Head and bytes of all files, as the box reads them (POST /restore). */
export function packBundle({ files, folders }: Snapshot): Uint8Array<ArrayBuffer> {
  const head: BundleHead = { files: files.map(({ path, bytes }) => ({ path, size: bytes.byteLength })), folders };
  const line = new TextEncoder().encode(`${JSON.stringify(head)}\n`);
  const whole = new Uint8Array(line.byteLength + files.reduce((sum, { bytes }) => sum + bytes.byteLength, 0));
  whole.set(line);
  let at = line.byteLength;
  for (const { bytes } of files) {
    whole.set(bytes, at);
    at += bytes.byteLength;
  }
  return whole;
}

/**
 * Reads what the box sends of files. Paths that could not be stored are left out.
 * @param maxBytes of all files together
 * @throws BoxUnavailable when it is more, or not a bundle
 */
export async function unpackBundle(body: ReadableStream<Uint8Array> | null, maxBytes: number): Promise<Snapshot> {
  const reader = new ByteReader(body);
  const line = await reader.until(10, HEAD_BYTES);
  const head = Head.safeParse(parse(new TextDecoder().decode(line)));
  if (!head.success) throw new BoxUnavailable("The container sent no bundle.");
  if (head.data.files.reduce((sum, { size }) => sum + size, 0) > maxBytes) {
    await reader.cancel();
    throw new BoxUnavailable("The container sent more than was asked for.");
  }
  const files: GuestFile[] = [];
  for (const { path, size } of head.data.files) {
    const bytes = await reader.exactly(size);
    if (isPlainPath(path)) files.push({ path, bytes });
  }
  await reader.cancel();
  return { files, folders: head.data.folders.filter(isPlainPath) };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Takes bytes from a stream in the portions somebody wants, not in those they come in. */
class ByteReader {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array> | null;
  #rest: Uint8Array = new Uint8Array();

  constructor(body: ReadableStream<Uint8Array> | null) {
    this.#reader = body?.getReader() ?? null;
  }

  async exactly(size: number): Promise<Uint8Array> {
    const whole = new Uint8Array(size);
    let at = 0;
    while (at < size) {
      if (this.#rest.byteLength === 0) await this.#more();
      const part = this.#rest.subarray(0, size - at);
      whole.set(part, at);
      at += part.byteLength;
      this.#rest = this.#rest.subarray(part.byteLength);
    }
    return whole;
  }

  async until(byte: number, maxBytes: number): Promise<Uint8Array> {
    const parts: Uint8Array[] = [];
    for (let size = 0; size <= maxBytes; ) {
      if (this.#rest.byteLength === 0) await this.#more();
      const end = this.#rest.indexOf(byte);
      const part = end === -1 ? this.#rest : this.#rest.subarray(0, end);
      parts.push(part);
      size += part.byteLength;
      this.#rest = end === -1 ? new Uint8Array() : this.#rest.subarray(end + 1);
      if (end !== -1) return join(parts, size);
    }
    throw new BoxUnavailable("The container sent a line without end.");
  }

  async cancel(): Promise<void> {
    await this.#reader?.cancel().catch(() => undefined);
  }

  async #more(): Promise<void> {
    const next = await this.#reader?.read();
    if (next === undefined || next.done) throw new BoxUnavailable("The container broke off.");
    this.#rest = next.value;
  }
}

function join(parts: readonly Uint8Array[], size: number): Uint8Array {
  const whole = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.byteLength;
  }
  return whole;
}
