import { createHash, createHmac, randomBytes, randomUUID } from "node:crypto";
import { numberAt, textAt } from "./file-operations.ts";
import { GuestProblem } from "./problems.ts";

const HASHES = new Set(["md5", "sha1", "sha256", "sha384", "sha512"]);
const MAX_RANDOM_BYTES = 65_536;

/** Digests and randomness for the guest. Bytes, or undefined when the operation is none of these. */
export function hashAnswer(
  operation: string,
  args: readonly unknown[],
  raw: string | Uint8Array | null,
): Uint8Array | undefined {
  if (operation === "random") return randomBytes(Math.min(Math.max(0, numberAt(args, 0)), MAX_RANDOM_BYTES));
  if (operation !== "hash") return undefined;
  const algorithm = textAt(args, 0).toLowerCase().replace("-", "");
  if (!HASHES.has(algorithm))
    throw new GuestProblem("Error", "Digest method not supported", "ERR_CRYPTO_INVALID_DIGEST");
  const key = args[1];
  const hash = typeof key === "string" ? createHmac(algorithm, Buffer.from(key, "base64")) : createHash(algorithm);
  return hash.update(raw ?? "").digest();
}

export const uuid = (): string => randomUUID();
