import { isPlainText } from "../../../durable-objects/library/kinds.ts";
import { inlineType } from "./raw-answer.ts";

/** The type under which a preview shows; null for what has none. Pages, drawings and code show as the text they are. */
export function previewType(name: string, mediaType: string): string | null {
  const inline = inlineType(mediaType);
  if (inline !== null) return inline;
  const type = mediaType.split(";")[0]?.trim().toLowerCase() ?? "";
  const isBinary = /^(image\/(?!svg)|audio\/|video\/|application\/(zip|gzip|vnd\.|pdf))/.test(type);
  return !isBinary && isPlainText(name, type) ? "text/plain; charset=utf-8" : null;
}
