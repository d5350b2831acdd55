import { hash } from "node:crypto";
import { shortSha256 } from "./short-sha256.ts";

/** Beyond so many UTF-16 units the platform's own is faster: handing a text over costs it as much as hashing 8 KB. */
const SHORT = 4_000;

/**
 * SHA-256, hexadecimal. WebCrypto's digest is asynchronous, the log's check-and-append is not. The platform's one shot
 * builds a stream for every call, which took a fifth of a busy run's time: most rows are short, and are hashed here.
 */
export const sha256 = (data: string | Uint8Array): string =>
  typeof data === "string" && data.length <= SHORT ? shortSha256(data) : hash("sha256", data, "hex");
