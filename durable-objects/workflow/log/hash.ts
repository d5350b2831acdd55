import { hash } from "node:crypto";

/**
 * SHA-256, hexadecimal. WebCrypto's digest is asynchronous, the log's check-and-append is not. One shot: a Hash object
 * is a stream, and building one took a tenth of a busy run's time.
 */
export const sha256 = (data: string | Uint8Array): string => hash("sha256", data, "hex");
