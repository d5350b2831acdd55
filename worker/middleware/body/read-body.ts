import { refuse } from "../problems/problem-error.ts";

/** Largest JSON body. */
export const MAX_JSON_BYTES = 1_000_000;

/** No body of the API nests deeper than a few levels; what copies a value on its way recurses. */
export const MAX_JSON_DEPTH = 64;

/**
 * Reads a body up to `max` bytes, counting while reading: what a header says about the length is not believed.
 * @throws what `tooLarge` gives
 */
export async function readBytes(
  request: Request,
  max: number,
  tooLarge: () => Error,
): Promise<Uint8Array<ArrayBuffer>> {
  const declared = Number(request.headers.get("content-length") ?? 0);
  if (declared > max) throw tooLarge();
  const parts: Uint8Array[] = [];
  let size = 0;
  if (request.body) {
    const reader = request.body.getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      size += value.length;
      if (size > max) {
        await reader.cancel();
        throw tooLarge();
      }
      parts.push(value);
    }
  }
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** The JSON of a request. @throws unsupported_media_type, body_too_large, bad_json */
export async function readJson(request: Request): Promise<unknown> {
  const type = (request.headers.get("content-type") ?? "").split(";")[0]?.trim().toLowerCase();
  const json = type === "application/json" || type?.endsWith("+json") === true;
  const empty = request.body === null;
  if (!json && !empty) throw refuse("unsupported_media_type");
  const bytes = await readBytes(request, MAX_JSON_BYTES, () => refuse("body_too_large", { max: "1 MB" }));
  if (bytes.length === 0) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: false }).decode(bytes));
  } catch {
    throw refuse("bad_json");
  }
  if (!isShallow(value)) throw refuse("bad_json");
  return value;
}

/** Whether a value nests at most {@link MAX_JSON_DEPTH} levels. Level by level, so that depth costs no stack. */
function isShallow(value: unknown): boolean {
  let level = [value];
  for (let depth = 0; depth <= MAX_JSON_DEPTH; depth++) {
    level = level.flatMap((one) => (typeof one === "object" && one !== null ? Object.values(one) : []));
    if (level.length === 0) return true;
  }
  return false;
}
