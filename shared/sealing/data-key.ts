import { fromBase64, toBase64Url } from "./base64.ts";
import { SealError } from "./seal-error.ts";

const KEY_BYTES = 32;
const IV_BYTES = 12;

/** Whose key it is and which master key wraps it; both are authenticated. */
export interface KeyOwner {
  readonly projectId: string;
  readonly keyVersion: number;
}

/** Master key from its configuration text. @throws SealError unless it is base64 of exactly 32 bytes. */
export async function importMasterKey(base64: string): Promise<CryptoKey> {
  const raw = fromBase64(base64);
  if (raw?.length !== KEY_BYTES) throw new SealError("the master key is not base64 of 32 bytes");
  return crypto.subtle.importKey("raw", raw, "AES-GCM", false, ["encrypt", "decrypt"]);
}

/** A fresh data key, wrapped. The raw key never leaves this function. */
export async function newWrappedKey(masterKey: CryptoKey, owner: KeyOwner): Promise<string> {
  return wrap(crypto.getRandomValues(new Uint8Array(KEY_BYTES)), masterKey, owner);
}

/** The data key as {@link seal} takes it: not extractable. @throws SealError when owner or version differ. */
export async function unwrapKey(wrapped: string, masterKey: CryptoKey, owner: KeyOwner): Promise<CryptoKey> {
  const raw = await unwrap(wrapped, masterKey, owner);
  return crypto.subtle.importKey("raw", raw, "HKDF", false, ["deriveKey"]);
}

/** Rotation of the master key: the data key, and all that is sealed under it, stay as they are. */
export async function rewrapKey(
  wrapped: string,
  from: { masterKey: CryptoKey; owner: KeyOwner },
  to: { masterKey: CryptoKey; owner: KeyOwner },
): Promise<string> {
  return wrap(await unwrap(wrapped, from.masterKey, from.owner), to.masterKey, to.owner);
}

async function wrap(raw: Uint8Array<ArrayBuffer>, masterKey: CryptoKey, owner: KeyOwner): Promise<string> {
  const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES));
  const sealed = new Uint8Array(await crypto.subtle.encrypt(params(iv, owner), masterKey, raw));
  const wrapped = new Uint8Array(IV_BYTES + sealed.length);
  wrapped.set(iv);
  wrapped.set(sealed, IV_BYTES);
  return toBase64Url(wrapped);
}

async function unwrap(wrapped: string, masterKey: CryptoKey, owner: KeyOwner): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = fromBase64(wrapped);
  if (!bytes || bytes.length <= IV_BYTES) throw new SealError("the wrapped key is unreadable");
  try {
    const algorithm = params(bytes.subarray(0, IV_BYTES), owner);
    return new Uint8Array(await crypto.subtle.decrypt(algorithm, masterKey, bytes.subarray(IV_BYTES)));
  } catch {
    throw new SealError("the wrapped key does not open");
  }
}

function params(iv: Uint8Array<ArrayBuffer>, owner: KeyOwner) {
  const aad = JSON.stringify(["nexus/data-key", owner.projectId, owner.keyVersion]);
  return { name: "AES-GCM", iv, additionalData: new TextEncoder().encode(aad) };
}
