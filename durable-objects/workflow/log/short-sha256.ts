/** SHA-256 of short texts (FIPS 180-4), without a call into the platform. Tested against the platform's own. */

/** First 32 bits of the fractional part of `power(prime)`, which a double holds exactly enough of. */
const fractionOf = (root: number): number => Math.floor((root - Math.floor(root)) * 2 ** 32) | 0;

const PRIMES = primes(64);
/** Section 4.2.2: of the cube roots of the first 64 primes. */
const ROUND = Int32Array.from(PRIMES, (prime) => fractionOf(Math.cbrt(prime)));
/** Section 5.3.3: of the square roots of the first eight. */
const START = Int32Array.from(PRIMES.slice(0, 8), (prime) => fractionOf(Math.sqrt(prime)));

const BLOCK = 64;
const encoder = new TextEncoder();
const words = new Int32Array(BLOCK);
const digest = new Int32Array(8);
let bytes = new Uint8Array(16 * 1024);

/** SHA-256 of the text's UTF-8, hexadecimal. */
export function shortSha256(text: string): string {
  // A UTF-16 unit takes three bytes at most; then come 0x80 and the length in bits, in full blocks.
  const most = text.length * 3 + BLOCK + 9;
  if (bytes.length < most) bytes = new Uint8Array(most);
  const { written } = encoder.encodeInto(text, bytes);
  const padded = Math.ceil((written + 9) / BLOCK) * BLOCK;
  bytes[written] = 0x80;
  bytes.fill(0, written + 1, padded);
  // Below 2^29 bytes the length fits the last word.
  const bits = written * 8;
  for (let at = 1; at <= 4; at++) bytes[padded - at] = bits >>> (8 * (at - 1));
  digest.set(START);
  for (let from = 0; from < padded; from += BLOCK) compress(from);
  let hex = "";
  for (const word of digest) hex += (word >>> 0).toString(16).padStart(8, "0");
  return hex;
}

/** One block (section 6.2.2). The arrays are as long as every index below, so nothing read is ever undefined. */
function compress(from: number): void {
  for (let at = 0, byte = from; at < 16; at++, byte += 4)
    words[at] =
      (read(bytes, byte) << 24) | (read(bytes, byte + 1) << 16) | (read(bytes, byte + 2) << 8) | read(bytes, byte + 3);
  for (let at = 16; at < 64; at++) {
    const two = read(words, at - 2);
    const fifteen = read(words, at - 15);
    const small1 = ((two >>> 17) | (two << 15)) ^ ((two >>> 19) | (two << 13)) ^ (two >>> 10);
    const small0 = ((fifteen >>> 7) | (fifteen << 25)) ^ ((fifteen >>> 18) | (fifteen << 14)) ^ (fifteen >>> 3);
    words[at] = (small1 + read(words, at - 7) + small0 + read(words, at - 16)) | 0;
  }
  let a = read(digest, 0);
  let b = read(digest, 1);
  let c = read(digest, 2);
  let d = read(digest, 3);
  let e = read(digest, 4);
  let f = read(digest, 5);
  let g = read(digest, 6);
  let h = read(digest, 7);
  for (let at = 0; at < 64; at++) {
    const big1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
    const one = (h + big1 + ((e & f) ^ (~e & g)) + read(ROUND, at) + read(words, at)) | 0;
    const big0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
    const two = (big0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + one) | 0;
    d = c;
    c = b;
    b = a;
    a = (one + two) | 0;
  }
  add(0, a);
  add(1, b);
  add(2, c);
  add(3, d);
  add(4, e);
  add(5, f);
  add(6, g);
  add(7, h);
}

const read = (array: Int32Array | Uint8Array, at: number): number => array[at] ?? 0;

function add(at: number, value: number): void {
  digest[at] = (read(digest, at) + value) | 0;
}

function primes(count: number): number[] {
  const found: number[] = [];
  for (let next = 2; found.length < count; next++) if (found.every((prime) => next % prime !== 0)) found.push(next);
  return found;
}
