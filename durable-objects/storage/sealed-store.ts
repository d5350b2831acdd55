import { PART_BYTES } from "../../shared/api/limits.ts";
import { readHeader, sealedRange, sealedSize } from "../../shared/sealing/header.ts";
import { open, openRange, openStream, seal, sealPart } from "../../shared/sealing/seal.ts";
import { SealError } from "../../shared/sealing/seal-error.ts";

/** R2 with everything sealed. The header that `put` gives belongs in the database; nothing opens without it. */
export interface SealedStore {
  /** Seals and stores. `size` is the plaintext length. */
  put(key: string, bytes: Uint8Array): Promise<{ header: string; size: number }>;
  /** The whole plaintext; null when there is no such object. @throws SealError when it is not what was put */
  get(key: string, header: string): Promise<Uint8Array<ArrayBuffer> | null>;
  /** Plaintext [start, end), reading only the chunks it lies in. */
  getRange(key: string, header: string, start: number, end: number): Promise<Uint8Array<ArrayBuffer> | null>;
  /**
   * The plaintext, or [start, end) of it, as a stream with its length; a cut object errors the stream, also where it was
   * cut behind the range.
   */
  stream(
    key: string,
    header: string,
    range?: { readonly start: number; readonly end: number },
  ): Promise<{ body: ReadableStream<Uint8Array>; size: number } | null>;
  /**
   * Seals a part of a plaintext and stores it as a part of a multipart upload, whose parts are all but the last of
   * PART_BYTES; gives its etag. One content for each part of a header: see `sealPart`.
   */
  putPart(input: {
    readonly key: string;
    readonly header: string;
    readonly multipart: string;
    /** From 1. */
    readonly part: number;
    readonly bytes: Uint8Array;
  }): Promise<string>;
  delete(keys: string | readonly string[]): Promise<void>;
}

/** R2 deletes at most this many objects in one call. */
const DELETE_BATCH = 1000;

/**
 * @param keyOf gives the project's data key, see `projectKey`; asked for on every call, so that it may be cached there.
 * The R2 key, which begins with the project's id, is authenticated: an object moved to another key does not open.
 */
export function createSealedStore(bucket: R2Bucket, keyOf: () => Promise<CryptoKey>): SealedStore {
  const aadOf = (key: string) => JSON.stringify(["r2", key]);

  return {
    async put(key, bytes) {
      const { sealed, header } = await seal(owned(bytes), await keyOf(), aadOf(key));
      await bucket.put(key, sealed);
      return { header, size: bytes.length };
    },

    async get(key, header) {
      const object = await bucket.get(key);
      if (!object) return null;
      return open(new Uint8Array(await object.arrayBuffer()), header, await keyOf(), aadOf(key));
    },

    async getRange(key, header, start, end) {
      const projectKey = await keyOf();
      let missing = false;
      const read = async (offset: number, length: number) => {
        const object = await bucket.get(key, { range: { offset, length } });
        missing = object === null;
        return object ? new Uint8Array(await object.arrayBuffer()) : new Uint8Array(0);
      };
      try {
        return await openRange({ header, projectKey, aad: aadOf(key), start, end, read });
      } catch (error) {
        if (missing) return null;
        throw error;
      }
    },

    async stream(key, header, range) {
      const fields = readHeader(header);
      const part = sealedRange(fields, range ?? { start: 0, end: fields.size });
      const { offset, length } = part;
      const object = await bucket.get(key, range ? { range: { offset, length } } : {});
      if (!object) return null;
      if (object.size !== sealedSize(fields.size)) {
        await object.body.cancel();
        throw new SealError("sealed bytes of the wrong length");
      }
      const opened = openStream(header, await keyOf(), aadOf(key), range);
      return { body: object.body.pipeThrough(opened), size: part.end - part.start };
    },

    async putPart({ key, header, multipart, part, bytes }) {
      const offset = (part - 1) * PART_BYTES;
      const sealed = await sealPart({
        header,
        projectKey: await keyOf(),
        aad: aadOf(key),
        offset,
        bytes: owned(bytes),
      });
      return (await bucket.resumeMultipartUpload(key, multipart).uploadPart(part, sealed)).etag;
    },

    async delete(keys) {
      const all = typeof keys === "string" ? [keys] : [...keys];
      for (let at = 0; at < all.length; at += DELETE_BATCH) await bucket.delete(all.slice(at, at + DELETE_BATCH));
    },
  };
}

/** WebCrypto takes no shared memory; bytes that came over RPC are never shared, so this copies in theory only. */
function owned(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return bytes.buffer instanceof ArrayBuffer
    ? new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    : new Uint8Array(bytes);
}
