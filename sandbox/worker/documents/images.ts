import { FileProblem } from "./problems.ts";

export interface ImageSize {
  readonly width: number;
  readonly height: number;
}

/** More pixels than any phone takes; decoded they would fill 200 MB. */
export const MAX_PIXELS = 50_000_000;
const PNG_HEADER_BYTES = 33;

/** Size of a PNG whose chunks are complete up to IEND. Nothing is inflated. */
export function checkPng(bytes: Uint8Array): ImageSize {
  const view = viewOf(bytes);
  if (bytes.length < PNG_HEADER_BYTES || chunkType(bytes, 8) !== "IHDR") throw broken("PNG without a header");
  const size = checkSize(view.getUint32(16), view.getUint32(20));
  let hasData = false;
  for (let at = 8; at + 12 <= bytes.length; ) {
    const length = view.getUint32(at);
    const type = chunkType(bytes, at);
    if (at + 12 + length > bytes.length) break;
    if (type === "IDAT") hasData = true;
    if (type === "IEND") {
      if (!hasData) break;
      return size;
    }
    at += 12 + length;
  }
  throw broken("PNG is cut off");
}

/** Size of a JPEG whose segments are well formed and whose scan ends. */
export function checkJpeg(bytes: Uint8Array): ImageSize {
  const view = viewOf(bytes);
  let size: ImageSize | null = null;
  let at = 2;
  while (at + 4 <= bytes.length && bytes[at] === 0xff) {
    const marker = bytes[at + 1] ?? 0;
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    const length = view.getUint16(at + 2);
    if (length < 2 || at + 2 + length > bytes.length) break;
    // Start of frame: C0–CF without the tables C4, C8 and CC.
    if (marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc && length >= 7) {
      size = checkSize(view.getUint16(at + 7), view.getUint16(at + 5));
    }
    if (marker === 0xda) {
      if (size !== null && endsAfter(bytes, at + 2 + length)) return size;
      break;
    }
    at += 2 + length;
  }
  throw broken("JPEG is cut off or damaged");
}

/** An end marker after the scan; a camera may write something behind it. */
function endsAfter(bytes: Uint8Array, start: number): boolean {
  for (let at = bytes.length - 2; at >= start; at--) {
    if (bytes[at] === 0xff && bytes[at + 1] === 0xd9) return true;
  }
  return false;
}

function checkSize(width: number, height: number): ImageSize {
  if (width === 0 || height === 0) throw broken("image without a size");
  if (width * height > MAX_PIXELS) throw new FileProblem("file_too_large", `${width}×${height} pixels`);
  return { width, height };
}

const broken = (detail: string): FileProblem => new FileProblem("file_broken", detail);
const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
const chunkType = (bytes: Uint8Array, at: number): string => String.fromCharCode(...bytes.subarray(at + 4, at + 8));
