import { hash } from "node:crypto";
import { sha256 as shortSha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";

/** Beyond so many UTF-16 units the platform's own is faster: handing a text over costs it as much as hashing 8 KB. */
const SHORT = 4_000;

/**
 * SHA-256, hexadecimal. WebCrypto's digest is asynchronous, the log's check-and-append is not. The platform's one shot
 * builds a stream for every call, which took a fifth of a busy run's time: most rows are short, and are hashed by a
 * library in the isolate itself.
 */
export const sha256 = (data: string | Uint8Array): string =>
  typeof data === "string" && data.length <= SHORT
    ? bytesToHex(shortSha256(utf8ToBytes(data)))
    : hash("sha256", data, "hex");
