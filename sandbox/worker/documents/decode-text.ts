/**
 * Bytes as text: UTF-8 and UTF-16 by their marks, UTF-16 without a mark by its zero bytes, strict UTF-8, else the
 * Windows code page that fits better, Arabic (1256) or Western (1252). Null when it is not text at all.
 * Line ends become \n.
 */
export function decodeText(bytes: Uint8Array): string | null {
  const text = decodeBytes(bytes);
  if (text === null || !looksLikeText(text)) return null;
  return text.replace(/^\ufeff/, "").replace(/\r\n?/g, "\n");
}

function decodeBytes(bytes: Uint8Array): string | null {
  const [a, b, c] = bytes;
  if (a === 0xff && b === 0xfe) return new TextDecoder("utf-16le").decode(bytes);
  if (a === 0xfe && b === 0xff) return decodeUtf16be(bytes);
  if (a === 0xef && b === 0xbb && c === 0xbf) return new TextDecoder("utf-8").decode(bytes);
  const wide = guessUtf16(bytes);
  if (wide === "le") return new TextDecoder("utf-16le").decode(bytes);
  if (wide === "be") return decodeUtf16be(bytes);
  const utf8 = decodeStrict(bytes);
  if (utf8 !== null) return utf8;
  if (bytes.includes(0)) return null;
  return new TextDecoder(guessCodePage(bytes)).decode(bytes);
}

/** Swaps bytes, since "utf-16be" is not known to every runtime. */
function decodeUtf16be(bytes: Uint8Array): string {
  const swapped = bytes.slice(0, bytes.length & ~1);
  for (let at = 0; at < swapped.length; at += 2) {
    const high = swapped[at] ?? 0;
    swapped[at] = swapped[at + 1] ?? 0;
    swapped[at + 1] = high;
  }
  return new TextDecoder("utf-16le").decode(swapped);
}

/** Without a mark, ASCII parts of UTF-16 have a zero in every other byte. Real text has them on one side only. */
function guessUtf16(bytes: Uint8Array): "le" | "be" | null {
  const end = Math.min(bytes.length, 4_096);
  let even = 0;
  let odd = 0;
  for (let at = 0; at < end; at++) {
    if (bytes[at] !== 0) continue;
    if (at % 2 === 0) even += 1;
    else odd += 1;
  }
  if (odd > end / 8 && even === 0) return "le";
  return even > end / 8 && odd === 0 ? "be" : null;
}

function decodeStrict(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: false }).decode(bytes);
  } catch {
    return null;
  }
}

/** Arabic words are runs of high bytes; accented letters of Western text stand alone among ASCII letters. */
function guessCodePage(bytes: Uint8Array): "windows-1256" | "windows-1252" {
  let inRuns = 0;
  let alone = 0;
  const high = (at: number): boolean => (bytes[at] ?? 0) >= 0xc0;
  for (let at = 0; at < bytes.length; at++) {
    if (!high(at)) continue;
    if (high(at - 1) || high(at + 1)) inRuns += 1;
    else alone += 1;
  }
  return inRuns > alone ? "windows-1256" : "windows-1252";
}

/** Text has no NUL and hardly any control characters. */
function looksLikeText(text: string): boolean {
  const sample = text.slice(0, 100_000);
  let controls = 0;
  for (let at = 0; at < sample.length; at++) {
    const code = sample.charCodeAt(at);
    if (code === 0) return false;
    if (code < 32 && code !== 9 && code !== 10 && code !== 13 && code !== 12) controls += 1;
    if (code === 0xfffd) controls += 1;
  }
  return controls <= sample.length / 200;
}
