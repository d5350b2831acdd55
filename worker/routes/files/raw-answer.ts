import { projectKey } from "../../../durable-objects/storage/project-key.ts";
import { createSealedStore } from "../../../durable-objects/storage/sealed-store.ts";
import type { AppContext } from "../../context.ts";
import { refuse } from "../../middleware/problems/problem-error.ts";
import { DATA_CSP } from "../../middleware/security-headers/security-headers.ts";
import { disposition } from "./file-name.ts";

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
}

/** Unsealed bytes as an answer, harmless also when somebody opens its address as a page. */
export async function rawAnswer(c: AppContext, stored: Stored, inline: boolean): Promise<Response> {
  const store = createSealedStore(c.env.BUCKET, () => projectKey(c.env, stored.projectId));
  const found = await store.stream(stored.key, stored.header);
  if (!found) throw refuse("not_found");
  const shown = inline ? inlineType(stored.mediaType) : null;
  const headers = {
    "content-type": shown ?? (safeType(stored.mediaType) ? stored.mediaType : "application/octet-stream"),
    "content-length": String(found.size),
    "content-disposition": disposition(shown ? "inline" : "attachment", stored.name),
    "content-security-policy": DATA_CSP,
    "x-content-type-options": "nosniff",
  };
  // With its length known the platform sends a length instead of chunks, and a cut answer shows.
  const body = found.body.pipeThrough(new FixedLengthStream(found.size));
  return new Response(body, { headers });
}

const safeType = (mediaType: string): boolean => /^[\w.+-]+\/[\w.+-]+(; ?charset=[\w-]+)?$/.test(mediaType);
