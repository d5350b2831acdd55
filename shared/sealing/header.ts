import { z } from "zod";
import { fromBase64, toBase64Url } from "./base64.ts";
import { SealError } from "./seal-error.ts";

/** Plaintext bytes of every chunk but the last. */
export const CHUNK_BYTES = 64 * 1024;
/** Length of the GCM tag that follows each chunk. */
export const TAG_BYTES = 16;
export const SEALED_CHUNK_BYTES = CHUNK_BYTES + TAG_BYTES;

const SALT_BYTES = 32;

const HeaderFields = z.strictObject({
  /** Format version. */
  v: z.literal(1),
  /** HKDF salt of the object's own key, base64url. */
  salt: z.string(),
  /** Plaintext length in bytes: a cut file shows at once, also where its early chunks still open. */
  size: z.number().int().nonnegative(),
});

export interface Header {
  readonly salt: Uint8Array<ArrayBuffer>;
  readonly size: number;
  readonly chunks: number;
}

/** Chunks of a plaintext of `size` bytes. An empty one has a single empty chunk, so that it is authenticated too. */
const chunksOf = (size: number): number => Math.max(1, Math.ceil(size / CHUNK_BYTES));

/** Sealed length of a plaintext of `size` bytes. */
export const sealedSize = (size: number): number => size + chunksOf(size) * TAG_BYTES;

/** A header for a new object: random salt, base64url of JSON. Its exact text is part of the authenticated data. */
export function newHeader(size: number): string {
  const salt = toBase64Url(crypto.getRandomValues(new Uint8Array(SALT_BYTES)));
  const fields: z.infer<typeof HeaderFields> = { v: 1, salt, size };
  return toBase64Url(new TextEncoder().encode(JSON.stringify(fields)));
}

/** @throws SealError when the text is no header of a known version. */
export function readHeader(text: string): Header {
  const bytes = fromBase64(text);
  if (!bytes) throw new SealError("header is not base64url");
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    throw new SealError("header is not JSON");
  }
  const fields = HeaderFields.safeParse(json);
  const salt = fields.success ? fromBase64(fields.data.salt) : null;
  if (!fields.success || salt?.length !== SALT_BYTES) throw new SealError("header of an unknown form");
  return { salt, size: fields.data.size, chunks: chunksOf(fields.data.size) };
}

export interface SealedRange {
  /** Plaintext offsets, cut to the object; `end` is exclusive. */
  readonly start: number;
  readonly end: number;
  /** The chunks they lie in. */
  readonly first: number;
  readonly last: number;
  /** Where those chunks are in the sealed bytes. */
  readonly offset: number;
  readonly length: number;
}

/** What of the sealed bytes has to be read for a part of the plaintext. */
export function sealedRange(
  { size, chunks }: Pick<Header, "size" | "chunks">,
  range: { readonly start: number; readonly end: number },
): SealedRange {
  const start = Math.max(0, Math.min(range.start, size));
  const end = Math.max(start, Math.min(range.end, size));
  const first = Math.min(Math.floor(start / CHUNK_BYTES), chunks - 1);
  const last = Math.max(first, Math.ceil(end / CHUNK_BYTES) - 1);
  const offset = first * SEALED_CHUNK_BYTES;
  const length = Math.min((last + 1) * SEALED_CHUNK_BYTES, sealedSize(size)) - offset;
  return { start, end, first, last, offset, length };
}
