/** Longest sequence that is waited for; what never ends is no sequence. */
const MAX_SEQUENCE = 4_096;

/**
 * Lets through text, line ends, tabs and colours (SGR) and nothing else: output is data. What a terminal would act on
 * (clipboard, title, links, cursor, modes, questions it answers) never reaches it, wherever the stream cuts a sequence.
 * Invariants: E1 the only ESC that comes out begins `ESC [ digits ; m`; E2 no C0 but TAB, LF, CR, and no C1 or DEL
 * comes out; E3 the same text gives the same output however it is cut.
 */
export class EscapeFilter {
  #held = "";

  push(text: string): string {
    const all = this.#held + text;
    this.#held = "";
    let safe = "";
    for (let at = 0; at < all.length; ) {
      const code = all.charCodeAt(at);
      const begins = code === 0x1b || (code >= 0x80 && code <= 0x9f);
      if (!begins) {
        if (isShown(code)) safe += all[at];
        at++;
        continue;
      }
      const length = sequenceLength(all, at);
      if (length === null && all.length - at <= MAX_SEQUENCE) {
        this.#held = all.slice(at);
        break;
      }
      // One that never ends: only its first character is dropped, and what follows is text again.
      const sequence = all.slice(at, at + (length ?? 1));
      // biome-ignore lint/suspicious/noControlCharactersInRegex: it is about control characters.
      if (/^\x1b\[[0-9;:]*m$/.test(sequence)) safe += sequence;
      at += sequence.length;
    }
    return safe;
  }

  /** A command is over: what it left open means nothing to the next one. Colours are put back by the caller. */
  reset(): void {
    this.#held = "";
  }
}

const isShown = (code: number): boolean =>
  code === 0x09 || code === 0x0a || code === 0x0d || (code >= 0x20 && code !== 0x7f);

/** Characters of the control sequence at `at` (ECMA-48), null while its end has not come. */
function sequenceLength(text: string, at: number): number | null {
  const first = text.charCodeAt(at);
  const short = first === 0x1b;
  if (short && at + 1 >= text.length) return null;
  const kind = short ? text[at + 1] : String.fromCharCode(first - 0x40);
  const body = at + (short ? 2 : 1);
  if (kind === "[") {
    for (let end = body; end < text.length; end++) {
      const code = text.charCodeAt(end);
      if (code >= 0x40 && code <= 0x7e) return end + 1 - at;
      if (code < 0x20 || code > 0x3f) return end - at;
    }
    return null;
  }
  // OSC, DCS, SOS, PM and APC hold a string until BEL or ST.
  if (kind !== undefined && "]PX^_".includes(kind)) {
    for (let end = body; end < text.length; end++) {
      const code = text.charCodeAt(end);
      if (code === 0x07 || code === 0x9c || code === 0x18 || code === 0x1a) return end + 1 - at;
      if (code === 0x1b) {
        if (end + 1 >= text.length) return null;
        return text[end + 1] === "\\" ? end + 2 - at : end - at;
      }
    }
    return null;
  }
  if (!short) return 1;
  // ESC, intermediates, one final character.
  for (let end = at + 1; end < text.length; end++) {
    const code = text.charCodeAt(end);
    if (code < 0x20 || code > 0x2f) return code >= 0x30 && code <= 0x7e ? end + 1 - at : end - at;
  }
  return null;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: it is about control characters.
const COLOURS = /\x1b\[[0-9;:]*m/g;
/** Overrides and embeddings can make a line read as another one; marks and isolates of single words stay. */
const OVERRIDES = /[\u202a-\u202e]/g;

/** One line as a person reads it: without colours, and of what a carriage return wrote over only the last. */
export const plainLine = (line: string): string => {
  const text = line.replaceAll(COLOURS, "").replaceAll(OVERRIDES, "").replace(/\r+$/, "");
  return text.slice(text.lastIndexOf("\r") + 1);
};

const RTL_LETTER = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/;
/** It has letters that run from right to left, which the terminal draws in the wrong order. */
export const hasRtl = (line: string): boolean => RTL_LETTER.test(line);
