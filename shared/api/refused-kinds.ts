/** First bytes of programs, of archives other than ZIP, and of Office files before 2007. */
const PROGRAMS_AND_ARCHIVES = ["7f454c46", "cffaedfe", "cefaedfe", "cafebabe", "526172211a07", "377abcaf271c"] as const;
const OLD_OFFICE = "d0cf11e0a1b11ae1";

/** So many first bytes tell it. */
export const REFUSED_HEAD_BYTES = 512;

/**
 * Whether a file is certain to be refused for its kind, told by its first bytes, so that nobody sends all of it to hear
 * that. False for what only the whole content can tell.
 */
export function isRefusedHead(name: string, bytes: Uint8Array): boolean {
  const head = bytes.subarray(0, REFUSED_HEAD_BYTES);
  const hex = [...head.subarray(0, 8)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  // A protected document of today is wrapped like an old one: that it asks for a password is found further in.
  if (hex.startsWith(OLD_OFFICE)) return !/\.(?:xlsx|docx)$/i.test(name);
  // "MZ" may also begin a text; a text has no zero byte.
  return PROGRAMS_AND_ARCHIVES.some((one) => hex.startsWith(one)) || (hex.startsWith("4d5a") && head.includes(0));
}
