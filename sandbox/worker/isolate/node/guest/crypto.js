import { Buffer, bytesOf } from "./encoding.js";
import { call, codeError, send } from "./host.js";

/** node:crypto as far as programs with files need it: digests and randomness. */
class Hash {
  #algorithm;
  #key;
  #chunks = [];
  #isDone = false;
  constructor(algorithm, key = null) {
    this.#algorithm = String(algorithm);
    this.#key = key;
    send("hash", [this.#algorithm, null], "");
  }
  update(data, encoding) {
    if (this.#isDone) throw codeError(Error, "ERR_CRYPTO_HASH_FINALIZED", "Digest already called");
    this.#chunks.push(typeof data === "string" ? Buffer.from(data, encoding) : Buffer.from(data));
    return this;
  }
  digest(encoding) {
    if (this.#isDone) throw codeError(Error, "ERR_CRYPTO_HASH_FINALIZED", "Digest already called");
    this.#isDone = true;
    const whole = this.#chunks.length === 1 ? this.#chunks[0] : Buffer.concat(this.#chunks);
    const digest = Buffer.from(send("hash", [this.#algorithm, this.#key], bytesOf(whole)));
    return encoding === undefined ? digest : digest.toString(encoding);
  }
}

const randomBytes = (size) => Buffer.from(call("random", Number(size)));
const randomInt = (low, high) => {
  const [from, to] = high === undefined ? [0, low] : [low, high];
  const value = randomBytes(6).readUIntBE(0, 6);
  return from + Math.floor((value / 2 ** 48) * (to - from));
};

export const crypto = {
  createHash: (algorithm) => new Hash(algorithm),
  createHmac: (algorithm, key) => new Hash(algorithm, Buffer.from(key).toString("base64")),
  hash: (algorithm, data, encoding = "hex") => new Hash(algorithm).update(data).digest(encoding),
  getHashes: () => ["md5", "sha1", "sha256", "sha384", "sha512"],
  randomBytes,
  randomInt,
  randomUUID: () => call("uuid"),
  getRandomValues(view) {
    view.set(new view.constructor(bytesOf(randomBytes(view.byteLength))));
    return view;
  },
  timingSafeEqual: (a, b) => Buffer.from(a).equals(Buffer.from(b)),
};
