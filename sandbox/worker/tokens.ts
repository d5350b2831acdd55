/** Longest run without a break that is counted as one; the encoder's time grows with its square. */
const MAX_RUN = 128;
const PIECE_CHARS = 32_768;
/** Beyond this a text is counted by its start and scaled: exact counts of megabytes serve nobody. */
const MAX_COUNTED_CHARS = 1_000_000;

/** Tokens of each text under o200k_base; special tokens count as plain text. The encoder is loaded at first use. */
export async function countTokens(texts: readonly string[]): Promise<number[]> {
  const { countTokens: count } = await import("gpt-tokenizer/encoding/o200k_base");
  const plain = { disallowedSpecial: new Set<string>() };
  return texts.map((text) => {
    const counted = text.slice(0, MAX_COUNTED_CHARS).replace(new RegExp(`\\S{${MAX_RUN}}`, "g"), (run) => `${run} `);
    let tokens = 0;
    for (let at = 0; at < counted.length; at += PIECE_CHARS)
      tokens += count(counted.slice(at, at + PIECE_CHARS), plain);
    return text.length <= MAX_COUNTED_CHARS ? tokens : Math.ceil((tokens * text.length) / MAX_COUNTED_CHARS);
  });
}
