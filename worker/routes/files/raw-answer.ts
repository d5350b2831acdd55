import { projectKey } from "../../../durable-objects/storage/project-key.ts";
import { createSealedStore } from "../../../durable-objects/storage/sealed-store.ts";
import { readHeader } from "../../../shared/sealing/header.ts";
import type { AppContext } from "../../context.ts";
import { refuse } from "../../middleware/problems/problem-error.ts";
import { DATA_CSP } from "../../middleware/security-headers/security-headers.ts";
import { cleanFileName, disposition } from "./file-name.ts";
import { rangeOf } from "./range.ts";

const IMAGES = new Set(["image/png", "image/jpeg", "image/gif", "image/webp"]);
const AS_TEXT = new Set(["application/json", "text/plain", "text/csv", "text/markdown", "text/tab-separated-values"]);

/**
 * The type under which stored bytes may show in a page, null when they must not: HTML, SVG and everything unknown
 * could run. Text of any kind shows as plain text.
 */
export function inlineType(mediaType: string): string | null {
  const type = mediaType.split(";")[0]?.trim().toLowerCase() ?? "";
  if (IMAGES.has(type) || type === "application/pdf") return type;
  return AS_TEXT.has(type) ? "text/plain; charset=utf-8" : null;
}

export interface Stored {
  readonly projectId: string;
  readonly key: string;
  readonly header: string;
  readonly name: string;
  readonly mediaType: string;
  /** Names these bytes and no others; with it parts can be asked for. */
  readonly tag?: string;
}

/** Unsealed bytes as an answer, harmless also when somebody opens its address as a page. */
export async function rawAnswer(c: AppContext, stored: Stored, inline: boolean): Promise<Response> {
  const shown = inline ? inlineType(stored.mediaType) : null;
  const type = shown ?? (safeType(stored.mediaType) ? stored.mediaType : "application/octet-stream");
  // A result's name may hold folders; who downloads one file gets it under its own name, as other files call it.
  const name = cleanFileName(stored.name);
  return bytesAnswer(c, stored, { type, disposition: disposition(shown ? "inline" : "attachment", name) });
}

/** The bytes, or the part of them that was asked for, under this type. `end`: what is shown ends there. */
export async function bytesAnswer(
  c: AppContext,
  stored: Stored,
  as: { readonly type: string; readonly disposition: string; readonly end?: number },
): Promise<Response> {
  const { size } = readHeader(stored.header);
  const whole = Math.min(size, as.end ?? size);
  const headers = new Headers({
    "content-type": as.type,
    "content-disposition": as.disposition,
    "content-security-policy": DATA_CSP,
    "x-content-type-options": "nosniff",
  });
  const tag = stored.tag === undefined ? null : `"${stored.tag}"`;
  if (tag !== null) {
    headers.set("etag", tag);
    headers.set("cache-control", "private, no-cache");
    if (tagsIn(c.req.header("if-none-match")).includes(tag)) return new Response(null, { status: 304, headers });
    if (as.end === undefined) headers.set("accept-ranges", "bytes");
  }
  const ifRange = c.req.header("if-range");
  const asked = tag !== null && as.end === undefined && (ifRange === undefined || ifRange === tag);
  const range = asked ? rangeOf(c.req.header("range"), size) : null;
  if (range === "unsatisfiable") {
    headers.set("content-range", `bytes */${size}`);
    return new Response(null, { status: 416, headers });
  }
  const part = range ?? (whole < size ? { start: 0, end: whole } : undefined);
  const store = createSealedStore(c.env.BUCKET, () => projectKey(c.env, stored.projectId));
  const found = await store.stream(stored.key, stored.header, part);
  if (!found) throw refuse("not_found");
  headers.set("content-length", String(found.size));
  if (range) headers.set("content-range", `bytes ${range.start}-${range.end - 1}/${size}`);
  // With its length known the platform sends a length instead of chunks, and a cut answer shows.
  const body = found.body.pipeThrough(new FixedLengthStream(found.size));
  return new Response(body, { status: range ? 206 : 200, headers });
}

const tagsIn = (header: string | undefined): string[] =>
  (header ?? "").split(",").map((one) => one.trim().replace(/^W\//, ""));

const safeType = (mediaType: string): boolean => /^[\w.+-]+\/[\w.+-]+(; ?charset=[\w-]+)?$/.test(mediaType);
