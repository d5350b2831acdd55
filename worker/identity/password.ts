import { randomBytes, scrypt, timingSafeEqual } from "node:crypto";

/** scrypt, about 70 ms of CPU: N and r as measured for this platform, p = 1; 16 random bytes of salt. */
const COST = { N: 16_384, r: 16, p: 1 } as const;
const KEY_BYTES = 64;
const SALT_BYTES = 16;
const FORM = /^scrypt\$(\d+)\$(\d+)\$(\d+)\$([A-Za-z0-9+/=]+)\$([A-Za-z0-9+/=]+)$/;

/** Unicode has several ways to write the same password; keyboards disagree on which. */
const normal = (password: string): string => password.normalize("NFKC");

function derive(password: string, salt: Uint8Array, cost: { N: number; r: number; p: number }): Promise<Buffer> {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  const options = { ...cost, maxmem: 2 * 128 * cost.N * cost.r };
  scrypt(normal(password), salt, KEY_BYTES, options, (error, key) => (error ? reject(error) : resolve(key)));
  return promise;
}

/** `scrypt$N$r$p$salt$key`: the cost is in the text, so that it can be raised for new passwords. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const key = await derive(password, salt, COST);
  return ["scrypt", COST.N, COST.r, COST.p, salt.toString("base64"), key.toString("base64")].join("$");
}

/** False for a wrong password and for a text that is no hash of ours. */
export async function verifyPassword(input: { hash: string; password: string }): Promise<boolean> {
  const [, N, r, p, salt, key] = FORM.exec(input.hash) ?? [];
  if (!N || !r || !p || !salt || !key) return false;
  const cost = { N: Number(N), r: Number(r), p: Number(p) };
  const expected = Buffer.from(key, "base64");
  const actual = await derive(input.password, Buffer.from(salt, "base64"), cost);
  return expected.length === actual.length && timingSafeEqual(expected, actual);
}
