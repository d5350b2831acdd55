import { Unzlib } from "fflate";
import { FileProblem } from "./problems.ts";

/** Inflated bytes of all content streams of a PDF; a thousand pages of text need a tenth of it. */
const MAX_INFLATED_BYTES = 100 * 1024 * 1024;
const STEP_BYTES = 16 * 1024;
/** A stream's dictionary stands right in front of it. */
const DICTIONARY_BYTES = 512;
const decoder = new TextDecoder("latin1");

/**
 * Refuses a PDF whose compressed streams inflate beyond measure, before a parser inflates them whole. Pictures are
 * left out, since reading text never decodes them. Streams that cannot be inflated are the parser's business.
 */
export function checkPdfStreams(bytes: Uint8Array): void {
  let inflated = 0;
  for (const { start, dictionary } of streamsOf(bytes)) {
    if (!/\/(FlateDecode|Fl)\b/.test(dictionary) || /\/Subtype\s*\/Image\b/.test(dictionary)) continue;
    if (/\/(FlateDecode|Fl)\b[^\]]*\/(FlateDecode|Fl)\b/.test(dictionary)) {
      throw new FileProblem("file_zip_bomb", "a stream compressed twice");
    }
    inflated += inflatedSize(bytes.subarray(start), MAX_INFLATED_BYTES - inflated);
    if (inflated > MAX_INFLATED_BYTES) throw new FileProblem("file_zip_bomb", "streams inflate beyond measure");
  }
}

function* streamsOf(bytes: Uint8Array): Generator<{ start: number; dictionary: string }> {
  const mark = [...">>"].map((letter) => letter.charCodeAt(0));
  for (let at = bytes.indexOf(0x73); at >= 0; at = bytes.indexOf(0x73, at + 1)) {
    if (decoder.decode(bytes.subarray(at, at + 6)) !== "stream") continue;
    let end = at - 1;
    while (end > 0 && (bytes[end] ?? 0) <= 32) end -= 1;
    if (bytes[end] !== mark[0] || bytes[end - 1] !== mark[1]) continue;
    const before = decoder.decode(bytes.subarray(Math.max(0, at - DICTIONARY_BYTES), at));
    const dictionary = before.slice(before.lastIndexOf(" obj") + 1);
    const start = at + 6 + (bytes[at + 6] === 13 ? 2 : 1);
    yield { start, dictionary };
    at += 6;
  }
}

/** Bytes that a zlib stream gives, counted no further than `limit`. */
function inflatedSize(data: Uint8Array, limit: number): number {
  let size = 0;
  let ended = false;
  try {
    const inflate = new Unzlib((chunk, final) => {
      size += chunk.length;
      ended ||= final;
    });
    for (let at = 0; at < data.length && size <= limit && !ended; at += STEP_BYTES) {
      inflate.push(data.subarray(at, at + STEP_BYTES), at + STEP_BYTES >= data.length);
    }
  } catch {
    // Not zlib, damaged, encrypted, or the end of the stream was passed.
  }
  return size;
}
