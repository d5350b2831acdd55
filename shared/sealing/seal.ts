import {
  CHUNK_BYTES,
  type Header,
  newHeader,
  readHeader,
  SEALED_CHUNK_BYTES,
  sealedRange,
  sealedSize,
  TAG_BYTES,
} from "./header.ts";
import { SealError } from "./seal-error.ts";

/*
 * S1 Every object has a key of its own: HKDF-SHA256 of the project's data key with the header's random salt.
 * S2 A chunk's nonce is its index and whether it is the last: chunks cannot be swapped, dropped or added.
 *    A plaintext of known size may be sealed in parts of whole chunks: they join to the very bytes sealing it at once gives.
 * S3 Every chunk authenticates the header's text and the caller's `aad`: an object opens only where it belongs.
 */

export interface Sealed {
  readonly sealed: Uint8Array<ArrayBuffer>;
  /** Kept in the database, never beside the bytes: an older object put in place of a newer one does not open. */
  readonly header: string;
}

interface GcmParams {
  readonly name: "AES-GCM";
  readonly iv: Uint8Array<ArrayBuffer>;
  readonly additionalData: Uint8Array<ArrayBuffer>;
}

/** A copy, because the platforms' types disagree on what `encode` gives. */
const utf8 = (text: string): Uint8Array<ArrayBuffer> => new Uint8Array(new TextEncoder().encode(text));

function objectKey(projectKey: CryptoKey, header: Header): Promise<CryptoKey> {
  return crypto.subtle.deriveKey(
    { name: "HKDF", hash: "SHA-256", salt: header.salt, info: utf8("nexus/seal/1") },
    projectKey,
    { name: "AES-GCM", length: 256 },
    false,
    ["encrypt", "decrypt"],
  );
}

function chunkParams(header: string, aad: string, index: number, last: boolean): GcmParams {
  const iv = new Uint8Array(12);
  new DataView(iv.buffer).setUint32(7, index);
  iv[11] = last ? 1 : 0;
  // JSON keeps the two texts apart: ["a","b|c"] and ["a|b","c"] differ.
  return { name: "AES-GCM", iv, additionalData: utf8(JSON.stringify([header, aad])) };
}

async function openChunk(
  key: CryptoKey,
  params: GcmParams,
  sealed: Uint8Array<ArrayBuffer>,
): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return new Uint8Array(await crypto.subtle.decrypt(params, key, sealed));
  } catch {
    throw new SealError("a chunk does not open");
  }
}

/**
 * Seals bytes under a project's data key (AES-256-GCM, 64 KiB chunks).
 * @param aad names what the bytes are and whose; the same text is needed to open them
 */
export async function seal(bytes: Uint8Array<ArrayBuffer>, projectKey: CryptoKey, aad: string): Promise<Sealed> {
  const header = newHeader(bytes.length);
  const fields = readHeader(header);
  const key = await objectKey(projectKey, fields);
  const sealed = new Uint8Array(sealedSize(bytes.length));
  for (let index = 0; index < fields.chunks; index++) {
    const params = chunkParams(header, aad, index, index === fields.chunks - 1);
    const chunk = bytes.subarray(index * CHUNK_BYTES, (index + 1) * CHUNK_BYTES);
    sealed.set(new Uint8Array(await crypto.subtle.encrypt(params, key, chunk)), index * SEALED_CHUNK_BYTES);
  }
  return { sealed, header };
}

