import { cleanName } from "../../../durable-objects/library/names.ts";

/**
 * A file's name as people see it: the last part of whatever path was sent, without characters that hide or reorder
 * what follows them (control, zero-width and bidirectional override).
 */
export const cleanFileName = (name: string): string => cleanName(name.split(/[/\\]/).at(-1) ?? "") ?? "file";

/** `Content-Disposition` for a name in any language (RFC 6266, RFC 8187). */
export function disposition(kind: "attachment" | "inline", name: string): string {
  const ascii = name.replace(/[^\x20-\x7e]|["\\%]/g, "_");
  const encoded = encodeURIComponent(name).replace(
    /['()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `${kind}; filename="${ascii}"; filename*=UTF-8''${encoded}`;
}
