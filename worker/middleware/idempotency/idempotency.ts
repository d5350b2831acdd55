import { newId } from "../../../shared/lib/ids.ts";
import type { IdPrefix } from "../../../shared/lib/ports.ts";
import { fromBase64, toBase64Url } from "../../../shared/sealing/base64.ts";
import { open, seal } from "../../../shared/sealing/seal.ts";
import type { AppContext } from "../../context.ts";
import { openDatabase } from "../../db/client.ts";
import { type ClaimKey, claim, release, type StoredAnswer, settle } from "../../db/idempotency.ts";
import type { UserScope } from "../../db/scope.ts";
import { defer } from "../defer.ts";
import { refuse } from "../problems/problem-error.ts";

export const IDEMPOTENCY_HEADER = "idempotency-key";
const REPLAYED_HEADER = "idempotency-replayed";

const MAX_KEY = 200;
/** An answer longer than this is not kept: the same key then makes the request again. */
const MAX_KEPT_BYTES = 500_000;

/** After this a request without an answer counts as dead and may be made again. */
const DEAD_MS = 5 * 60_000;
/** The same where running it again changes nothing: the answer was lost, in a crash say, and the caller waits for it. */
export const LASTING_DEAD_MS = 10_000;

/**
 * A key that objects keep of this request, the same whenever it is sent again and nobody else's: from the person, the
 * route and the `Idempotency-Key`. Undefined when the request has none.
 */
export async function lastingKey(c: AppContext, scope: UserScope): Promise<string | undefined> {
  const key = c.req.header(IDEMPOTENCY_HEADER);
  if (key === undefined) return undefined;
  return toBase64Url(await mac(c.env.AUTH_SECRET, [scope.userId, c.req.method, c.req.path, key]));
}

/** An id for what this request makes: the same again when it is sent again, a new one without a key. */
export async function lastingId(c: AppContext, scope: UserScope, prefix: IdPrefix): Promise<string> {
  const key = c.req.header(IDEMPOTENCY_HEADER);
  if (key === undefined) return newId(prefix);
  return newId(
    prefix,
    (await mac(c.env.AUTH_SECRET, [scope.userId, c.req.method, c.req.path, key, prefix])).slice(0, 26),
  );
}

async function mac(secret: string, parts: readonly string[]): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new TextEncoder();
  const usage = { name: "HMAC", hash: "SHA-256" };
  const key = await crypto.subtle.importKey("raw", bytes.encode(`lasting:${secret}`), usage, false, ["sign"]);
  return new Uint8Array(await crypto.subtle.sign("HMAC", key, bytes.encode(JSON.stringify(parts))));
}

/**
 * Runs a write once per key: the same person sending the same key to the same path gets the first answer again, even
 * when the first is a stream. Only successes are kept; what was refused may be sent again, corrected.
 * @param content names what was sent; another content under the same key is `idempotency_mismatch`
 */
export async function once(
  c: AppContext,
  scope: UserScope,
  content: () => Promise<string>,
  run: () => Promise<Response>,
  deadAfterMs: number = DEAD_MS,
): Promise<Response> {
  const key = c.req.header(IDEMPOTENCY_HEADER);
  if (key === undefined) return run();
  if (key === "" || key.length > MAX_KEY) throw refuse("invalid_request", { fields: "Idempotency-Key" });
  const db = openDatabase(c.env.DB);
  const claimKey: ClaimKey = { route: `${c.req.method} ${c.req.path}`, key, fingerprint: await content() };
  const claimed = await claim(db, scope, claimKey, c.var.clock.now(), deadAfterMs);
  switch (claimed.kind) {
    case "mismatch":
      throw refuse("idempotency_mismatch");
    case "running":
      throw refuse("request_in_progress");
    case "replay":
      return replay(c, scope, claimKey, claimed.answer);
    case "first":
      return first(c, scope, claimKey, run);
  }
}

async function first(c: AppContext, scope: UserScope, key: ClaimKey, run: () => Promise<Response>): Promise<Response> {
  const db = openDatabase(c.env.DB);
  let answer: Response;
  try {
    answer = await run();
  } catch (error) {
    await release(db, scope, key);
    throw error;
  }
  if (!answer.ok || answer.body === null) {
    await release(db, scope, key);
    return answer;
  }
  const [forCaller, forStore] = answer.body.tee();
  const { status, headers } = answer;
  const contentType = headers.get("content-type") ?? "application/octet-stream";
  const keep = async () => {
    const bytes = await collect(forStore);
    if (!bytes) return release(db, scope, key);
    const { sealed, header } = await seal(bytes, await answerKey(c), aadOf(scope, key));
    await settle(db, scope, key, { status, contentType, header, sealed: toBase64Url(sealed) });
  };
  // A short answer is kept before it is sent, so that a repeat can never overtake it; a stream while it flows.
  if (contentType.startsWith("text/event-stream")) defer(c, "keep an answer", keep());
  else {
    const bytes = new Response(forCaller).arrayBuffer();
    await keep();
    return new Response(await bytes, { status, headers });
  }
  return new Response(forCaller, { status, headers });
}

async function replay(c: AppContext, scope: UserScope, key: ClaimKey, answer: StoredAnswer): Promise<Response> {
  const sealed = fromBase64(answer.sealed) ?? new Uint8Array();
  const bytes = await open(sealed, answer.header, await answerKey(c), aadOf(scope, key));
  const headers = { "content-type": answer.contentType, [REPLAYED_HEADER]: "true" };
  return new Response(bytes, { status: answer.status, headers });
}

/** Answers hold what people wrote, and D1 must not: they are sealed under a key of their own. */
function answerKey(c: AppContext): Promise<CryptoKey> {
  const secret = new TextEncoder().encode(`idempotency:${c.env.AUTH_SECRET}`);
  return crypto.subtle.importKey("raw", secret, "HKDF", false, ["deriveKey"]);
}

const aadOf = (scope: UserScope, key: ClaimKey): string => JSON.stringify([scope.userId, key.route, key.key]);

async function collect(stream: ReadableStream<Uint8Array>): Promise<Uint8Array<ArrayBuffer> | null> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of stream) {
    size += part.length;
    if (size <= MAX_KEPT_BYTES) parts.push(part);
  }
  if (size > MAX_KEPT_BYTES) return null;
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** SHA-256 of texts and bytes, base64url; what it is given is kept apart, so that no two contents read alike. */
export async function fingerprintOf(parts: readonly (string | Uint8Array<ArrayBuffer>)[]): Promise<string> {
  const hashes = await Promise.all(
    parts.map((part) =>
      crypto.subtle.digest("SHA-256", typeof part === "string" ? new TextEncoder().encode(part) : part),
    ),
  );
  const joined = new Uint8Array(hashes.flatMap((hash) => [...new Uint8Array(hash)]));
  return toBase64Url(new Uint8Array(await crypto.subtle.digest("SHA-256", joined)));
}
