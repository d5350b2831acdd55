import { importMasterKey, newWrappedKey, unwrapKey } from "../../shared/sealing/data-key.ts";
import { SealError } from "../../shared/sealing/seal-error.ts";
import type { Env } from "../env.ts";

/** Version of the master key that wraps new data keys. */
const CURRENT_VERSION = 1;
const MAX_CACHED = 256;

export interface WrappedKey {
  readonly keyVersion: number;
  readonly wrapped: string;
}

type Keys = Pick<Env, "MASTER_KEY_V1">;

// Only finished keys are kept: a promise of one request must not be awaited by another.
const opened = new Map<string, CryptoKey>();

function masterKey(env: Keys, keyVersion: number): Promise<CryptoKey> {
  if (keyVersion !== CURRENT_VERSION) throw new SealError(`no master key of version ${keyVersion}`);
  return importMasterKey(env.MASTER_KEY_V1);
}

/** A data key for a new project, as the ProjectObject stores it. */
export async function createWrappedKey(env: Keys, projectId: string): Promise<WrappedKey> {
  const wrapped = await newWrappedKey(await masterKey(env, CURRENT_VERSION), {
    projectId,
    keyVersion: CURRENT_VERSION,
  });
  return { keyVersion: CURRENT_VERSION, wrapped };
}

/** Opens a stored data key; the opened key is kept for this isolate. @throws SealError when it does not open. */
export async function openWrappedKey(env: Keys, projectId: string, stored: WrappedKey): Promise<CryptoKey> {
  const owner = { projectId, keyVersion: stored.keyVersion };
  const key = await unwrapKey(stored.wrapped, await masterKey(env, stored.keyVersion), owner);
  const oldest = opened.size >= MAX_CACHED ? opened.keys().next().value : undefined;
  if (oldest !== undefined) opened.delete(oldest);
  opened.set(projectId, key);
  return key;
}

/** The data key of a project, asked of its ProjectObject once per isolate. */
export async function projectKey(env: Keys & Pick<Env, "PROJECT">, projectId: string): Promise<CryptoKey> {
  const known = opened.get(projectId);
  if (known) return known;
  return openWrappedKey(env, projectId, await env.PROJECT.getByName(projectId).wrappedKey());
}

/** Drops a key from this isolate, when its project is erased. */
export function forgetProjectKey(projectId: string): void {
  opened.delete(projectId);
}