export interface PartInput {
  /** Made by `newHeader` for the size of the whole. */
  readonly header: string;
  readonly projectKey: CryptoKey;
  readonly aad: string;
  /** Offset of the part in the plaintext: a multiple of CHUNK_BYTES. */
  readonly offset: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/**
 * Seals a part of a plaintext; the parts joined in order are what `open` takes. Under one header a part must never be
 * sealed with two contents: they would share nonces. The caller sees to that.
 * @throws SealError when the part does not begin and end at chunks of the whole
 */
export async function sealPart(input: PartInput): Promise<Uint8Array<ArrayBuffer>> {
  const { header, projectKey, aad, offset, bytes } = input;
  const fields = readHeader(header);
  const end = offset + bytes.length;
  const whole = end === fields.size || end % CHUNK_BYTES === 0;
  if (offset % CHUNK_BYTES !== 0 || bytes.length === 0 || end > fields.size || !whole)
    throw new SealError("a part that is no whole chunks of the file");
  const first = offset / CHUNK_BYTES;
  const count = Math.ceil(bytes.length / CHUNK_BYTES);
  const key = await objectKey(projectKey, fields);
  const sealed = new Uint8Array(bytes.length + count * TAG_BYTES);
  for (let at = 0; at < count; at++) {
    const params = chunkParams(header, aad, first + at, first + at === fields.chunks - 1);
    const chunk = bytes.subarray(at * CHUNK_BYTES, (at + 1) * CHUNK_BYTES);
    sealed.set(new Uint8Array(await crypto.subtle.encrypt(params, key, chunk)), at * SEALED_CHUNK_BYTES);
  }
  return sealed;
}

/** @throws SealError when the bytes, the header or the aad are not what was sealed */
export async function open(
  sealed: Uint8Array<ArrayBuffer>,
  header: string,
  projectKey: CryptoKey,
  aad: string,
): Promise<Uint8Array<ArrayBuffer>> {
  const { size } = readHeader(header);
  if (sealed.length !== sealedSize(size)) throw new SealError("sealed bytes of the wrong length");
  const read = async (offset: number, length: number) => sealed.subarray(offset, offset + length);
  return openRange({ header, projectKey, aad, start: 0, end: size, read });
}

export interface RangeInput {
  readonly header: string;
  readonly projectKey: CryptoKey;
  readonly aad: string;
  /** Plaintext offsets; `end` is exclusive. Both are cut to the object's size. */
  readonly start: number;
  readonly end: number;
  /** Reads sealed bytes; called once, with whole chunks. */
  readonly read: (offset: number, length: number) => Promise<Uint8Array<ArrayBuffer>>;
}

/**
 * Opens the part [start, end) by reading only the chunks it lies in.
 * @throws SealError as {@link open} does, for the chunks it reads
 */
export async function openRange(input: RangeInput): Promise<Uint8Array<ArrayBuffer>> {
  const fields = readHeader(input.header);
  const { start, end, first, last, offset, length } = sealedRange(fields, input);
  const sealed = await input.read(offset, length);
  if (sealed.length !== length) throw new SealError("sealed bytes are missing");
  const key = await objectKey(input.projectKey, fields);
  const plain = new Uint8Array(end - start);
  for (let index = first; index <= last; index++) {
    const at = (index - first) * SEALED_CHUNK_BYTES;
    const params = chunkParams(input.header, input.aad, index, index === fields.chunks - 1);
    const chunk = await openChunk(key, params, sealed.subarray(at, Math.min(at + SEALED_CHUNK_BYTES, length)));
    const skip = Math.max(0, start - index * CHUNK_BYTES);
    const take = Math.min(chunk.length, end - index * CHUNK_BYTES);
    plain.set(chunk.subarray(skip, take), index * CHUNK_BYTES + skip - start);
  }
  return plain;
}

/**
 * Opens a stream of sealed bytes chunk by chunk, for objects that should not be held whole. A cut or altered
 * object errors the stream; what was read of it before is authentic.
 * @param range plaintext offsets, `end` exclusive; the stream is then the sealed bytes `sealedRange` names
 */
export function openStream(
  header: string,
  projectKey: CryptoKey,
  aad: string,
  range?: { readonly start: number; readonly end: number },
): TransformStream<Uint8Array, Uint8Array> {
  const fields = readHeader(header);
  const { start, end, first, length: total } = sealedRange(fields, range ?? { start: 0, end: fields.size });
  const held = new Uint8Array(SEALED_CHUNK_BYTES);
  let filled = 0;
  let index = first;
  let seen = 0;
  let key: CryptoKey | undefined;
  return new TransformStream<Uint8Array, Uint8Array>({
    async transform(part, controller) {
      seen += part.length;
      if (seen > total) throw new SealError("sealed bytes of the wrong length");
      key ??= await objectKey(projectKey, fields);
      for (let at = 0; at < part.length; ) {
        const taken = part.subarray(at, at + SEALED_CHUNK_BYTES - filled);
        held.set(taken, filled);
        filled += taken.length;
        at += taken.length;
        const last = index === fields.chunks - 1;
        const expected = last ? sealedSize(fields.size) - index * SEALED_CHUNK_BYTES : SEALED_CHUNK_BYTES;
        if (filled < expected) continue;
        const plain = await openChunk(key, chunkParams(header, aad, index, last), held.subarray(0, filled));
        const from = index * CHUNK_BYTES;
        const wanted = plain.subarray(Math.max(0, start - from), Math.max(0, end - from));
        if (wanted.length > 0) controller.enqueue(wanted);
        filled = 0;
        index++;
      }
    },
    flush() {
      if (seen !== total) throw new SealError("sealed bytes of the wrong length");
    },
  });
}
