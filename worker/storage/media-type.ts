import { isPlainText } from "../../durable-objects/library/kinds.ts";

/** What the first bytes of a kind of file are. `at`: where they stand. */
const MAGIC: readonly { readonly type: string; readonly bytes: string; readonly at?: number }[] = [
  { type: "application/pdf", bytes: "25504446" },
  { type: "image/png", bytes: "89504e470d0a1a0a" },
  { type: "image/jpeg", bytes: "ffd8ff" },
  { type: "image/gif", bytes: "47494638" },
  { type: "image/webp", bytes: "57454250", at: 8 },
  { type: "audio/wav", bytes: "57415645", at: 8 },
  { type: "audio/mpeg", bytes: "494433" },
  { type: "audio/mpeg", bytes: "fffb" },
  { type: "audio/ogg", bytes: "4f676753" },
  { type: "audio/flac", bytes: "664c6143" },
  { type: "video/webm", bytes: "1a45dfa3" },
  { type: "video/mp4", bytes: "66747970", at: 4 },
  { type: "application/gzip", bytes: "1f8b" },
  { type: "application/zip", bytes: "504b0304" },
  { type: "application/zip", bytes: "504b0506" },
];

const OFFICE: Readonly<Record<string, string>> = {
  docx: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
  xlsx: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
  pptx: "application/vnd.openxmlformats-officedocument.presentationml.presentation",
};

const TEXT: Readonly<Record<string, string>> = {
  csv: "text/csv",
  tsv: "text/tab-separated-values",
  md: "text/markdown",
  html: "text/html",
  htm: "text/html",
  css: "text/css",
  json: "application/json",
  xml: "application/xml",
  svg: "image/svg+xml",
  js: "text/javascript",
  mjs: "text/javascript",
};

/** Enough of a file to tell what it is. */
export const HEAD_BYTES = 4096;

/**
 * What a file is by its first bytes; its name only tells kinds of text and of packed documents apart. Null for what we
 * do not take: programs and whatever is of no known kind.
 */
export function mediaTypeOf(name: string, head: Uint8Array): string | null {
  const ending = /\.([a-z0-9]{1,8})$/i.exec(name)?.[1]?.toLowerCase() ?? "";
  const hex = [...head.subarray(0, 16)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const found = MAGIC.find(({ bytes, at = 0 }) => hex.startsWith(bytes, at * 2))?.type;
  if (found === "application/zip") return OFFICE[ending] ?? found;
  if (found !== undefined) return found;
  if (!isText(head)) return null;
  const type = TEXT[ending];
  if (type !== undefined) return type;
  return ending === "txt" || ending === "log" || isPlainText(name, "") ? "text/plain" : null;
}

/** UTF-8 without control characters; the last character may be cut. */
function isText(head: Uint8Array): boolean {
  const text = new TextDecoder().decode(head, { stream: true });
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what tells that it is no text
  return text.length > 0 && !/[\u0000-\u0008\u000e-\u001a\ufffd]/.test(text);
}
