import { own } from "../../../shared/lib/own.ts";

const MAX_PART = 120;
const MAX_PATH = 400;
const MAX_DEPTH = 8;

/** By extension; anything else is text or, when it holds bytes that text never does, unknown. */
const MEDIA_TYPES: Readonly<Record<string, string>> = {
  md: "text/markdown",
  txt: "text/plain",
  log: "text/plain",
  csv: "text/csv",
  tsv: "text/tab-separated-values",
  json: "application/json",
  html: "text/html",
  htm: "text/html",
  css: "text/css",
  js: "text/javascript",
  mjs: "text/javascript",
  cjs: "text/javascript",
  ts: "text/plain",
  py: "text/x-python",
  xml: "application/xml",
  svg: "image/svg+xml",
  png: "image/png",
  jpg: "image/jpeg",
  jpeg: "image/jpeg",
  gif: "image/gif",
  webp: "image/webp",
  avif: "image/avif",
  ico: "image/x-icon",
  woff2: "font/woff2",
  pdf: "application/pdf",
  zip: "application/zip",
  xlsx: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
  docx: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
};

export const mediaTypeOf = (name: string, bytes?: Uint8Array): string =>
  own(MEDIA_TYPES, name.slice(name.lastIndexOf(".") + 1).toLowerCase()) ??
  (bytes && isBinary(bytes) ? "application/octet-stream" : "text/plain");

/** How much of a file is looked at to tell text from other bytes. */
const SAMPLE_BYTES = 64 * 1024;

/** Whether bytes are something else than UTF-8 text, by their beginning. */
export function isBinary(bytes: Uint8Array): boolean {
  const sample = bytes.subarray(0, SAMPLE_BYTES);
  if (sample.includes(0)) return true;
  try {
    // A character that the end of the sample splits is no fault of the file's.
    new TextDecoder("utf-8", { fatal: true, ignoreBOM: false }).decode(sample, {
      stream: bytes.length > sample.length,
    });
    return false;
  } catch {
    return true;
  }
}

/**
 * The path as it is kept, relative to the folder of the files: composed Unicode, without the "./", "/" and "/workspace/"
 * that models like to put in front, nor empty parts.
 */
export const cleanName = (path: string): string =>
  path
    .normalize("NFC")
    .trim()
    .replace(/^\/workspace\//u, "")
    .replace(/^(?:\.?\/)+/u, "")
    .replace(/\/(?:\.?\/)+/gu, "/");

/** The path among `others` that cannot be beside this one, because one of the two would be a folder of the other. */
export const inTheWayOf = (name: string, others: Iterable<string>): string | undefined => {
  for (const other of others) if (other.startsWith(`${name}/`) || name.startsWith(`${other}/`)) return other;
  return undefined;
};

/** Why a path cannot be used for a result, in words for the model; null when it can. */
export function nameProblem(name: string): string | null {
  if (name === "" || name.endsWith("/")) return "The file needs a name.";
  if (name.length > MAX_PATH) return `Paths have at most ${MAX_PATH} characters.`;
  if (name.includes("\\")) return 'Folders are separated by "/".';
  // Control and direction-changing characters could make a name look like another.
  if (/[\p{Cc}\p{Cs}\u200b-\u200f\u2028\u2029\u202a-\u202e\u2060-\u2069\ufeff]/u.test(name))
    return "File names must not contain control characters.";
  const parts = name.split("/");
  if (parts.length > MAX_DEPTH) return `At most ${MAX_DEPTH - 1} folders may be inside one another.`;
  if (parts.some((part) => part === "." || part === "..")) return '"." and ".." have no place in the path.';
  if (parts.some((part) => part.startsWith(".") || part === "node_modules"))
    return 'Hidden names (with a dot in front) and "node_modules" are not kept as results.';
  if (parts.some((part) => part.length > MAX_PART || part.trim() !== part || part === ""))
    return `Each part of a path has 1 to ${MAX_PART} characters, without spaces around it.`;
  return null;
}
