/** Most characters of a tool's output that a model reads. */
export const MAX_OUTPUT = 16_000;

/** Keeps the beginning and the end of a long text and says how much is missing between them. */
export function cutMiddle(text: string, max = MAX_OUTPUT): string {
  if (text.length <= max) return text;
  const half = Math.floor((max - 80) / 2);
  const head = text.slice(0, endingWhole(text, half));
  const tail = text.slice(beginningWhole(text, text.length - half));
  return `${head}\n[… ${text.length - head.length - tail.length} characters left out …]\n${tail}`;
}

const isLow = (unit: number): boolean => unit >= 0xdc00 && unit <= 0xdfff;

/** `at`, moved so that no surrogate pair is split there. */
const endingWhole = (text: string, at: number): number => (isLow(text.charCodeAt(at)) ? at - 1 : at);
const beginningWhole = (text: string, at: number): number => (isLow(text.charCodeAt(at)) ? at + 1 : at);

/** A piece of `text` from `offset`, at most `max` characters, without half a surrogate pair at its end. */
export function pieceOf(text: string, offset: number, max = MAX_OUTPUT): string {
  const to = Math.min(text.length, offset + max);
  return text.slice(offset, to < text.length ? endingWhole(text, to) : to);
}
