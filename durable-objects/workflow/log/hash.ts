import { createHash } from "node:crypto";

/** SHA-256, hexadecimal. WebCrypto's digest is asynchronous, the log's check-and-append is not. */
export const sha256 = (data: string | Uint8Array): string => createHash("sha256").update(data).digest("hex");
